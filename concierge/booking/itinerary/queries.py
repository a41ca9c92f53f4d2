"""Everything booked for a visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import itinerary
from concierge.domain.itinerary import ItemKind, StayItem, TimedItem
from concierge.domain.vocabulary import BookingState, Direction
from concierge.models import Appointment, Flight, InterpreterAssignment, Ride, Stay


@dataclass(frozen=True)
class TripRows:
    """The rows of one trip that are not cancelled, each in the order of time."""

    flights: Sequence[Flight]
    stays: Sequence[Stay]
    rides: Sequence[Ride]
    appointments: Sequence[Appointment]
    assignments: Sequence[InterpreterAssignment]

    def flight(self, direction: Direction) -> Flight | None:
        """The first that brings somebody to us, or the last that takes somebody home."""
        found = [flight for flight in self.flights if flight.direction is direction and flight.is_at_our_door]
        return (found[0] if direction is Direction.ARRIVAL else found[-1]) if found else None

    @property
    def is_empty(self) -> bool:
        return not any((self.flights, self.stays, self.rides, self.appointments, self.assignments))

    @property
    def fingerprint(self) -> str:
        """Changes with anything that the family would notice, so that nobody publishes what they did not see."""
        timed: list[Ride | Appointment | InterpreterAssignment] = [
            *self.rides,
            *self.appointments,
            *self.assignments,
        ]
        seen = [
            *((f.public_id, f.leaves_at, f.lands_at) for f in self.flights),
            *((s.public_id, s.arrive_on, s.leave_on) for s in self.stays),
            *((row.public_id, row.starts_at, row.ends_at) for row in timed),
        ]
        return sha256(repr(seen).encode()).hexdigest()[:32]


def trip_rows(session: Session, case_id: int) -> TripRows:
    """One query for each kind of booking."""

    def all_of(model, order, *conditions):
        return session.scalars(
            sa.select(model).where(model.case_id == case_id, *conditions).order_by(order, model.id)
        ).all()

    def booked(model, order):
        return all_of(model, order, model.state != BookingState.CANCELLED)

    return TripRows(
        flights=all_of(Flight, Flight.departs_at, Flight.is_cancelled.is_(False)),
        stays=booked(Stay, Stay.arrive_on),
        rides=booked(Ride, Ride.starts_at),
        appointments=all_of(Appointment, Appointment.starts_at, Appointment.is_cancelled.is_(False)),
        assignments=booked(InterpreterAssignment, InterpreterAssignment.starts_at),
    )


def as_trip(rows: TripRows, timezone: str) -> itinerary.Trip:
    """The rows as domain/itinerary.py judges them."""
    items = [
        TimedItem(
            ItemKind.FLIGHT, f.public_id, f.leaves_at, f.lands_at, f.direction if f.is_at_our_door else None, f,
            timezone=f.from_timezone,
        )  # a change of planes on the way needs no ride
        for f in rows.flights
    ]
    items += [
        TimedItem(ItemKind.RIDE, r.public_id, r.starts_at, r.ends_at, r.direction, r) for r in rows.rides
    ]
    items += _timed(ItemKind.APPOINTMENT, rows.appointments)
    items += _timed(ItemKind.INTERPRETER, rows.assignments)
    stays = tuple(
        StayItem(s.public_id, s.arrive_on, s.leave_on, s, check_in=s.house.check_in, check_out=s.house.check_out)
        for s in rows.stays
    )
    return itinerary.Trip(timezone, tuple(items), stays)


def _timed(kind: ItemKind, rows: Iterable[Appointment | InterpreterAssignment]) -> list[TimedItem]:
    return [TimedItem(kind, row.public_id, row.starts_at, row.ends_at, None, row) for row in rows]
