"""Runs: a vehicle and its driver are had once for each quarter-hour, and everybody on board moves with them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import trip_changed
from concierge.booking.rides.actions.orders import (
    RunOrder,
    check_fits,
    check_texts,
    check_times,
    pay,
    the_driver,
    the_vehicle,
)
from concierge.booking.rides.actions.places import (
    claim_patient,
    claim_run,
    give_places_back,
    holder,
    lock_with_riders,
    run_holder,
    take_places,
)
from concierge.cases import ledger
from concierge.cases.actions import record
from concierge.cases.tasks.actions import add_task
from concierge.domain.access import Actor, Role
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import Case, Hospital, PlaceLedger, Resource, Ride, Run

SOON = timedelta(hours=2)


@dataclass(frozen=True)
class RunChange:
    """What changes of a run; None keeps it. `driver_id` 0 takes the driver off."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    vehicle_id: int | None = None
    driver_id: int | None = None


def plan_run(session: Session, hospital: Hospital, order: RunOrder, *, actor: Actor, now: datetime) -> Run:
    """Send a vehicle, and its driver where one is named.

    Raises SlotTaken with what is in the way, and InvalidInput: unknown_vehicle, unknown_driver, licence_ended,
    too_many_seats, too_many_wheelchairs, not_discreet, time_in_past and those of the quarter-hours.
    """
    vehicle = the_vehicle(session, hospital.id, order.vehicle_id)
    driver = the_driver(session, hospital, order.driver_id, order.starts_at)
    check_texts(order, "from_place", "to_place", "title", "meeting_point")
    check_times(order.starts_at, order.ends_at, now)
    seats, wheelchairs = _places(vehicle, order)
    run = Run(
        hospital_id=hospital.id, kind=order.kind, vehicle=vehicle, driver=driver, starts_at=order.starts_at,
        ends_at=order.ends_at, from_place=order.from_place, to_place=order.to_place, seats=seats,
        wheelchair_places=wheelchairs, line_id=order.line_id, purpose=order.purpose, title=order.title,
        meeting_point=order.meeting_point, join_until=order.join_until, planned_by=actor.name, planned_at=now,
    )  # fmt: skip
    with session.begin_nested():
        session.add(run)
        session.flush()
        claim_run(session, run)
    return run


def _places(vehicle: Resource, order: RunOrder) -> tuple[int, int]:
    seats = vehicle.seats if order.seats is None else order.seats
    wheelchairs = vehicle.wheelchair_places if order.wheelchair_places is None else order.wheelchair_places
    check_fits(vehicle, seats, wheelchairs)
    return seats, wheelchairs


def move_run(session: Session, run_id: int, change: RunChange, *, actor: Actor, now: datetime) -> Run:
    """Another time, vehicle or driver for a run: everybody on board moves along, or nothing moves.

    Another vehicle brings its own places. Raises SlotTaken (vehicle, driver or a patient), RunFull when they do not all
    fit, Stale, and InvalidInput as `plan_run`.
    """
    run, rides, cases = lock_with_riders(session, run_id)
    _check_ahead(run, now)
    hospital = session.get_one(Hospital, run.hospital_id)
    wanted = _changed(run, change)
    check_times(wanted.starts_at, wanted.ends_at, now)
    later = wanted.starts_at - run.starts_at
    with session.begin_nested():
        for ride in rides:
            ledger.release(session, holder(ride))
        ledger.release(session, run_holder(run))
        session.execute(sa.delete(PlaceLedger).where(PlaceLedger.run_id == run.id))
        if wanted.vehicle_id != run.vehicle_id:
            run.vehicle = the_vehicle(session, hospital.id, wanted.vehicle_id)
            run.seats, run.wheelchair_places = run.vehicle.seats, run.vehicle.wheelchair_places
        run.driver = the_driver(session, hospital, wanted.driver_id or None, wanted.starts_at)
        run.starts_at, run.ends_at = wanted.starts_at, wanted.ends_at
        for ride in rides:
            _move_along(ride, run, later)
        session.flush()
        for ride in sorted(rides, key=lambda ride: ledger.case_subject(ride.case_id)):
            claim_patient(session, ride)
        claim_run(session, run)
        for ride in rides:
            take_places(session, ride, run)
            pay(session, cases[ride.case_id], ride, run, now)
    for ride in rides:
        trip_changed(session, cases[ride.case_id], "ride_moved", actor, now, ride=ride.public_id)
    return run


def _changed(run: Run, change: RunChange) -> RunOrder:
    told = {key: value for key, value in vars(change).items() if value is not None}
    if "starts_at" in told and "ends_at" not in told:
        told["ends_at"] = told["starts_at"] + (run.ends_at - run.starts_at)
    as_it_is = RunOrder(
        run.vehicle_id, run.starts_at, run.ends_at, run.from_place, run.to_place, run.kind, run.driver_id
    )
    return replace(as_it_is, **told)


def _move_along(ride: Ride, run: Run, later: timedelta) -> None:
    ride.starts_at, ride.ends_at = ride.starts_at + later, ride.ends_at + later
    if ride.starts_at < run.starts_at or ride.ends_at > run.ends_at:
        ride.starts_at, ride.ends_at = run.starts_at, run.ends_at


def cancel_run(session: Session, run_id: int, *, actor: Actor, now: datetime) -> Run:
    """Nobody drives: vehicle and driver are free again. Cancelling twice changes nothing.

    Who was on a transfer or shuttle still has to get there: the ride is wanted again, and the coordinator gets a task.
    An outing that does not take place is over for everybody who wanted to come along.
    """
    run, rides, cases = lock_with_riders(session, run_id)
    if run.state is BookingState.CANCELLED:
        return run
    run.state = BookingState.CANCELLED
    ledger.release(session, run_holder(run))
    for ride in rides:
        give_places_back(session, ride)
        benefits.unshare(session, holder(ride))
        if run.kind is RunKind.OUTING:
            ride.state = BookingState.CANCELLED
        else:
            ride.run, ride.state = None, BookingState.REQUESTED
    session.flush()
    for ride in rides:
        _tell(session, cases[ride.case_id], ride, run, actor, now)
    return run


def _tell(session: Session, case: Case, ride: Ride, run: Run, actor: Actor, now: datetime) -> None:
    if case.state is CaseState.CLOSED:
        record(session, case, "ride_cancelled", actor, now, ride=ride.public_id)
        return
    if run.kind is not RunKind.OUTING:
        due_at = max(now, min(now + SOON, ride.starts_at))
        add_task(
            session,
            case,
            code="find_other_ride",
            owner_role=Role.COORDINATOR,
            due_at=due_at,
            actor=actor,
            now=now,
        )
    event = "ride_cancelled" if run.kind is RunKind.OUTING else "ride_lost_run"
    trip_changed(session, case, event, actor, now, ride=ride.public_id)


def _check_ahead(run: Run, now: datetime) -> None:
    if run.state is not BookingState.CONFIRMED:
        raise InvalidInput("run_id", "run_cancelled")
    if run.ends_at <= now:
        raise InvalidInput("starts_at", "time_in_past")
