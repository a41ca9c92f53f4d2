"""The nights of a stay in the ledger, with what they cost: taken all or none, and given back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.lodging.queries import Need, free_rooms, price_of
from concierge.booking.travellers import travellers_of
from concierge.cases.ledger import only_once
from concierge.domain.booking import nights
from concierge.domain.errors import RoomTaken
from concierge.domain.lodging import total
from concierge.domain.vocabulary import Benefit, BookingState
from concierge.models import Case, LodgingNight, Stay


def take(
    session: Session, case: Case, stay: Stay, now: datetime, *, code: str = "room_taken", **changes: Any
) -> None:
    """Write the stay with its `changes` and its nights, all or none; nights of holds that are over give way.

    So do its own nights of before. All of it is one step that the database takes back as a whole, because deleting,
    too, can meet another booker. Raises RoomTaken with this `code`, and then the stay is as it was.
    """
    first, until = changes.get("arrive_on", stay.arrive_on), changes.get("leave_on", stay.leave_on)
    need, hospital_id = Need(first, until, stay.guests), case.hospital_id
    with only_once(
        session,
        lambda: RoomTaken(tuple(f.room for f in free_rooms(session, hospital_id, need, now=now)), code),
    ):
        for name, value in changes.items():
            setattr(stay, name, value)
        if changes.keys() & {"arrive_on", "leave_on", "room"} or not stay.price:
            _set_price(session, stay)
        session.add(stay)
        session.flush()
        _insert_nights(session, stay, now)
    share(session, case, stay, now)


def _insert_nights(session: Session, stay: Stay, now: datetime) -> None:
    """In date order, as one statement."""
    wanted = nights(stay.arrive_on, stay.leave_on)
    is_over = sa.and_(
        LodgingNight.room_id == stay.room_id, LodgingNight.night.in_(wanted), LodgingNight.held_until <= now
    )
    session.execute(sa.delete(LodgingNight).where(sa.or_(LodgingNight.stay_id == stay.id, is_over)))
    rows = [
        {"room_id": stay.room_id, "night": night, "stay_id": stay.id, "held_until": stay.held_until}
        for night in wanted
    ]
    session.execute(sa.insert(LodgingNight).values(rows))


def _set_price(session: Session, stay: Stay) -> None:
    """The price of these nights in this room as it is now; it stays agreed, also when the rates change later."""
    if stay.room is None:
        return
    lines = price_of(session, stay.room, nights(stay.arrive_on, stay.leave_on))
    stay.price = [[line.nights, line.minor] for line in lines]
    stay.cost_minor, stay.currency = total(lines), stay.room.currency


def share(session: Session, case: Case, stay: Stay, now: datetime) -> None:
    """Who pays each traveller's part."""
    benefits.share(
        session, case, f"stay:{stay.id}", Benefit.LODGING, travellers=travellers_of(session, case),
        on=stay.arrive_on, until=stay.leave_on, cost=stay.cost, now=now,
    )  # fmt: skip


def give_back(session: Session, stay: Stay) -> None:
    stay.state = BookingState.CANCELLED
    session.execute(sa.delete(LodgingNight).where(LodgingNight.stay_id == stay.id))
    benefits.unshare(session, f"stay:{stay.id}")
