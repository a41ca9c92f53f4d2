"""The desk for physicians' requests: what falls due first stands first, and nothing is nobody's for long."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import AlreadyTaken
from concierge.domain.vocabulary import RequestOutcome
from concierge.journey.contact.requests import actions, queries
from concierge.journey.contact.requests.forms import AnswerForm, CloseForm, HandOverForm
from concierge.models import PhysicianRequest, StaffUser
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("requests_staff", __name__)


@bp.get("/desk/requests")
@staff(Right.TAKE_ENQUIRIES)
def request_list():
    asked = request.args.get("show", "")
    show = asked if asked in queries.SHOWS else "all"
    session, at, me, hospitals = db.session(), now(), signed_in_staff().id, my_hospitals()
    rows, more = queries.page(session, hospitals, show, me, at, request.args.get("after", ""))
    return render_template(
        "journey/contact/requests/staff/request_list.html",
        rows=rows,
        next_url=url_for("requests_staff.request_list", show=show, after=more) if more else "",
        show=show,
        counts={one: queries.count(session, hospitals, one, me, at) for one in queries.SHOWS},
        most=queries.MOST_COUNTED,
        is_several=len(hospitals) > 1,
        at=at,
        code=current_code(),
    )


def _found(public_id: str, session: Session | None = None) -> PhysicianRequest:
    found = queries.find(session or db.session(), public_id, my_hospitals())
    if found is None:
        abort(404)
    return found


def _page(found: PhysicianRequest, **forms: Form):
    shown = {
        "answer": AnswerForm(formdata=None, data={"version": found.version, "closes": True}),
        "hand_over": HandOverForm(formdata=None, data={"version": found.version}),
        "close": CloseForm(formdata=None, data={"version": found.version}),
    } | forms
    shown["hand_over"].prepare(actions.hands(db.session(), found.hospital_id))
    is_refused = any(form.errors for form in forms.values())
    return render_template(
        "journey/contact/requests/staff/show.html", found=found, forms=shown, take_form=Form(formdata=None),
        me=signed_in_staff().id, at=now(), answers=found.answer.split("\f") if found.answer else [],
    ), 422 if is_refused else 200  # fmt: skip


@bp.get("/desk/requests/<public_id>")
@staff(Right.TAKE_ENQUIRIES)
def show(public_id: str):
    """What the doctor asked, and what can be done with it."""
    return _page(_found(public_id))


@bp.route("/desk/requests/<public_id>/take", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def take(public_id: str):
    found, form, here = _found(public_id), Form(), url_for("requests_staff.show", public_id=public_id)
    if not form.validate_on_submit():
        return redirect(here, 303)

    def work(session: Session) -> str:
        actions.take(session, found.id, session.get_one(StaffUser, signed_in_staff().id))
        flash(_("This request is yours now."), "success")
        return here

    try:
        return submit(form, work) or redirect(here, 303)
    except AlreadyTaken:
        flash(_("A colleague was faster and has taken this request."), "warning")
        return redirect(here, 303)


def _do(public_id: str, name: str, form: Form, work: Callable[[Session, PhysicianRequest], None], said: str):
    """One of the three forms of the page: do it, or show the page with what was refused."""
    found = _found(public_id)
    if isinstance(form, HandOverForm):
        form.prepare(actions.hands(db.session(), found.hospital_id))

    def once(session: Session) -> str:
        work(session, _found(public_id, session))
        flash(said, "success")
        return url_for("requests_staff.show", public_id=public_id)

    if form.validate_on_submit() and (done := submit(form, once)):
        return done
    if request.method == "GET":
        return redirect(url_for("requests_staff.show", public_id=public_id))
    return _page(_found(public_id), **{name: form})


@bp.route("/desk/requests/<public_id>/answer", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def answer(public_id: str):
    form = AnswerForm()

    def work(session: Session, found: PhysicianRequest) -> None:
        actions.answer(
            session, found, text=form.text.data, closes=form.closes.data, version=form.seen, actor=current_actor(),
            now=now(),
        )  # fmt: skip

    return _do(public_id, "answer", form, work, _("Your answer is on its way to the doctor."))


@bp.route("/desk/requests/<public_id>/hand-over", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def hand_over(public_id: str):
    form = HandOverForm()

    def work(session: Session, found: PhysicianRequest) -> None:
        actions.hand_over(
            session,
            found,
            to_id=int(form.to.data),
            note=form.note.data,
            version=form.seen,
            actor=current_actor(),
        )

    return _do(public_id, "hand_over", form, work, _("The request is handed over."))


@bp.route("/desk/requests/<public_id>/close", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def close(public_id: str):
    form = CloseForm()

    def work(session: Session, found: PhysicianRequest) -> None:
        actions.close(
            session, found, outcome=RequestOutcome(form.outcome.data), note=form.note.data, version=form.seen,
            actor=current_actor(), now=now(),
        )  # fmt: skip

    return _do(public_id, "close", form, work, _("The request is closed."))
