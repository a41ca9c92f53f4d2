"""Flights and trains of a case, as a coordinator notes, reads, changes and follows them."""


from collections.abc import Callable

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.changes import booking_of
from concierge.booking.forms import typed_at
from concierge.booking.travel import actions, pages, panel
from concierge.booking.travel.forms import JourneyForm, ReadForm, StatusForm, naming_leg
from concierge.booking.travel.places import known_timezones
from concierge.booking.travel.reading import read_text
from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import instants_of
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Direction, FlightState, RecordKind, RecordState
from concierge.models import Case, Document, Flight
from concierge.records import actions as records
from concierge.records import files
from concierge.web.access import staff, staff_case
from concierge.web.forms import Form, LocalDateTime
from concierge.web.once import submit

bp = Blueprint("travel_staff", __name__)

ANCHOR = "flights"


def _show(case: Case, form: JourneyForm, way: Direction) -> tuple[str, int]:
    g.case_tab = tab.PAGE
    form.would_pay = pages.would_pay(case, form)
    html = render_template(
        "booking/travel/staff/flight.html",
        page=case_page(case),
        form=form,
        way=way,
        timezones=known_timezones(),
    )
    return html, 422 if form.errors else 200


@bp.route("/c/<ref>/travel/flight/<direction>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def flight(ref: str, direction: str):
    """Note a journey: one flight or train, or several that follow one another."""
    case = staff_case(ref)
    way = Direction(direction) if direction in set(Direction) else abort(404)
    form = pages.blank(case, way)

    def work(session: Session) -> str:
        noted = pages.note_all(session, lock(session, case.id), form)
        flash(
            ngettext("%(num)s flight or train is noted.", "%(num)s flights or trains are noted.", len(noted)),
            "success",
        )
        return url_for(tab.PAGE, ref=case.reference, _anchor=ANCHOR)

    if request.form.get("act") == "leg":
        pages.add_leg(form)
    elif form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _show(case, form, way)


@bp.route("/c/<ref>/travel/confirmation", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def read(ref: str):
    """*Paste a confirmation*: its text in the fields of the form, or its file kept and then read."""
    case, form = staff_case(ref), ReadForm()
    if not form.validate_on_submit():
        return tab.show_travel(case, status=422, read=form) if form.is_submitted() else _back(case)
    if form.files.files:
        kept: list[Document] = []

        def also(session: Session, locked: Case, documents: list[Document]) -> None:
            for document in documents:
                records.file_document(
                    session,
                    locked,
                    document,
                    kind=RecordKind.OTHER,
                    finding=RecordState.RECEIVED,
                    **tab.who(),
                )
            kept.extend(documents)

        def led_to(_count: int) -> str:
            address = url_for("travel_staff.flight", ref=case.reference, direction=Direction.ARRIVAL.value)
            return f"{address}?document={kept[0].public_id}"

        batch = files.take_in(form, form.files.files[:1], case, RecordKind.OTHER, led_to, also)
        return batch.done or tab.show_travel(case, status=422, read=form)
    if not form.text.data:
        form.refuse("text", "nothing_to_read")
        return tab.show_travel(case, status=422, read=form)
    reading = read_text(case, form.text.data, Direction.ARRIVAL)
    return _show(case, pages.filled(case, reading, Direction.ARRIVAL, is_posted=False), Direction.ARRIVAL)


def _back(case: Case):
    return redirect(url_for(tab.PAGE, ref=case.reference, _anchor=ANCHOR))


def _flight(session: Session, case: Case, key: str) -> Flight:
    try:
        found = booking_of(session, Flight, case, key)
    except InvalidInput:
        abort(404)
    return found if not found.is_cancelled else abort(404)


@bp.route("/c/<ref>/travel/flights/<key>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def change(ref: str, key: str):
    """Other facts of a flight, and how it stands now."""
    case = staff_case(ref)
    row = _flight(db.session(), case, key)
    form = pages.of_flight(case, row, panel.cost_of(panel.shares_of(db.session(), row)))

    def work(session: Session) -> str:
        with naming_leg(0):
            (facts,) = form.journey()
            actions.change_flight(session, lock(session, case.id), public_id=key, facts=facts, **tab.who())
        flash(_("The flight is changed. Look below what else has to move."), "success")
        return url_for(tab.PAGE, ref=case.reference, _anchor=ANCHOR)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _show_change(case, row, form, _status_form(row))


def _status_form(row: Flight) -> StatusForm:
    values = {
        "status": row.status.value, "departs_local": typed_at(row.leaves_at, row.from_timezone),
        "arrives_local": typed_at(row.lands_at, row.to_timezone),
    }  # fmt: skip
    return StatusForm(formdata=None, data=values)


def _show_change(case: Case, row: Flight, form: JourneyForm, status: StatusForm) -> tuple[str, int]:
    g.case_tab = tab.PAGE
    form.would_pay = pages.would_pay(case, form, row, panel.cost_of(panel.shares_of(db.session(), row)))
    html = render_template(
        "booking/travel/staff/change.html", page=case_page(case), form=form, status=status, flight=row,
        timezones=known_timezones(),
    )  # fmt: skip
    return html, 422 if form.errors or status.errors else 200


@bp.route("/c/<ref>/travel/flights/<key>/status", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def status(ref: str, key: str):
    """A delay or a landing, typed by hand."""
    case = staff_case(ref)
    row, form = _flight(db.session(), case, key), StatusForm()

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        departs_at = _instant(form.departs_local, row.from_timezone)
        arrives_at = _instant(form.arrives_local, row.to_timezone)
        actions.note_status(
            session, locked, public_id=key, status=FlightState(form.status.data), departs_at=departs_at,
            arrives_at=arrives_at, **tab.who(),
        )  # fmt: skip
        flash(_("It is noted how the flight stands."), "success")
        return url_for(tab.PAGE, ref=case.reference, _anchor=ANCHOR)

    if not form.is_submitted():
        return redirect(url_for("travel_staff.change", ref=ref, key=key))
    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    cost = panel.cost_of(panel.shares_of(db.session(), row))
    return _show_change(case, row, pages.of_flight(case, row, cost, is_posted=False), form)


def _instant(field: LocalDateTime, timezone: str):
    if field.at_or_none is None:
        return None
    found = instants_of(field.at.replace(tzinfo=None), timezone)
    if not found:
        raise InvalidInput(field.short_name, "time_does_not_exist")
    return found[0]


@bp.route("/c/<ref>/travel/flights/<key>/check", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def check(ref: str, key: str):
    """What the family told is right."""
    return _press(
        ref, lambda s, case: actions.confirm_flight(s, case, public_id=key, **tab.who()), _("It is checked.")
    )


@bp.route("/c/<ref>/travel/flights/<key>/remove", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def remove(ref: str, key: str):
    done = _("It is taken out of the trip.")
    return _press(ref, lambda s, case: actions.remove_flight(s, case, public_id=key, **tab.who()), done)


def _press(ref: str, verb: Callable[[Session, Case], None], said: str):
    def work(session: Session, case: Case) -> str:
        verb(session, case)
        return said

    return tab.act(staff_case(ref), Form(), work, ANCHOR)
