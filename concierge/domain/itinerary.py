"""One itinerary.

Flights, rides, nights, appointments and interpreters on one thread. Where it is torn says domain/gaps.py, what a
change does to the rest domain/consequences.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from concierge.domain.clocks import at_local, local_day
from concierge.domain.vocabulary import Direction

# A pick-up waits at the airport; a ride out leaves in time for the flight.
RIDE_AFTER_ARRIVAL = timedelta(hours=4)
RIDE_BEFORE_DEPARTURE = timedelta(hours=10)
# After a long flight people sleep before anybody examines them; and they are at the airport this long before theirs.
REST_AFTER_LANDING = timedelta(hours=12)
AIRPORT_BEFORE = timedelta(hours=4)
CHECK_IN, CHECK_OUT = time(15), time(11)
EARLIER = timedelta(seconds=1)  # whoever rides away has left the room before


class ItemKind(StrEnum):
    FLIGHT = "flight"
    RIDE = "ride"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    APPOINTMENT = "appointment"
    INTERPRETER = "interpreter"
    VISA_LETTER = "visa_letter"  # a paper of the trip: it has no time, only consequences


# Things at the same minute stand in this order; kinds in code order would read oddly.
_ORDER = list(ItemKind)


@dataclass(frozen=True)
class TimedItem:
    """A flight, ride, appointment or interpreter. `source` is whatever the page shows of it.

    `of` is the key of the appointment that an interpreter serves; `is_wanted`: nobody drives it yet; `is_shared`: a
    place on a journey that others ride too. `paid_until` is the last day of the letter that pays it.
    """

    kind: ItemKind
    key: str
    starts_at: datetime
    ends_at: datetime
    direction: Direction | None = None
    source: object = None
    of: str = ""
    place: str = ""
    is_wanted: bool = False
    is_shared: bool = False
    wheelchairs: int = 0
    wheelchair_places: int | None = None  # of the journey; None while there is none
    paid_until: date | None = None
    timezone: str = ""  # of where it begins, if that is not the hospital's


@dataclass(frozen=True)
class StayItem:
    """A room from the night of `arrive_on` to the morning of `leave_on`."""

    key: str
    arrive_on: date
    leave_on: date
    source: object = None
    place: str = ""
    held_until: datetime | None = None
    is_accessible: bool = True
    paid_until: date | None = None
    check_in: time = CHECK_IN
    check_out: time = CHECK_OUT


@dataclass(frozen=True)
class Trip:
    """Everything booked for one visit, in any order; `timezone` is the hospital's.

    `visit` are the first and last day held for the evaluation; `passports` the travellers (their key) whose passport's
    last day is known; `wheelchairs` how many of them stay in their wheelchair.
    """

    timezone: str
    items: tuple[TimedItem, ...] = ()
    stays: tuple[StayItem, ...] = ()
    visit: tuple[date, date] | None = None
    has_visa_letter: bool = False
    needs_interpreter: bool = False
    wheelchairs: int = 0
    passports: tuple[tuple[str, date], ...] = ()

    def of(self, kind: ItemKind, direction: Direction | None = None) -> tuple[TimedItem, ...]:
        return tuple(
            i for i in self.items if i.kind is kind and (direction is None or i.direction is direction)
        )

    def rides_of(self, flight: TimedItem) -> tuple[TimedItem, ...]:
        """The rides that wait for this flight, or bring people to it."""
        return tuple(ride for ride in self.of(ItemKind.RIDE, flight.direction) if serves(ride, flight))


def serves(ride: TimedItem, flight: TimedItem) -> bool:
    """Whether a ride of the same direction is there in time for this flight."""
    if flight.direction is Direction.ARRIVAL:
        return flight.ends_at <= ride.starts_at <= flight.ends_at + RIDE_AFTER_ARRIVAL
    return flight.starts_at - RIDE_BEFORE_DEPARTURE <= ride.starts_at and ride.ends_at <= flight.starts_at


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
    """The trip by day, in the order in which it will be lived: nobody checks in before the ride from the airport.

    An arriving flight stands where it lands, any other where it takes off, on the day that its ticket says.
    """
    entries = [(local_day(entry.at, zone), entry.at, entry) for entry, zone in map(partial(_entry, trip), trip.items)]
    for stay in trip.stays:
        in_at, out_at = (
            at_local(stay.arrive_on, stay.check_in, trip.timezone),
            at_local(stay.leave_on, stay.check_out, trip.timezone),
        )
        moved_in = max([in_at, *_moments(trip, Direction.ARRIVAL, stay.arrive_on)])
        moved_out = min([out_at, *_moments(trip, Direction.DEPARTURE, stay.leave_on)])
        check_in = Entry(ItemKind.CHECK_IN, stay.key, in_at, None, stay.source, is_usual_hour=True)
        check_out = Entry(ItemKind.CHECK_OUT, stay.key, out_at, None, stay.source, is_usual_hour=True)
        entries += [(stay.arrive_on, moved_in, check_in), (stay.leave_on, moved_out - EARLIER, check_out)]
    by_day: dict[date, list[Entry]] = {}
    for on, _at, entry in sorted(entries, key=lambda e: (e[0], e[1], _ORDER.index(e[2].kind), e[2].key)):
        by_day.setdefault(on, []).append(entry)
    return tuple(Day(on, tuple(found)) for on, found in by_day.items())


def _moments(trip: Trip, direction: Direction, on: date) -> list[datetime]:
    """When the journey of a day has brought people to town, or begins to take them away."""
    is_arrival = direction is Direction.ARRIVAL
    moving = (
        item.ends_at if is_arrival else item.starts_at
        for item in trip.items
        if item.direction is direction and item.kind in {ItemKind.FLIGHT, ItemKind.RIDE}
    )
    return [at for at in moving if local_day(at, trip.timezone) == on]


def _entry(trip: Trip, item: TimedItem) -> tuple[Entry, str]:
    """The row and the time zone that names its day."""
    lands_here = item.kind is ItemKind.FLIGHT and item.direction is Direction.ARRIVAL
    at = item.ends_at if lands_here else item.starts_at
    zone = "" if lands_here else item.timezone
    return Entry(item.kind, item.key, at, item.ends_at, item.source), zone or trip.timezone
