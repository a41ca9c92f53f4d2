"""Rides: what may stand on a sign, and when a shuttle leaves."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from concierge.domain.clocks import instants_of
from concierge.domain.discreet import is_discreet

# A sign is read by a whole arrivals hall: a name, never an illness, never where in the hospital somebody goes.
_DEPARTMENT = re.compile(
    r"\b(department|ward|clinic|surgery|radiology|ha?ematology|отделение|khoa)\b|قسم|عيادة|科室|内科|外科|门诊",
    re.IGNORECASE,
)


def is_fit_for_sign(text: str) -> bool:
    return is_discreet(text) and not _DEPARTMENT.search(text)


@dataclass(frozen=True)
class Timetable:
    """`weekdays` with Monday 0; `times` as the hospital's clocks show them; `valid_until` is the last day."""

    timezone: str
    weekdays: frozenset[int]
    times: tuple[time, ...]
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True)
class Departure:
    """`at` is None where the clocks skip this time on that day: then nothing leaves."""

    on: date
    clock: time
    at: datetime | None


def departures(table: Timetable, first: date, last: date) -> Iterator[Departure]:
    """Every departure of the days from `first` to `last`, in order. A time that comes twice is its first coming."""
    first = max(first, table.valid_from)
    last = min(last, table.valid_until or last)
    for count in range((last - first).days + 1):
        on = first + timedelta(days=count)
        if on.weekday() in table.weekdays:
            yield from (_departure(on, clock, table.timezone) for clock in sorted(table.times))


def _departure(on: date, clock: time, timezone: str) -> Departure:
    found: Sequence[datetime] = instants_of(datetime.combine(on, clock), timezone)
    return Departure(on, clock, found[0] if found else None)
