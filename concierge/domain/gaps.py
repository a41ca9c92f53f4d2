"""Where a trip is torn: what is missing, what cannot both be, and what ends too soon."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from concierge.domain.clocks import local_day
from concierge.domain.itinerary import REST_AFTER_LANDING, ItemKind, StayItem, TimedItem, Trip
from concierge.domain.passports import PassportState, validity
from concierge.domain.vocabulary import Direction

ASSIGNED_BEFORE = timedelta(hours=24)  # a ride without a driver a day ahead
HOLD_ENDS_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class Gap:
    """A tear: `code`, the item it concerns (""), the day, and where they are known its minute and its place.

    Codes: no_arrival_ride, no_departure_ride, no_departure_flight, appointment_before_arrival, short_rest,
    appointment_after_departure, checkout_before_last_appointment, night_without_room, interpreter_without_appointment,
    appointment_without_interpreter, ride_not_assigned, ride_without_wheelchair_place, room_not_accessible, hold_ends,
    two_at_once, passport_ends.
    """

    code: str
    key: str
    on: date
    at: datetime | None = None
    place: str = ""


def gaps(trip: Trip, now: datetime | None = None) -> tuple[Gap, ...]:
    """Where the trip is torn, in the order of days; with `now`, also what ends or begins soon."""
    found = [
        *_ride_gaps(trip, now),
        *_flight_gaps(trip),
        *_stay_gaps(trip, now),
        *_interpreter_gaps(trip),
        *_at_once(trip),
        *_passports(trip),
    ]
    return tuple(sorted(found, key=lambda gap: (gap.on, gap.code, gap.key)))


def _at(trip: Trip, code: str, item: TimedItem, at: datetime) -> Gap:
    return Gap(code, item.key, local_day(at, trip.timezone), at, item.place)


def _ride_gaps(trip: Trip, now: datetime | None) -> Iterator[Gap]:
    for flight in trip.of(ItemKind.FLIGHT):
        if flight.direction and not trip.rides_of(flight):  # none: it is not at our door, only changes on the way
            is_arrival = flight.direction is Direction.ARRIVAL
            code = "no_arrival_ride" if is_arrival else "no_departure_ride"
            yield _at(trip, code, flight, flight.ends_at if is_arrival else flight.starts_at)
    for ride in trip.of(ItemKind.RIDE):
        if ride.is_wanted and now is not None and ride.starts_at < now + ASSIGNED_BEFORE:
            yield _at(trip, "ride_not_assigned", ride, ride.starts_at)
        lacks_place = ride.wheelchair_places is not None and ride.wheelchair_places < ride.wheelchairs
        if lacks_place or (trip.wheelchairs and not ride.wheelchairs and ride.direction is not None):
            yield _at(trip, "ride_without_wheelchair_place", ride, ride.starts_at)


def _flight_gaps(trip: Trip) -> Iterator[Gap]:
    arrivals, departures = (
        trip.of(ItemKind.FLIGHT, direction) for direction in (Direction.ARRIVAL, Direction.DEPARTURE)
    )
    if arrivals and not departures:
        last = max(arrivals, key=lambda flight: flight.ends_at)
        yield Gap("no_departure_flight", last.key, local_day(last.ends_at, trip.timezone))
    for item in trip.of(ItemKind.APPOINTMENT):
        if arrivals:
            landed_at = min(flight.ends_at for flight in arrivals)
            if item.starts_at < landed_at:
                yield _at(trip, "appointment_before_arrival", item, item.starts_at)
            elif item.starts_at < landed_at + REST_AFTER_LANDING:
                yield _at(trip, "short_rest", item, item.starts_at)
        if departures and item.ends_at > max(flight.starts_at for flight in departures):
            yield _at(trip, "appointment_after_departure", item, item.starts_at)


def _stay_gaps(trip: Trip, now: datetime | None) -> Iterator[Gap]:
    """Nights from arrival (or the first stay) to departure (or the last appointment) need a room each.

    Without any stay and any flight the family sleeps where it lives, and nothing is missing.
    """
    visits = trip.of(ItemKind.APPOINTMENT)
    if trip.stays and visits:
        last = max(visits, key=lambda item: item.ends_at)
        final = max(trip.stays, key=lambda stay: stay.leave_on)
        if final.leave_on < local_day(last.ends_at, trip.timezone):
            yield _of_stay("checkout_before_last_appointment", final, final.leave_on)
    kept = [stay for stay in trip.stays if now is None or stay.held_until is None or now < stay.held_until]
    for stay in kept:
        if trip.wheelchairs and not stay.is_accessible:
            yield _of_stay("room_not_accessible", stay, stay.arrive_on)
        if stay.held_until is not None and now is not None and stay.held_until < now + HOLD_ENDS_WITHIN:
            on = local_day(stay.held_until, trip.timezone)
            yield Gap("hold_ends", stay.key, on, stay.held_until, stay.place)
    slept = {
        stay.arrive_on + timedelta(days=i)
        for stay in kept
        for i in range((stay.leave_on - stay.arrive_on).days)
    }
    for night in _nights_here(trip):
        if night not in slept:
            yield Gap("night_without_room", "", night)


def _of_stay(code: str, stay: StayItem, on: date) -> Gap:
    return Gap(code, stay.key, on, None, stay.place)


def _nights_here(trip: Trip) -> tuple[date, ...]:
    arrivals, departures = (
        trip.of(ItemKind.FLIGHT, direction) for direction in (Direction.ARRIVAL, Direction.DEPARTURE)
    )
    firsts = [local_day(flight.ends_at, trip.timezone) for flight in arrivals] or [
        s.arrive_on for s in trip.stays
    ]
    lasts = [local_day(flight.starts_at, trip.timezone) for flight in departures]
    lasts = lasts or [local_day(item.ends_at, trip.timezone) for item in trip.of(ItemKind.APPOINTMENT)]
    if not firsts or not lasts:
        return ()
    return tuple(min(firsts) + timedelta(days=i) for i in range((max(lasts) - min(firsts)).days))


def _interpreter_gaps(trip: Trip) -> Iterator[Gap]:
    """An interpreter where nothing takes place was forgotten when an appointment moved."""
    visits, interpreters = trip.of(ItemKind.APPOINTMENT), trip.of(ItemKind.INTERPRETER)
    for item in interpreters:
        if not _meets_any(item, visits):
            yield _at(trip, "interpreter_without_appointment", item, item.starts_at)
    if trip.needs_interpreter:
        for visit in visits:
            if not _meets_any(visit, interpreters):
                yield _at(trip, "appointment_without_interpreter", visit, visit.starts_at)


def _meets_any(item: TimedItem, others: Iterable[TimedItem]) -> bool:
    return any(overlap(item, other) for other in others)


def overlap(one: TimedItem, other: TimedItem) -> bool:
    """Back to back is no overlap."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _at_once(trip: Trip) -> Iterator[Gap]:
    """The patient cannot be in two places."""
    busy = [*trip.of(ItemKind.APPOINTMENT), *trip.of(ItemKind.RIDE)]
    for one, other in combinations(sorted(busy, key=lambda item: (item.starts_at, item.key)), 2):
        if overlap(one, other):
            yield _at(trip, "two_at_once", other, other.starts_at)


def _passports(trip: Trip) -> Iterator[Gap]:
    """A passport is needed until the flight home, or else until the last night."""
    departures = trip.of(ItemKind.FLIGHT, Direction.DEPARTURE)
    ends = [local_day(flight.ends_at, trip.timezone) for flight in departures]
    ends = ends or [stay.leave_on for stay in trip.stays]
    for key, until in trip.passports:
        if ends and validity(until, returns_on=max(ends), today=max(ends)) is PassportState.ENDS_BEFORE_RETURN:
            yield Gap("passport_ends", key, until)
