"""The leads' pages of reply templates: all languages side by side, a change is a new version."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.lists import hospitals_of
from concierge.conversation.reply_templates import actions, queries
from concierge.conversation.reply_templates.forms import TemplateForm
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.numbers import whole
from concierge.domain.reply_templates import PLACEHOLDERS
from concierge.models import ReplyTemplate
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit
from config import LOCALES

bp = Blueprint("reply_templates_staff", __name__)


@bp.get("/templates")
@staff(Right.OVERRIDE_GATE)
def templates():
    """All valid templates with the languages in which they are written."""
    found = queries.of_hospitals(db.session(), my_hospitals())
    return render_template(
        "conversation/reply_templates/staff/templates.html", found=found, hospitals=hospitals_of(my_hospitals()),
        locales=LOCALES, zone=signed_in_staff().timezone,
    )  # fmt: skip


@bp.route("/templates/new", methods=["GET", "POST"])
@staff(Right.OVERRIDE_GATE)
def new():
    """Write a new one."""
    form = _form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _write(session, form))):
        return done
    return _edit(form, None)


@bp.route("/templates/<hospital_id>/<code>", methods=["GET", "POST"])
@staff(Right.OVERRIDE_GATE)
def edit(hospital_id: str, code: str):
    """Write the next version."""
    template = _find(hospital_id, code)
    form = _form(template)
    if form.validate_on_submit() and (done := submit(form, lambda session: _write(session, form))):
        return done
    return _edit(form, template)


@bp.post("/templates/<hospital_id>/<code>/end")
@staff(Right.OVERRIDE_GATE)
def end(hospital_id: str, code: str):
    """Offer it no more."""
    template, form = _find(hospital_id, code), Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _end(session, template))):
        return done
    return redirect(url_for("reply_templates_staff.edit", hospital_id=hospital_id, code=code), 303)


def _find(hospital_id: str, code: str) -> ReplyTemplate:
    mine = whole(hospital_id)
    template = queries.find(db.session(), mine, code) if mine in my_hospitals() else None
    if template is None:
        abort(404)
    return template


def _form(template: ReplyTemplate | None = None) -> TemplateForm:
    given: dict = {}
    if template is not None:
        texts = {f"text_{locale}": text for locale, text in template.texts.items()}
        given = {
            "hospital": str(template.hospital_id),
            "code": template.code,
            "name": template.name,
            "replaces": str(template.number),
        } | texts
    form = TemplateForm(data=given)
    form.hospital.choices = [
        (str(key), hospital.text("name", current_code()))
        for key, hospital in hospitals_of(my_hospitals()).items()
    ]
    if template is not None:  # what it is called by stays the same
        form.hospital.data, form.code.data = str(template.hospital_id), template.code
    return form


def _edit(form: TemplateForm, template: ReplyTemplate | None):
    page = render_template(
        "conversation/reply_templates/staff/edit.html", form=form, template=template, placeholders=PLACEHOLDERS,
        locales=LOCALES, end=Form(formdata=None),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _write(session: Session, form: TemplateForm) -> str:
    actions.write(
        session, int(form.hospital.data), form.code.data, name=form.name.data, texts=form.texts(),
        actor=current_actor(), now=now(), replaces=whole(form.replaces.data) or 0,
    )  # fmt: skip
    flash(_("Saved. It is offered from now on."), "success")
    return url_for("reply_templates_staff.templates")


def _end(session: Session, template: ReplyTemplate) -> str:
    actions.end(session, template.hospital_id, template.code, now=now())
    flash(_("It is offered no more."), "success")
    return url_for("reply_templates_staff.templates")
