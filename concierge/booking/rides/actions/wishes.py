"""Rides of a case: first only wanted, then with places on a run, and given back."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.firmness import check_firm, is_firm_allowed
from concierge.booking.rides.actions.orders import (
    RideOrder,
    RunOrder,
    check_fits,
    check_ride,
    check_times,
    pay,
    the_vehicle,
)
from concierge.booking.rides.actions.places import (
    board,
    claim_patient,
    claim_run,
    give_places_back,
    holder,
    lock_ride,
    lock_run,
    riders,
    run_holder,
)
from concierge.booking.rides.actions.runs import plan_run
from concierge.cases import ledger
from concierge.cases.actions import check_open, record
from concierge.cases.release import release_ride, release_run_if_empty
from concierge.cases.tasks.actions import add_once, end_once
from concierge.domain.access import Actor, Role
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.vocabulary import BookingState, RideOutcome, RunKind
from concierge.models import Case, Ride, Run


def request_ride(session: Session, case: Case, order: RideOrder, *, actor: Actor, now: datetime) -> Ride:
    """A ride that is wanted: nothing and nobody is booked for it yet. Raises InvalidInput as `orders.check_ride`."""
    ride = _wish(session, case, order, actor, now)
    trip_changed(session, case, "ride_requested", actor, now, ride=ride.public_id)
    return ride


def _wish(session: Session, case: Case, order: RideOrder, actor: Actor, now: datetime) -> Ride:
    check_open(case)
    check_ride(session, case, order, now)
    ride = Ride(
        case_id=case.id, direction=order.direction, starts_at=order.starts_at, ends_at=order.ends_at,
        from_place=order.from_place, to_place=order.to_place, sign_text=order.sign_text, seats=order.seats,
        wheelchairs=order.wheelchairs, has_patient=order.has_patient, flight_id=order.flight_id,
        travellers=list(order.travellers), state=BookingState.REQUESTED, booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    session.add(ride)
    session.flush()
    return ride


def put_on_run(session: Session, ride: Ride, run: Run, *, actor: Actor, now: datetime) -> Ride:
    """Places on a run for a ride that is wanted, or that was on another run.

    Raises RunFull, SlotTaken when the patient has something else then, InvalidInput(run_id): unknown_run,
    run_cancelled; InvalidInput(form): `ride_cancelled`, or the reason for which nothing may become firm yet.
    """
    case = lock_ride(session, ride)
    check_open(case)
    if ride.state is BookingState.CANCELLED:
        raise InvalidInput("form", "ride_cancelled")
    if ride.run_id == run.id:
        return ride
    locked = {run_id: lock_run(session, run_id) for run_id in sorted({run.id, ride.run_id or run.id})}
    new, old = locked[run.id], ride.run
    if new.hospital_id != case.hospital_id:
        raise InvalidInput("run_id", "unknown_run")
    if ride.state is BookingState.REQUESTED:
        check_firm(session, case, now)
    with session.begin_nested():
        give_places_back(session, ride)
        board(session, ride, new)
        pay(session, case, ride, new, now)
        if old is not None:
            release_run_if_empty(session, old)
    trip_changed(session, case, "ride_booked", actor, now, ride=ride.public_id)
    return ride


def take_off_run(session: Session, ride: Ride, *, actor: Actor, now: datetime) -> Ride:
    """Its places are free again and the ride is only wanted; a transfer on which nobody is left does not drive."""
    case = lock_ride(session, ride)
    if ride.state is not BookingState.CONFIRMED:
        return ride
    _off(session, ride)
    trip_changed(session, case, "ride_lost_run", actor, now, ride=ride.public_id)
    return ride


def _off(session: Session, ride: Ride) -> None:
    run = ride.run
    give_places_back(session, ride)
    benefits.unshare(session, holder(ride))
    ride.run, ride.state = None, BookingState.REQUESTED
    session.flush()
    if run is not None:
        release_run_if_empty(session, run)


def book_ride(
    session: Session, case: Case, order: RideOrder, *, vehicle_id: int, driver_id: int | None = None,
    actor: Actor, now: datetime,
) -> Ride:  # fmt: skip
    """A ride with a transfer of its own, in one go; before the rule about visas allows it, it is noted as wanted.

    Raises SlotTaken with what is in the way (vehicle, driver or patient), RunFull, InvalidInput.
    """
    if not is_firm_allowed(session, case, now).is_allowed:
        return request_ride(session, case, order, actor=actor, now=now)
    with session.begin_nested():
        ride = _wish(session, case, order, actor, now)
        _drive(session, case, ride, vehicle_id, driver_id, actor, now)
    trip_changed(session, case, "ride_booked", actor, now, ride=ride.public_id)
    return ride


def drive_ride(
    session: Session, case: Case, *, public_id: str, vehicle_id: int, driver_id: int | None = None, actor: Actor,
    now: datetime,
) -> Ride:  # fmt: skip
    """A transfer of its own for a ride that is wanted.

    Raises as `book_ride`, and InvalidInput(form) with the reason while nothing may become firm.
    """
    ride = booking_of(session, Ride, case, public_id)
    check_open(case)
    if ride.state is not BookingState.REQUESTED:
        raise InvalidInput("form", "ride_not_wanted")
    check_firm(session, case, now)
    with session.begin_nested():
        _drive(session, case, ride, vehicle_id, driver_id, actor, now)
    trip_changed(session, case, "ride_booked", actor, now, ride=ride.public_id)
    return ride


def _drive(
    session: Session,
    case: Case,
    ride: Ride,
    vehicle_id: int,
    driver_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    check_fits(the_vehicle(session, case.hospital_id, vehicle_id), ride.seats, ride.wheelchairs)
    way = RunOrder(
        vehicle_id, ride.starts_at, ride.ends_at, ride.from_place, ride.to_place, driver_id=driver_id
    )
    run = plan_run(session, case.hospital, way, actor=actor, now=now)
    board(session, ride, run)
    pay(session, case, ride, run, now)


def move_ride(
    session: Session, case: Case, *, public_id: str, starts_at: datetime, ends_at: datetime,
    may_lose_run: bool = False, actor: Actor, now: datetime,
) -> Ride:  # fmt: skip
    """Another time. A transfer of its own moves along; places on a shared run stay only while the run covers the time.

    Otherwise the ride goes back to wanted if it `may_lose_run`, else SlotTaken. A patient who has something else then
    is always SlotTaken. Raises InvalidInput as `orders.check_times`, (form, `ride_cancelled`).
    """
    ride = booking_of(session, Ride, case, public_id)
    check_open(case)
    if ride.state is BookingState.CANCELLED:
        raise InvalidInput("form", "ride_cancelled")
    check_times(starts_at, ends_at, now)
    if ride.run_id is None:
        ride.starts_at, ride.ends_at = starts_at, ends_at
    else:
        _move_on_run(session, case, ride, starts_at, ends_at, may_lose_run, now)
    session.flush()
    trip_changed(session, case, "ride_moved", actor, now, ride=public_id)
    return ride


def _move_on_run(
    session: Session,
    case: Case,
    ride: Ride,
    starts_at: datetime,
    ends_at: datetime,
    may_lose_run: bool,
    now: datetime,
) -> None:
    run = lock_run(session, ride.run_id or 0)
    is_own = run.kind is RunKind.TRANSFER and len(riders(session, run)) == 1
    try:
        with session.begin_nested():
            ledger.release(session, holder(ride))
            if is_own:
                ledger.release(session, run_holder(run))
                run.starts_at, run.ends_at = starts_at, ends_at
            elif starts_at < run.starts_at or ends_at > run.ends_at:
                raise SlotTaken
            ride.starts_at, ride.ends_at = starts_at, ends_at
            session.flush()
            claim_patient(session, ride)
            if is_own:
                claim_run(session, run)
            pay(session, case, ride, run, now)
    except SlotTaken as taken:
        if not may_lose_run or is_patient_busy(taken):
            raise
        _off(session, ride)
        ride.starts_at, ride.ends_at = starts_at, ends_at


def is_patient_busy(taken: SlotTaken) -> bool:
    return any(stretch.subject.startswith("case:") for stretch in taken.conflicts)


def cancel_ride(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give places and time back. Cancelling twice changes nothing. Raises InvalidInput for a ride of another case."""
    ride = booking_of(session, Ride, case, public_id)
    if ride.state is BookingState.CANCELLED:
        return
    ride.state = BookingState.CANCELLED
    release_ride(session, ride)
    benefits.unshare(session, holder(ride))
    trip_changed(session, case, "ride_cancelled", actor, now, ride=public_id)


def leave_run(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """A family gives its places on a shuttle or outing back. InvalidInput(form, `not_joined`) for other rides."""
    ride = booking_of(session, Ride, case, public_id)
    if ride.run is None or ride.run.kind is RunKind.TRANSFER or ride.starts_at <= now:
        raise InvalidInput("form", "not_joined")
    cancel_ride(session, case, public_id=public_id, actor=actor, now=now)


def note_outcome(session: Session, ride: Ride, outcome: RideOutcome, *, actor: Actor, now: datetime) -> Ride:
    """What the driver found. Nobody there is an urgent task of the coordinator, which ends when they are found.

    The same answer twice changes nothing. Raises InvalidInput(form, `ride_not_booked`) for a ride without a run.
    """
    case = lock_ride(session, ride)
    if ride.state is not BookingState.CONFIRMED:
        raise InvalidInput("form", "ride_not_booked")
    if ride.outcome is outcome:
        return ride
    ride.outcome, ride.outcome_at, ride.outcome_by = outcome, now, actor.name
    key = f"ride_not_found:{ride.id}"
    if outcome is RideOutcome.NOT_FOUND:
        record(session, case, "rider_not_found", actor, now, ride=ride.public_id)
        add_once(session, case, key=key, code="find_riders", owner_role=Role.COORDINATOR, due_at=now, now=now)
    else:
        record(session, case, "rider_picked_up", actor, now, ride=ride.public_id)
        end_once(session, key=key)
    session.flush()
    return ride
