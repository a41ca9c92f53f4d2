"""What changed in a published trip, in words for the family: what it was, what it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from concierge.booking.itinerary.cards import CardDay
from concierge.booking.itinerary.editions import changes_since
from concierge.domain.editions import What
from concierge.domain.itinerary import ItemKind
from concierge.models import Case, PortalAccount

# For what is not on the page any more and has no card that names it.
KINDS = {
    ItemKind.FLIGHT: _l("Flight"),
    ItemKind.RIDE: _l("Ride"),
    ItemKind.CHECK_IN: _l("Your room"),
    ItemKind.CHECK_OUT: _l("Leaving the room"),
    ItemKind.APPOINTMENT: _l("Appointment"),
    ItemKind.INTERPRETER: _l("Interpreter"),
}
BY_DAY = {ItemKind.CHECK_IN, ItemKind.CHECK_OUT}  # their hour is the house's, not a booked one


@dataclass(frozen=True)
class News:
    """`before` and `after` are the moments to show, old struck and new bold; equal where place or person changed."""

    key: str
    title: object
    what: What
    before: datetime | None
    after: datetime | None
    is_by_day: bool


def news_of(session: Session, case: Case, account: PortalAccount, days: Iterable[CardDay]) -> list[News]:
    """What was published since this reader said *I have seen this*, in the order in which it will be lived."""
    titles = {(card.kind, card.key): card.title for day in days for card in day.cards}
    return [
        News(
            change.key, titles.get((change.kind, change.key)) or KINDS[change.kind], change.what, change.before,
            change.after, change.kind in BY_DAY,
        )
        for change in changes_since(session, case, account)
    ]  # fmt: skip
