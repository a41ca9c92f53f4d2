"""Who can be driven together: what a day of rides asks, what vehicles and drivers give, and what fits with what.

A vehicle drives from one place to one area, at a quarter-hour, with one driver. Families of one run start at the same
airport and terminal and end in the same area; nobody waits longer than the hospital allows. How the best plan is found
is gateways/assignment.py; a proposal is judged and shown by people before anything is stored.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from concierge.domain.booking import QUARTER, up_to_quarter_at
from concierge.domain.vocabulary import Direction

NO_TIME = timedelta()
_AIRPORT = re.compile(r"\(([A-Z]{3})\)")
_TERMINAL = re.compile(r"\bterminal\s*([0-9A-Z]{1,2})\b|\bT([0-9]{1,2})\b", re.IGNORECASE)

_SETTINGS = {
    "most_wait": "wait",
    "turnaround": "turnaround",
    "usual_drive": "drive",
    "town_drive": "town",
}
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rules:
    """How a hospital drives; minutes in its settings, all with defaults.

    `areas` names places that lie so close that one journey serves them (`{"Juniper House": "campus"}`); `drives` are
    minutes between an airport (IATA) and an area or place, the same in both directions.
    """

    most_wait: timedelta = timedelta(minutes=45)
    turnaround: timedelta = timedelta(minutes=15)
    usual_drive: timedelta = timedelta(minutes=60)  # to or from an airport
    town_drive: timedelta = timedelta(minutes=30)  # between two other places
    areas: Mapping[str, str] = field(default_factory=dict)
    drives: Mapping[tuple[str, str], timedelta] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Rules":
        """From the settings of a hospital: wait, turnaround, drive, town (minutes), areas {place: area}, drives
        [[airport, area, minutes]]."""
        given = {name: timedelta(minutes=settings[key]) for name, key in _SETTINGS.items() if key in settings}
        areas = {_plain(place): _plain(area) for place, area in settings.get("areas", {}).items()}
        drives = {
            (airport, _plain(area)): timedelta(minutes=minutes)
            for airport, area, minutes in settings.get("drives", ())
        }
        return cls(**given, areas=areas, drives=drives)

    def start_of(self, place: str) -> str:
        """Where riders stand: the airport with its terminal, or the place itself."""
        airport = _airport(place)
        return f"{airport}{_terminal(place)}" if airport else _plain(place)

    def area_of(self, place: str) -> str:
        """Where a journey may end for several: the airport with its terminal, or the area of a place."""
        return self.start_of(place) if _airport(place) else self.areas.get(_plain(place), _plain(place))

    def spot(self, end: str) -> str:
        """An end of a journey without its terminal: where a vehicle that got there stands."""
        return _airport_in(end) or self.areas.get(end, end)

    def drive(self, start: str, area: str) -> timedelta:
        """How long it takes between two places as `start_of` and `area_of` name them; nothing within one area."""
        ends = (self.spot(start), self.spot(area))
        if ends[0] == ends[1]:
            return NO_TIME
        usual = self.usual_drive if any(map(_airport_in, ends)) else self.town_drive
        return up_to_quarter(self.drives.get(ends) or self.drives.get(ends[::-1]) or usual)


@dataclass(frozen=True)
class Wanted:
    """A ride that nobody drives yet. `starts_at` is when the family is ready; `busy` is when the patient cannot go.

    `language` is what the family speaks, as `domain.interpreting.spoken` names it.
    """

    key: str
    starts_at: datetime
    from_place: str
    to_place: str
    seats: int
    wheelchairs: int = 0
    direction: Direction | None = None
    busy: tuple[Span, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Car:
    """A vehicle with its places."""

    id: int
    seats: int
    wheelchair_places: int = 0
    away: tuple[Span, ...] = ()  # in the workshop, lent out


@dataclass(frozen=True)
class Driver:
    """Who drives, and when not; `languages` as `Wanted.language`."""

    id: int
    away: tuple[Span, ...] = ()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Journey:
    """A way of a vehicle, possible or chosen; its ends as `Rules.start_of` and `Rules.area_of` name them."""

    start: str
    area: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class FixedRun:
    """A journey that stands already, as a person or a timetable made it. Riders may join where `is_open`."""

    key: str
    car_id: int
    driver_id: int | None
    journey: Journey
    seats_left: int = 0
    wheelchairs_left: int = 0
    is_open: bool = False


@dataclass(frozen=True)
class Day:
    """Everything that an assignment is made from. `not_before`: nobody is sent into the past."""

    rules: Rules
    wanted: tuple[Wanted, ...]
    cars: tuple[Car, ...]
    drivers: tuple[Driver, ...]
    fixed: tuple[FixedRun, ...]
    not_before: datetime

    @property
    def fingerprint(self) -> str:
        """Changes with every fact of the day, so that nobody confirms a proposal over other facts."""
        facts = (self.rules, self.wanted, self.cars, self.drivers, self.fixed)
        return sha256(repr(facts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ProposedRun:
    """One journey of a proposal. `fixed_key` is the run that stands already and only takes more people."""

    journey: Journey
    car_id: int
    driver_id: int | None
    riders: tuple[str, ...]
    fixed_key: str = ""


@dataclass(frozen=True)
class Proposal:
    """`unplaced` says for each ride that stays wanted why: a code of `reason_alone`, or all_taken (others needed it).

    `may_save` and `may_place` are how many runs less, or how many more rides placed, a better plan could have at most;
    both are 0 where this one is proven to be the best.
    """

    runs: tuple[ProposedRun, ...] = ()
    unplaced: tuple[tuple[str, str], ...] = ()
    least_runs: int = 0
    may_save: int = 0
    may_place: int = 0

    @property
    def new_runs(self) -> int:
        return sum(not run.fixed_key for run in self.runs)

    @property
    def is_best(self) -> bool:
        return not (self.may_save or self.may_place)


def starts_for(ride: Wanted, rules: Rules) -> tuple[datetime, ...]:
    """The quarter-hours at which this ride may begin, the one without waiting first.

    After a flight a family can wait at the airport, before one they can be there earlier; any other ride keeps its
    minute, because an appointment stands behind it.
    """
    ready = up_to_quarter_at(ride.starts_at)
    steps = rules.most_wait // QUARTER
    if ride.direction is Direction.ARRIVAL:
        later = (ready + QUARTER * step for step in range(steps + 1))
        return tuple(at for at in later if at - ride.starts_at <= rules.most_wait)
    if ride.direction is Direction.DEPARTURE:
        return tuple(down_to_quarter_at(ride.starts_at) - QUARTER * step for step in range(steps + 1))
    return (ready,)


def journeys_for(ride: Wanted, day: Day) -> tuple[Journey, ...]:
    """Every journey that this ride could be part of, in the order of its waiting; none into the past or into what the
    patient has at that hour."""
    start, area = day.rules.start_of(ride.from_place), day.rules.area_of(ride.to_place)
    length = max(day.rules.drive(start, area), QUARTER)
    possible = [
        Journey(start, area, at, at + length) for at in starts_for(ride, day.rules) if at >= day.not_before
    ]
    return tuple(journey for journey in possible if not meets(journey, ride.busy))


def waits(ride: Wanted, starts_at: datetime) -> timedelta:
    """How long this family waits for the vehicle, or at the airport before its flight."""
    return abs(starts_at - ride.starts_at)


def meets(journey: Journey, spans: Iterable[Span]) -> bool:
    """Some of these hours lie within the journey."""
    return any(begin < journey.ends_at and journey.starts_at < end for begin, end in spans)


def busy_until(journey: Journey, start: str, rules: Rules) -> datetime:
    """From when the vehicle and its driver can begin at `start`: after people got out, and the empty way to there."""
    return journey.ends_at + rules.turnaround + rules.drive(journey.area, start)


def clash(one: Journey, other: Journey, rules: Rules) -> bool:
    """No vehicle and no driver can do both."""
    first, second = sorted((one, other), key=lambda journey: journey.starts_at)
    return second.starts_at < busy_until(first, second.start, rules)


def reason_alone(ride: Wanted, day: Day) -> str:
    """Why this ride could not be driven even if it were the only one; "" where it could.

    Codes: too_many_people, no_wheelchair_place, time_over, patient_busy, no_vehicle_free, no_driver_free.
    """
    fitting = [car for car in day.cars if car.seats >= ride.seats]
    if not fitting:
        return "too_many_people"
    fitting = [car for car in fitting if car.wheelchair_places >= ride.wheelchairs]
    if not fitting:
        return "no_wheelchair_place"
    if all(at < day.not_before for at in starts_for(ride, day.rules)):
        return "time_over"
    journeys = journeys_for(ride, day)
    if not journeys:
        return "patient_busy"
    free = [journey for journey in journeys if any(is_car_free(car, journey, day) for car in fitting)]
    if not free:
        return "no_vehicle_free"
    if day.drivers and not any(
        is_driver_free(driver, journey, day) for driver in day.drivers for journey in free
    ):
        return "no_driver_free"
    return ""


def is_car_free(car: Car, journey: Journey, day: Day) -> bool:
    """Nothing that stands already keeps the vehicle from this journey."""
    return not meets(journey, car.away) and not any(
        run.car_id == car.id and clash(run.journey, journey, day.rules) for run in day.fixed
    )


def is_driver_free(driver: Driver, journey: Journey, day: Day) -> bool:
    """The driver is at work then and on no other way."""
    return not meets(journey, driver.away) and not any(
        run.driver_id == driver.id and clash(run.journey, journey, day.rules) for run in day.fixed
    )


def joins(ride: Wanted, run: FixedRun, day: Day) -> bool:
    """The family can come along on a journey that stands already."""
    rules = day.rules
    return (
        run.is_open
        and run.seats_left >= ride.seats
        and run.wheelchairs_left >= ride.wheelchairs
        and run.journey.starts_at in starts_for(ride, rules)
        and run.journey.starts_at >= day.not_before
        and run.journey.start == rules.start_of(ride.from_place)
        and run.journey.area == rules.area_of(ride.to_place)
        and not meets(run.journey, ride.busy)
    )


def double_booked(runs: Iterable[FixedRun], rules: Rules) -> frozenset[str]:
    """Keys of runs whose vehicle or driver cannot be at both places in time: the ledger holds the hours of a journey,
    not the empty way to the next one."""
    ordered: Sequence[FixedRun] = sorted(runs, key=lambda run: (run.journey.starts_at, run.key))
    found: set[str] = set()
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            is_same = one.car_id == other.car_id or (one.driver_id and one.driver_id == other.driver_id)
            if is_same and clash(one.journey, other.journey, rules):
                found |= {one.key, other.key}
    return frozenset(found)


def up_to_quarter(length: timedelta) -> timedelta:
    """The next full quarter of an hour."""
    return -(-length // QUARTER) * QUARTER


def down_to_quarter_at(at: datetime) -> datetime:
    """The quarter-hour before, or this one."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _airport_in(key: str) -> str:
    return key[:3] if key[:3].isupper() else ""


def _airport(place: str) -> str:
    found = _AIRPORT.search(place)
    return found.group(1) if found else ""


def _terminal(place: str) -> str:
    found = _TERMINAL.search(place)
    return f" {(found.group(1) or found.group(2)).upper()}" if found else ""


def _plain(place: str) -> str:
    return " ".join(place.split()).casefold()
