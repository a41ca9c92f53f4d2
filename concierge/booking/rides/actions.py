"""Airport rides: a vehicle with its driver, and the patient, are had once for each quarter-hour."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.travellers import travellers_of
from concierge.cases import ledger
from concierge.cases.actions import check_open
from concierge.cases.release import release_ride
from concierge.domain.access import Actor
from concierge.domain.booking import quarter_hours
from concierge.domain.clocks import local_day
from concierge.domain.discreet import is_discreet
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Benefit, BookingState, Direction, PlaceKind, ResourceKind
from concierge.models import Case, PlaceLedger, Resource, Ride, Run

# A sign is read by a whole arrivals hall: a name, never an illness, never where in the hospital somebody goes.
_DEPARTMENT = re.compile(
    r"\b(department|ward|clinic|surgery|radiology|ha?ematology|отделение|khoa)\b|قسم|عيادة|科室|内科|外科|门诊",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RideOrder:
    """What is to be driven. Times are UTC on quarter-hours."""

    vehicle_id: int
    direction: Direction
    starts_at: datetime
    ends_at: datetime
    from_place: str
    to_place: str
    sign_text: str
    seats: int


def book_ride(session: Session, case: Case, order: RideOrder, *, actor: Actor, now: datetime) -> Ride:
    """Book a vehicle. Raises SlotTaken with what is in the way (vehicle or patient), and InvalidInput."""
    check_open(case)
    vehicle = _checked_vehicle(session, case, order)
    _check_texts(order)
    if order.starts_at < now:
        raise InvalidInput("starts_at", "time_in_past")
    quarter_hours(order.starts_at, order.ends_at)
    run = Run(
        hospital_id=case.hospital_id, vehicle=vehicle, starts_at=order.starts_at, ends_at=order.ends_at,
        from_place=order.from_place, to_place=order.to_place, seats=vehicle.seats,
        wheelchair_places=int(vehicle.has_wheelchair_place), planned_by=actor.name, planned_at=now,
    )  # fmt: skip
    ride = Ride(
        case_id=case.id, run=run, direction=order.direction, starts_at=order.starts_at, ends_at=order.ends_at,
        from_place=order.from_place, to_place=order.to_place, sign_text=order.sign_text, seats=order.seats,
        booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    with session.begin_nested():
        session.add_all([run, ride])
        session.flush()
        _claim(session, ride, run, order)
    benefits.share(
        session, case, holder(ride), Benefit.RIDES, travellers=travellers_of(session, case)[: order.seats],
        on=local_day(order.starts_at, case.hospital.timezone), now=now,
    )  # fmt: skip
    trip_changed(session, case, "ride_booked", actor, now, ride=ride.public_id)
    return ride


def cancel_ride(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give vehicle and time back. Cancelling twice changes nothing. Raises InvalidInput for a ride of another case."""
    ride = booking_of(session, Ride, case, public_id)
    if ride.state is BookingState.CANCELLED:
        return
    ride.state = BookingState.CANCELLED
    release_ride(session, ride)
    benefits.unshare(session, holder(ride))
    trip_changed(session, case, "ride_cancelled", actor, now, ride=public_id)


def holder(ride: Ride) -> str:
    """The name of a ride in the slot ledger: the patient's quarter-hours."""
    return f"ride:{ride.id}"


def run_holder(run: Run) -> str:
    """The name of a run in the slot ledger: the quarter-hours of vehicle and driver."""
    return f"run:{run.id}"


def _claim(session: Session, ride: Ride, run: Run, order: RideOrder) -> None:
    vehicle, patient = ledger.resource_subject(order.vehicle_id), ledger.case_subject(ride.case_id)
    ledger.claim(session, (patient,), order.starts_at, order.ends_at, holder(ride))
    ledger.claim(session, (vehicle,), order.starts_at, order.ends_at, run_holder(run))
    places = [
        {"run_id": run.id, "kind": PlaceKind.SEAT, "number": number, "ride_id": ride.id}
        for number in range(1, order.seats + 1)
    ]
    session.execute(sa.insert(PlaceLedger), places)


def _checked_vehicle(session: Session, case: Case, order: RideOrder) -> Resource:
    vehicle = session.get(Resource, order.vehicle_id)
    is_ours = vehicle is not None and vehicle.hospital_id == case.hospital_id and vehicle.is_active
    if vehicle is None or not is_ours or vehicle.kind is not ResourceKind.VEHICLE:
        raise InvalidInput("vehicle_id", "unknown_vehicle")
    if not 1 <= order.seats <= vehicle.seats:
        raise InvalidInput("seats", "too_many_seats", seats=vehicle.seats)
    return vehicle


def _check_texts(order: RideOrder) -> None:
    for field in ("sign_text", "from_place", "to_place"):
        if not is_discreet(getattr(order, field)):
            raise InvalidInput(field, "not_discreet")
    if _DEPARTMENT.search(order.sign_text):
        raise InvalidInput("sign_text", "not_discreet")
