"""Lists of tasks: mine or the team's, by due time. Each list is one keyset query of short runs, one on each index.

Mine is what names me, and what names nobody where the role is mine; the team's is everything of its hospitals.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.queries import COLUMNS, COUNTED_TO, PAGE, CaseRow, row_of
from concierge.domain.access import Role
from concierge.domain.numbers import moment, whole
from concierge.domain.tasks import TaskState
from concierge.models import Case, CaseTask, Person, StaffUser
from concierge.models.types import UTCDateTime

LISTS = ("overdue", "today", "coming", "snoozed", "done")
ON_A_CASE = 6
Places = tuple[tuple[int, Role], ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as a list shows it, with its case."""

    id: int
    public_id: str
    code: str
    title: str
    why: str
    owner_role: Role
    owner_id: int | None
    owner_name: str | None
    due_at: datetime
    state: TaskState
    snoozed_until: datetime | None
    done_at: datetime | None
    done_by: str
    done_by_id: int | None
    case: CaseRow


TASK_COLUMNS = (
    CaseTask.id, CaseTask.public_id, CaseTask.code, CaseTask.title, CaseTask.why, CaseTask.owner_role,
    CaseTask.owner_id, StaffUser.name, CaseTask.due_at, CaseTask.state, CaseTask.snoozed_until, CaseTask.done_at,
    CaseTask.done_by, CaseTask.done_by_id,
)  # fmt: skip


@dataclass(frozen=True)
class Tasks:
    """One page of a list; `after` is the cursor of the next page, or None at its end."""

    rows: list[TaskRow]
    after: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Whose:
    """What the reader asked for. `places`: hospitals and roles; with `me`, my own tasks and those of nobody there."""

    places: Places
    me: int | None = None


def places_of(user: StaffUser, hospital_ids: tuple[int, ...], role: Role | None = None) -> Places:
    """(hospital, role) wherever this person works among these hospitals."""
    mine = {(one.hospital_id, one.role) for one in user.roles if one.hospital_id in hospital_ids}
    return tuple(sorted(place for place in mine if role in (None, place[1])))


def every_place(hospital_ids: tuple[int, ...], role: Role | None = None) -> Places:
    """All roles that tasks are given to in these hospitals."""
    roles = [role] if role else [one for one in Role if one is not Role.ADMINISTRATOR]
    return tuple((hospital_id, one) for hospital_id in hospital_ids for one in roles)


_KEY = {"snoozed": CaseTask.snoozed_until, "done": CaseTask.done_at}
_STATE = {"snoozed": TaskState.SNOOZED, "done": TaskState.DONE}


def tasks(
    session: Session, whose: Whose, kind: str, *, now: datetime, day: tuple[datetime, datetime], after: str = "",
    size: int = PAGE,
) -> Tasks:  # fmt: skip
    """One of LISTS. `day` is the reader's today: midnight and midnight."""
    cut = _read(after)
    if not whose.places:
        return Tasks([])
    statement = _statement(whose.places, whose.me is not None, kind, size, cut is not None)
    values = {"me": whose.me} | {"now": now, "day_start": day[0], "day_end": day[1]}
    values |= {"after_at": cut[0], "after_id": cut[1]} if cut else {}
    found = session.connection().execute(statement, values).all()
    rows = [task_of(row) for row in found[:size]]
    return Tasks(rows, f"{found[size - 1].at.isoformat()}~{rows[-1].id}" if len(found) > size else None)


def _read(after: str) -> tuple[datetime, int] | None:
    """The parts of a cursor; None for no cursor and for one that somebody made up."""
    at_text, _tilde, id_text = after.partition("~")
    at, task_id = moment(at_text), whole(id_text)
    return None if at is None or task_id is None else (at, task_id)


def task_of(found: sa.Row) -> TaskRow:
    """A result row of COLUMNS and TASK_COLUMNS."""
    return TaskRow(*(*found[len(COLUMNS) : len(COLUMNS) + len(TASK_COLUMNS)], row_of(found)))


def when(kind: str) -> tuple:
    """What a list of open tasks asks of the due time."""
    now, day_end = sa.bindparam("now", type_=UTCDateTime), sa.bindparam("day_end", type_=UTCDateTime)
    return {
        "overdue": (CaseTask.due_at < now,),
        "today": (CaseTask.due_at >= now, CaseTask.due_at < day_end),
        "coming": (CaseTask.due_at >= day_end,),
        "snoozed": (),
        "done": (CaseTask.done_at >= sa.bindparam("day_start", type_=UTCDateTime),),
    }[kind]


def fixed(column, value):
    """A comparison with the value written into the statement, so that a partial index is recognised."""
    return column == sa.literal(value, column.type, literal_execute=True)


def whose_runs(places: Places, is_mine: bool, kind: str) -> list[tuple]:
    """The conditions of each stretch of an index in which this list lies."""
    if not is_mine:
        return [(CaseTask.hospital_id == hospital, CaseTask.owner_role == role) for hospital, role in places]
    me = sa.bindparam("me", type_=sa.Integer)
    if kind == "done":
        return [(CaseTask.done_by_id == me,)]
    mine = (
        CaseTask.owner_id == me,
        CaseTask.hospital_id.in_(sorted({hospital for hospital, _role in places})),
    )
    if kind == "snoozed":  # who puts a task aside has it
        return [mine]
    return [mine] + [
        (CaseTask.hospital_id == hospital, CaseTask.owner_role == role, CaseTask.owner_id.is_(None))
        for hospital, role in places
    ]


@lru_cache(maxsize=256)
def _statement(places: Places, is_mine: bool, kind: str, size: int, is_next_page: bool) -> sa.Select:
    key, state = _KEY.get(kind, CaseTask.due_at), _STATE.get(kind, TaskState.OPEN)
    conditions = (fixed(CaseTask.state, state), *when(kind))
    if is_next_page:
        at, task_id = sa.bindparam("after_at", type_=UTCDateTime), sa.bindparam("after_id", type_=sa.Integer)
        conditions = (*conditions, key >= at, sa.or_(key > at, CaseTask.id > task_id))
    runs = [
        sa.select(CaseTask.id.label("id"), key.label("at"))
        .where(*whose, *conditions)
        .order_by(key, CaseTask.id)
        .limit(size + 1)
        for whose in whose_runs(places, is_mine, kind)
    ]
    return _with_cases(runs, size + 1)


def find(session: Session, case: Case, public_id: str) -> CaseTask | None:
    """A task of this case, in whatever state."""
    return session.scalar(
        sa.select(CaseTask).where(CaseTask.public_id == public_id, CaseTask.case_id == case.id)
    )


def find_case(session: Session, reference: str, hospital_ids: tuple[int, ...]) -> Case | None:
    """The case that somebody typed the reference of, if it belongs to one of these hospitals."""
    text = reference.strip().upper()
    case_id = whole(text.rpartition("-")[2])
    case = session.get(Case, case_id) if case_id else None
    return case if case and case.reference == text and case.hospital_id in hospital_ids else None


def unowned(session: Session, hospital_ids: tuple[int, ...], size: int) -> list[TaskRow]:
    """Open tasks that name nobody, the first due first."""
    places = every_place(hospital_ids)
    if not places:
        return []
    found = session.connection().execute(_unowned_statement(places, size)).all()
    return [task_of(row) for row in found[:size]]


@lru_cache(maxsize=64)
def _unowned_statement(places: Places, size: int) -> sa.Select:
    runs = [
        sa.select(CaseTask.id.label("id"), CaseTask.due_at.label("at"))
        .where(*place, CaseTask.owner_id.is_(None), fixed(CaseTask.state, TaskState.OPEN))
        .order_by(CaseTask.due_at, CaseTask.id)
        .limit(size)
        for place in whose_runs(places, False, "coming")
    ]
    return _with_cases(runs, size)


def _with_cases(runs: list[sa.Select], size: int) -> sa.Select:
    """The rows of several runs `(id, at)` in one order, with case, patient and owner."""
    found = sa.union_all(*(sa.select(run.subquery()) for run in runs)).subquery("found")
    return (
        sa.select(*COLUMNS, *TASK_COLUMNS, found.c.at)
        .join_from(found, CaseTask, CaseTask.id == found.c.id)
        .join(Case, Case.id == CaseTask.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(StaffUser, StaffUser.id == CaseTask.owner_id)
        .order_by(found.c.at, found.c.id)
        .limit(size)
    )


_OF_CASE = (
    sa.select(CaseTask, StaffUser.name)
    .outerjoin(StaffUser, StaffUser.id == CaseTask.owner_id)
    .where(CaseTask.case_id == sa.bindparam("case_id"), CaseTask.state == TaskState.OPEN)
    .order_by(CaseTask.due_at, CaseTask.id)
    .limit(ON_A_CASE + 1)
)


def of_case(session: Session, case: Case) -> list[tuple[CaseTask, str | None]]:
    """The open tasks of one case with the names of their owners, the next due first; one more than a page shows."""
    return [(task, name) for task, name in session.execute(_OF_CASE, {"case_id": case.id})]


@dataclass(frozen=True)
class Kept:
    """Promises of a day, each counted to a thousand."""

    in_time: int
    late: int


def kept_today(session: Session, user: StaffUser, since: datetime) -> Kept:
    """What this person got done since their midnight, in its time or after it."""
    done = (
        sa.select(CaseTask.due_at, CaseTask.done_at)
        .where(
            CaseTask.done_by_id == user.id, fixed(CaseTask.state, TaskState.DONE), CaseTask.done_at >= since
        )
        .limit(COUNTED_TO)
        .subquery()
    )
    is_late = sa.case((done.c.done_at > done.c.due_at, 1))
    total, late = session.execute(sa.select(sa.func.count(), sa.func.count(is_late)).select_from(done)).one()
    return Kept(total - late, late)
