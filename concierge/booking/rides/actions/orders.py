"""What is wanted of a ride and of a run, and what makes neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.domain.booking import quarter_hours
from concierge.domain.clocks import local_day
from concierge.domain.discreet import is_discreet
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money
from concierge.domain.rides import is_fit_for_sign
from concierge.domain.vocabulary import Benefit, Direction, OutingPurpose, ResourceKind, RunKind
from concierge.models import Case, Flight, Hospital, Resource, Ride, Run, Tariff, Traveller

RIDE_TARIFF = "RIDE"  # the code under which a hospital keeps its price of one ride


@dataclass(frozen=True)
class RideOrder:
    """Places that a family wants. Times are UTC on quarter-hours; who stays in a wheelchair takes no seat.

    `has_patient`: the patient comes along, and so cannot be anywhere else at that time.
    """

    starts_at: datetime
    ends_at: datetime
    from_place: str
    to_place: str
    direction: Direction | None = None
    sign_text: str = ""
    seats: int = 1
    wheelchairs: int = 0
    has_patient: bool = True
    flight_id: int | None = None
    travellers: Sequence[Traveller] = ()


@dataclass(frozen=True)
class RunOrder:
    """One journey of a vehicle. Times are UTC on quarter-hours; places None: all that the vehicle has."""

    vehicle_id: int
    starts_at: datetime
    ends_at: datetime
    from_place: str
    to_place: str
    kind: RunKind = RunKind.TRANSFER
    driver_id: int | None = None
    seats: int | None = None
    wheelchair_places: int | None = None
    line_id: int | None = None
    purpose: OutingPurpose | None = None
    title: str = ""
    meeting_point: str = ""
    join_until: datetime | None = None


def check_ride(session: Session, case: Case, order: RideOrder, now: datetime) -> None:
    """Raises InvalidInput beside the field: not_discreet, time_in_past, nobody_rides, unknown_flight, quarter-hours."""
    check_texts(order, "sign_text", "from_place", "to_place")
    if not is_fit_for_sign(order.sign_text):
        raise InvalidInput("sign_text", "not_discreet")
    check_places(order.seats, order.wheelchairs)
    check_times(order.starts_at, order.ends_at, now)
    flight = session.get(Flight, order.flight_id) if order.flight_id else None
    if order.flight_id and (flight is None or flight.case_id != case.id):
        raise InvalidInput("flight_id", "unknown_flight")


def check_places(seats: int, wheelchairs: int) -> None:
    if seats < 0 or wheelchairs < 0 or seats + wheelchairs < 1:
        raise InvalidInput("seats", "nobody_rides")


def check_fits(vehicle: Resource, seats: int, wheelchairs: int) -> None:
    """Raises InvalidInput: too_many_seats, too_many_wheelchairs. A wheelchair goes on no vehicle without its place."""
    if not 0 <= seats <= vehicle.seats:
        raise InvalidInput("seats", "too_many_seats", seats=vehicle.seats)
    if not 0 <= wheelchairs <= vehicle.wheelchair_places:
        raise InvalidInput("wheelchairs", "too_many_wheelchairs", places=vehicle.wheelchair_places)


def check_texts(order: RideOrder | RunOrder, *fields: str) -> None:
    """Strangers read them: on a sign, on a driver's telephone, over somebody's shoulder."""
    for field in fields:
        if not is_discreet(getattr(order, field)):
            raise InvalidInput(field, "not_discreet")


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if starts_at < now:
        raise InvalidInput("starts_at", "time_in_past")
    quarter_hours(starts_at, ends_at)


def the_vehicle(session: Session, hospital_id: int, vehicle_id: int) -> Resource:
    return _ours(session, hospital_id, vehicle_id, ResourceKind.VEHICLE, "vehicle_id", "unknown_vehicle")


def the_driver(session: Session, hospital: Hospital, driver_id: int | None, at: datetime) -> Resource | None:
    """Who drives; None where nobody is named. Raises InvalidInput(driver_id): unknown_driver, licence_ended."""
    if driver_id is None:
        return None
    driver = _ours(session, hospital.id, driver_id, ResourceKind.DRIVER, "driver_id", "unknown_driver")
    if driver.credential_until and driver.credential_until < local_day(at, hospital.timezone):
        raise InvalidInput("driver_id", "licence_ended")
    return driver


def _ours(
    session: Session, hospital_id: int, resource_id: int, kind: ResourceKind, field: str, code: str
) -> Resource:
    found = session.get(Resource, resource_id)
    if found is None or found.hospital_id != hospital_id or found.kind is not kind or not found.is_active:
        raise InvalidInput(field, code)
    return found


def pay(session: Session, case: Case, ride: Ride, run: Run, now: datetime) -> None:
    """Write who pays this ride. Shuttles and outings are open to everybody and cost nobody anything."""
    if run.kind is not RunKind.TRANSFER:
        return
    on = local_day(ride.starts_at, case.hospital.timezone)
    benefits.share(
        session, case, f"ride:{ride.id}", Benefit.RIDES, travellers=ride.travellers, on=on,
        cost=_cost(session, case.hospital_id, on), now=now,
    )  # fmt: skip


def _cost(session: Session, hospital_id: int, on) -> Money | None:
    """The price of one ride that holds on that day, its upper end; None where the hospital has none."""
    tariff = session.scalar(
        sa.select(Tariff).where(
            Tariff.hospital_id == hospital_id, Tariff.code == RIDE_TARIFF, Tariff.valid_from <= on,
            sa.or_(Tariff.valid_until.is_(None), Tariff.valid_until >= on),
        )
    )  # fmt: skip
    return tariff.range.high if tariff else None
