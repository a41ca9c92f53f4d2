"""What the lists of cases show: my day, the board, the newest cases. Each list is one keyset query on one index.

A list is a union of short runs, one per hospital and stretch of the index, each cut at the page's length before they
are merged: whatever the number of cases, no more rows are touched than a page or two shows. Statements are built once
per shape and kept, because building one costs more than running it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import TEAM
from concierge.domain.access import Role
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn
from concierge.domain.listed import Named, reference_of
from concierge.domain.numbers import moment, whole
from concierge.domain.vocabulary import Programme
from concierge.models import Case, CaseEvent, Enquiry, Message, Person, ReadLog, StaffRole, StaffUser
from concierge.models.types import UTCDateTime

PAGE = 50
LANE = 20
SHORT_LIST = 10
COUNTED_TO = 1000
LATE, NO_ACTION, COMING = (
    0,
    1,
    2,
)  # the order of the board: overdue and today, no next action, the days to come


@dataclass(frozen=True, slots=True)
class CaseRow(Named):
    """One case as a list shows it."""

    id: int
    hospital_id: int
    version: int
    opened_at: datetime
    step: Step
    step_entered_at: datetime
    state: CaseState
    exit: Exit | None
    hold_until: date | None
    programme: Programme
    next_code: str | None
    next_owner: Role | None
    next_due_at: datetime | None
    waiting_on: WaitingOn
    waiting_since: datetime
    native_name: str
    surname: str
    given_names: str
    called: str
    country: str
    spoken_language: str
    timezone: str

    @property
    def reference(self) -> str:
        return reference_of(self.opened_at, self.id)


COLUMNS = (
    Case.id, Case.hospital_id, Case.version, Case.opened_at, Case.step, Case.step_entered_at, Case.state, Case.exit,
    Case.hold_until, Case.programme, Case.next_code, Case.next_owner, Case.next_due_at, Case.waiting_on,
    Case.waiting_since, Person.native_name, Person.surname, Person.given_names, Person.called, Person.country,
    Person.spoken_language, Person.timezone,
)  # fmt: skip


def row_of(found: sa.Row) -> CaseRow:
    """The first columns of a result row as a case."""
    return CaseRow(*found[: len(COLUMNS)])


@dataclass(frozen=True)
class Rows:
    """One page of a list; `after` is the cursor of the next page, or None at its end."""

    rows: list[CaseRow]
    after: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def merged(runs: list[sa.Select], size: int) -> sa.Select:
    """The rows of several runs `(id, rank, due)` in one order, one more than a page holds."""
    found = sa.union_all(*(sa.select(run.subquery()) for run in runs)).subquery("found")
    return (
        sa.select(*COLUMNS, found.c.rank)
        .join_from(found, Case, Case.id == found.c.id)
        .join(Person, Person.id == Case.person_id)
        .order_by(found.c.rank, found.c.due, found.c.id)
        .limit(size + 1)
    )


def run(rank: int, size: int, *conditions) -> sa.Select:
    return (
        sa.select(Case.id.label("id"), sa.literal(rank).label("rank"), Case.next_due_at.label("due"))
        .where(*conditions)
        .order_by(Case.next_due_at, Case.id)
        .limit(size + 1)
    )


def _fixed(column, value):
    """A comparison with the value written into the statement, so that a partial index is recognised."""
    return column == sa.literal(value, column.type, literal_execute=True)


def _after_due():
    """Rows behind the cursor, in the order of the index."""
    at, case_id = sa.bindparam("after_due", type_=UTCDateTime), sa.bindparam("after_id", type_=sa.Integer)
    return sa.and_(Case.next_due_at >= at, sa.or_(Case.next_due_at > at, Case.id > case_id))


def page(session: Session, statement: sa.Select, values: dict, size: int) -> Rows:
    found = session.connection().execute(statement, values).all()  # columns only: no need of the ORM
    rows = [row_of(row) for row in found[:size]]
    return Rows(rows, cursor(found[size - 1][-1], rows[-1]) if len(found) > size else None)


def cursor(rank: int, row: CaseRow) -> str:
    due = row.next_due_at.isoformat() if row.next_due_at else ""
    return f"{rank}~{due}~{row.id}"


def read_cursor(text: str) -> tuple[int, datetime | None, int] | None:
    """The parts of a cursor; None for no cursor and for one that somebody made up."""
    parts = text.split("~")
    if len(parts) != 3:
        return None
    rank, at, case_id = whole(parts[0], COMING), moment(parts[1]), whole(parts[2])
    if rank is None or case_id is None or (at is None) != (rank == NO_ACTION):
        return None
    return rank, at, case_id


# --- my day (its lists stand in day.py) -----------------------------------------------------------------------


def without_action(session: Session, hospital_ids: tuple[int, ...], size: int = SHORT_LIST) -> Rows:
    """Open cases that nobody has to do anything about: an error state that leads must see."""
    if not hospital_ids:
        return Rows([])
    return page(session, _without_action_statement(hospital_ids, size), {}, size)


@lru_cache(maxsize=64)
def _without_action_statement(hospital_ids: tuple[int, ...], size: int) -> sa.Select:
    runs = [
        run(
            NO_ACTION,
            size,
            Case.hospital_id == one,
            _fixed(Case.state, CaseState.OPEN),
            Case.next_owner.is_(None),
        )
        for one in hospital_ids
    ]
    return merged(runs, size)


@dataclass(frozen=True)
class UnreadRow:
    """A case in which the family wrote something that nobody of us has read."""

    case: CaseRow
    count: int
    since_at: datetime


def unread_replies(
    session: Session, user: StaffUser, hospital_ids: tuple[int, ...], size: int = SHORT_LIST
) -> list[UnreadRow]:
    """Unread words of families whose team I am in, and of cases without a specialist; the oldest first."""
    unread = (
        sa.select(
            Message.case_id, sa.func.count().label("count_unread"), sa.func.min(Message.at).label("since")
        )
        .where(Message.read_at.is_(None), Message.author_kind == sa.literal("portal", literal_execute=True))
        .group_by(Message.case_id)
        .subquery()
    )
    mine = [Case.specialist_id.is_(None), *(getattr(Case, field) == user.id for field in TEAM.values())]
    statement = (
        sa.select(*COLUMNS, unread.c.count_unread, unread.c.since)
        .join_from(unread, Case, Case.id == unread.c.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(Case.hospital_id.in_(hospital_ids), Case.state != CaseState.CLOSED, sa.or_(*mine))
        .order_by(unread.c.since, Case.id)
        .limit(size)
    )
    return [UnreadRow(row_of(row), row.count_unread, row.since) for row in session.execute(statement)]


def queue_length(session: Session, hospital_ids: tuple[int, ...]) -> int:
    """Enquiries that wait for somebody to take them, counted to a thousand."""
    waiting = (
        sa.select(Enquiry.id)
        .where(Enquiry.hospital_id.in_(hospital_ids), Enquiry.taken_by_id.is_(None))
        .limit(COUNTED_TO + 1)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0


# --- the board ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardFilter:
    """What the reader asked to see; empty means all. `me` is a member of staff whose cases are wanted."""

    hospital_ids: tuple[int, ...]
    language: str = ""
    waiting_on: WaitingOn | None = None
    me: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.language or self.waiting_on or self.me)


def lane(
    session: Session,
    step: Step,
    chosen: BoardFilter,
    *,
    day_ends_at: datetime,
    after: str = "",
    size: int = LANE,
) -> Rows:
    """Open cases of one step: past their time and today, without a next action, the days to come."""
    cut = read_cursor(after)
    if not chosen.hospital_ids:
        return Rows([])
    statement = _lane_statement(
        chosen.hospital_ids, bool(chosen.language), bool(chosen.waiting_on), bool(chosen.me), size,
        cut[0] if cut else None,
    )  # fmt: skip
    values = {"step": step, "day_end": day_ends_at}
    values |= {"language": chosen.language} if chosen.language else {}
    values |= {"waiting_on": chosen.waiting_on} if chosen.waiting_on else {}
    values |= {"me": chosen.me} if chosen.me else {}
    values |= {"after_id": cut[2]} | ({"after_due": cut[1]} if cut[1] else {}) if cut else {}
    return page(session, statement, values, size)


@lru_cache(maxsize=256)
def _lane_statement(
    hospital_ids: tuple[int, ...],
    by_language: bool,
    by_waiting: bool,
    by_me: bool,
    size: int,
    behind: int | None,
) -> sa.Select:
    day_end = sa.bindparam("day_end", type_=UTCDateTime)
    stretches = {
        LATE: Case.next_due_at < day_end,
        NO_ACTION: Case.next_due_at.is_(None),
        COMING: Case.next_due_at >= day_end,
    }
    narrow = _narrow(by_language, by_waiting, by_me)
    runs = []
    for hospital_id in hospital_ids:
        here = (
            Case.hospital_id == hospital_id,
            Case.state == CaseState.OPEN,
            Case.step == sa.bindparam("step"),
        )
        for rank, when in stretches.items():
            if behind is None or rank > behind:
                runs.append(run(rank, size, *here, when, *narrow))
            elif rank == behind:
                rest = Case.id > sa.bindparam("after_id") if rank == NO_ACTION else _after_due()
                runs.append(run(rank, size, *here, when, rest, *narrow))
    return merged(runs, size)


def _narrow(by_language: bool, by_waiting: bool, by_me: bool) -> list:
    conditions: list = []
    if by_language:
        speaks = sa.select(Person.id).where(
            Person.id == Case.person_id, Person.spoken_language == sa.bindparam("language")
        )
        conditions.append(speaks.exists())
    if by_waiting:
        conditions.append(Case.waiting_on == sa.bindparam("waiting_on"))
    if by_me:
        conditions.append(sa.or_(*(getattr(Case, field) == sa.bindparam("me") for field in TEAM.values())))
    return conditions


@dataclass(frozen=True)
class LaneCount:
    """How many open cases a step has and how many are past their time, both counted to a thousand."""

    total: int = 0
    late: int = 0


def lane_counts(session: Session, hospital_ids: tuple[int, ...], now: datetime) -> dict[Step, LaneCount]:
    """For each step of these hospitals."""
    counts = dict.fromkeys(Step, LaneCount())
    if not hospital_ids:
        return counts
    for step, total, late in session.execute(_count_statement(hospital_ids), {"now": now}):
        sofar = counts[Step(step)]
        counts[Step(step)] = LaneCount(sofar.total + total, sofar.late + late)
    return counts


@lru_cache(maxsize=64)
def _count_statement(hospital_ids: tuple[int, ...]) -> sa.CompoundSelect:
    moment = sa.bindparam("now", type_=UTCDateTime)
    counts = []
    for hospital_id in hospital_ids:
        for step in Step:
            first = (
                sa.select(Case.next_due_at.label("due"))
                .where(Case.hospital_id == hospital_id, Case.state == CaseState.OPEN, Case.step == step)
                .order_by(Case.next_due_at, Case.id)
                .limit(COUNTED_TO + 1)
                .subquery()
            )
            late = sa.func.count(sa.case((first.c.due < moment, 1)))
            counts.append(sa.select(sa.literal(step.value), sa.func.count(), late).select_from(first))
    return sa.union_all(*counts)


# --- one case -----------------------------------------------------------------------------------------------


def events(session: Session, case_id: int, before: int | None = None, size: int = PAGE) -> list[CaseEvent]:
    """What happened, newest first; one more than a page when there is more."""
    return _newest(session, CaseEvent, case_id, before, size)


def reads(session: Session, case_id: int, before: int | None = None, size: int = PAGE) -> list[ReadLog]:
    """Who looked, newest first; one more than a page when there is more."""
    return _newest(session, ReadLog, case_id, before, size)


def _newest(session: Session, model, case_id: int, before: int | None, size: int) -> list:
    statement = sa.select(model).where(model.case_id == case_id).order_by(model.id.desc()).limit(size + 1)
    if before:
        statement = statement.where(model.id < before)
    return list(session.scalars(statement))


def colleagues(
    session: Session, hospital_id: int, roles: Iterable[Role] = tuple(TEAM)
) -> dict[Role, list[StaffUser]]:
    """Who can be named for each of these roles in this hospital, by name."""
    rows = session.execute(
        sa.select(StaffRole.role, StaffUser)
        .join(StaffUser, StaffUser.id == StaffRole.staff_id)
        .where(StaffRole.hospital_id == hospital_id, StaffUser.is_active.is_(True))
        .order_by(StaffUser.name)
    )
    found: dict[Role, list[StaffUser]] = {role: [] for role in roles}
    for role, user in rows:
        if role in found:
            found[role].append(user)
    return found
