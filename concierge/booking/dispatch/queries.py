"""What moves on one day across cases, for the day screen, the print sheet and the driver."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.clocks import at_local
from concierge.domain.journey import CaseState
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import BookingState, Direction, ResourceKind
from concierge.models import (
    Case,
    DriverLink,
    Flight,
    Hospital,
    InterpreterAssignment,
    OutboxMessage,
    PlaceLedger,
    Resource,
    Ride,
    Run,
    Stay,
)


@dataclass
class RunRow:
    """One journey with who rides on it, in the order of their time."""

    run: Run
    hospital: Hospital
    riders: list[tuple[Ride, Case]] = field(default_factory=list)

    @property
    def seats_left(self) -> int:
        return self.run.seats - sum(ride.seats for ride, _case in self.riders)

    @property
    def wheelchairs_left(self) -> int:
        return self.run.wheelchair_places - sum(ride.wheelchairs for ride, _case in self.riders)


@dataclass(frozen=True)
class DayAcross:
    """What one day holds in several hospitals: rows with their cases, in the order of time."""

    arrivals: Sequence[tuple[Flight, Case]]
    wanted: Sequence[tuple[Ride, Case]]
    runs: Sequence[RunRow]
    assignments: Sequence[tuple[InterpreterAssignment, Case]]
    check_ins: Sequence[tuple[Stay, Case]]
    check_outs: Sequence[tuple[Stay, Case]]

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.arrivals, self.wanted, self.runs, self.assignments, self.check_ins, self.check_outs)
        )


def span_of(on: date, hospital: Hospital) -> tuple[datetime, datetime]:
    """The day as the clocks of the hospital have it (UTC)."""
    return at_local(on, time(), hospital.timezone), at_local(
        on + timedelta(days=1), time(), hospital.timezone
    )


def day_across(session: Session, hospitals: Sequence[Hospital], on: date) -> DayAcross:
    """The day `on` as each hospital's own calendar has it; one query for each kind."""

    def during(column, owner):
        spans = [(hospital.id, *span_of(on, hospital)) for hospital in hospitals]
        return sa.or_(sa.false(), *(sa.and_(owner == of, column >= a, column < b) for of, a, b in spans))

    def rows(model, order, *conditions):
        joined = sa.select(model, Case).join(Case, Case.id == model.case_id)
        found = session.execute(joined.where(*conditions).order_by(order, model.id))
        return [(row, case) for row, case in found.unique()]

    def booked(model, order, condition):
        return rows(model, order, condition, model.state != BookingState.CANCELLED)

    def stays(column):
        ours = Case.hospital_id.in_([hospital.id for hospital in hospitals])
        return booked(Stay, Stay.id, sa.and_(ours, column == on))

    runs = session.scalars(
        sa.select(Run)
        .where(during(Run.starts_at, Run.hospital_id), Run.state != BookingState.CANCELLED)
        .order_by(Run.starts_at, Run.id)
    ).all()
    assigned = InterpreterAssignment.starts_at
    return DayAcross(
        arrivals=rows(
            Flight, Flight.arrives_at, during(Flight.arrives_at, Case.hospital_id),
            Flight.direction == Direction.ARRIVAL, Flight.is_cancelled.is_(False),
        ),
        wanted=rows(
            Ride, Ride.starts_at, during(Ride.starts_at, Case.hospital_id), Ride.state == BookingState.REQUESTED,
            Case.state != CaseState.CLOSED,
        ),
        runs=with_riders(session, runs, hospitals),
        assignments=booked(InterpreterAssignment, assigned, during(assigned, Case.hospital_id)),
        check_ins=stays(Stay.arrive_on),
        check_outs=stays(Stay.leave_on),
    )  # fmt: skip


def with_riders(session: Session, runs: Sequence[Run], hospitals: Iterable[Hospital]) -> list[RunRow]:
    """The runs with everybody on them, in one query."""
    by_id = {hospital.id: hospital for hospital in hospitals}
    rows = {run.id: RunRow(run, by_id[run.hospital_id]) for run in runs}
    riding = (
        sa.select(Ride, Case)
        .join(Case, Case.id == Ride.case_id)
        .where(Ride.run_id.in_(rows), Ride.state != BookingState.CANCELLED)
        .order_by(Ride.starts_at, Ride.id)
    )
    for ride, case in session.execute(riding).unique():
        if ride.run_id is not None:
            rows[ride.run_id].riders.append((ride, case))
    return list(rows.values())


def next_arrival_at(session: Session, hospitals: Sequence[Hospital], after: datetime) -> datetime | None:
    """When the next flight lands for one of these hospitals."""
    return session.scalar(
        sa.select(sa.func.min(Flight.arrives_at))
        .join(Case, Case.id == Flight.case_id)
        .where(
            Case.hospital_id.in_([hospital.id for hospital in hospitals]),
            Flight.direction == Direction.ARRIVAL,
            Flight.is_cancelled.is_(False),
            Flight.arrives_at >= after.astimezone(UTC),
        )
    )


def run_row(session: Session, public_id: str, hospital_ids: Sequence[int]) -> RunRow | None:
    """One run of these hospitals with its riders."""
    run = session.scalar(sa.select(Run).where(Run.public_id == public_id, Run.hospital_id.in_(hospital_ids)))
    if run is None:
        return None
    return with_riders(session, [run], [session.get_one(Hospital, run.hospital_id)])[0]


def ride_with_case(session: Session, public_id: str, hospital_ids: Sequence[int]) -> tuple[Ride, Case] | None:
    """One ride of these hospitals, and whose it is."""
    statement = (
        sa.select(Ride, Case)
        .join(Case, Case.id == Ride.case_id)
        .where(Ride.public_id == public_id, Case.hospital_id.in_(hospital_ids))
    )
    found = session.execute(statement).unique().first()
    return (found[0], found[1]) if found else None


def things_of(session: Session, hospital_id: int, kind: ResourceKind) -> Sequence[Resource]:
    """Vehicles or drivers that are in use, in the order of their names."""
    return session.scalars(
        sa.select(Resource)
        .where(Resource.hospital_id == hospital_id, Resource.kind == kind, Resource.is_active.is_(True))
        .order_by(Resource.name, Resource.id)
    ).all()


def places_taken(session: Session, run_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """How many places of each kind are taken on these runs, by (run, kind)."""
    statement = (
        sa.select(PlaceLedger.run_id, PlaceLedger.kind, sa.func.count())
        .where(PlaceLedger.run_id.in_(list(run_ids)))
        .group_by(PlaceLedger.run_id, PlaceLedger.kind)
    )
    return {(run_id, kind): number for run_id, kind, number in session.execute(statement)}


# --- drivers and their links -----------------------------------------------------------------------------------


def link_of(session: Session, token: str) -> DriverLink | None:
    """The link with this token, live or not."""
    return session.scalar(sa.select(DriverLink).where(DriverLink.token_hash == hash_token(token)))


def find_link(session: Session, public_id: str, hospital_ids: Sequence[int]) -> DriverLink | None:
    """One link of these hospitals."""
    return session.scalar(
        sa.select(DriverLink).where(
            DriverLink.public_id == public_id, DriverLink.hospital_id.in_(hospital_ids)
        )
    )


def runs_of_driver(session: Session, driver_id: int, hospital: Hospital, on: date) -> list[RunRow]:
    """The runs of one driver on one day, in order."""
    begins_at, ends_at = span_of(on, hospital)
    runs = session.scalars(
        sa.select(Run)
        .where(
            Run.driver_id == driver_id, Run.hospital_id == hospital.id, Run.starts_at >= begins_at,
            Run.starts_at < ends_at, Run.state != BookingState.CANCELLED,
        )
        .order_by(Run.starts_at, Run.id)
    ).all()  # fmt: skip
    return with_riders(session, runs, [hospital])


def links_of_day(
    session: Session, hospitals: Sequence[Hospital], on: date
) -> dict[int, tuple[DriverLink, OutboxMessage | None]]:
    """The newest link of each driver that was not taken back, with the message that carried it; by driver."""
    links = session.scalars(
        sa.select(DriverLink)
        .where(
            DriverLink.hospital_id.in_([hospital.id for hospital in hospitals]), DriverLink.on == on,
            DriverLink.revoked_at.is_(None),
        )
        .order_by(DriverLink.id)
    ).all()  # fmt: skip
    keys = [message_key(link) for link in links]
    sent = {
        row.key: row for row in session.scalars(sa.select(OutboxMessage).where(OutboxMessage.key.in_(keys)))
    }
    return {link.driver_id: (link, sent.get(message_key(link))) for link in links}


def message_key(link: DriverLink) -> str:
    """The fact that the outbox announces once: this link."""
    return f"driver_link:{link.id}"
