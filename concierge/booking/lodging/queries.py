"""Rooms that are free for all nights of a stay."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.booking import nights
from concierge.models import LodgingNight, LodgingRoom


def free_rooms(
    session: Session,
    hospital_id: int,
    arrive_on: date,
    leave_on: date,
    *,
    guests: int = 1,
    needs_kitchen: bool = False,
    needs_accessible: bool = False,
) -> Sequence[LodgingRoom]:
    """Rooms of a hospital without a taken night, smallest first, so that large ones stay for large families.

    Raises InvalidInput as `domain.booking.nights`.
    """
    wanted = nights(arrive_on, leave_on)
    taken = sa.exists().where(
        LodgingNight.room_id == LodgingRoom.id, LodgingNight.night.between(wanted[0], wanted[-1])
    )
    rooms = sa.select(LodgingRoom).where(
        LodgingRoom.hospital_id == hospital_id, LodgingRoom.beds >= guests, ~taken
    )
    if needs_kitchen:
        rooms = rooms.where(LodgingRoom.has_kitchen.is_(True))
    if needs_accessible:
        rooms = rooms.where(LodgingRoom.is_accessible.is_(True))
    return session.scalars(rooms.order_by(LodgingRoom.beds, LodgingRoom.id)).all()
