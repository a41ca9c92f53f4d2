"""Free times as a family reads them: a week of days at their place, each time with the hospital's clock beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request

from concierge.domain.call_slots import DayPart, Slot, moving_clocks, part_of_day
from concierge.domain.clocks import local_day, on_our_clocks, two_clocks
from concierge.journey.consult.booking.actions import refusal_of
from concierge.journey.consult.booking.queries import Offer
from concierge.models import Case, PlannedCall
from concierge.web import filters
from concierge.web.i18n import current_code
from concierge.web.refusals import error_text

_AT = "%Y%m%dT%H%MZ"
_WEEK = 7
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Choice:
    """One time: the reader's hour, and the hospital's with its weekday where that is another day.

    `url` leads to the questions; `at` is the time itself, for a form that has been answered already.
    """

    url: str
    at: str
    clock: str
    place: str
    home_day: str
    home_clock: str
    home_place: str


@dataclass(frozen=True)
class Day:
    on: date
    url: str
    count: int
    is_shown: bool


@dataclass(frozen=True)
class Week:
    """`parts`: morning, afternoon, … with the times of the day that is shown, empty where the day has none."""

    days: list[Day]
    shown_on: date
    parts: list[tuple[DayPart, list[Choice]]]
    place: str
    earlier_url: str
    later_url: str
    moves: list[str] = field(default_factory=list)  # cities whose clocks change until then

    @property
    def is_empty(self) -> bool:
        return not any(day.count for day in self.days)


def week_of(offer: Offer, reader_timezone: str, day_url: Callable, book_url: Callable) -> Week:
    """The week that the address asks for by `on` (a day at the reader's place), today's without it.

    `day_url(on=…)` and `book_url(at=…)` make the addresses of a day and of a time.
    """
    home = offer.case.hospital.timezone
    zone = reader_timezone or home
    today, last_on = local_day(offer.now, zone), offer.last_on
    asked = _asked_day()
    shown = min(max(asked or today, today), last_on)
    first_on = today + timedelta(days=(shown - today).days // _WEEK * _WEEK)
    by_day: dict[date, list[Slot]] = {first_on + timedelta(days=count): [] for count in range(_WEEK)}
    for slot in offer.between(_around(first_on, zone, home, -1), _around(max(by_day), zone, home, 1)):
        by_day.get(local_day(slot.starts_at, zone), []).append(slot)
    if asked is None:
        shown = next((on for on, slots in by_day.items() if slots), shown)
    parts: dict[DayPart, list[Choice]] = {}
    for slot in by_day[shown]:
        parts.setdefault(part_of_day(slot.starts_at, zone), []).append(choice_of(slot, home, zone, book_url))
    later, earlier = first_on + timedelta(days=_WEEK), first_on - timedelta(days=_WEEK)
    noon = datetime.combine(shown, datetime.min.time(), ZoneInfo(zone)) + timedelta(hours=12)
    return Week(
        [Day(on, day_url(on=on.isoformat()), len(slots), on == shown) for on, slots in by_day.items()],
        shown, [(part, parts[part]) for part in DayPart if part in parts], filters.city_of(zone, current_code()),
        day_url(on=earlier.isoformat()) if earlier >= today else "",
        day_url(on=later.isoformat()) if later <= last_on else "",
        cities(moving_clocks(offer.now, noon.astimezone(_UTC), (home, zone))),
    )  # fmt: skip


def _around(on: date, zone: str, home: str, days: int) -> date:
    """A day at the reader's place begins or ends on the hospital's day before or after, where the clocks differ."""
    return on + timedelta(days=days if zone != home else 0)


def choice_of(slot: Slot, home: str, zone: str, book_url: Callable) -> Choice:
    """A time as something to press."""
    code, at = current_code(), at_text(slot.starts_at)
    place, clock = filters.city_of(zone, code), filters.clock(slot.starts_at, zone)
    if not two_clocks(slot.starts_at, home, zone).differ:
        return Choice(book_url(at=at), at, clock, place, "", "", "")
    home_on = local_day(slot.starts_at, home)
    home_day = "" if home_on == local_day(slot.starts_at, zone) else filters.weekday_name(home_on)
    return Choice(
        book_url(at=at),
        at,
        clock,
        place,
        home_day,
        filters.clock(slot.starts_at, home),
        filters.city_of(home, code),
    )


def cities(timezones) -> list[str]:
    """The places that name these zones, in the reader's language."""
    return [filters.city_of(zone, current_code()) for zone in timezones]


def moves_until(call: PlannedCall, now: datetime, reader_timezone: str) -> list[str]:
    """Cities whose clocks change between now and the call."""
    return cities(moving_clocks(now, call.starts_at, (call.case.hospital.timezone, reader_timezone)))


def asked_at() -> datetime | None:
    """The time in the form that was sent, else in the address: whoever came too late takes another with one press."""
    return parsed_at(request.form.get("at") or request.args.get("at", ""))


def parsed_at(text: str) -> datetime | None:
    """A time as `at_text` writes it."""
    try:
        return on_our_clocks(datetime.strptime(text, _AT).replace(tzinfo=_UTC))
    except ValueError:
        return None


def at_text(at: datetime) -> str:
    """A time for an address."""
    return f"{at:{_AT}}"


def _asked_day() -> date | None:
    try:
        return on_our_clocks(date.fromisoformat(request.args.get("on", "")))
    except ValueError:
        return None


def refusal(case: Case, *, is_staff: bool = False):
    """Why no call can be booked for this case of telehealth, in words; "" where one can."""
    code = refusal_of(case, is_staff=is_staff)
    return error_text(code) if code else ""


def reader_zone(case: Case, own: str) -> str:
    """The clock of somebody who reads about this case."""
    return own or case.person.timezone or case.hospital.timezone
