"""Rooms that are free for all nights of a stay with what they cost, the calendar of rooms, and who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, raiseload

from concierge.domain.booking import nights
from concierge.domain.lodging import PriceLine, Season, price_lines, total
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, WishState
from concierge.models import Case, LodgingHouse, LodgingNight, LodgingRate, LodgingRoom, RoomWish, Stay

PAGE = 20
CALENDAR_DAYS = 14
Place = tuple[int, ...]  # where a page of rooms ended: the values that order it


@dataclass(frozen=True)
class Need:
    """What a family looks for: `most_minor` is the highest price of a night on average, `most_metres` the way."""

    arrive_on: date
    leave_on: date
    guests: int = 1
    needs_kitchen: bool = False
    needs_accessible: bool = False
    house_id: int | None = None
    most_metres: int | None = None
    most_minor: int | None = None

    @property
    def nights(self) -> tuple[date, ...]:
        """Raises InvalidInput as `domain.booking.nights`."""
        return nights(self.arrive_on, self.leave_on)


@dataclass(frozen=True)
class FreeRoom:
    """A room that can be had, its price in lines, and its place in the list."""

    room: LodgingRoom
    lines: tuple[PriceLine, ...]
    place: Place

    @property
    def cost(self) -> Money:
        return Money(total(self.lines), self.room.currency)


def is_taken(first: date, last: date, now: datetime) -> sa.ColumnElement[bool]:
    """Whether a night of the room is gone; a hold whose hour is over takes nothing."""
    return sa.exists().where(
        LodgingNight.room_id == LodgingRoom.id,
        LodgingNight.night.between(first, last),
        sa.or_(LodgingNight.held_until.is_(None), LodgingNight.held_until > now),
    )


def free_rooms(
    session: Session, hospital_id: int, need: Need, *, now: datetime, after: Place = (), most: int = PAGE
) -> list[FreeRoom]:
    """Rooms without a taken night, the best fit first, then the cheapest stay.

    The best fit has the fewest beds too many, and leaves the accessible rooms and the kitchens for those who need
    them. `after` is the `place` of the last one seen. Raises InvalidInput as `domain.booking.nights`.
    """
    wanted = need.nights
    rates = _rates(session, hospital_id, wanted[0], wanted[-1])
    price = _price(wanted, rates)
    waste = sa.cast(LodgingRoom.is_accessible, sa.Integer) * int(not need.needs_accessible) + sa.cast(
        LodgingRoom.has_kitchen, sa.Integer
    ) * int(not need.needs_kitchen)
    order = (LodgingRoom.beds, waste, price, LodgingRoom.id)
    statement = (
        sa.select(LodgingRoom, *order)
        .join(LodgingRoom.house)
        .where(*_fits(hospital_id, need, price), ~is_taken(wanted[0], wanted[-1], now))
        .options(contains_eager(LodgingRoom.house))
        .order_by(*order)
        .limit(most)
    )
    if len(after) == len(order):
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(*after))
    return [
        FreeRoom(row[0], lines_of(row[0], wanted, rates), tuple(row[1:])) for row in session.execute(statement)
    ]


def _fits(hospital_id: int, need: Need, price: sa.ColumnElement) -> list[sa.ColumnElement[bool]]:
    fits = [
        LodgingRoom.hospital_id == hospital_id,
        LodgingRoom.is_active.is_(True),
        LodgingRoom.beds >= need.guests,
    ]
    if need.needs_kitchen:
        fits.append(LodgingRoom.has_kitchen.is_(True))
    if need.needs_accessible:
        fits.append(LodgingRoom.is_accessible.is_(True))
    if need.house_id is not None:
        fits.append(LodgingRoom.house_id == need.house_id)
    if need.most_metres is not None:
        fits.append(LodgingHouse.metres <= need.most_metres)
    if need.most_minor is not None:
        fits.append(price <= need.most_minor * len(need.nights))
    return fits


# --- prices ------------------------------------------------------------------------------------------------------


def _rates(session: Session, hospital_id: int, first: date, last: date) -> Sequence[LodgingRate]:
    """The seasons of all houses of a hospital that touch these nights: a handful."""
    return session.scalars(
        sa.select(LodgingRate)
        .join(LodgingHouse, LodgingHouse.id == LodgingRate.house_id)
        .where(LodgingHouse.hospital_id == hospital_id, LodgingRate.from_on <= last, LodgingRate.until_on >= first)
        .order_by(LodgingRate.from_on)
    ).all()


def _seasons(rates: Sequence[LodgingRate], *, house_id: int, room_id: int | None) -> list[Season]:
    return [
        Season(rate.from_on, rate.until_on, rate.night_minor)
        for rate in rates
        if rate.house_id == house_id and rate.room_id == room_id
    ]


def lines_of(room: LodgingRoom, wanted: Sequence[date], rates: Sequence[LodgingRate]) -> tuple[PriceLine, ...]:
    return price_lines(
        wanted, room.night_minor, house=_seasons(rates, house_id=room.house_id, room_id=None),
        room=_seasons(rates, house_id=room.house_id, room_id=room.id),
    )  # fmt: skip


def price_of(session: Session, room: LodgingRoom, wanted: Sequence[date]) -> tuple[PriceLine, ...]:
    """What these nights cost in this room, over the seasons."""
    return lines_of(room, wanted, _rates(session, room.hospital_id, wanted[0], wanted[-1]))


def _price(wanted: Sequence[date], rates: Sequence[LodgingRate]) -> sa.ColumnElement[int]:
    """The same price for the database, so that it can sort by it.

    Each night has its season's price, or the room's own: so many nights of each, by house, and by room where a room
    has seasons of its own.
    """
    by_house = {rate.house_id: _nights_of(wanted, rates, rate.house_id, None) for rate in rates}
    by_room = {
        rate.room_id: _nights_of(wanted, rates, rate.house_id, rate.room_id)
        for rate in rates
        if rate.room_id is not None
    }
    seasonal, plain = _by(by_house, by_room, 0, 0), _by(by_house, by_room, 1, len(wanted))
    return LodgingRoom.night_minor * plain + seasonal


def _nights_of(
    wanted: Sequence[date], rates: Sequence[LodgingRate], house_id: int, room_id: int | None
) -> tuple[int, int]:
    """(what the nights in a season cost together, how many nights are in none)."""
    seasons = _seasons(rates, house_id=house_id, room_id=room_id) if room_id is not None else []
    seasons += _seasons(rates, house_id=house_id, room_id=None)
    found = [next((season.minor for season in seasons if season.has(night)), None) for night in wanted]
    return sum(minor for minor in found if minor is not None), found.count(None)


def _by(
    by_house: dict[int, tuple[int, int]], by_room: dict[int, tuple[int, int]], part: int, otherwise: int
) -> sa.ColumnElement[int]:
    value: sa.ColumnElement[int] = sa.literal(otherwise)
    if by_house:
        value = sa.case(
            {house_id: found[part] for house_id, found in by_house.items()}, value=LodgingRoom.house_id, else_=value
        )
    if by_room:
        value = sa.case(
            {room_id: found[part] for room_id, found in by_room.items()}, value=LodgingRoom.id, else_=value
        )
    return value


# --- the calendar ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoomFilter:
    """Which rooms the calendar shows."""

    house_id: int | None = None
    guests: int = 1
    needs_kitchen: bool = False
    needs_accessible: bool = False


@dataclass(frozen=True)
class Span:
    """Nights of a room in a row, from `first` to the morning of `until`; without a stay it is free."""

    first: date
    until: date
    stay: Stay | None = None
    case: Case | None = None

    @property
    def nights(self) -> int:
        return (self.until - self.first).days


@dataclass(frozen=True)
class RoomRow:
    room: LodgingRoom
    spans: list[Span]


def calendar(
    session: Session, hospital_ids: Sequence[int], first: date, asked: RoomFilter, *, now: datetime,
    after: Place = (), most: int = PAGE,
) -> tuple[list[RoomRow], Place]:  # fmt: skip
    """Rooms in the order of their houses with `CALENDAR_DAYS` nights each; where to go on, () at the end."""
    place = (LodgingRoom.house_id, LodgingRoom.id)
    statement = (
        sa.select(LodgingRoom)
        .where(LodgingRoom.hospital_id.in_(hospital_ids), LodgingRoom.beds >= asked.guests)
        .order_by(*place)
        .limit(most + 1)
    )
    if asked.house_id is not None:
        statement = statement.where(LodgingRoom.house_id == asked.house_id)
    if asked.needs_kitchen:
        statement = statement.where(LodgingRoom.has_kitchen.is_(True))
    if asked.needs_accessible:
        statement = statement.where(LodgingRoom.is_accessible.is_(True))
    if len(after) == len(place):
        statement = statement.where(sa.tuple_(*place) > sa.tuple_(*after))
    found = session.scalars(statement).all()
    rooms = found[:most]
    stays = _stays_in(session, [room.id for room in rooms], first, now)
    rows = [RoomRow(room, spans(stays.get(room.id, []), first)) for room in rooms]
    last = rooms[-1] if len(found) > most else None
    return rows, (last.house_id, last.id) if last else ()


def _stays_in(
    session: Session, room_ids: list[int], first: date, now: datetime
) -> dict[int, list[tuple[Stay, Case]]]:
    """By room, in the order of time: stays and live holds with their cases."""
    until = first + timedelta(days=CALENDAR_DAYS)
    statement = (
        sa.select(Stay, Case)
        .join(Case, Case.id == Stay.case_id)
        .where(
            Stay.id.in_(
                sa.select(LodgingNight.stay_id).where(
                    LodgingNight.room_id.in_(room_ids),
                    LodgingNight.night >= first,
                    LodgingNight.night < until,
                    sa.or_(LodgingNight.held_until.is_(None), LodgingNight.held_until > now),
                )
            )
        )
        .options(raiseload(Stay.house), raiseload(Stay.room))
        .order_by(Stay.room_id, Stay.arrive_on)
    )
    by_room: dict[int, list[tuple[Stay, Case]]] = {}
    for stay, case in session.execute(statement).unique():
        by_room.setdefault(stay.room_id or 0, []).append((stay, case))
    return by_room


def spans(stays: Sequence[tuple[Stay, Case]], first: date, days: int = CALENDAR_DAYS) -> list[Span]:
    """What is taken and what is free between, without a hole, cut to these days."""
    found, at, end = [], first, first + timedelta(days=days)
    for stay, case in stays:
        begins, until = max(stay.arrive_on, first), min(stay.leave_on, end)
        if begins > at:
            found.append(Span(at, begins))
        found.append(Span(begins, until, stay, case))
        at = until
    return [*found, Span(at, end)] if at < end else found


# --- houses, stays and wishes ------------------------------------------------------------------------------------


def houses(session: Session, hospital_ids: Sequence[int], *, is_partner: bool | None = None) -> Sequence[LodgingHouse]:
    statement = sa.select(LodgingHouse).where(LodgingHouse.hospital_id.in_(hospital_ids))
    if is_partner is not None:
        statement = statement.where(LodgingHouse.is_partner.is_(is_partner))
    return session.scalars(statement.order_by(LodgingHouse.is_partner, LodgingHouse.id)).all()


def stays_of(session: Session, case_id: int) -> Sequence[Stay]:
    """Everything of this case that is not cancelled, in the order of time."""
    return session.scalars(
        sa.select(Stay)
        .where(Stay.case_id == case_id, Stay.state != BookingState.CANCELLED)
        .order_by(Stay.arrive_on, Stay.id)
    ).all()


def wishes_of(session: Session, case_id: int) -> Sequence[RoomWish]:
    """What this case waits for, and what was held for it but not confirmed in time."""
    shown = (WishState.WAITING, WishState.OFFERED, WishState.LAPSED)
    return session.scalars(
        sa.select(RoomWish).where(RoomWish.case_id == case_id, RoomWish.state.in_(shown)).order_by(RoomWish.id)
    ).all()


def waiting(session: Session, hospital_ids: Sequence[int], after: int = 0) -> tuple[list[tuple[RoomWish, Case]], int]:
    """One page of those who wait or have an offer, first come first; where to go on, 0 at the end."""
    statement = (
        sa.select(RoomWish, Case)
        .join(Case, Case.id == RoomWish.case_id)
        .where(
            RoomWish.hospital_id.in_(hospital_ids), RoomWish.state.in_((WishState.WAITING, WishState.OFFERED)),
            RoomWish.id > after,
        )
        .order_by(RoomWish.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    found = [(row[0], row[1]) for row in session.execute(statement).unique()]
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else 0


def asked_partners(
    session: Session, hospital_ids: Sequence[int], after: int = 0
) -> tuple[list[tuple[Stay, Case]], int]:
    """One page of what hotels were asked for and have not answered, the oldest first."""
    statement = (
        sa.select(Stay, Case)
        .join(Case, Case.id == Stay.case_id)
        .where(
            Stay.house_id.in_(
                sa.select(LodgingHouse.id).where(
                    LodgingHouse.hospital_id.in_(hospital_ids), LodgingHouse.is_partner.is_(True)
                )
            ),
            Stay.state == BookingState.REQUESTED,
            Stay.id > after,
        )
        .order_by(Stay.id)
        .limit(PAGE + 1)
    )
    found = [(row[0], row[1]) for row in session.execute(statement).unique()]
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else 0
