"""Lodging on the Travel page: what is booked, held or asked for, who waits, and the forms that look, hold and book."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.booking import words
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.lodging import queries
from concierge.booking.lodging.forms import (
    AnswerForm,
    MoveForm,
    PartnerForm,
    RefusalForm,
    StayForm,
    house_choices,
)
from concierge.booking.lodging.queries import FreeRoom, Need
from concierge.booking.travellers import needs_of, travellers_of
from concierge.cases.page import CasePage
from concierge.cases.trip_costs import trip_costs
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.firmness import Verdict
from concierge.domain.money import Money
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import BookingState, Direction
from concierge.models import Answer, BookingShare, Case, Flight, LodgingRoom, RoomWish, Stay
from concierge.web import filters
from concierge.web.access import has_right
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code


@dataclass(frozen=True)
class StayRow:
    """One stay with what may be done about it; `move` is None for readers."""

    stay: Stay
    is_over: bool
    price: str
    shares: tuple[BookingShare, ...]
    act: Form
    move: MoveForm | None
    answer: AnswerForm | None
    refusal: RefusalForm | None


@dataclass(frozen=True)
class Shown:
    stays: list[StayRow]
    wishes: list[tuple[RoomWish, Form]]
    look: StayForm | None
    partner: PartnerForm | None
    firm: Verdict
    firm_text: object


def build(page: CasePage, failing: dict[str, Form]) -> Shown | None:
    """None where nothing is booked and the reader may book nothing."""
    session, case, may_book = db.session(), page.case, has_right(Right.BOOK_TRAVEL)
    shares = {cost.booking: cost.shares for cost in trip_costs(session, case.id)}
    stays = [
        _row(stay, shares.get(f"stay:{stay.id}", ()), failing, may_book)
        for stay in queries.stays_of(session, case.id)
    ]
    firm = is_firm_allowed(session, case)
    wishes = [(wish, Form(formdata=None)) for wish in queries.wishes_of(session, case.id)]
    if not may_book:
        return Shown(stays, wishes, None, None, firm, words.FIRM[firm.reason]) if stays or wishes else None
    look = failing.get("room")
    if not isinstance(look, StayForm):
        look = stay_form(session, case, is_active=False)
    elif look.is_submitted():
        search(session, case, look)
    partner = failing.get("partner")
    if not isinstance(partner, PartnerForm):
        partner = partner_form(session, case, is_active=False)
    return Shown(
        stays, wishes, look, partner if partner.house_id.choices else None, firm, words.FIRM[firm.reason]
    )


def _row(
    stay: Stay, shares: tuple[BookingShare, ...], failing: dict[str, Form], may_book: bool
) -> StayRow:
    place = f"stay-{stay.public_id}"
    move = failing.get(place)
    if not isinstance(move, MoveForm):
        days = {"arrive_on": stay.arrive_on.isoformat(), "leave_on": stay.leave_on.isoformat()}
        move = MoveForm(formdata=None, place=place, data=days)
    is_asked = may_book and stay.house.is_partner and stay.state is BookingState.REQUESTED
    answer, refusal = failing.get(f"answer-{stay.public_id}"), failing.get(f"refusal-{stay.public_id}")
    if not isinstance(answer, AnswerForm):
        answer = AnswerForm(formdata=None, place=f"answer-{stay.public_id}")
    if not isinstance(refusal, RefusalForm):
        refusal = RefusalForm(formdata=None, place=f"refusal-{stay.public_id}")
    return StayRow(
        stay, stay.is_over(now()), price_text(stay), shares, Form(formdata=None),
        move if may_book else None, answer if is_asked else None, refusal if is_asked else None,
    )  # fmt: skip


def price_text(stay: Stay) -> str:
    """The whole price, and of what it is made; empty where it is not known."""
    if stay.cost is None:
        return ""
    lines = [(nights, Money(minor, stay.cost.currency)) for nights, minor in stay.price]
    return _price(stay.cost, lines)


def _price(cost: Money, lines: list[tuple[int, Money]]) -> str:
    """`USD 840 (4 nights × USD 120, 3 nights × USD 120)`; plain text with isolated amounts."""
    parts = [
        ngettext("%(num)s night × %(price)s", "%(num)s nights × %(price)s", nights, price=_amount(price))
        for nights, price in lines
    ]
    return f"{_amount(cost)} ({' + '.join(parts)})" if parts else _amount(cost)


def _amount(value: Money) -> str:
    """Isolated left to right, for a line of plain text that may run the other way."""
    return f"\u2066{filters.plain_money(value)}\u2069"


# --- forms -------------------------------------------------------------------------------------------------------


def stay_form(
    session: Session, case: Case, *, is_active: bool = True, like: Stay | None = None
) -> StayForm:
    """What the trip and the family's needs already say is not typed again; `like` another stay, or as the trip is."""
    first, last = _visit(session, case)
    needs, people = needs_of(session, case), len(travellers_of(session, case))
    data = {
        "arrive_on": first.isoformat() if first else "", "leave_on": last.isoformat() if last else "",
        "guests": str(max(people, needs.beds or 0) or 2), "needs_kitchen": needs.needs_kitchen,
        "needs_accessible": needs.needs_accessible, "hours": "24",
    }  # fmt: skip
    if like is not None:
        data |= {
            "arrive_on": like.arrive_on.isoformat(), "leave_on": like.leave_on.isoformat(), "guests": str(like.guests)
        }  # fmt: skip
    form = StayForm(data=data) if is_active else StayForm(formdata=None, data=data)
    ours = queries.houses(session, (case.hospital_id,), is_partner=False)
    form.house_id.choices = house_choices(list(ours), _("Any house"))
    form.most_a_night.currency = case.hospital.currency
    # Which room can be had is for the verb to say: here any number may stand.
    form.room_id.choices = [(form.room_id.data, "")] if whole(form.room_id.data) is not None else []
    return form


def _visit(session: Session, case: Case) -> tuple[date | None, date | None]:
    """The nights that are wanted: from flight to flight, else around the evaluation days."""
    answer, zone = session.get(Answer, case.id), case.hospital.timezone
    first = answer.evaluation_from - timedelta(days=1) if answer and answer.evaluation_from else None
    last = answer.evaluation_to + timedelta(days=1) if answer and answer.evaluation_to else None
    flights = sa.select(sa.func.min(Flight.arrives_at), sa.func.max(Flight.departs_at)).where(
        Flight.case_id == case.id, Flight.is_cancelled.is_(False)
    )
    lands = session.execute(flights.where(Flight.direction == Direction.ARRIVAL)).one()[0]
    leaves = session.execute(flights.where(Flight.direction == Direction.DEPARTURE)).one()[1]
    return (local_day(lands, zone) if lands else first), (local_day(leaves, zone) if leaves else last)


def partner_form(session: Session, case: Case, *, is_active: bool = True) -> PartnerForm:
    first, last = _visit(session, case)
    data = {
        "arrive_on": first.isoformat() if first else "", "leave_on": last.isoformat() if last else "",
        "guests": str(len(travellers_of(session, case)) or 2),
    }  # fmt: skip
    form = PartnerForm(data=data) if is_active else PartnerForm(formdata=None, data=data)
    form.house_id.choices = house_choices(list(queries.houses(session, (case.hospital_id,), is_partner=True)))
    return form


# --- what is free ------------------------------------------------------------------------------------------------


def search(session: Session, case: Case, form: StayForm, need: Need | None = None) -> None:
    """Put the free rooms into the form, once; what makes no stay is refused beside its field."""
    if form.found is not None:
        return
    form.found = []
    if need is None and form.arrive_on.day_or_none and form.leave_on.day_or_none and form.guests.number_or_none:
        need = form.need()
    if need is not None:
        try:
            after = place_of(form.after.data)
            form.found = queries.free_rooms(session, case.hospital_id, need, now=now(), after=after)
        except InvalidInput as error:
            if not form.errors:
                form.refuse(error.field, error.code, **error.data)
    form.notes = {str(free.room.id): about(free) for free in form.found}
    form.room_id.choices = [(str(free.room.id), room_name(free.room)) for free in form.found]
    is_full = len(form.found) == queries.PAGE
    form.next_place = ".".join(map(str, form.found[-1].place)) if is_full else ""


def place_of(text: str | None) -> queries.Place:
    """Where a page of rooms ended; () for the first one, and for a place that somebody made up."""
    parts = [whole(part, most=10**15) for part in (text or "").split(".")]
    return tuple(part for part in parts if part is not None) if None not in parts else ()


def room_name(room: LodgingRoom) -> str:
    return _("%(house)s, room %(room)s", house=room.house.text("name", current_code()), room=room.name)


def about(free: FreeRoom) -> str:
    """What decides between two rooms: beds, what is in it, how far, what the stay costs."""
    room, house = free.room, free.room.house
    parts = [ngettext("%(num)s bed", "%(num)s beds", room.beds)]
    if room.has_kitchen:
        parts.append(_("Kitchen"))
    if room.is_accessible:
        parts.append(_("Accessible with a wheelchair"))
    if room.floor:
        parts.append(_("Floor %(floor)s", floor=room.floor))
    if house.walk_minutes is not None:
        parts.append(ngettext("%(num)s minute on foot", "%(num)s minutes on foot", house.walk_minutes))
    lines = [(line.nights, Money(line.minor, room.currency)) for line in free.lines]
    return " · ".join([*parts, _price(free.cost, lines)])
