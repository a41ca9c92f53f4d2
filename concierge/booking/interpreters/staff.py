"""Interpreters of one case: booked, moved, taken out, replaced when nobody came; and relatives who interpret."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.forms import TripForm
from concierge.booking.interpreters import actions, queries, words
from concierge.booking.interpreters.forms import AssignmentForm, MoveForm, NextForm, RelativeForm, span_of
from concierge.cases.actions import lock
from concierge.cases.appointments import appointments_of
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import AlreadyTaken
from concierge.domain.interpreting import Proposal, soonest
from concierge.domain.vocabulary import Modality
from concierge.models import Case, InterpreterAssignment
from concierge.web.access import staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("interpreters_staff", __name__)
ANCHOR = "interpreters"
SHOWN_EACH_WAY, READ_EACH_WAY = 4, 50  # some of those who are free cannot be at the door in time


@bp.route("/c/<ref>/travel/interpreter", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def book(ref: str):
    """Look who is free, then book one of them."""
    case, session = staff_case(ref), db.session()
    visits = appointments_of(session, case)
    form = AssignmentForm().offer(case, visits, queries.languages_here(session, case.hospital_id))
    chosen = form.interpreter_id.data
    form.interpreter_id.choices = [(chosen, "")] if chosen and chosen.isdecimal() and len(chosen) < 10 else []
    if form.is_submitted() and request.form.get("act") != "book":
        is_right = form.validate()
        return tab.show_travel(case, status=200 if is_right else 422, interpreter=form)

    def work(writing: Session, locked: Case) -> str:
        order = form.order(appointments_of(writing, locked))
        actions.assign_interpreter(writing, locked, order, **tab.who())
        return _("The interpreter is booked.")

    return _act(case, form, work, slot="interpreter", field="interpreter_id")


def _act(case: Case, form: Form, work: tab.Work, *, slot: str = ANCHOR, field: str = "form"):
    """The page again with what is still free, where somebody was faster."""
    try:
        return tab.act(case, form, work, ANCHOR, slot=slot)
    except AlreadyTaken as taken:
        if isinstance(form, TripForm):
            form.refuse_taken(field, taken.code)
        else:
            form.refuse(field, taken.code)
        return tab.show_travel(case, status=409, **{slot: form})


@bp.route("/c/<ref>/travel/interpreter/<key>/move", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def move(ref: str, key: str):
    case = staff_case(ref)
    row = _row(case, key)
    form = MoveForm(place=f"move-{key}").of(row, case.hospital.timezone)

    def work(session: Session, locked: Case) -> str:
        starts_at, ends_at = span_of(form.starts_at, form.minutes)
        actions.move_assignment(
            session, locked, public_id=key, starts_at=starts_at, ends_at=ends_at, **tab.who()
        )
        return _("The interpreter comes at the new time.")

    return _act(case, form, work, slot=f"move-{key}", field="starts_at")


def _row(case: Case, key: str) -> InterpreterAssignment:
    return queries.assignment_of(db.session(), case, key) or abort(404)


@bp.route("/c/<ref>/travel/interpreter/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, key: str):
    return _simple(ref, key, actions.cancel_assignment, _("It is taken out of the trip."))


@bp.route("/c/<ref>/travel/interpreter/<key>/held", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def held(ref: str, key: str):
    return _simple(ref, key, actions.note_held, _("Noted."))


def _simple(ref: str, key: str, verb: Callable, done: str):
    case = staff_case(ref)
    _row(case, key)

    def work(session: Session, locked: Case) -> str:
        verb(session, locked, public_id=key, **tab.who())
        return done

    return _act(case, Form(), work)


# --- nobody came, or somebody else is wanted -------------------------------------------------------------------


@bp.route("/c/<ref>/travel/interpreter/<key>/no-show", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def no_show(ref: str, key: str):
    """Nobody stands at the door: noted, and straight on to who can come now."""
    case, form = staff_case(ref), Form()
    _row(case, key)

    def run(session: Session) -> str:
        actions.note_no_show(session, lock(session, case.id), public_id=key, **tab.who())
        return url_for("interpreters_staff.next_one", ref=case.reference, key=key)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return tab.show_travel(case, status=422 if form.is_submitted() else 200, interpreters=form)


@bp.route("/c/<ref>/travel/interpreter/<key>/next", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def next_one(ref: str, key: str):
    """Who can take over: on site in so many minutes, by video, by phone."""
    case = staff_case(ref)
    row, form, status, g.case_tab = _row(case, key), NextForm(), 200, tab.PAGE
    form.choice.choices = [(form.choice.data, "")] if form.choice.data else []
    if form.validate_on_submit():
        try:
            if done := submit(form, lambda session: _replace(session, case.id, key, form)):
                return done
        except AlreadyTaken as taken:
            form.refuse("choice", taken.code)
            status = 409
    ways = _ways(db.session(), case, row)
    form.choice.choices = [(value, name) for value, name, _note in ways]
    return render_template(
        "booking/interpreters/staff/next_one.html", page=case_page(case), row=row, form=form, now=now(),
        notes={value: note for value, _name, note in ways},
        elsewhere=[] if ways else queries.lines_and_agencies(db.session(), case.hospital_id),
    ), status if status != 200 or not form.errors else 422  # fmt: skip


def _replace(session: Session, case_id: int, key: str, form: NextForm) -> str:
    case = lock(session, case_id)
    person, modality = form.chosen()
    row = queries.assignment_of(session, case, key) or abort(404)
    known = queries.candidates(session, [_need(case, row, modality)], {person})
    notice = max((one.notice_minutes for one in known.values()), default=0)
    actions.replace_assignment(
        session, case, public_id=key, interpreter_id=person, modality=modality,
        starts_at=_start(row, modality, notice), waiver=form.waiver.data or "",
        gender_note=form.gender_note.data or "", **tab.who(),
    )  # fmt: skip
    return url_for(tab.PAGE, ref=case.reference, _anchor=ANCHOR)


def _start(row: InterpreterAssignment, modality: Modality, notice_minutes: int) -> datetime:
    notice = notice_minutes if modality is Modality.ON_SITE else 0
    return max(row.starts_at, soonest(now(), notice))


def _need(case: Case, row: InterpreterAssignment, modality: Modality):
    begins = max(row.starts_at, soonest(now()))
    return queries.need_of(
        case, language=row.language, modality=modality, starts_at=min(begins, row.ends_at), ends_at=row.ends_at,
        gender=row.gender_wish,
    )  # fmt: skip


def _ways(session: Session, case: Case, row: InterpreterAssignment) -> list[tuple[str, str, str]]:
    """(value, name, note) of everybody who can take over, the nearest way first; never who did not come."""
    if row.replaced_by_id or row.ends_at <= soonest(now()):
        return []
    needs = [_need(case, row, way) for way in Modality]
    found = []
    ranked = queries.offers(session, case.hospital_id, needs, able=READ_EACH_WAY, passed_over=0)
    for need, those in zip(needs, ranked, strict=True):
        able = [
            one
            for one in those.able
            if one.person.key != row.interpreter_id
            and _start(row, need.modality, one.person.notice_minutes) < row.ends_at
        ]
        found += [_way(row, need.modality, one) for one in able[:SHOWN_EACH_WAY]]
    return found


def _way(row: InterpreterAssignment, modality: Modality, one: Proposal) -> tuple[str, str, str]:
    start = _start(row, modality, one.person.notice_minutes)
    return (
        f"{one.person.key}.{modality}",
        words.way_text(one.person.name, modality, start, now(), row.starts_at),
        words.about(one),
    )


# --- relatives ---------------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/relative", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def relative(ref: str):
    case = staff_case(ref)
    form = RelativeForm().offer(case, appointments_of(db.session(), case))

    def work(session: Session, locked: Case) -> str:
        facts = form.facts(appointments_of(session, locked))
        actions.note_relative(session, locked, facts, **tab.who())
        return _("Noted.")

    return _act(case, form, work, slot="relative")


@bp.route("/c/<ref>/travel/relative/<key>/end", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def relative_end(ref: str, key: str):
    case = staff_case(ref)

    def work(session: Session, locked: Case) -> str:
        row = next((one for one in queries.relatives_of(session, locked) if one.public_id == key), None)
        actions.end_relative(session, locked, row or abort(404), **tab.who())
        return _("Noted.")

    return _act(case, Form(), work)
