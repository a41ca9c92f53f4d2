"""The programme of a case on one page: change it, and note where a telehealth patient is."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import actions as case_actions
from concierge.cases.forms import version_of
from concierge.cases.page import case_page, case_url
from concierge.cases.programme import actions
from concierge.cases.programme.forms import PlaceForm, ProgrammeForm
from concierge.domain.access import Right
from concierge.domain.vocabulary import Programme
from concierge.models import Case
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.labels import label
from concierge.web.once import submit

bp = Blueprint("programme_staff", __name__)


@bp.get("/c/<ref>/programme")
@staff(Right.EDIT_CASE)
def programme(ref: str):
    return _page(staff_case(ref))


def _page(case: Case, **given: Form):
    now_so = {"version": case.version, "programme": case.programme.value}
    where = {"version": case.version, "country": case.present_country}
    forms: dict[str, Form] = {
        "form": ProgrammeForm(formdata=None, data=now_so),
        "place_form": PlaceForm(formdata=None, data=where),
    }
    possible = actions.choices_of(case)
    shown = forms | given
    shown["form"].programme.choices = [(one.value, label(one)) for one in possible]
    html = render_template(
        "cases/programme/staff/programme.html", page=case_page(case), **shown,
        can_change=actions.can_change(case) and set(possible) - {case.programme},
        too_late=len(possible) < len(Programme), telehealth=Programme.TELEHEALTH,
        countries=sorted(case.hospital.telehealth_countries),
    )  # fmt: skip
    return html, 422 if given else 200


def _change(case: Case, name: str, form: Form, message: str, act: Callable[[Session, Case], None]):
    def work(session: Session) -> str:
        case_now = case_actions.lock(session, case.id)
        act(session, case_now)
        flash(message, "success")
        return case_url(case_now.reference)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return (
        _page(case, **{name: form})
        if form.is_submitted()
        else redirect(url_for("programme_staff.programme", ref=case.reference))
    )


@bp.route("/c/<ref>/programme/change", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def change(ref: str):
    case, form = staff_case(ref), ProgrammeForm()

    def act(session: Session, case_now: Case) -> None:
        actions.change_programme(
            session, case_now, Programme(form.programme.data), reason=form.reason.data,
            version=version_of(form.version), actor=current_actor(), now=now(),
        )  # fmt: skip

    return _change(case, "form", form, _("The programme is changed."), act)


@bp.route("/c/<ref>/programme/place", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def note_place(ref: str):
    case, form = staff_case(ref), PlaceForm()

    def act(session: Session, case_now: Case) -> None:
        actions.note_place(
            session,
            case_now,
            form.country.data,
            version=version_of(form.version),
            actor=current_actor(),
            now=now(),
        )

    return _change(case, "place_form", form, _("It is noted where the patient is."), act)
