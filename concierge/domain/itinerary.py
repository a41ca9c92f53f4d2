"""One itinerary.

Flights, rides, nights, appointments and interpreters on one thread, and where it is torn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from concierge.domain.clocks import at_local, local_day
from concierge.domain.vocabulary import Direction

# A pick-up waits at the airport; a ride out leaves in time for the flight.
RIDE_AFTER_ARRIVAL = timedelta(hours=4)
RIDE_BEFORE_DEPARTURE = timedelta(hours=10)
CHECK_IN, CHECK_OUT = time(15), time(11)


class ItemKind(StrEnum):
    FLIGHT = "flight"
    RIDE = "ride"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    APPOINTMENT = "appointment"
    INTERPRETER = "interpreter"


# Things at the same minute stand in this order; kinds in code order would read oddly.
_ORDER = list(ItemKind)


@dataclass(frozen=True)
class TimedItem:
    """A flight, ride, appointment or interpreter. `source` is whatever the page shows of it."""

    kind: ItemKind
    key: str
    starts_at: datetime
    ends_at: datetime
    direction: Direction | None = None
    source: object = None


@dataclass(frozen=True)
class StayItem:
    """A room from the night of `arrive_on` to the morning of `leave_on`."""

    key: str
    arrive_on: date
    leave_on: date
    source: object = None
    check_in: time = CHECK_IN
    check_out: time = CHECK_OUT


@dataclass(frozen=True)
class Trip:
    """Everything booked for one visit, in any order; `timezone` is the hospital's."""

    timezone: str
    items: tuple[TimedItem, ...] = ()
    stays: tuple[StayItem, ...] = ()

    def of(self, kind: ItemKind, direction: Direction | None = None) -> tuple[TimedItem, ...]:
        return tuple(
            i for i in self.items if i.kind is kind and (direction is None or i.direction is direction)
        )


@dataclass(frozen=True)
class Entry:
    """One row of the page. A check-in or check-out has a usual hour (`is_usual_hour`), not a fixed one."""

    kind: ItemKind
    key: str
    at: datetime
    until: datetime | None
    source: object
    is_usual_hour: bool = False


@dataclass(frozen=True)
class Day:
    on: date
    entries: tuple[Entry, ...]


def assemble(trip: Trip) -> tuple[Day, ...]:
    """The trip by hospital day, in the order in which it will be lived.

    An arriving flight stands where it lands, a departing one where it takes off.
    """
    entries = [_entry(item) for item in trip.items]
    for stay in trip.stays:
        in_at, out_at = (
            at_local(stay.arrive_on, stay.check_in, trip.timezone),
            at_local(stay.leave_on, stay.check_out, trip.timezone),
        )
        entries.append(Entry(ItemKind.CHECK_IN, stay.key, in_at, None, stay.source, is_usual_hour=True))
        entries.append(Entry(ItemKind.CHECK_OUT, stay.key, out_at, None, stay.source, is_usual_hour=True))
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: (e.at, _ORDER.index(e.kind), e.key)):
        by_day.setdefault(local_day(entry.at, trip.timezone), []).append(entry)
    return tuple(Day(on, tuple(found)) for on, found in by_day.items())


def _entry(item: TimedItem) -> Entry:
    at = (
        item.ends_at
        if item.kind is ItemKind.FLIGHT and item.direction is Direction.ARRIVAL
        else item.starts_at
    )
    return Entry(item.kind, item.key, at, item.ends_at, item.source)


@dataclass(frozen=True)
class Gap:
    """A tear: `code`, the item it concerns (""), and the day.

    Codes: no_arrival_ride, no_departure_ride, no_departure_flight, appointment_before_arrival,
    appointment_after_departure, checkout_before_last_appointment, night_without_room,
    interpreter_without_appointment.
    """

    code: str
    key: str
    on: date


def gaps(trip: Trip) -> tuple[Gap, ...]:
    """Where the trip is torn, in the order of days."""
    found = [*_ride_gaps(trip), *_flight_gaps(trip), *_stay_gaps(trip), *_interpreter_gaps(trip)]
    return tuple(sorted(found, key=lambda gap: (gap.on, gap.code, gap.key)))


def _ride_gaps(trip: Trip) -> Iterable[Gap]:
    for flight in trip.of(ItemKind.FLIGHT, Direction.ARRIVAL):
        rides = trip.of(ItemKind.RIDE, Direction.ARRIVAL)
        if not any(flight.ends_at <= ride.starts_at <= flight.ends_at + RIDE_AFTER_ARRIVAL for ride in rides):
            yield Gap("no_arrival_ride", flight.key, local_day(flight.ends_at, trip.timezone))
    for flight in trip.of(ItemKind.FLIGHT, Direction.DEPARTURE):
        rides = trip.of(ItemKind.RIDE, Direction.DEPARTURE)
        if not any(
            flight.starts_at - RIDE_BEFORE_DEPARTURE <= r.starts_at and r.ends_at <= flight.starts_at
            for r in rides
        ):
            yield Gap("no_departure_ride", flight.key, local_day(flight.starts_at, trip.timezone))


def _flight_gaps(trip: Trip) -> Iterable[Gap]:
    arrivals, departures = (
        trip.of(ItemKind.FLIGHT, direction) for direction in (Direction.ARRIVAL, Direction.DEPARTURE)
    )
    if arrivals and not departures:
        last = max(arrivals, key=lambda flight: flight.ends_at)
        yield Gap("no_departure_flight", last.key, local_day(last.ends_at, trip.timezone))
    for item in trip.of(ItemKind.APPOINTMENT):
        on = local_day(item.starts_at, trip.timezone)
        if arrivals and item.starts_at < min(flight.ends_at for flight in arrivals):
            yield Gap("appointment_before_arrival", item.key, on)
        if departures and item.ends_at > max(flight.starts_at for flight in departures):
            yield Gap("appointment_after_departure", item.key, on)


def _stay_gaps(trip: Trip) -> Iterable[Gap]:
    """Nights from arrival (or the first stay) to departure (or the last appointment) need a room each.

    Without any stay and any flight the family sleeps where it lives, and nothing is missing.
    """
    visits = trip.of(ItemKind.APPOINTMENT)
    if trip.stays and visits:
        last = max(visits, key=lambda item: item.ends_at)
        final = max(trip.stays, key=lambda stay: stay.leave_on)
        if final.leave_on < local_day(last.ends_at, trip.timezone):
            yield Gap("checkout_before_last_appointment", final.key, final.leave_on)
    slept = {
        stay.arrive_on + timedelta(days=i)
        for stay in trip.stays
        for i in range((stay.leave_on - stay.arrive_on).days)
    }
    for night in _nights_here(trip):
        if night not in slept:
            yield Gap("night_without_room", "", night)


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


def _interpreter_gaps(trip: Trip) -> Iterable[Gap]:
    """An interpreter where nothing takes place was forgotten when an appointment moved."""
    visits = trip.of(ItemKind.APPOINTMENT)
    for item in trip.of(ItemKind.INTERPRETER):
        if not any(visit.starts_at < item.ends_at and item.starts_at < visit.ends_at for visit in visits):
            yield Gap("interpreter_without_appointment", item.key, local_day(item.starts_at, trip.timezone))
