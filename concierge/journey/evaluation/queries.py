"""What the pages of the evaluation ask of the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.ledger import Busy
from concierge.domain.journey import CaseState
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import Answer, Appointment, Case, InterpreterAssignment, Plan, Resource, Ride

PAGE = 50
WEEKS_BACK, WEEKS_AHEAD = timedelta(days=7), timedelta(days=35)


def interpreters_of(session: Session, case: Case) -> list[InterpreterAssignment]:
    """Who interprets for this case and when."""
    return list(
        session.scalars(
            sa.select(InterpreterAssignment)
            .where(
                InterpreterAssignment.case_id == case.id,
                InterpreterAssignment.state != BookingState.CANCELLED,
            )
            .order_by(InterpreterAssignment.starts_at)
        )
    )


def bookable(session: Session, hospital_id: int, *kinds: ResourceKind) -> list[Resource]:
    """People or places of a hospital that an appointment can have."""
    return list(
        session.scalars(
            sa.select(Resource)
            .where(Resource.hospital_id == hospital_id, Resource.kind.in_(kinds), Resource.is_active)
            .order_by(Resource.kind, Resource.id)
        )
    )


@dataclass(frozen=True)
class NamedClash:
    """Both names of a clash: who is busy (a name, or None for the patient), and with what of which case."""

    who: str | None
    reference: str
    appointment: Appointment | None  # None: a ride or an interpreter
    busy: Busy


def name_clashes(session: Session, conflicts: Iterable[Busy]) -> list[NamedClash]:
    """The names behind ledger entries, in at most four queries."""
    found = list(conflicts)
    people = _by_id(session, Resource, (one.subject for one in found), "resource")
    visits = _by_id(session, Appointment, (one.holder for one in found), "appointment")
    rides = _by_id(session, Ride, (one.holder for one in found), "ride")
    talks = _by_id(session, InterpreterAssignment, (one.holder for one in found), "assignment")
    holders = visits | rides | talks
    ids = {row.case_id for row in holders.values()}
    cases = (
        {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(ids)))} if ids else {}
    )
    return [
        NamedClash(
            who=people[one.subject].name if one.subject in people else None,
            reference=cases[holders[one.holder].case_id].reference if one.holder in holders else "",
            appointment=visits.get(one.holder),
            busy=one,
        )
        for one in found
    ]


def _by_id(session: Session, model, keys: Iterable[str], prefix: str) -> dict:
    ids = {int(key.split(":")[1]) for key in keys if key.startswith(f"{prefix}:")}
    if not ids:
        return {}
    return {f"{prefix}:{row.id}": row for row in session.scalars(sa.select(model).where(model.id.in_(ids)))}


# --- weeks --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeekRow:
    """One case with evaluation days around now."""

    case: Case
    answer: Answer
    appointments: int
    plan: Plan | None


def week_rows(
    session: Session, hospital_ids: tuple[int, ...], now: datetime, after: str = ""
) -> tuple[list[WeekRow], str]:
    """One page of cases by first evaluation day, and the cursor of the next page (empty at the end)."""
    first = now.date() - WEEKS_BACK
    statement = (
        sa.select(Case, Answer, Plan)
        .join(Answer, Answer.case_id == Case.id)
        .outerjoin(Plan, Plan.case_id == Case.id)
        .where(
            Case.hospital_id.in_(hospital_ids), Case.state != CaseState.CLOSED,
            Answer.evaluation_from.between(first, now.date() + WEEKS_AHEAD),
        )
        .order_by(Answer.evaluation_from, Answer.case_id)
        .limit(PAGE + 1)
    )  # fmt: skip
    if cursor := day_and_row(after):
        statement = statement.where(sa.tuple_(Answer.evaluation_from, Answer.case_id) > sa.tuple_(*cursor))
    found = session.execute(statement).all()
    counts = _counts(session, [case.id for case, _answer, _plan in found[:PAGE]])
    rows = [WeekRow(case, answer, counts.get(case.id, 0), plan) for case, answer, plan in found[:PAGE]]
    more = f"{rows[-1].answer.evaluation_from}.{rows[-1].case.id}" if len(found) > PAGE else ""
    return rows, more


def _counts(session: Session, case_ids: list[int]) -> dict[int, int]:
    statement = (
        sa.select(Appointment.case_id, sa.func.count())
        .where(Appointment.case_id.in_(case_ids), Appointment.is_cancelled.is_(False))
        .group_by(Appointment.case_id)
    )
    return {row.case_id: row[1] for row in session.execute(statement)}
