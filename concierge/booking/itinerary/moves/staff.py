"""Moving one thing of a trip (S16): first everything that follows from it, then one confirmation."""

from functools import partial

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.itinerary.cards import cards_by_day
from concierge.booking.itinerary.moves.actions import apply_change
from concierge.booking.itinerary.moves.forms import ChangeForm
from concierge.booking.itinerary.moves.sheet import Sheet, decisions, seen_of, sheet
from concierge.booking.itinerary.queries import TripRows, trip_rows
from concierge.booking.itinerary.whole import whole_trip
from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.cases.visit_dates import check_dates
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.consequences import VISIT, Change, new_visit
from concierge.domain.errors import AlreadyTaken, InvalidInput, SlotTaken, Stale
from concierge.domain.itinerary import StayItem, TimedItem, Trip
from concierge.models import Answer, Case
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("moves_staff", __name__)
TRAVEL = "itinerary_staff.travel"


@bp.route("/c/<ref>/travel/change", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def change(ref: str):
    """Choose what changes, see what follows, confirm all of it."""
    case, session = staff_case(ref), db.session()
    key = request.values.get("item", "")
    rows = trip_rows(session, case.id)
    trip = whole_trip(session, case, rows)
    if not key:
        return _page(case, rows)
    form = ChangeForm(trip, _item(trip, key))
    if not form.is_submitted() or not form.validate():
        return _page(case, rows, form)
    try:
        wanted = form.change()
        _check(case, trip, wanted)
    except InvalidInput as error:
        form.refuse(error.field, error.code, **error.data)
        return _page(case, rows, form)
    if request.form.get("act") == "confirm":
        answered = _confirm(case, rows, trip, wanted, form)
        if answered is not None:
            return answered
        session.rollback()
        rows = trip_rows(session, case.id)
        trip = whole_trip(session, case, rows)
    return _page(case, rows, form, sheet(session, case, rows, trip, wanted, _typed()))


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name.startswith("do-")}


def _item(trip: Trip, key: str) -> TimedItem | StayItem | None:
    if key == VISIT:
        return None
    items: tuple[TimedItem | StayItem, ...] = (*trip.items, *trip.stays)
    found = next((one for one in items if one.key == key), None)
    if found is None:
        abort(404)
    return found


def _check(case: Case, trip: Trip, wanted: Change) -> None:
    """Days that cannot be held are refused before anybody reads a list."""
    if wanted.first_on is not None and trip.visit is not None:
        if not case.hospital.calendar.is_working_day(wanted.first_on):
            raise InvalidInput("first_on", "day_closed", on=wanted.first_on)
        first_on, last_on = new_visit(trip.visit, wanted.first_on, case.hospital.calendar)
        check_dates(case, first_on, last_on, local_day(now(), case.hospital.timezone))


def _confirm(case: Case, rows: TripRows, trip: Trip, wanted: Change, form: ChangeForm):
    """Apply it; None where the page must be seen again, with the reason in the form."""
    session = db.session()
    trip_seen, _dot, change_seen = (form.seen.data or "").partition(".")
    if change_seen != seen_of(rows, session.get(Answer, case.id), wanted).partition(".")[2]:
        form.refuse("form", "look_again")
        return None
    shown = sheet(session, case, rows, trip, wanted, _typed())
    try:
        return submit(form, partial(_apply, case.id, wanted, shown, trip_seen))
    except Stale:
        form.refuse_taken("form", "trip_stale")
    except SlotTaken as taken:
        is_patient = any(stretch.subject.startswith("case:") for stretch in taken.conflicts)
        form.refuse_taken("form", "patient_busy" if is_patient else "slot_taken")
    except AlreadyTaken as error:
        form.refuse_taken("form", error.code)
    return None


def _apply(case_id: int, wanted: Change, shown: Sheet, trip_seen: str, session: Session) -> str:
    case = lock(session, case_id)
    apply_change(
        session, case, wanted, decisions(shown.found, shown.titles, _typed()), seen=trip_seen,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("The trip is changed. Publish it so that the family gets the new times."), "success")
    return url_for(TRAVEL, ref=case.reference, _anchor="trip")


def _page(case: Case, rows: TripRows, form: ChangeForm | None = None, found: Sheet | None = None):
    g.case_tab = TRAVEL
    status = 200
    if form is not None and (form.errors or form.form_errors):
        status = 409 if form.is_taken else 422
    if form is not None and found is not None:
        form.seen.data = found.seen
    html = render_template(
        "booking/itinerary/moves/staff/change.html", page=case_page(case), form=form, sheet=found,
        days=cards_by_day(case, rows, is_joined=False), answer=db.session.get(Answer, case.id),
        title=_title(case, rows, form),
    )  # fmt: skip
    return html, status


def _title(case: Case, rows: TripRows, form: ChangeForm | None) -> str:
    if form is None or form.subject is None:
        return _("The evaluation") if form else ""
    key = form.subject.key
    cards = (card for day in cards_by_day(case, rows, is_joined=False) for card in day.cards)
    return next((card.title for card in cards if card.key == key), "")
