"""The waiting list for rooms: who waits, and the hold that the first fitting family gets when a room becomes free."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.changes import trip_changed
from concierge.booking.lodging import nights_ledger
from concierge.booking.lodging.queries import Need, free_rooms
from concierge.cases.actions import check_open, record
from concierge.cases.tasks.actions import add_once, end_once
from concierge.domain.access import SYSTEM, Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, RoomTaken
from concierge.domain.journey import CaseState
from concierge.domain.lodging import OFFER_LASTS
from concierge.domain.vocabulary import BookingState, WishState
from concierge.models import Case, LodgingRoom, RoomWish, Stay

MOST_AT_ONCE = 50  # of one hospital; the jobs come again within a minute


def wait_for_room(session: Session, case: Case, need: Need, *, actor: Actor, now: datetime) -> RoomWish:
    """Put a family on the list. Raises InvalidInput as `domain.booking.nights`, and `date_in_past`, `already_waits`."""
    check_open(case)
    need.nights  # noqa: B018  (raises for days that make no stay)
    if need.arrive_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("arrive_on", "date_in_past")
    same = sa.and_(
        RoomWish.case_id == case.id, RoomWish.state == WishState.WAITING, RoomWish.arrive_on < need.leave_on,
        RoomWish.leave_on > need.arrive_on,
    )  # fmt: skip
    if session.scalar(sa.select(RoomWish.id).where(same).limit(1)) is not None:
        raise InvalidInput("arrive_on", "already_waits")
    wish = RoomWish(
        case_id=case.id, hospital_id=case.hospital_id, arrive_on=need.arrive_on, leave_on=need.leave_on,
        guests=need.guests, needs_kitchen=need.needs_kitchen, needs_accessible=need.needs_accessible,
        house_id=need.house_id, asked_at=now, asked_by=actor.name,
    )  # fmt: skip
    session.add(wish)
    session.flush()
    record(session, case, "room_awaited", actor, now, wish=wish.public_id)
    return wish


def wish_of(session: Session, case: Case, public_id: str) -> RoomWish:
    """A wish of this case. Raises InvalidInput(form, `unknown_booking`) for another's."""
    wish = session.scalar(sa.select(RoomWish).where(RoomWish.public_id == public_id, RoomWish.case_id == case.id))
    if wish is None:
        raise InvalidInput("form", "unknown_booking")
    return wish


def stop_waiting(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Take a wish from the list; what is held for it stays held. Twice changes nothing."""
    wish = wish_of(session, case, public_id)
    if wish.state is WishState.WITHDRAWN:
        return
    wish.state, wish.ended_at = WishState.WITHDRAWN, now
    record(session, case, "room_wish_ended", actor, now, wish=public_id)
    session.flush()


def offer_freed(
    session: Session, room: LodgingRoom | None, first: date, until: date, *, but: Case, now: datetime
) -> Stay | None:
    """Hold a room for the first on the list whom these nights let in; None where nobody fits.

    `but` is the case that gave the nights back. A case that somebody works on at this moment is passed over rather
    than waited for, because two who wait for each other would deadlock; the jobs come back to it within a minute.
    """
    if room is None:
        return None
    fits = sa.and_(
        _in_line(room.hospital_id), RoomWish.case_id != but.id, RoomWish.guests <= room.beds,
        RoomWish.arrive_on < until, RoomWish.leave_on > first,
    )  # fmt: skip
    for wish in session.scalars(sa.select(RoomWish).where(fits).order_by(RoomWish.id).limit(MOST_AT_ONCE)).all():
        if stay := offer(session, wish, now=now):
            return stay
    return None


def offer(session: Session, wish: RoomWish, *, now: datetime) -> Stay | None:
    """Hold the best fitting room for a wish, and give the coordinator of its case a task; None where that cannot be.

    The house does it: whoever gave a room back in another case has no part in this one.
    """
    free = sa.select(Case).where(Case.id == wish.case_id).with_for_update(of=Case, skip_locked=True)
    case = session.scalars(free.execution_options(populate_existing=True)).one_or_none()
    if case is None:
        return None
    session.refresh(wish)
    if wish.state is not WishState.WAITING or case.state is CaseState.CLOSED:
        return None
    if wish.arrive_on < local_day(now, case.hospital.timezone):
        wish.state, wish.ended_at = WishState.WITHDRAWN, now
        record(session, case, "room_wish_ended", SYSTEM, now, wish=wish.public_id)
        return None
    for found in free_rooms(session, wish.hospital_id, need_of(wish), now=now, most=3):
        stay = Stay(
            case_id=case.id, room=found.room, house=found.room.house, arrive_on=wish.arrive_on,
            leave_on=wish.leave_on, guests=wish.guests, state=BookingState.HELD, held_until=now + OFFER_LASTS,
            booked_by=SYSTEM.name, booked_at=now,
        )  # fmt: skip
        try:
            nights_ledger.take(session, case, stay, now)
        except RoomTaken:
            continue
        wish.state, wish.stay_id = WishState.OFFERED, stay.id
        add_once(
            session, case, key=_key(wish), code="room_offered", owner_role=Role.COORDINATOR, due_at=now + OFFER_LASTS,
            now=now,
        )  # fmt: skip
        trip_changed(session, case, "room_offered", SYSTEM, now, stay=stay.public_id)
        return stay
    return None


def serve(session: Session, stay: Stay, now: datetime) -> None:
    """What was held for a wish is booked."""
    _close(session, stay, WishState.SERVED, now)


def lapse(session: Session, stay: Stay, now: datetime) -> None:
    """What was held for a wish is no more; the family is not offered the same again, its coordinator asks anew."""
    _close(session, stay, WishState.LAPSED, now)


def _close(session: Session, stay: Stay, state: WishState, now: datetime) -> None:
    wish = session.scalar(sa.select(RoomWish).where(RoomWish.stay_id == stay.id))
    if wish is not None and wish.state in (WishState.OFFERED, WishState.LAPSED):
        wish.state, wish.ended_at = state, now
        end_once(session, key=_key(wish))


def waiting_ids(session: Session, hospital_id: int) -> list[int]:
    """Who waits in a hospital, first come first."""
    statement = sa.select(RoomWish.id).where(_in_line(hospital_id)).order_by(RoomWish.id).limit(MOST_AT_ONCE)
    return list(session.scalars(statement))


def need_of(wish: RoomWish) -> Need:
    return Need(
        wish.arrive_on, wish.leave_on, wish.guests, wish.needs_kitchen, wish.needs_accessible, wish.house_id
    )


def _in_line(hospital_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(RoomWish.hospital_id == hospital_id, RoomWish.state == WishState.WAITING)


def _key(wish: RoomWish) -> str:
    return f"room-offer:{wish.public_id}"
