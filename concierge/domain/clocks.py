"""Time that people were promised: working hours of a hospital, and two clocks side by side.

Instants are aware UTC (`_at`), calendar days are dates (`_on`). A working hour is an hour that really passes
while the hospital is open, so a change to summer time inside a promise neither steals nor gives an hour.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

DateOrTime = TypeVar("DateOrTime", date, datetime)

_LONGEST_SEARCH_DAYS = 3660
_YEARS = range(1900, 2200)


def on_our_clocks(when: DateOrTime) -> DateOrTime:
    """What was typed, if it lies in a year that anything of ours can lie in. Raises ValueError.

    At the ends of the calendar the step into another time zone, or to the day before, leaves it.
    """
    if when.year not in _YEARS:
        raise ValueError(f"the year {when.year} is not on our clocks")
    return when


def at_local(on: date, clock: time, timezone: str) -> datetime:
    """The UTC instant at which a wall clock in `timezone` shows this.

    In the hour that summer time skips, the clock moved on is meant; in the hour that comes twice, the first
    one.
    """
    return datetime.combine(on, clock, ZoneInfo(timezone)).astimezone(UTC)


def instants_of(local: datetime, timezone: str) -> tuple[datetime, ...]:
    """The UTC instants at which a wall clock in `timezone` shows this naive time, earliest first.

    None in the hour that summer time skips, two in the hour that comes twice.
    """
    zone = ZoneInfo(timezone)
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in found if at.astimezone(zone).replace(tzinfo=None) == local))


def local_day(at: datetime, timezone: str) -> date:
    """The calendar day on which `at` falls in `timezone`."""
    return at.astimezone(ZoneInfo(timezone)).date()


@dataclass(frozen=True)
class WorkingCalendar:
    """When a hospital works.

    `working_days` are weekdays (Monday 0); holidays are closed whatever the weekday.
    """

    timezone: str
    working_days: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.working_days or not self.working_days <= frozenset(range(7)):
            raise ValueError("working_days are weekdays 0-6, at least one")
        if self.opens >= self.closes:
            raise ValueError("a hospital opens before it closes")

    def is_working_day(self, on: date) -> bool:
        return on.weekday() in self.working_days and on not in self.holidays

    def is_open(self, at: datetime) -> bool:
        opens_at, closes_at = self.hours_of(local_day(at, self.timezone))
        return opens_at <= at < closes_at

    def hours_of(self, on: date) -> tuple[datetime, datetime]:
        """Opening and closing instant of a day; equal when it is no working day."""
        opens_at = at_local(on, self.opens, self.timezone)
        if not self.is_working_day(on):
            return opens_at, opens_at
        return opens_at, at_local(on, self.closes, self.timezone)

    def closing_of(self, on: date) -> datetime:
        """The instant at which the doors close that day, working day or not."""
        return at_local(on, self.closes, self.timezone)

    def _days_from(self, on: date, step: int) -> Iterator[date]:
        """Working days after (`step` 1) or before (`step` -1) a day, without it."""
        for count in range(1, _LONGEST_SEARCH_DAYS):
            day = on + timedelta(days=step * count)
            if self.is_working_day(day):
                yield day
        raise ValueError("no working day within ten years")

    def add_working_days(self, on: date, days: int) -> date:
        """The n-th working day after `on` (before it when negative).

        0 gives `on` itself or the next working day.
        """
        if days == 0:
            return on if self.is_working_day(on) else self.add_working_days(on, 1)
        found = self._days_from(on, 1 if days > 0 else -1)
        for _ in range(abs(days) - 1):
            next(found)
        return next(found)

    def working_days_between(self, first_on: date, last_on: date) -> int:
        """How many working days lie from `first_on` to `last_on`, both included."""
        span = (last_on - first_on).days + 1
        return sum(self.is_working_day(first_on + timedelta(days=i)) for i in range(max(span, 0)))

    def add_working_hours(self, start_at: datetime, hours: float) -> datetime:
        """The instant when this many open hours have passed since `start_at` (UTC).

        Outside hours, counting waits.
        """
        if hours < 0:
            raise ValueError("a promise looks forward")
        left = timedelta(hours=hours)
        day = local_day(start_at, self.timezone)
        for count in range(_LONGEST_SEARCH_DAYS):
            opens_at, closes_at = self.hours_of(day + timedelta(days=count))
            begin_at = max(opens_at, start_at)
            if begin_at < closes_at and left <= closes_at - begin_at:
                return (begin_at + left).astimezone(UTC)
            left -= max(closes_at - begin_at, timedelta())
        raise ValueError("no working day within ten years")

    def promise_due(self, start_at: datetime, hours: float = 0, *, days: int = 0) -> datetime:
        """When a promise falls due (UTC).

        So many working hours, or the close of the n-th working day after today.
        """
        if not days:
            return self.add_working_hours(start_at, hours)
        due_on = self.add_working_days(local_day(start_at, self.timezone), days)
        return self.add_working_hours(self.hours_of(due_on)[1], hours) if hours else self.hours_of(due_on)[1]


def last_safe_day(due_on: date, lead_working_days: int, calendar: WorkingCalendar) -> date:
    """The last day on which a payment of this method may be started so that it is here on `due_on`.

    Without lead time (a card) that is the due day; else a working day, because banks take nothing on the
    others.
    """
    if lead_working_days == 0:
        return due_on
    arrives_on = due_on if calendar.is_working_day(due_on) else calendar.add_working_days(due_on, -1)
    return calendar.add_working_days(arrives_on, -lead_working_days)


@dataclass(frozen=True)
class TwoClocks:
    """One instant on two walls: the hospital's (`home`) first, then the reader's own; both are aware."""

    home: datetime
    reader: datetime

    @property
    def differ(self) -> bool:
        """Whether the two walls show something else at this instant (not merely two names of one time)."""
        return self.home.utcoffset() != self.reader.utcoffset()


def two_clocks(at: datetime, home_timezone: str, reader_timezone: str) -> TwoClocks:
    """Both clocks at `at`; a reader whose zone is not known ("") reads the hospital's."""
    return TwoClocks(
        at.astimezone(ZoneInfo(home_timezone)), at.astimezone(ZoneInfo(reader_timezone or home_timezone))
    )
