"""The travel page of a case (S16) and the day across cases (S17).

Every booking room has its acts here, because each of them shows the whole trip again: with the new booking, or with
what was typed, the reason and what is still free. The rooms themselves know no page.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.forms import TripForm
from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter, cancel_assignment
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.itinerary import beginnings
from concierge.booking.itinerary.actions import confirm_trip
from concierge.booking.itinerary.desk import desk
from concierge.booking.itinerary.offers import assignment_span, ride_span
from concierge.booking.itinerary.queries import day_across, next_arrival_at, trip_rows
from concierge.booking.lodging.actions import cancel_stay, reserve_room
from concierge.booking.lodging.forms import StayForm
from concierge.booking.rides.actions import RideOrder, book_ride, cancel_ride
from concierge.booking.rides.forms import RideForm
from concierge.booking.travel.actions import note_flight, remove_flight
from concierge.booking.travel.forms import FlightForm
from concierge.booking.travel.places import known_timezones
from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day, on_our_clocks
from concierge.domain.errors import InvalidInput, RoomTaken, SlotTaken
from concierge.domain.vocabulary import Direction, Modality
from concierge.models import Answer, Case, Hospital
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("itinerary_staff", __name__)

PAGE = "itinerary_staff.travel"
CANCEL = {
    "flight": remove_flight,
    "ride": cancel_ride,
    "check_in": cancel_stay,
    "interpreter": cancel_assignment,
}


@bp.get("/c/<ref>/travel")
@staff(Right.SEE_CASES)
def travel(ref: str):
    """The trip of one case."""
    shown = _trip_page(staff_case(ref))
    return render_template("booking/itinerary/staff/travel.html", **shown), shown["status"]


def _trip_page(case: Case, active: TripForm | None = None) -> dict:
    g.case_tab = PAGE
    page, shown = case_page(case), desk(db.session(), case, active)
    status = 200
    if active is not None and active.errors:
        status = 409 if active.is_taken else 422
    return {
        "page": page, "desk": shown, "form": active, "panels": tab.panels_of(page, {}), "failing": (),
        "timezones": known_timezones(),
        "status": status,
    }  # fmt: skip


def _again(case: Case, form: TripForm):
    """The page with the form that was sent, or that somebody comes back to after signing in again."""
    shown = _trip_page(case, form)
    return render_template("booking/itinerary/staff/travel.html", **shown), shown["status"]


def _book(form: TripForm, choice: str, work: Callable[[Session], str]):
    """Run the work of a form that says *book*. Where somebody was faster, the form says so and offers what is free."""
    if request.form.get("act") != "book":
        return None
    try:
        return submit(form, work)
    except RoomTaken:
        form.refuse_taken(choice, "room_taken")
    except SlotTaken as taken:
        if any(stretch.subject.startswith("case:") for stretch in taken.conflicts):
            form.refuse_taken("starts_at", "patient_busy")
        else:
            form.refuse_taken(choice, "slot_taken")
    return None


def _back(case: Case, message: str, anchor: str = "trip") -> str:
    flash(message, "success")
    return url_for(PAGE, ref=case.reference, _anchor=anchor)


# --- flights ---------------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/flight/<direction>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def flight(ref: str, direction: str):
    case, way = staff_case(ref), _way(direction)
    form = beginnings.flight_form(case, way, is_active=True)
    if form.validate_on_submit() and (done := submit(form, partial(_note_flight, case.id, form, way))):
        return done
    return _again(case, form)


def _note_flight(case_id: int, form: FlightForm, way: Direction, session: Session) -> str:
    case = lock(session, case_id)
    note_flight(session, case, form.facts(way), actor=current_actor(), now=now())
    return _back(case, _("The flight is noted."))


def _way(direction: str) -> Direction:
    if direction not in set(Direction):
        abort(404)
    return Direction(direction)


# --- rooms -----------------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/room", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def room(ref: str):
    case, session = staff_case(ref), db.session()
    form = beginnings.stay_form(
        session, case, trip_rows(session, case.id), session.get(Answer, case.id), is_active=True
    )
    if form.validate_on_submit() and (done := _book(form, "room_id", partial(_reserve, case.id, form))):
        return done
    return _again(case, form)


def _reserve(case_id: int, form: StayForm, session: Session) -> str:
    case = lock(session, case_id)
    arrive_on, leave_on, guests = form.wish()
    reserve_room(
        session, case, room_id=_chosen(form, "room_id"), arrive_on=arrive_on, leave_on=leave_on, guests=guests,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return _back(case, _("The room is booked."))


def _chosen(form: TripForm, name: str) -> int:
    if not form[name].data:
        raise InvalidInput(name, "choose_one")
    return int(form[name].data)


# --- rides -----------------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/ride/<direction>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def ride(ref: str, direction: str):
    case, way, session = staff_case(ref), _way(direction), db.session()
    form = beginnings.ride_form(session, case, trip_rows(session, case.id), way, is_active=True)
    if form.validate_on_submit() and (done := _book(form, "vehicle_id", partial(_drive, case.id, form, way))):
        return done
    return _again(case, form)


def _drive(case_id: int, form: RideForm, way: Direction, session: Session) -> str:
    case = lock(session, case_id)
    starts_at, ends_at = ride_span(form)
    order = RideOrder(
        _chosen(form, "vehicle_id"), way, starts_at, ends_at, form.from_place.data, form.to_place.data,
        form.sign_text.data, form.seats.number,
    )  # fmt: skip
    book_ride(session, case, order, actor=current_actor(), now=now())
    return _back(case, _("The ride is booked."))


# --- interpreters ----------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/interpreter", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def interpreter(ref: str):
    case, session = staff_case(ref), db.session()
    form = beginnings.assignment_form(session, case, trip_rows(session, case.id), is_active=True)
    if form.validate_on_submit() and (done := _book(form, "interpreter_id", partial(_assign, case.id, form))):
        return done
    return _again(case, form)


def _assign(case_id: int, form: AssignmentForm, session: Session) -> str:
    case = lock(session, case_id)
    starts_at, ends_at, visit = assignment_span(form, trip_rows(session, case.id))
    order = AssignmentOrder(
        _chosen(form, "interpreter_id"), form.language.data, Modality(form.modality.data), starts_at, ends_at,
        visit.id if visit else None,
    )  # fmt: skip
    assign_interpreter(session, case, order, actor=current_actor(), now=now())
    return _back(case, _("The interpreter is booked."))


# --- taking something out, and confirming ------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/<kind>/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, kind: str, key: str):
    case = staff_case(ref)
    if kind not in CANCEL:
        abort(404)
    form = Form()
    if form.validate_on_submit() and (done := submit(form, partial(_cancel, case.id, kind, key))):
        return done
    return redirect(url_for(PAGE, ref=case.reference), 303)


def _cancel(case_id: int, kind: str, key: str, session: Session) -> str:
    case = lock(session, case_id)
    CANCEL[kind](session, case, public_id=key, actor=current_actor(), now=now())
    return _back(case, _("It is taken out of the trip."))


@bp.route("/c/<ref>/travel/confirm", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def confirm(ref: str):
    case, session = staff_case(ref), db.session()
    form = beginnings.confirm_form(trip_rows(session, case.id), is_active=True)
    if form.validate_on_submit() and (done := submit(form, partial(_confirm, case.id, form))):
        return done
    return _again(case, form)


def _confirm(case_id: int, form: beginnings.ConfirmForm, session: Session) -> str:
    case = lock(session, case_id)
    confirm_trip(
        session, case, fingerprint=form.fingerprint.data or "", knows_gaps=form.knows_gaps.data,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return _back(case, _("The trip is confirmed and published. The family gets a message."), "confirm")


# --- the day across cases ----------------------------------------------------------------------------------------


@bp.get("/travel/day")
@staff(Right.BOOK_TRAVEL)
def day():
    """Arrivals, rides, interpreters and check-ins of one day, in all hospitals where I book travel."""
    session = db.session()
    hospitals = session.scalars(
        sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id)
    ).all()
    today = local_day(now(), hospitals[0].timezone)
    on = _day(request.args.get("on", ""), today)
    found = day_across(session, hospitals, on)
    following = next_arrival_at(session, hospitals, now()) if found.is_empty else None
    return render_template(
        "booking/itinerary/staff/day.html",
        on=on, today=today, found=found, following=following, home=hospitals[0].timezone,
        following_on=following and local_day(following, hospitals[0].timezone),
    )  # fmt: skip


def _day(typed: str, today: date) -> date:
    try:
        return on_our_clocks(date.fromisoformat(typed))
    except ValueError:
        return today
