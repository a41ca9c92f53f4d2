"""Vehicles, drivers and runs: what there is, what is free, and who sits where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.domain.vocabulary import BookingState, PlaceKind, ResourceKind, RunKind
from concierge.models import BookingShare, Outage, PlaceLedger, Resource, Ride, Run, ShuttleLine

MOST = 50  # outings or departures on one page


def resources(session: Session, hospital_id: int, kind: ResourceKind) -> Sequence[Resource]:
    """All vehicles or drivers of a hospital that are in use, the smallest vehicle first."""
    statement = (
        sa.select(Resource)
        .where(Resource.hospital_id == hospital_id, Resource.kind == kind, Resource.is_active.is_(True))
        .order_by(Resource.seats, Resource.id)
    )
    return session.scalars(statement).all()


def vehicles(session: Session, hospital_id: int) -> Sequence[Resource]:
    return resources(session, hospital_id, ResourceKind.VEHICLE)


def drivers(session: Session, hospital_id: int) -> Sequence[Resource]:
    return resources(session, hospital_id, ResourceKind.DRIVER)


def free_vehicles(
    session: Session,
    hospital_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    seats: int,
    wheelchairs: int,
) -> list[Resource]:
    """Vehicles with places enough that nobody has in this span."""
    fitting = [
        vehicle
        for vehicle in vehicles(session, hospital_id)
        if vehicle.seats >= seats and vehicle.wheelchair_places >= wheelchairs
    ]
    return _free(session, fitting, starts_at, ends_at)


def free_drivers(
    session: Session, hospital_id: int, starts_at: datetime, ends_at: datetime
) -> list[Resource]:
    """Drivers whom nobody has in this span."""
    return _free(session, drivers(session, hospital_id), starts_at, ends_at)


def _free(
    session: Session, wanted: Iterable[Resource], starts_at: datetime, ends_at: datetime
) -> list[Resource]:
    subjects = {ledger.resource_subject(one.id): one for one in wanted}
    taken = {stretch.subject for stretch in ledger.busy(session, subjects, starts_at, ends_at)}
    return [one for subject, one in subjects.items() if subject not in taken]


def rides_of(session: Session, case_id: int) -> Sequence[Ride]:
    """The rides of a case that are not cancelled, in the order of time."""
    statement = sa.select(Ride).where(Ride.case_id == case_id, Ride.state != BookingState.CANCELLED)
    return session.scalars(statement.order_by(Ride.starts_at, Ride.id)).all()


def shares_of(session: Session, case_id: int, rides: Iterable[Ride]) -> dict[int, list[BookingShare]]:
    """Who pays each of these rides, by the id of the ride."""
    names = {f"ride:{ride.id}": ride.id for ride in rides}
    rows = session.scalars(
        sa.select(BookingShare)
        .where(BookingShare.case_id == case_id, BookingShare.booking.in_(names))
        .order_by(BookingShare.id)
    )
    found: dict[int, list[BookingShare]] = {}
    for row in rows:
        found.setdefault(names[row.booking], []).append(row)
    return found


@dataclass(frozen=True)
class Seats:
    """A run and how many of its places are left."""

    run: Run
    seats: int
    wheelchairs: int

    @property
    def is_full(self) -> bool:
        return self.seats + self.wheelchairs < 1

    def fits(self, seats: int, wheelchairs: int) -> bool:
        return self.seats >= seats and self.wheelchairs >= wheelchairs


def with_seats(session: Session, runs: Sequence[Run]) -> list[Seats]:
    """These runs with what is left on them; one query for all."""
    rows = session.execute(
        sa.select(PlaceLedger.run_id, PlaceLedger.kind, sa.func.count())
        .where(PlaceLedger.run_id.in_([run.id for run in runs]))
        .group_by(PlaceLedger.run_id, PlaceLedger.kind)
    )
    taken = {(run_id, kind): count for run_id, kind, count in rows}
    return [
        Seats(
            run,
            run.seats - taken.get((run.id, PlaceKind.SEAT), 0),
            run.wheelchair_places - taken.get((run.id, PlaceKind.WHEELCHAIR), 0),
        )
        for run in runs
    ]


def runs_ahead(
    session: Session,
    hospital_id: int,
    kind: RunKind,
    now: datetime,
    *,
    until: datetime | None = None,
    most: int = MOST,
) -> Sequence[Run]:
    """The next runs of a kind that still drive, soonest first."""
    statement = sa.select(Run).where(
        Run.hospital_id == hospital_id,
        Run.kind == kind,
        Run.starts_at > now,
        Run.state == BookingState.CONFIRMED,
    )
    if until is not None:
        statement = statement.where(Run.starts_at < until)
    return session.scalars(statement.order_by(Run.starts_at, Run.id).limit(most)).all()


def lines(session: Session, hospital_id: int, now: datetime) -> Sequence[ShuttleLine]:
    """The shuttle lines of a hospital that have not ended."""
    live = sa.or_(ShuttleLine.valid_until.is_(None), ShuttleLine.valid_until >= now.date())
    statement = sa.select(ShuttleLine).where(ShuttleLine.hospital_id == hospital_id, live)
    return session.scalars(statement.order_by(ShuttleLine.id)).all()


def outages_ahead(session: Session, resources: Iterable[Resource], now: datetime) -> dict[int, list[Outage]]:
    """Days off the road that have not ended, by resource."""
    rows = session.scalars(
        sa.select(Outage)
        .where(Outage.resource_id.in_([one.id for one in resources]), Outage.last_on >= now.date())
        .order_by(Outage.first_on, Outage.id)
    )
    found: dict[int, list[Outage]] = {}
    for row in rows:
        found.setdefault(row.resource_id, []).append(row)
    return found
