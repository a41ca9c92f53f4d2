"""What a case that ends early gives back: rooms, rides, interpreters, appointments and calls that still lie ahead.

Otherwise a driver would wait for somebody who will not come, and a room would stand empty.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.cases.services import take_off_letters
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import BookingState, PlannedCallState, RunKind, WishState
from concierge.models import (
    Appointment,
    BookingShare,
    Case,
    InterpreterAssignment,
    LodgingNight,
    PlaceLedger,
    PlannedCall,
    Ride,
    RoomWish,
    Run,
    Stay,
)


def release_ahead(session: Session, case: Case, now: datetime) -> int:
    """Cancel every booking of this case that has not begun; the number of bookings given back."""
    rides = _cancel_rides(session, case, now)
    assignments = _cancel(session, InterpreterAssignment, "assignment", case, now)
    bookings = rides + assignments + _cancel_calls(session, case, now)
    return bookings + _cancel_appointments(session, case, now) + _cancel_stays(session, case, now)


def _ahead(session: Session, model, case: Case, now: datetime, is_live) -> list:
    return list(
        session.scalars(sa.select(model).where(model.case_id == case.id, model.starts_at > now, is_live))
    )


def _cancel(session: Session, model, kind: str, case: Case, now: datetime) -> int:
    rows = _ahead(session, model, case, now, model.state != BookingState.CANCELLED)
    for row in rows:
        row.state = BookingState.CANCELLED
    return _free(session, kind, rows)


def _cancel_rides(session: Session, case: Case, now: datetime) -> int:
    rows = _ahead(session, Ride, case, now, Ride.state != BookingState.CANCELLED)
    for ride in sorted(rows, key=lambda ride: ride.run_id or 0):  # runs are locked by id, everywhere
        ride.state = BookingState.CANCELLED
        release_ride(session, ride)
        forget_who_pays(session, f"ride:{ride.id}")
    return len(rows)


def forget_who_pays(session: Session, booking: str) -> None:
    """Of a booking that is no more; no letter pays anything of it any longer."""
    session.execute(sa.delete(BookingShare).where(BookingShare.booking == booking))
    take_off_letters(session, booking)


def release_ride(session: Session, ride: Ride) -> None:
    """Give back the places of a cancelled ride; a transfer on which nobody is left gives back vehicle and driver."""
    ledger.release(session, f"ride:{ride.id}")
    session.execute(sa.delete(PlaceLedger).where(PlaceLedger.ride_id == ride.id))
    if ride.run is not None:
        release_run_if_empty(session, ride.run)


def release_run_if_empty(session: Session, run: Run) -> None:
    """Nobody is left on a transfer: it does not drive. Two who leave it at once do so one after the other."""
    if run.kind is not RunKind.TRANSFER:
        return
    session.flush()
    session.execute(sa.select(Run.id).where(Run.id == run.id).with_for_update())
    others = sa.select(Ride.id).where(Ride.run_id == run.id, Ride.state != BookingState.CANCELLED)
    if session.scalar(others.limit(1)) is None:
        run.state = BookingState.CANCELLED
        ledger.release(session, f"run:{run.id}")


def _cancel_appointments(session: Session, case: Case, now: datetime) -> int:
    rows = _ahead(session, Appointment, case, now, Appointment.is_cancelled.is_(False))
    for row in rows:
        row.is_cancelled = True
    return _free(session, "appointment", rows)


def _cancel_calls(session: Session, case: Case, now: datetime) -> int:
    rows = _ahead(session, PlannedCall, case, now, PlannedCall.state == PlannedCallState.BOOKED)
    for row in rows:
        row.state = PlannedCallState.CANCELLED
    return _free(session, "call", rows)


def _free(session: Session, kind: str, rows: Iterable) -> int:
    freed = 0
    for row in rows:
        ledger.release(session, f"{kind}:{row.id}")
        freed += 1
    return freed


def _cancel_stays(session: Session, case: Case, now: datetime) -> int:
    today = local_day(now, case.hospital.timezone)
    live = sa.and_(Stay.case_id == case.id, Stay.state != BookingState.CANCELLED, Stay.arrive_on > today)
    rows = session.scalars(sa.select(Stay).where(live)).all()
    for stay in rows:
        stay.state, stay.held_until = BookingState.CANCELLED, None
        session.execute(sa.delete(LodgingNight).where(LodgingNight.stay_id == stay.id))
        forget_who_pays(session, f"stay:{stay.id}")
    _stop_waiting(session, case, now)
    return len(rows)


def _stop_waiting(session: Session, case: Case, now: datetime) -> None:
    """Who does not come waits for no room."""
    open_states = (WishState.WAITING, WishState.OFFERED)
    waits = sa.select(RoomWish).where(RoomWish.case_id == case.id, RoomWish.state.in_(open_states))
    for wish in session.scalars(waits):
        wish.state, wish.ended_at = WishState.WITHDRAWN, now
