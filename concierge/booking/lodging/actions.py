"""Rooms by night. The primary key (room, night) refuses the second booking; the loser learns what is still free.

A hold is a stay with an end: its nights stand in the same ledger. Nobody has to end it. Who looks passes over nights
whose hold is over, who books takes them, and the jobs tell the case and the waiting list (lodging/waiting.py).
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.firmness import check_firm, is_firm_allowed
from concierge.booking.lodging import nights_ledger, waiting
from concierge.cases.actions import check_open
from concierge.domain.access import Actor
from concierge.domain.booking import nights
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.firmness import HOLD_UNTIL_FIRM
from concierge.domain.vocabulary import BookingState
from concierge.models import Case, LodgingRoom, Stay


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

    Before the rule about visas lets it become firm, the room is held instead, for HOLD_UNTIL_FIRM. Raises RoomTaken
    (its `alternatives` are free for all the nights) and InvalidInput.
    """
    stay = _new(case, _room(session, case, room_id), arrive_on, leave_on, guests, actor, now)
    is_firm = is_firm_allowed(session, case, now).is_allowed
    if not is_firm:
        stay.state, stay.held_until = BookingState.HELD, now + HOLD_UNTIL_FIRM
    nights_ledger.take(session, case, stay, now)
    _tell(session, case, "stay_booked" if is_firm else "stay_held", stay, actor, now)
    return stay


def hold_room(
    session: Session,
    case: Case,
    *,
    room_id: int,
    arrive_on: date,
    leave_on: date,
    guests: int,
    lasts: timedelta,
    actor: Actor,
    now: datetime,
) -> Stay:
    """Keep a room for a while: nobody else gets its nights until `now + lasts`. Raises as `reserve_room`."""
    stay = _new(case, _room(session, case, room_id), arrive_on, leave_on, guests, actor, now)
    stay.state, stay.held_until = BookingState.HELD, now + lasts
    nights_ledger.take(session, case, stay, now)
    _tell(session, case, "stay_held", stay, actor, now)
    return stay


def renew_hold(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> datetime:
    """Hold it again for HOLD_UNTIL_FIRM, and say until when; one that has ended, too, while the room is still free.

    What was offered from the waiting list counts as taken. Raises as `confirm_hold`.
    """
    check_open(case)
    stay, until = _held(session, case, public_id, now), now + HOLD_UNTIL_FIRM
    nights_ledger.take(
        session, case, stay, now, code="hold_expired", state=BookingState.HELD, held_until=until
    )
    waiting.serve(session, stay, now)
    _tell(session, case, "stay_held", stay, actor, now)
    return until


def _held(session: Session, case: Case, public_id: str, now: datetime) -> Stay:
    stay = booking_of(session, Stay, case, public_id)
    if stay.held_until is None:  # cancelled by a person, booked, or asked of a hotel
        raise InvalidInput("form", "unknown_booking")
    if stay.arrive_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("form", "date_in_past")
    return stay


def confirm_hold(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> bool:
    """Book what was held. False where the hold was over, but the room still free: it is booked all the same.

    Confirming twice changes nothing. Raises RoomTaken(code `hold_expired`) where somebody took it since, and
    InvalidInput(form) with the reason while nothing may become firm.
    """
    check_open(case)
    if booking_of(session, Stay, case, public_id).state is BookingState.CONFIRMED:
        return True
    stay = _held(session, case, public_id, now)
    check_firm(session, case, now)
    in_time = stay.state is BookingState.HELD and not stay.is_over(now)
    nights_ledger.take(
        session, case, stay, now, code="room_taken" if in_time else "hold_expired", state=BookingState.CONFIRMED,
        held_until=None,
    )  # fmt: skip
    waiting.serve(session, stay, now)
    _tell(session, case, "stay_booked", stay, actor, now)
    return in_time


def move_stay(
    session: Session,
    case: Case,
    *,
    public_id: str,
    arrive_on: date,
    leave_on: date,
    room_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Stay:
    """Other days, and another room where `room_id` says so; the price is that of the new nights.

    The stay's own nights are no obstacle. A hotel of a partner is asked again. What becomes free goes to the waiting
    list. Raises RoomTaken(`alternatives`), and then nothing has changed, and InvalidInput(`hold_is_over`, …).
    """
    check_open(case)
    stay = booking_of(session, Stay, case, public_id)
    if stay.state is BookingState.CANCELLED:
        raise InvalidInput("form", "unknown_booking")
    if stay.is_over(now):
        raise InvalidInput("form", "hold_is_over")
    nights(arrive_on, leave_on)
    today = local_day(now, case.hospital.timezone)
    if arrive_on < today and arrive_on != stay.arrive_on:
        raise InvalidInput("arrive_on", "date_in_past")
    if leave_on < today:
        raise InvalidInput("leave_on", "date_in_past")
    before, freed = _days(stay), (stay.room, stay.arrive_on, stay.leave_on)
    room = stay.room if room_id is None else _room(session, case, room_id)
    if room is None:
        _ask_again(stay, arrive_on, leave_on)
        nights_ledger.share(session, case, stay, now)
    else:
        _check_beds(room, stay.guests)
        nights_ledger.take(
            session, case, stay, now, room=room, house=room.house, arrive_on=arrive_on, leave_on=leave_on
        )
    _tell(session, case, "stay_moved", stay, actor, now, before=before)
    waiting.offer_freed(session, *freed, but=case, now=now)
    return stay


def cancel_stay(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give the nights back; the first on the waiting list whom they fit gets a hold.

    Cancelling twice changes nothing. Raises InvalidInput for a stay of another case.
    """
    stay = booking_of(session, Stay, case, public_id)
    if stay.state is BookingState.CANCELLED:
        return
    nights_ledger.give_back(session, stay)
    stay.held_until = None
    waiting.lapse(session, stay, now)
    trip_changed(session, case, "stay_cancelled", actor, now, stay=public_id)
    waiting.offer_freed(session, stay.room, stay.arrive_on, stay.leave_on, but=case, now=now)


def expire_hold(session: Session, case: Case, stay: Stay, *, actor: Actor, now: datetime) -> bool:
    """End a hold whose hour is over, and say so in its case. False where it was confirmed or ended meanwhile."""
    if stay.state is not BookingState.HELD or not stay.is_over(now):
        return False
    nights_ledger.give_back(session, stay)
    waiting.lapse(session, stay, now)
    trip_changed(session, case, "hold_expired", actor, now, stay=stay.public_id)
    return True


def _new(
    case: Case, room: LodgingRoom, arrive_on: date, leave_on: date, guests: int, actor: Actor, now: datetime
) -> Stay:
    """A stay that is not stored yet. Raises InvalidInput beside the field."""
    check_open(case)
    nights(arrive_on, leave_on)
    _check_beds(room, guests)
    if arrive_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("arrive_on", "date_in_past")
    return Stay(
        case_id=case.id, room=room, house=room.house, arrive_on=arrive_on, leave_on=leave_on, guests=guests,
        state=BookingState.CONFIRMED, booked_by=actor.name, booked_at=now,
    )  # fmt: skip


def _room(session: Session, case: Case, room_id: int) -> LodgingRoom:
    room = session.get(LodgingRoom, room_id)
    if room is None or room.hospital_id != case.hospital_id:
        raise InvalidInput("room_id", "unknown_room")
    if not room.is_active:
        raise InvalidInput("room_id", "room_out_of_service")
    return room


def _check_beds(room: LodgingRoom, guests: int) -> None:
    if not 1 <= guests <= room.beds:
        raise InvalidInput("guests", "too_many_guests", beds=room.beds)


def _ask_again(stay: Stay, arrive_on: date, leave_on: date) -> None:
    """The hotel's number and price were for other nights."""
    stay.arrive_on, stay.leave_on, stay.state = arrive_on, leave_on, BookingState.REQUESTED
    stay.confirmation_number, stay.cost_minor, stay.currency = "", None, None


def _days(stay: Stay) -> str:
    return f"{stay.arrive_on}/{stay.leave_on}"


def _tell(session: Session, case: Case, event: str, stay: Stay, actor: Actor, now: datetime, **data: str) -> None:
    trip_changed(session, case, event, actor, now, stay=stay.public_id, **data)
