"""The call screen (S9): who is expected, seven topics, then the end of the call and what comes next."""

import sqlalchemy as sa
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import TEAM, lock
from concierge.cases.page import CasePage, case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import InterpreterUse, PatientKnows
from concierge.journey.consult.booking import queries as bookings
from concierge.journey.consult.booking.actions import miss_call
from concierge.journey.consult.booking.forms import ActForm
from concierge.journey.consult.talk import actions, guide
from concierge.journey.consult.talk.forms import FinishForm, NextForm, SheetForm
from concierge.models import CallSheet, Case, PlannedCall, StaffRole, StaffUser
from concierge.web import filters
from concierge.web.access import current_actor, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("talk_staff", __name__)

TAB = "consult_staff.consult"
_MISSED_OFTEN = 2


def _page(case: Case) -> CasePage:
    g.case_tab = TAB
    return case_page(case)


@bp.get("/c/<ref>/call")
@staff(Right.SEE_CASES)
def call(ref: str):
    """Who is expected and when, and the guide with its notes."""
    return _screen(staff_case(ref))


def _screen(case: Case, given: SheetForm | None = None):
    """The page; notes that were refused come back as they were typed."""
    session, page = db.session(), _page(case)
    sheet, planned = actions.open_sheet(session, case.id), bookings.booked_call(session, case.id)
    form = given or SheetForm.of(sheet, planned, now(), formdata=None)
    interpreter = bookings.interpreters_at(session, [planned]).get(planned.id) if planned else None
    html = render_template(
        "journey/consult/talk/staff/call.html", page=page, form=form, planned=planned, sheet=sheet, now=now(),
        topics=guide.topics(session, page, planned), interpreter=interpreter, act_form=_act_form(planned),
        missed=bookings.missed_calls(session, case.id), missed_often=_MISSED_OFTEN,
        wish=bookings.open_wish(session, case.id),
    )  # fmt: skip
    return html, 422 if form.errors or form.form_errors else 200


@bp.route("/c/<ref>/call/notes", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def notes(ref: str):
    """Every press of a button keeps what was typed."""
    case = staff_case(ref)
    sheet, planned = actions.open_sheet(db.session(), case.id), bookings.booked_call(db.session(), case.id)
    form = SheetForm.of(sheet, planned, now())

    def work(session: Session) -> str:
        actions.save_sheet(
            session, lock(session, case.id), form.facts(now()), actor=current_actor(), now=now(), version=form.seen()
        )  # fmt: skip
        if request.form.get("act") == "finish":
            return url_for("talk_staff.finish", ref=ref)
        if request.form.get("act") == "save":  # a script that keeps the notes says so in its own line
            flash(_("The notes are saved."), "success")
        return url_for("talk_staff.call", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    if form.form_errors and (newest := actions.open_sheet(db.session(), case.id)):
        form.version.data = newest.version  # the reader has been told: the next press keeps what they see
    return _screen(case, form)


def _act_form(planned: PlannedCall | None) -> ActForm:
    return ActForm(formdata=None, data={"version": planned.version if planned else 0})


@bp.route("/c/<ref>/call/no-show", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def no_show(ref: str):
    """Nobody answered: one press."""
    case, form = staff_case(ref), ActForm()
    place = url_for("talk_staff.call", ref=ref)
    planned = bookings.booked_call(db.session(), case.id)

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        row = session.get_one(PlannedCall, planned.id) if planned else None
        if row is not None:
            seen = str(form.version.data)
            version = int(seen) if seen.isdecimal() and len(seen) < 9 else None
            miss_call(session, locked, row, actor=current_actor(), now=now(), version=version)
            flash(_("Noted. The family gets a kind message with the way to a new time."), "success")
        return place

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    for message in form.form_errors:
        flash(message, "error")
    return redirect(place)


@bp.route("/c/<ref>/call/finish", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def finish(ref: str):
    """How it ended, what changes in the facts, and the summary for the patient."""
    case = staff_case(ref)
    sheet = actions.open_sheet(db.session(), case.id)
    if sheet is None:
        return redirect(url_for("talk_staff.call", ref=ref))
    user = signed_in_staff()
    called = case.person.called or case.person.display_name
    summary = guide.draft(sheet.notes, called, user.name, sheet.began_at, case.hospital.timezone)
    is_delicate = guide.is_delicate(case.patient_knows)
    form = FinishForm.of(case, sheet, summary, _writes(user), now(), is_delicate=is_delicate)

    def work(session: Session) -> str:
        locked, row = lock(session, case.id), session.get_one(CallSheet, sheet.id)
        actions.finish_call(session, locked, row, _ending(form, row), actor=current_actor(), now=now())
        flash(_("The call is noted."), "success")
        return url_for("talk_staff.next_action", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template(
        "journey/consult/talk/staff/finish.html", page=_page(case), form=form, sheet=sheet,
        warns=is_delicate,
    )  # fmt: skip
    return html, 422 if form.errors or form.form_errors else 200


def _ending(form: FinishForm, sheet: CallSheet) -> actions.Ending:
    return actions.Ending(
        at=form.at.at, minutes=form.minutes.number, participants=form.participants.data,
        interpreter=InterpreterUse(form.interpreter.data), notes=guide.whole_text(sheet.notes),
        summary=form.summary.data if form.is_sent.data else "", language=form.language.data,
        knows=PatientKnows(form.knows.data), who=form.who.data,
    )  # fmt: skip


def _writes(user: StaffUser) -> list[tuple[str, str]]:
    """The languages that this person writes, their own first."""
    codes = dict.fromkeys([user.language, *user.speaks])
    return [(code, filters.language_name(code, current_code())) for code in codes]


@bp.route("/c/<ref>/call/next", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def next_action(ref: str):
    """The call is over: what comes next, who does it, by when."""
    case = staff_case(ref)
    team, field = _who_can(case), TEAM.get(case.next_owner) if case.next_owner else None
    current = getattr(case, field) if field else None
    due_on = local_day(case.next_due_at, case.hospital.timezone) if case.next_due_at else None
    form = NextForm(data={"user": str(current or ""), "due_on": due_on.isoformat() if due_on else ""})
    form.user.choices = [
        *(() if current else [("", _("Nobody yet"))]),
        *((str(user.id), user.name) for user in team),
    ]

    def work(session: Session) -> str:
        chosen = next((user for user in team if str(user.id) == form.user.data), None)
        actions.plan_next(
            session, lock(session, case.id), user=chosen, due_on=form.due_on.day_or_none,
            actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("The next action is set."), "success")
        return url_for("consult_staff.consult", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    html = render_template("journey/consult/talk/staff/next_action.html", page=_page(case), form=form)
    return html, 422 if form.errors or form.form_errors else 200


def _who_can(case: Case) -> list[StaffUser]:
    """Who holds the role of the next action at this hospital."""
    if case.next_owner is None:
        return []
    return list(
        db.session.scalars(
            sa.select(StaffUser)
            .join(StaffRole)
            .where(
                StaffRole.hospital_id == case.hospital_id, StaffRole.role == case.next_owner,
                StaffUser.is_active.is_(True),
            )
            .order_by(StaffUser.name, StaffUser.id)
        )
    )  # fmt: skip
