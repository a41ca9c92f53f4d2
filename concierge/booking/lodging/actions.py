"""Rooms by night. The primary key (room, night) refuses the second booking; the loser learns what is still free."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.lodging.queries import free_rooms
from concierge.booking.travellers import travellers_of
from concierge.cases.actions import check_open
from concierge.cases.ledger import only_once
from concierge.domain.access import Actor
from concierge.domain.booking import nights
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, RoomTaken
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, BookingState
from concierge.models import Case, LodgingNight, LodgingRoom, Stay


def reserve_room(
    session: Session,
    case: Case,
    *,
    room_id: int,
    arrive_on: date,
    leave_on: date,
    guests: int,
    actor: Actor,
    now: datetime,
) -> Stay:
    """Book a room from the night of `arrive_on` to the morning of `leave_on`.

    Raises RoomTaken (its `alternatives` are free for all the nights) and InvalidInput.
    """
    check_open(case)
    wanted = nights(arrive_on, leave_on)
    room = session.get(LodgingRoom, room_id)
    if room is None or room.hospital_id != case.hospital_id:
        raise InvalidInput("room_id", "unknown_room")
    if not 1 <= guests <= room.beds:
        raise InvalidInput("guests", "too_many_guests", beds=room.beds)
    if arrive_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("arrive_on", "date_in_past")
    stay = Stay(
        case_id=case.id, room=room, arrive_on=arrive_on, leave_on=leave_on, guests=guests,
        booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    hospital_id = case.hospital_id
    with only_once(
        session,
        lambda: RoomTaken(tuple(free_rooms(session, hospital_id, arrive_on, leave_on, guests=guests))),
    ):
        session.add(stay)
        session.flush()
        rows = [{"room_id": room_id, "night": night, "stay_id": stay.id} for night in wanted]
        session.execute(sa.insert(LodgingNight), rows)
    benefits.share(
        session, case, f"stay:{stay.id}", Benefit.LODGING, travellers=travellers_of(session, case)[:guests],
        on=arrive_on, until=leave_on, cost=Money(room.night_minor, room.currency) * len(wanted), now=now,
    )  # fmt: skip
    trip_changed(session, case, "stay_booked", actor, now, stay=stay.public_id)
    return stay


def cancel_stay(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give the nights back. Cancelling twice changes nothing. Raises InvalidInput for a stay of another case."""
    stay = booking_of(session, Stay, case, public_id)
    if stay.state is BookingState.CANCELLED:
        return
    stay.state = BookingState.CANCELLED
    session.execute(sa.delete(LodgingNight).where(LodgingNight.stay_id == stay.id))
    benefits.unshare(session, f"stay:{stay.id}")
    trip_changed(session, case, "stay_cancelled", actor, now, stay=public_id)
