"""Hotels of partners, whose rooms are not ours: a stay is asked for, and the hotel answers with its number or a no."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.firmness import check_firm
from concierge.booking.lodging import nights_ledger
from concierge.cases.actions import check_open
from concierge.domain.access import Actor
from concierge.domain.booking import nights
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, InvalidInput
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState
from concierge.models import Case, LodgingHouse, Stay

MOST_GUESTS = 20


def ask_partner(
    session: Session,
    case: Case,
    *,
    house_id: int,
    arrive_on: date,
    leave_on: date,
    guests: int,
    note: str,
    actor: Actor,
    now: datetime,
) -> Stay:
    """Note that a hotel was asked for these nights. Raises InvalidInput beside the field."""
    check_open(case)
    nights(arrive_on, leave_on)
    house = session.scalar(
        sa.select(LodgingHouse).where(
            LodgingHouse.id == house_id, LodgingHouse.hospital_id == case.hospital_id, LodgingHouse.is_partner.is_(True)
        )
    )
    if house is None:
        raise InvalidInput("house_id", "unknown_house")
    if arrive_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("arrive_on", "date_in_past")
    if not 1 <= guests <= MOST_GUESTS:
        raise InvalidInput("guests", "too_many_guests")
    stay = Stay(
        case_id=case.id, house=house, arrive_on=arrive_on, leave_on=leave_on, guests=guests, note=note,
        state=BookingState.REQUESTED, booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    session.add(stay)
    session.flush()
    nights_ledger.share(session, case, stay, now)
    trip_changed(session, case, "partner_asked", actor, now, stay=stay.public_id)
    return stay


def partner_confirms(
    session: Session, case: Case, *, public_id: str, number: str, cost: Money | None, actor: Actor, now: datetime
) -> Stay:
    """The hotel's number, and what it costs altogether where it said so.

    Raises AlreadyTaken(`already_answered`), and InvalidInput(form) with the reason while nothing may become firm.
    """
    stay = _asked(session, case, public_id)
    check_firm(session, case, now)
    stay.state, stay.confirmation_number = BookingState.CONFIRMED, number
    stay.cost_minor, stay.currency = (cost.minor, cost.currency) if cost else (None, None)
    nights_ledger.share(session, case, stay, now)
    trip_changed(session, case, "partner_confirmed", actor, now, stay=public_id)
    return stay


def partner_refuses(
    session: Session, case: Case, *, public_id: str, why: str, actor: Actor, now: datetime
) -> Stay:
    """The hotel has no room. Raises AlreadyTaken(`already_answered`)."""
    stay = _asked(session, case, public_id)
    stay.state, stay.note = BookingState.CANCELLED, why
    benefits.unshare(session, f"stay:{stay.id}")
    trip_changed(session, case, "partner_refused", actor, now, stay=public_id, reason=why)
    return stay


def _asked(session: Session, case: Case, public_id: str) -> Stay:
    stay = booking_of(session, Stay, case, public_id)
    if not stay.house.is_partner:
        raise InvalidInput("form", "unknown_booking")
    if stay.state is not BookingState.REQUESTED:
        raise AlreadyTaken("already_answered")
    return stay
