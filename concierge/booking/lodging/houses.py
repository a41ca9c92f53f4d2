"""Verbs on houses: prices by season, and rooms that are out of service for a while."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.domain.lodging import Season, check_season
from concierge.domain.money import Money
from concierge.models import LodgingHouse, LodgingRate, LodgingRoom


def lock_house(session: Session, house_id: int) -> LodgingHouse:
    """The house, locked until the end of the transaction: its seasons are written one after the other."""
    statement = sa.select(LodgingHouse).where(LodgingHouse.id == house_id).with_for_update(of=LodgingHouse)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def add_rate(
    session: Session, house: LodgingHouse, *, room_id: int | None, from_on: date, until_on: date, night: Money
) -> LodgingRate:
    """A season of the whole (locked) house, or of one of its rooms, both days included.

    What is booked already keeps its price. Raises InvalidInput as `domain.lodging.check_season`, and `unknown_room`.
    """
    if room_id is not None:
        _room(session, house, room_id)
    same = sa.select(LodgingRate).where(
        LodgingRate.house_id == house.id, LodgingRate.room_id.is_not_distinct_from(room_id)
    )
    others = [Season(rate.from_on, rate.until_on, rate.night_minor) for rate in session.scalars(same)]
    check_season(Season(from_on, until_on, night.minor), others)
    rate = LodgingRate(
        house_id=house.id, room_id=room_id, from_on=from_on, until_on=until_on, night_minor=night.minor,
        currency=night.currency,
    )  # fmt: skip
    session.add(rate)
    session.flush()
    return rate


def end_rate(session: Session, house: LodgingHouse, *, rate_id: int, today: date) -> None:
    """End a season with yesterday; one that has not begun is no more. Twice changes nothing."""
    rate = session.scalar(sa.select(LodgingRate).where(LodgingRate.id == rate_id, LodgingRate.house_id == house.id))
    if rate is None or rate.until_on < today:
        return
    if rate.from_on >= today:
        session.delete(rate)
    else:
        rate.until_on = today - timedelta(days=1)
    session.flush()


def set_in_service(session: Session, house: LodgingHouse, *, room_id: int, is_active: bool) -> LodgingRoom:
    """Whether a room can be booked; who sleeps in it, or has booked it, keeps it."""
    room = _room(session, house, room_id)
    room.is_active = is_active
    session.flush()
    return room


def _room(session: Session, house: LodgingHouse, room_id: int) -> LodgingRoom:
    room = session.get(LodgingRoom, room_id)
    if room is None or room.house_id != house.id:
        raise InvalidInput("room_id", "unknown_room")
    return room
