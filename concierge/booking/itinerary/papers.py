"""The trip on paper, for the hand in the taxi."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from concierge.booking.itinerary.cards import Card, CardDay, time_in
from concierge.domain.clocks import two_clocks
from concierge.gateways.pdf import render
from concierge.models import Case, Flight
from concierge.web import filters
from concierge.web.filters import phone_text
from concierge.web.i18n import current_code
from concierge.web.paper import footer, letterhead


def trip_pdf(
    case: Case, days: Iterable[CardDay], *, is_confirmed: bool, reader_timezone: str, now: datetime
) -> bytes:
    """The whole trip in the language of this request, both clocks beside each time."""
    code = current_code()
    data = {
        "title": _("Your trip"),
        "letterhead": letterhead(case.hospital),
        "footer": footer(case.reference, case.hospital, now),
        "facts": [
            [_("Name"), case.person.latin_name or case.person.native_name],
            [_("Phone of the hospital"), phone_text(case.hospital.phone)],
            [_("Address for the taxi driver"), case.hospital.local_address],
        ],
        "warning": "" if is_confirmed else _("This trip is not confirmed yet. Times can still change."),
        "unconfirmed": _("Not confirmed yet"),
        "days": [
            {
                "heading": filters.weekday(day.on),
                "cards": [_card(case, card, reader_timezone) for card in day.cards],
            }
            for day in days
        ],
    }
    return render("itinerary", data, code, at=now)


def _card(case: Case, card: Card, reader_timezone: str) -> dict:
    when, place, reader = _when(case, card, reader_timezone)
    return {
        "when": when,
        "place": place,
        "reader": reader,
        "title": card.title,
        "is_confirmed": card.is_confirmed,
        "facts": [
            {"label": fact.label, "value": fact.value, "is_code": fact.is_code or fact.is_phone}
            for fact in card.facts
        ],
    }


def _when(case: Case, card: Card, reader_timezone: str) -> tuple[str, str, str]:
    """The time, its place, and the reader's own clock; of a flight the take-off and its day."""
    home, code, row = case.hospital.timezone, current_code(), card.row
    if isinstance(row, Flight):
        leaves_on = filters.short_day(row.leaves_at, row.from_timezone)
        return filters.clock(row.leaves_at, row.from_timezone), row.from_airport, leaves_on
    if card.usual:
        return card.usual, filters.city_of(home, code), ""
    differ = two_clocks(card.at, home, reader_timezone).differ
    reader = time_in(card.at, reader_timezone) if differ else ""
    return filters.clock(card.at, home), filters.city_of(home, code), reader
