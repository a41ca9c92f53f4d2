"""The trip as a calendar file. Calendars lie open on tables and screens: titles name no illness and no examination."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event

from concierge.booking.itinerary.cards import Card, CardDay, isolate, time_in
from concierge.domain.clocks import two_clocks
from concierge.domain.itinerary import ItemKind
from concierge.models import Case, Flight, Stay
from concierge.web.i18n import current_code, current_tag


def trip_calendar(
    case: Case, days: Iterable[CardDay], reader_timezone: str, now: datetime, *, is_feed: bool = False
) -> bytes:
    """UTC times under the hospital's time zone; each description says both clocks. UIDs stay the same for ever.

    `is_feed`: a calendar that is asked for again every hour.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Concierge//Trip//{current_tag().upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", case.hospital.timezone)
    calendar.add("x-wr-calname", _("Trip"))
    if is_feed:
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for day in days:
        for card in day.cards:
            if card.kind is ItemKind.CHECK_OUT:
                continue  # the stay is one event, written at its check-in
            calendar.add_component(_event(case, card, reader_timezone, now))
    return calendar.to_ical()


def _event(case: Case, card: Card, reader_timezone: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{card.kind}-{card.key}@{case.hospital.slug}.concierge")
    event.add("dtstamp", now)
    event.add("summary", _title(case, card))
    event.add("location", card.row.from_airport if isinstance(card.row, Flight) else card.place)
    event.add("description", "\n".join(_description(case, card, reader_timezone)))
    starts, ends = _span(card)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    if card.kind is ItemKind.CHECK_IN:
        event.add("transp", "TRANSPARENT")  # nobody is busy for a whole week because they have a bed
    return event


def _span(card: Card) -> tuple[date | datetime, date | datetime | None]:
    """A stay is whole days; a flight begins where it takes off, wherever its card stands in the trip."""
    if isinstance(card.row, Stay):
        return card.row.arrive_on, card.row.leave_on
    if isinstance(card.row, Flight):
        return card.row.departs_at, card.row.arrives_at
    return card.at, card.until


def _title(case: Case, card: Card) -> str:
    if card.kind is ItemKind.APPOINTMENT:
        return _("Appointment at %(place)s", place=isolate(case.hospital.text("name", current_code())))
    return card.title


def _description(case: Case, card: Card, reader_timezone: str) -> list[str]:
    home = case.hospital.timezone
    lines = []
    if not card.usual and not isinstance(card.row, Flight):  # a flight says its own two times below
        lines.append(time_in(card.at, home))
        if two_clocks(card.at, home, reader_timezone).differ:
            lines.append(time_in(card.at, reader_timezone))
    if card.kind is not ItemKind.APPOINTMENT:
        lines += [
            _("%(label)s: %(value)s", label=fact.label, value=isolate(fact.value)) for fact in card.facts
        ]
    if not card.is_confirmed:
        lines.append(_("Not confirmed yet"))
    return lines
