"""Places on a run, and the order in which rows are locked.

The key of `place_ledger` refuses the second rider of a place. The lock of the run keeps those who come at once in a
row, so that each finds the places that are left. Everybody locks cases by id, then runs by id, so nobody waits in a
circle; whoever changes several rides in one transaction calls `lock_all` first.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.cases.actions import lock
from concierge.domain.errors import InvalidInput, RunFull, Stale
from concierge.domain.vocabulary import BookingState, PlaceKind
from concierge.models import Case, PlaceLedger, Ride, Run


def holder(ride: Ride) -> str:
    """The name of a ride in the slot ledger: the patient's quarter-hours."""
    return f"ride:{ride.id}"


def run_holder(run: Run) -> str:
    """The name of a run in the slot ledger: the quarter-hours of vehicle and driver."""
    return f"run:{run.id}"


def lock_run(session: Session, run_id: int) -> Run:
    """The run, locked until the end of the transaction, with its newest values."""
    statement = sa.select(Run).where(Run.id == run_id).with_for_update(of=Run)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def lock_all(session: Session, *, rides: Iterable[int] = (), runs: Iterable[int] = ()) -> None:
    """Lock the cases of these rides by id, then these runs and those the rides are on by id."""
    found = session.execute(sa.select(Ride.case_id, Ride.run_id).where(Ride.id.in_(sorted(set(rides))))).all()
    for case_id in sorted({case_id for case_id, _run in found}):
        lock(session, case_id)
    for run_id in sorted({*runs, *(run_id for _case, run_id in found if run_id)}):
        lock_run(session, run_id)


def lock_ride(session: Session, ride: Ride) -> Case:
    """The case of the ride, locked, and the ride with its newest values: rides change only under their case."""
    case = lock(session, ride.case_id)
    session.refresh(ride)
    return case


def lock_with_riders(session: Session, run_id: int) -> tuple[Run, Sequence[Ride], dict[int, Case]]:
    """The run, who is on it, and their cases. Raises Stale when somebody new came on meanwhile: ask again."""
    case_ids = session.scalars(
        _riders(run_id).with_only_columns(Ride.case_id).order_by(None).distinct()
    ).all()
    cases = {case_id: lock(session, case_id) for case_id in sorted(case_ids)}
    run = lock_run(session, run_id)
    rides = riders(session, run)
    if {ride.case_id for ride in rides} - cases.keys():
        raise Stale
    return run, rides, cases


def riders(session: Session, run: Run) -> Sequence[Ride]:
    """The rides on a run that are not cancelled, in the order in which they were made."""
    return session.scalars(_riders(run.id).execution_options(populate_existing=True)).all()


def _riders(run_id: int) -> sa.Select:
    return (
        sa.select(Ride).where(Ride.run_id == run_id, Ride.state != BookingState.CANCELLED).order_by(Ride.id)
    )


def board(session: Session, ride: Ride, run: Run) -> None:
    """Put a ride on a locked run: the patient's quarter-hours, then its places. A time that the run covers stays.

    Raises SlotTaken when the patient has something else, RunFull, InvalidInput(run_id, `run_cancelled`).
    """
    if run.state is not BookingState.CONFIRMED:
        raise InvalidInput("run_id", "run_cancelled")
    if ride.starts_at < run.starts_at or ride.ends_at > run.ends_at:
        ride.starts_at, ride.ends_at = run.starts_at, run.ends_at
    ride.run, ride.state = run, BookingState.CONFIRMED
    session.flush()
    claim_patient(session, ride)
    take_places(session, ride, run)


def claim_patient(session: Session, ride: Ride) -> None:
    if ride.has_patient:
        patient = ledger.case_subject(ride.case_id)
        ledger.claim(session, (patient,), ride.starts_at, ride.ends_at, holder(ride))


def claim_run(session: Session, run: Run) -> None:
    """Take the quarter-hours of vehicle and driver. Raises SlotTaken."""
    subjects = [ledger.resource_subject(id_) for id_ in (run.vehicle_id, run.driver_id) if id_]
    ledger.claim(session, subjects, run.starts_at, run.ends_at, run_holder(run))


def take_places(session: Session, ride: Ride, run: Run) -> None:
    """Take the lowest numbers that are free, all or none. Raises RunFull with what is left."""
    free = free_places(session, run)
    wanted = {PlaceKind.SEAT: ride.seats, PlaceKind.WHEELCHAIR: ride.wheelchairs}
    left = {kind: len(numbers) for kind, numbers in free.items()}
    if any(left[kind] < number for kind, number in wanted.items()):
        raise RunFull(seats=left[PlaceKind.SEAT], wheelchair_places=left[PlaceKind.WHEELCHAIR])
    rows = [
        {"run_id": run.id, "kind": kind, "number": number, "ride_id": ride.id}
        for kind in sorted(wanted)
        for number in free[kind][: wanted[kind]]
    ]
    with ledger.only_once(session, RunFull):
        session.execute(sa.insert(PlaceLedger), rows)


def free_places(session: Session, run: Run) -> dict[PlaceKind, list[int]]:
    """The numbers of the places that nobody has."""
    rows = session.execute(
        sa.select(PlaceLedger.kind, PlaceLedger.number).where(PlaceLedger.run_id == run.id)
    )
    taken = {(kind, number) for kind, number in rows}
    sizes = {PlaceKind.SEAT: run.seats, PlaceKind.WHEELCHAIR: run.wheelchair_places}
    return {
        kind: [number for number in range(1, size + 1) if (kind, number) not in taken]
        for kind, size in sizes.items()
    }


def give_places_back(session: Session, ride: Ride) -> None:
    ledger.release(session, holder(ride))
    session.execute(sa.delete(PlaceLedger).where(PlaceLedger.ride_id == ride.id))
