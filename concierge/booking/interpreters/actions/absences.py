"""Somebody cannot come: what they were booked for is open again at once, and others stand in together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions.assignments import give_back, replace_assignment
from concierge.booking.interpreters.people.queries import locked, relieved_by
from concierge.cases.actions import lock, record, settle
from concierge.domain.access import Actor
from concierge.domain.errors import AlreadyTaken, DomainError, InvalidInput
from concierge.domain.vocabulary import AbsenceReason, BookingState, InterpreterOutcome
from concierge.models import Case, InterpreterAbsence, InterpreterAssignment


class NotBooked(AlreadyTaken):
    """None of the stand-ins was booked, because of `codes`: {assignment: code of what refused it}."""

    def __init__(self, codes: dict[str, str]) -> None:
        super().__init__("stand_ins_not_booked")
        self.codes = codes


@dataclass(frozen=True)
class _Found:
    cases: dict[int, Case]
    rows: list[InterpreterAssignment]


def note_absence(
    session: Session,
    interpreter_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: AbsenceReason,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> InterpreterAbsence:
    """Store an absence and take back everything in it that is not over, in one transaction.

    The families hear of it when somebody else is booked, once and not twice. Raises InvalidInput.
    """
    if ends_at <= starts_at:
        raise InvalidInput("ends_at", "ends_before_start")
    if ends_at <= now:
        raise InvalidInput("ends_at", "time_in_past")
    found = _locked_bookings(session, interpreter_id, max(starts_at, now), ends_at)
    absence = InterpreterAbsence(
        resource_id=interpreter_id, starts_at=starts_at, ends_at=ends_at, reason=reason, note=note, noted_by=actor.name,
        noted_at=now,
    )  # fmt: skip
    session.add(absence)
    session.flush()
    for row in found.rows:
        give_back(session, row, InterpreterOutcome.RELIEVED)
        row.absence_id = absence.id
    for case in found.cases.values():
        gone = [row.public_id for row in found.rows if row.case_id == case.id]
        record(session, case, "interpreter_cannot_come", actor, now, assignments=gone)
        settle(session, case, actor, now)
    session.flush()
    return absence


def _locked_bookings(session: Session, interpreter_id: int, starts_at: datetime, ends_at: datetime) -> _Found:
    """What the person is booked for, with cases and person locked in the order in which everybody locks them.

    Somebody who books another family while we wait for the person makes us begin again with that family too; what a
    savepoint locked is given back with it.
    """
    known: set[int] = set()
    while True:
        try:
            with session.begin_nested():
                return _lock_once(session, interpreter_id, known, starts_at, ends_at)
        except _MoreFamilies as more:
            known |= more.cases


class _MoreFamilies(Exception):
    """Somebody was booked for families whose cases are not locked."""

    def __init__(self, cases: set[int]) -> None:
        super().__init__()
        self.cases = cases


def _lock_once(
    session: Session, interpreter_id: int, known: set[int], starts_at: datetime, ends_at: datetime
) -> _Found:
    cases = {case_id: lock(session, case_id) for case_id in sorted(known)}
    if not locked(session, (interpreter_id,)):
        raise InvalidInput("form", "unknown_interpreter")
    of = InterpreterAssignment
    rows = session.scalars(
        sa.select(of)
        .where(
            of.interpreter_id == interpreter_id, of.state != BookingState.CANCELLED, of.ends_at > starts_at,
            of.starts_at < ends_at,
        )
        .order_by(of.starts_at, of.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    wanted = {row.case_id for row in rows}
    if not wanted <= known:
        raise _MoreFamilies(wanted)
    return _Found({one: cases[one] for one in sorted(wanted)}, list(rows))


def end_absence(session: Session, absence: InterpreterAbsence, *, now: datetime) -> None:
    """Back again: from now on, or not away at all where it had not begun. What others took over stays theirs."""
    locked(session, (absence.resource_id,))
    if absence.ends_at <= now:
        raise InvalidInput("form", "absence_over")
    if absence.starts_at < now:
        absence.ends_at = now
    else:
        of = InterpreterAssignment
        session.execute(sa.update(of).where(of.absence_id == absence.id).values(absence_id=None))
        session.delete(absence)
    session.flush()


def book_stand_ins(
    session: Session,
    absence: InterpreterAbsence,
    choices: Mapping[str, int],
    *,
    gender_note: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Book everybody who was chosen (assignment → interpreter), all of them or nobody; the number booked.

    Each family is told once, of all its changes. Raises NotBooked naming those that could not, and
    InvalidInput(form, `choose_one`) where nobody was chosen.
    """
    rows = {row.public_id: (row, case) for row, case, _other in relieved_by(session, absence)}
    wanted = {key: person for key, person in choices.items() if key in rows}
    if not wanted:
        raise InvalidInput("form", "choose_one")
    cases = {case_id: lock(session, case_id) for case_id in sorted({rows[key][1].id for key in wanted})}
    locked(session, wanted.values())
    refused: dict[str, str] = {}
    for key, person in wanted.items():
        row, case = rows[key]
        try:
            replace_assignment(
                session, cases[case.id], public_id=row.public_id, interpreter_id=person, actor=actor, now=now,
                gender_note=gender_note,
            )  # fmt: skip
        except DomainError as error:
            refused[key] = error.code
    if refused:
        raise NotBooked(refused)
    return len(wanted)
