"""When somebody can be called: the hours that a specialist keeps, minus what is taken, as instants.

Hours are wall-clock times of the hospital; slots are aware UTC. So the hour in Los Angeles stays what it is when
California changes its clocks, and the hour in Riyadh moves. A wall clock that summer time skips is no slot, and of
an hour that comes twice only the first is one: nobody could tell the two apart on a page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from concierge.domain.booking import quarter_hours
from concierge.domain.clocks import WorkingCalendar, at_local, instants_of, local_day
from concierge.domain.errors import InvalidInput

LENGTHS = (30, 45, 60)
_STEP = timedelta(minutes=30)
_QUARTER_MINUTES = 15
NOTICE = timedelta(hours=2)  # a family books at least so long ahead, that the specialist sees it
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Hours:
    """On a weekday (Monday 0) from and until a wall-clock time; the dates are included, None has no end."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


@dataclass(frozen=True)
class Absence:
    """Days on which nobody can be called, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True, order=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Diary:
    """What decides about one specialist's slots. `taken` are quarter-hours (UTC), the patient's own among them."""

    calendar: WorkingCalendar
    hours: tuple[Hours, ...] = ()
    absences: tuple[Absence, ...] = ()
    taken: frozenset[datetime] = field(default_factory=frozenset)

    def spans(self, on: date) -> list[tuple[time, time]]:
        """When calls are taken on a day of the hospital: own hours where some hold that day, else its opening hours.

        Nobody is called on a holiday or during an absence.
        """
        is_away = any(away.first_on <= on <= away.last_on for away in self.absences)
        if is_away or on in self.calendar.holidays:
            return []
        own = [one for one in self.hours if one.holds_on(on)]
        if own:
            return sorted((one.opens, one.closes) for one in own if one.weekday == on.weekday())
        return [(self.calendar.opens, self.calendar.closes)] if self.calendar.is_working_day(on) else []


def usual_minutes(*, is_first: bool, is_interpreted: bool) -> int:
    """A first talk takes three quarters of an hour; everything is said twice where somebody interprets."""
    if is_interpreted:
        return 60
    return 45 if is_first else 30


def check_hours(hours: Hours) -> None:
    """Raises InvalidInput: (closes, `ends_before_start`), (opens or closes, `not_on_quarter`), (valid_until, …)."""
    for name, clock in (("opens", hours.opens), ("closes", hours.closes)):
        if clock.minute % _QUARTER_MINUTES or clock.second:
            raise InvalidInput(name, "not_on_quarter")
    if hours.closes <= hours.opens:
        raise InvalidInput("closes", "ends_before_start")
    if hours.valid_from and hours.valid_until and hours.valid_until < hours.valid_from:
        raise InvalidInput("valid_until", "days_upside_down")


def free_slots(
    diary: Diary, first_on: date, last_on: date, *, minutes: int, not_before: datetime
) -> tuple[Slot, ...]:
    """All slots of this length on these days of the hospital, in order; each begins on a full or half hour."""
    found = {
        slot
        for count in range((last_on - first_on).days + 1)
        for slot in _slots_of_day(diary, first_on + timedelta(days=count), timedelta(minutes=minutes))
        if slot.starts_at >= not_before
        and diary.taken.isdisjoint(quarter_hours(slot.starts_at, slot.ends_at))
    }
    return tuple(sorted(found))


def _slots_of_day(diary: Diary, on: date, length: timedelta) -> Iterator[Slot]:
    zone = diary.calendar.timezone
    for opens, closes in diary.spans(on):
        ends_at = at_local(on, closes, zone)
        for local in _half_hours(on, opens, closes):
            starts = instants_of(local, zone)
            if starts and starts[0] + length <= ends_at:
                yield Slot(starts[0], starts[0] + length)


def _half_hours(on: date, opens: time, closes: time) -> Iterator[datetime]:
    local = datetime.combine(on, opens)
    local += -timedelta(minutes=local.minute, seconds=local.second) % _STEP
    while local < datetime.combine(on, closes):
        yield local
        local += _STEP


def is_offered(diary: Diary, starts_at: datetime, *, minutes: int, not_before: datetime) -> bool:
    """Whether exactly this slot can be booked."""
    on = local_day(starts_at, diary.calendar.timezone)
    slots = free_slots(diary, on, on, minutes=minutes, not_before=not_before)
    return any(slot.starts_at == starts_at for slot in slots)


def nearest(slots: Iterable[Slot], wanted_at: datetime, count: int = 3) -> tuple[Slot, ...]:
    """The slots that lie closest to a time that is gone, in order of time."""
    return tuple(sorted(sorted(slots, key=lambda slot: abs(slot.starts_at - wanted_at))[:count]))


class DayPart(StrEnum):
    """In the order of a calendar day, which begins in the night."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of_day(at: datetime, timezone: str) -> DayPart:
    """How the reader would call this hour at their place."""
    hour = at.astimezone(ZoneInfo(timezone)).hour
    begins = ((18, DayPart.EVENING), (12, DayPart.AFTERNOON), (5, DayPart.MORNING))
    return next((part for first, part in begins if hour >= first), DayPart.NIGHT)


def moving_clocks(since: datetime, at: datetime, timezones: Iterable[str]) -> tuple[str, ...]:
    """The zones, in the order given, whose clocks change between two instants: what people reckon is then wrong."""
    zones = [(name, ZoneInfo(name)) for name in dict.fromkeys(timezones) if name]
    return tuple(
        name for name, zone in zones if since.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset()
    )
