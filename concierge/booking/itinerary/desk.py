"""What the travel page of a case shows: the trip by day, where it is torn, and the forms that mend it."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import words
from concierge.booking.itinerary import editions
from concierge.booking.itinerary.cards import CardDay, cards_by_day, isolate, time_in
from concierge.booking.itinerary.forms import ConfirmForm, confirm_form
from concierge.booking.itinerary.queries import TripRows, trip_rows
from concierge.booking.itinerary.whole import whole_trip
from concierge.domain.editions import Change
from concierge.domain.gaps import Gap, gaps
from concierge.domain.itinerary import ItemKind
from concierge.domain.vocabulary import BookingState
from concierge.models import Answer, Case, TripEdition
from concierge.web import filters
from concierge.web.clock import now
from concierge.web.i18n import current_code

States = dict[tuple[ItemKind, str], list[tuple[str, str]]]

# Where a gap is mended: the panel of a room, or (the others) the page that moves the item.
_MEND = {
    "no_departure_flight": "flights",
    "no_arrival_ride": "rides",
    "no_departure_ride": "rides",
    "ride_not_assigned": "rides",
    "ride_without_wheelchair_place": "rides",
    "night_without_room": "lodging",
    "room_not_accessible": "lodging",
    "hold_ends": "lodging",
    "appointment_without_interpreter": "interpreters",
    "passport_ends": "needs",
}


@dataclass(frozen=True)
class GapRow:
    text: str
    url: str


@dataclass
class Desk:
    """For the template; `confirm` may be the form that was refused."""

    days: list[CardDay]
    rows: TripRows
    answer: Answer | None
    gaps: list[GapRow]
    changes: list[str]  # since the last edition, to be told with the next one
    edition: TripEdition | None
    seen_by: list[str]
    states: States
    confirm: ConfirmForm

    @property
    def is_confirmed(self) -> bool:
        return self.answer is not None and self.answer.trip_confirmed_at is not None


def desk(session: Session, case: Case, confirm: ConfirmForm | None = None) -> Desk:
    """Everything for one case; `confirm` is the form that was refused."""
    rows, answer = trip_rows(session, case.id), session.get(Answer, case.id)
    days = cards_by_day(case, rows)
    edition, changes = editions.latest(session, case), editions.unpublished(session, case, rows)
    titles = {(card.kind, card.key): card.title for day in days for card in day.cards}
    return Desk(
        days=days,
        rows=rows,
        answer=answer,
        gaps=[_gap_row(case, gap) for gap in gaps(whole_trip(session, case, rows), now())],
        changes=[_change_text(case, change, titles) for change in changes],
        edition=edition,
        seen_by=editions.seen_by(session, edition) if edition else [],
        states=_states(case, days, {(change.kind, change.key) for change in changes}),
        confirm=confirm or confirm_form(rows.fingerprint),
    )


def _gap_row(case: Case, gap: Gap) -> GapRow:
    anchor = _MEND.get(gap.code)
    url = (
        url_for("itinerary_staff.travel", ref=case.reference, _anchor=anchor)
        if anchor
        else url_for("moves_staff.change", ref=case.reference, item=gap.key)
    )
    return GapRow(words.gap_text(gap, case.hospital.timezone), url)


def _change_text(case: Case, change: Change, titles: dict[tuple[ItemKind, str], str]) -> str:
    """One line of what is to be told."""
    title = isolate(titles.get((change.kind, change.key), words.KIND[change.kind]))
    before, after = (time_in(at, case.hospital.timezone) if at else "" for at in (change.before, change.after))
    if not before:
        return _("New: %(title)s, %(time)s", title=title, time=after)
    if not after:
        return _("Cancelled: %(title)s, %(time)s", title=title, time=before)
    if before == after:
        return _("Changed: %(title)s, %(time)s", title=title, time=after)
    return _("Moved: %(title)s, from %(before)s to %(after)s", title=title, before=before, after=after)


def _states(case: Case, days: list[CardDay], changed: set[tuple[ItemKind, str]]) -> States:
    """The words beside each item: kind of tag and text."""
    found: States = {}
    for card in (card for day in days for card in day.cards if card.kind is not ItemKind.CHECK_OUT):
        state, until = getattr(card.row, "state", None), getattr(card.row, "held_until", None)
        tags = []
        if state is BookingState.REQUESTED:
            tags.append(("warn", _("Wanted")))
        elif state is BookingState.HELD and until and until <= now():
            tags.append(("bad", _("The hold has ended")))
        elif state is BookingState.HELD and until:
            zone = case.hospital.timezone
            tags.append(("warn", _("Held until %(time)s", time=filters.local_time(until, zone, current_code()))))
        elif state is BookingState.CONFIRMED:
            tags.append(("ok", _("Confirmed")))
        if (card.kind, card.key) in changed or (ItemKind.CHECK_OUT, card.key) in changed:
            tags.append(("info", _("Not published yet")))
        found[(card.kind, card.key)] = tags
    return found
