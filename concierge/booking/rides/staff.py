"""Rides on the Travel page of a case: what is wanted, with which vehicle, another time, and not at all."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab, words
from concierge.booking.changes import booking_of
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.forms import TripForm
from concierge.booking.rides import actions, offers
from concierge.booking.rides.forms import MoveForm, RideForm, VehicleForm
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import InvalidInput, RunFull, SlotTaken
from concierge.domain.vocabulary import BookingState, Direction
from concierge.models import Case, Ride
from concierge.web.access import staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form

bp = Blueprint("rides_staff", __name__)


@bp.route("/c/<ref>/travel/ride/<way>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def add(ref: str, way: str):
    """A ride: look what is free, note it as wanted, or book it with a vehicle."""
    case = staff_case(ref)
    if way not in offers.WAYS:
        abort(404)
    form = offers.ride_form(case, offers.known(db.session(), case), way, is_active=True)
    return _answer(case, form, partial(_add, form, way), f"ride-{way}", looks=True)


def _add(form: RideForm, way: str, session: Session, case: Case) -> str:
    starts_at, ends_at = offers.span(form)
    trip = offers.known(session, case)
    flight = trip.flight(way)
    order = actions.RideOrder(
        starts_at, ends_at, form.from_place.data, form.to_place.data,
        Direction(way) if way in set(Direction) else None, form.sign_text.data, form.seats.number,
        form.wheelchairs.number, not form.is_without_patient.data, flight.id if flight else None,
        _people(trip, form),
    )  # fmt: skip
    if request.form.get("act") == "want":
        actions.request_ride(session, case, order, **tab.who())
        return _("The ride is noted as wanted.")
    ride = actions.book_ride(session, case, order, **_vehicle(form), **tab.who())
    if ride.state is BookingState.CONFIRMED:
        return _("The ride is booked.")
    why = words.FIRM[is_firm_allowed(session, case, now()).reason]
    return _("The ride is noted as wanted, without a vehicle. %(why)s", why=why)


def _people(trip: offers.Known, form: RideForm):
    """Everybody, when there are places for everybody; of a part of them nobody said who."""
    return trip.people if len(trip.people) == form.seats.number + form.wheelchairs.number else ()


def _vehicle(form: VehicleForm) -> dict:
    if not form.vehicle_id.data:
        raise InvalidInput("vehicle_id", "choose_one")
    driver = form.driver_id.data
    return {"vehicle_id": int(form.vehicle_id.data), "driver_id": int(driver) if driver else None}


@bp.route("/c/<ref>/travel/rides/<key>/vehicle", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def vehicle(ref: str, key: str):
    """A vehicle for a ride that is wanted."""
    case, ride = _ride(ref, key)
    form = offers.vehicle_form(offers.known(db.session(), case), ride, is_active=True)
    return _answer(case, form, partial(_find, form, key), f"find-{key}", looks=True)


def _find(form: VehicleForm, key: str, session: Session, case: Case) -> str:
    actions.drive_ride(session, case, public_id=key, **_vehicle(form), **tab.who())
    return _("The ride is booked.")


@bp.route("/c/<ref>/travel/rides/<key>/time", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def move(ref: str, key: str):
    """Another time."""
    case, ride = _ride(ref, key)
    form = offers.move_form(case, ride, is_active=True)
    return _answer(case, form, partial(_move, form, key), f"move-{key}")


def _move(form: MoveForm, key: str, session: Session, case: Case) -> str:
    starts_at, ends_at = offers.span(form)
    actions.move_ride(
        session, case, public_id=key, starts_at=starts_at, ends_at=ends_at, may_lose_run=form.may_lose_run.data,
        **tab.who(),
    )  # fmt: skip
    return _("The ride is moved.")


@bp.route("/c/<ref>/travel/rides/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, key: str):
    case, _ride_there = _ride(ref, key)

    def work(session: Session, locked: Case) -> str:
        actions.cancel_ride(session, locked, public_id=key, **tab.who())
        return _("It is taken out of the trip.")

    return tab.act(case, Form(), work, "rides")


def _ride(ref: str, key: str) -> tuple[Case, Ride]:
    case = staff_case(ref)
    try:
        return case, booking_of(db.session(), Ride, case, key)
    except InvalidInput:
        abort(404)


def _answer(
    case: Case, form: TripForm, work: Callable[[Session, Case], str], slot: str, *, looks: bool = False
):
    """The work of a form that says *book*; where somebody was faster, the page with what is still free."""
    if not form.is_submitted():
        return redirect(url_for(tab.PAGE, ref=case.reference, _anchor="rides"))
    if looks and request.form.get("act") not in {"book", "want"}:
        return tab.show_travel(case, status=200 if form.validate() else 422, **{slot: form})
    try:
        return tab.act(case, form, work, "rides", slot=slot)
    except SlotTaken as taken:
        is_patient = actions.is_patient_busy(taken)
        field = "starts_at" if is_patient or "vehicle_id" not in form else "vehicle_id"
        form.refuse_taken(field, "patient_busy" if is_patient else "slot_taken")
    except RunFull:
        form.refuse_taken("seats", "run_full")
    return tab.show_travel(case, status=409, **{slot: form})
