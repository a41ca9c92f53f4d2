"""My day: next actions and tasks that are mine, in one order of due time; and what leads must see.

Rooms above add their part of a day with `add_part`: a function that gets the reader and gives the HTML of a section,
or nothing. Each list is loaded by itself; one that fails says so alone, while the others stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from concierge.cases.actions import TEAM
from concierge.cases.queries import (
    COLUMNS,
    COUNTED_TO,
    SHORT_LIST,
    CaseRow,
    Rows,
    colleagues,
    merged,
    page,
    row_of,
    run,
)
from concierge.cases.tasks import queries as tasks
from concierge.cases.tasks.queries import TASK_COLUMNS, TaskRow, fixed
from concierge.domain.access import Role
from concierge.domain.journey import CaseState, WaitingOn
from concierge.domain.numbers import moment, whole
from concierge.domain.tasks import TaskState
from concierge.models import Case, CaseTask, Person, StaffRole, StaffUser
from concierge.models.types import UTCDateTime

log = structlog.get_logger()
MY_LISTS = ("overdue", "today", "coming", "waiting")
CASE, TASK = 0, 1  # at the same minute the next action of a case stands before a task
Loaded = TypeVar("Loaded")
Part = Callable[[StaffUser], str]
PARTS: list[Part] = []


def add_part(part: Part) -> Part:
    """A section of My day by a room above, above the lists. Used as a decorator."""
    PARTS.append(part)
    return part


def load(session: Session, name: str, get: Callable[[], Loaded]) -> Loaded | None:
    """What `get` finds; None where the database refused, which the page says in that list's place."""
    try:
        return get()
    except SQLAlchemyError as error:
        log.error("list_failed", list=name, error=type(error).__name__)
        session.rollback()
        return None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of my day: the next action of a case, or a task beside it."""

    case: CaseRow
    task: TaskRow | None


@dataclass(frozen=True)
class DayRows:
    """One page of a list; `after` is the cursor of the next page, or None at its end."""

    rows: list[DayRow]
    after: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def my_places(user: StaffUser) -> tasks.Places:
    """(hospital, role) wherever this person works."""
    return tuple(sorted({(one.hospital_id, one.role) for one in user.roles}))


def my_list(
    session: Session,
    user: StaffUser,
    kind: str,
    *,
    now: datetime,
    day_ends_at: datetime,
    after: str = "",
    size: int = SHORT_LIST,
) -> DayRows:
    """Open cases whose next action is mine, and tasks that are: I am named, or nobody is and the role is mine."""
    places, cut = my_places(user), _read(after)
    if not places:
        return DayRows([])
    statement = _statement(places, kind, size, cut[1] if cut else None)
    if statement is None:
        return DayRows([])
    values = {"me": user.id, "now": now, "day_end": day_ends_at}
    values |= {"after_due": cut[0], "after_id": cut[2]} if cut else {}
    found = session.connection().execute(statement, values).all()
    rows = [_row(one) for one in found[:size]]
    return DayRows(rows, _cursor(found[size - 1]) if len(found) > size else None)


def _row(found: sa.Row) -> DayRow:
    return DayRow(row_of(found), tasks.task_of(found) if found.kind == TASK else None)


def _cursor(found: sa.Row) -> str:
    return f"{found.due.isoformat()}~{found.kind}~{found.row_id}"


def _read(text: str) -> tuple[datetime, int, int] | None:
    """The parts of a cursor; None for no cursor and for one that somebody made up."""
    parts = text.split("~")
    if len(parts) != 3:
        return None
    due, kind, row_id = moment(parts[0]), whole(parts[1], TASK), whole(parts[2])
    return None if due is None or kind is None or row_id is None else (due, kind, row_id)


@lru_cache(maxsize=256)
def _statement(places: tasks.Places, kind: str, size: int, behind: int | None) -> sa.Select | None:
    runs = _case_runs(places, kind, size, behind)
    if kind != "waiting":  # a task waits for nobody but us
        runs += _task_runs(places, kind, size, behind)
    if not runs:
        return None
    found = sa.union_all(*(sa.select(run.subquery()) for run in runs)).subquery("found")
    return (
        sa.select(*COLUMNS, *TASK_COLUMNS, found.c.kind, found.c.due, found.c.row_id)
        .join_from(found, Case, Case.id == found.c.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(CaseTask, sa.and_(CaseTask.id == found.c.row_id, found.c.kind == TASK))
        .outerjoin(StaffUser, StaffUser.id == CaseTask.owner_id)
        .order_by(found.c.due, found.c.kind, found.c.row_id)
        .limit(size + 1)
    )


def _case_runs(places: tasks.Places, kind: str, size: int, behind: int | None) -> list[sa.Select]:
    now, day_end = sa.bindparam("now", type_=UTCDateTime), sa.bindparam("day_end", type_=UTCDateTime)
    conditions = {
        "overdue": (Case.next_due_at < now,),
        "today": (Case.next_due_at >= now, Case.next_due_at < day_end),
        "coming": (Case.next_due_at >= day_end, Case.waiting_on == WaitingOn.US),
        "waiting": (Case.next_due_at >= day_end, Case.waiting_on.not_in([WaitingOn.US, WaitingOn.NOBODY])),
    }[kind]
    conditions += _behind(Case.next_due_at, Case.id, CASE, behind)
    runs = []
    for hospital_id, role in places:
        if role not in TEAM:
            continue
        named = getattr(Case, TEAM[role])
        here = (
            Case.hospital_id == hospital_id,
            fixed(Case.state, CaseState.OPEN),
            fixed(Case.next_owner, role),
        )
        runs += [
            _run(CASE, Case.id, Case.id, Case.next_due_at, size, *here, whose, *conditions)
            for whose in (named == sa.bindparam("me"), named.is_(None))
        ]
    return runs


def _task_runs(places: tasks.Places, kind: str, size: int, behind: int | None) -> list[sa.Select]:
    conditions = (fixed(CaseTask.state, TaskState.OPEN), *tasks.when(kind))
    conditions += _behind(CaseTask.due_at, CaseTask.id, TASK, behind)
    return [
        _run(TASK, CaseTask.id, CaseTask.case_id, CaseTask.due_at, size, *whose, *conditions)
        for whose in tasks.whose_runs(places, True, kind)
    ]


def _run(kind: int, row_id, case_id, due, size: int, *conditions) -> sa.Select:
    return (
        sa.select(
            sa.literal(kind).label("kind"), row_id.label("row_id"), case_id.label("case_id"), due.label("due")
        )
        .where(*conditions)
        .order_by(due, row_id)
        .limit(size + 1)
    )


def _behind(due, row_id, kind: int, behind: int | None) -> tuple:
    """Rows of this kind behind the cursor, whose own kind is `behind`, in the order of due, kind, id."""
    if behind is None:
        return ()
    at = sa.bindparam("after_due", type_=UTCDateTime)
    if kind == behind:
        return due >= at, sa.or_(due > at, row_id > sa.bindparam("after_id", type_=sa.Integer))
    return (due >= at,) if kind > behind else (due > at,)


# --- what leads must see ------------------------------------------------------------------------------------


def left_behind(session: Session, hospital_ids: tuple[int, ...], size: int = SHORT_LIST) -> Rows:
    """Open cases whose next action belongs to somebody who does not work here any more."""
    if not hospital_ids:
        return Rows([])
    return page(session, _left_statement(hospital_ids, size), {}, size)


@lru_cache(maxsize=64)
def _left_statement(hospital_ids: tuple[int, ...], size: int) -> sa.Select:
    runs = []
    for hospital_id in hospital_ids:
        gone = (
            sa.select(StaffUser.id)
            .join(StaffRole, StaffRole.staff_id == StaffUser.id)
            .where(StaffRole.hospital_id == hospital_id, StaffUser.is_active.is_(False))
        )
        runs += [
            run(
                0, size, Case.hospital_id == hospital_id, fixed(Case.state, CaseState.OPEN),
                fixed(Case.next_owner, role), getattr(Case, field).in_(gone),
            )
            for role, field in TEAM.items()
        ]  # fmt: skip
    return merged(runs, size)


@dataclass(frozen=True)
class Overdue:
    """What one person of a team has past its time, each counted to a thousand."""

    user: StaffUser
    role: Role
    cases: int
    tasks: int


def overdue_by_person(session: Session, hospital_ids: tuple[int, ...], now: datetime) -> list[Overdue]:
    """Everybody of these hospitals with something past its time, the most first."""
    people = [
        (hospital_id, role, user)
        for hospital_id in hospital_ids
        for role, users in colleagues(session, hospital_id).items()
        for user in users
    ]
    if not people:
        return []
    counts = [_late_of(number, *one, now) for number, one in enumerate(people)]
    rows = [
        Overdue(people[number][2], people[number][1], cases, late_tasks)
        for number, cases, late_tasks in session.execute(sa.union_all(*counts))
        if cases or late_tasks
    ]
    return sorted(rows, key=lambda row: (-row.cases - row.tasks, row.user.name))


def _late_of(number: int, hospital_id: int, role: Role, user: StaffUser, now: datetime) -> sa.Select:
    cases = sa.select(Case.id).where(
        Case.hospital_id == hospital_id, fixed(Case.state, CaseState.OPEN), fixed(Case.next_owner, role),
        getattr(Case, TEAM[role]) == user.id, Case.next_due_at < now,
    )  # fmt: skip
    late = sa.select(CaseTask.id).where(
        CaseTask.owner_id == user.id, fixed(CaseTask.state, TaskState.OPEN), CaseTask.due_at < now,
        CaseTask.hospital_id == hospital_id, CaseTask.owner_role == role,
    )  # fmt: skip
    return sa.select(sa.literal(number), _counted(cases), _counted(late))


def _counted(rows: sa.Select) -> sa.ScalarSelect:
    return (
        sa.select(sa.func.count()).select_from(rows.limit(COUNTED_TO).subquery()).scalar_subquery()
    )  # fmt: skip
