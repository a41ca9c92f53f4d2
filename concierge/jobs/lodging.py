"""Holds of rooms that are over end, and what is free is offered to who waits; each in a transaction of its own."""

import sqlalchemy as sa

from concierge.booking.lodging.actions import expire_hold
from concierge.booking.lodging.waiting import offer, waiting_ids
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.access import SYSTEM
from concierge.domain.vocabulary import BookingState
from concierge.models import Hospital, RoomWish, Stay
from concierge.web.clock import now


def end_holds() -> int:
    """The number of holds that ended."""
    at = now()
    over = sa.select(Stay.id, Stay.case_id).where(Stay.state == BookingState.HELD, Stay.held_until <= at)
    found = db.session.execute(over.order_by(Stay.held_until).limit(500)).all()
    return sum(_end(stay_id, case_id) for stay_id, case_id in found)


def _end(stay_id: int, case_id: int) -> int:
    with transaction() as session:
        case = lock(session, case_id)
        stay = session.scalars(
            sa.select(Stay).where(Stay.id == stay_id).execution_options(populate_existing=True)
        ).one()
        return int(expire_hold(session, case, stay, actor=SYSTEM, now=now()))


def offer_rooms() -> int:
    """The number of families that got an offer."""
    offered = 0
    for hospital_id in db.session.scalars(sa.select(Hospital.id)).all():
        for wish_id in waiting_ids(db.session(), hospital_id):
            with transaction() as session:
                wish = session.get_one(RoomWish, wish_id)
                offered += offer(session, wish, now=now()) is not None
    return offered
