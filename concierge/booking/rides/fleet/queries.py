"""What the pages of vehicles, timetables and outings show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.rides.actions import AHEAD, timetable_of
from concierge.booking.rides.queries import Seats, lines, runs_ahead, with_seats
from concierge.domain.clocks import local_day
from concierge.domain.rides import Departure, departures
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import Case, Hospital, Ride, Run, ShuttleLine


@dataclass(frozen=True)
class LineRow:
    """A line with its next departures; `skipped` by the clocks, `missing` because vehicle or driver is taken."""

    line: ShuttleLine
    coming: list[Seats]
    skipped: list[Departure]
    missing: list[Departure]


def line_rows(session: Session, hospital: Hospital, now: datetime) -> list[LineRow]:
    """Every line that has not ended, with the departures of the next 14 days."""
    found = lines(session, hospital.id, now)
    runs = session.scalars(
        sa.select(Run)
        .where(Run.line_id.in_([line.id for line in found]), Run.starts_at > now)
        .order_by(Run.starts_at)
    ).all()
    seats = {one.run.id: one for one in with_seats(session, runs)}
    return [
        _line_row(line, [run for run in runs if run.line_id == line.id], seats, hospital, now)
        for line in found
    ]


def _line_row(
    line: ShuttleLine, runs: Sequence[Run], seats: dict[int, Seats], hospital: Hospital, now: datetime
) -> LineRow:
    driven = {run.starts_at: run for run in runs}
    first, last = local_day(now, hospital.timezone), local_day(now + AHEAD, hospital.timezone)
    planned = list(departures(timetable_of(line, hospital.timezone), first, last))
    return LineRow(
        line,
        [seats[run.id] for run in runs if run.state is BookingState.CONFIRMED],
        [one for one in planned if one.at is None],
        [one for one in planned if one.at is not None and one.at > now and one.at not in driven],
    )


@dataclass(frozen=True)
class OutingRow:
    """An outing, what is left, and who comes along."""

    seats: Seats
    riders: list[tuple[Ride, Case]]


def outing_rows(session: Session, hospital_id: int, now: datetime) -> list[OutingRow]:
    runs = runs_ahead(session, hospital_id, RunKind.OUTING, now)
    rows = session.execute(
        sa.select(Ride, Case)
        .join(Case, Case.id == Ride.case_id)
        .where(Ride.run_id.in_([run.id for run in runs]), Ride.state == BookingState.CONFIRMED)
        .order_by(Ride.id)
    ).unique()
    on: dict[int | None, list[tuple[Ride, Case]]] = {}
    for ride, case in rows:
        on.setdefault(ride.run_id, []).append((ride, case))
    return [OutingRow(one, on.get(one.run.id, [])) for one in with_seats(session, runs)]
