"""The trip on paper, for the hand in the taxi."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from concierge.booking.itinerary.cards import Card, CardDay, time_in
from concierge.domain.clocks import two_clocks
from concierge.gateways.pdf import render
from concierge.models import Case
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
    home = case.hospital.timezone
    clocks = two_clocks(card.at, home, reader_timezone)
    return {
        "when": card.usual or filters.clock(card.at, home),
        "place": "" if card.usual else filters.city_of(home, current_code()),
        "reader": time_in(card.at, reader_timezone) if clocks.differ and not card.usual else "",
        "title": card.title,
        "is_confirmed": card.is_confirmed,
        "facts": [
            {"label": fact.label, "value": fact.value, "is_code": fact.is_code or fact.is_phone}
            for fact in card.facts
        ],
    }
