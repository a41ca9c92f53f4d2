"""Shuttles and outings: families take places themselves, and give them back."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.changes import trip_changed
from concierge.booking.rides.actions.orders import RunOrder, check_places
from concierge.booking.rides.actions.places import board, give_places_back, lock_run
from concierge.booking.rides.actions.runs import cancel_run, plan_run
from concierge.cases.actions import check_open
from concierge.domain.access import Actor
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.rides import Timetable, departures
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import Case, Hospital, Ride, Run, ShuttleLine

AHEAD = timedelta(days=14)  # so far ahead shuttles have their runs


def announce_outing(
    session: Session, hospital: Hospital, order: RunOrder, *, actor: Actor, now: datetime
) -> Run:
    """A trip that families may join until `join_until`; the vehicle comes back at `ends_at`.

    Raises as `plan_run`, and InvalidInput(join_until, `join_after_start`).
    """
    if order.join_until and not now <= order.join_until <= order.starts_at:
        raise InvalidInput("join_until", "join_after_start")
    return plan_run(session, hospital, order, actor=actor, now=now)


def join_run(
    session: Session, case: Case, *, public_id: str, seats: int, wheelchairs: int, has_patient: bool, actor: Actor,
    now: datetime,
) -> Ride:  # fmt: skip
    """Places of this family on a shuttle or outing; joining again changes how many.

    Raises RunFull with what is left (its own places counted as free), SlotTaken when the patient has something else,
    InvalidInput(form): unknown_run, run_cancelled, join_closed.
    """
    check_open(case)
    check_places(seats, wheelchairs)
    run_id = session.scalar(
        sa.select(Run.id).where(
            Run.public_id == public_id, Run.hospital_id == case.hospital_id, Run.kind != RunKind.TRANSFER
        )
    )
    if run_id is None:
        raise InvalidInput("form", "unknown_run")
    run = lock_run(session, run_id)
    if run.state is not BookingState.CONFIRMED:
        raise InvalidInput("form", "run_cancelled")
    if now >= min(run.join_until or run.starts_at, run.starts_at):
        raise InvalidInput("form", "join_closed")
    with session.begin_nested():
        ride = _own_ride(session, case, run, actor, now)
        ride.seats, ride.wheelchairs, ride.has_patient = seats, wheelchairs, has_patient
        give_places_back(session, ride)
        board(session, ride, run)
    trip_changed(session, case, "ride_booked", actor, now, ride=ride.public_id)
    return ride


def _own_ride(session: Session, case: Case, run: Run, actor: Actor, now: datetime) -> Ride:
    """The ride of this family on this run, or a new one."""
    there = sa.select(Ride).where(
        Ride.case_id == case.id, Ride.run_id == run.id, Ride.state == BookingState.CONFIRMED
    )
    if ride := session.scalar(there.order_by(Ride.id).limit(1)):
        return ride
    ride = Ride(
        case_id=case.id, run=run, starts_at=run.starts_at, ends_at=run.ends_at, from_place=run.from_place,
        to_place=run.to_place, seats=1, booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    session.add(ride)
    session.flush()
    return ride


def timetable_of(line: ShuttleLine, timezone: str) -> Timetable:
    """The line as domain/rides.py reads it."""
    times = tuple(time.fromisoformat(text) for text in line.times)
    return Timetable(timezone, frozenset(line.weekdays), times, line.valid_from, line.valid_until)


def plan_line(session: Session, line: ShuttleLine, *, actor: Actor, now: datetime) -> int:
    """Give the departures of the next 14 days their runs; how many were new. Safe to call at any time.

    A departure for which vehicle or driver is taken gets none, nor does one that the clocks skip: the page of the
    timetable says so. A run that somebody cancelled stays cancelled.
    """
    session.execute(sa.select(ShuttleLine.id).where(ShuttleLine.id == line.id).with_for_update())
    hospital = session.get_one(Hospital, line.hospital_id)
    zone = hospital.timezone
    there = set(session.scalars(sa.select(Run.starts_at).where(Run.line_id == line.id, Run.starts_at > now)))
    made = 0
    table = timetable_of(line, zone)
    for departure in departures(table, local_day(now, zone), local_day(now + AHEAD, zone)):
        if departure.at is None or departure.at <= now or departure.at in there:
            continue
        order = RunOrder(
            line.vehicle_id, departure.at, departure.at + timedelta(minutes=line.minutes), line.from_place,
            line.to_place, RunKind.SHUTTLE, line.driver_id, line.seats, line.wheelchair_places, line.id,
        )  # fmt: skip
        try:
            plan_run(session, hospital, order, actor=actor, now=now)
        except (SlotTaken, InvalidInput):  # taken, out of service, or the licence has ended by then
            continue
        made += 1
    return made


def end_line(session: Session, line: ShuttleLine, *, on: datetime, actor: Actor, now: datetime) -> None:
    """Nothing leaves after this moment; who had places gets back to wanted, with a task for the coordinator."""
    hospital = session.get_one(Hospital, line.hospital_id)
    line.valid_until = local_day(on, hospital.timezone)
    later = sa.select(Run.id).where(
        Run.line_id == line.id, Run.starts_at > on, Run.state == BookingState.CONFIRMED
    )
    for run_id in session.scalars(later.order_by(Run.id)).all():
        cancel_run(session, run_id, actor=actor, now=now)
