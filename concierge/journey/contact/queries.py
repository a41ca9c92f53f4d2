"""What the queue shows: who waits, urgent first, then as the promises fall due. One query, along the queue's index."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.duplicates import may_be_known
from concierge.domain.clocks import WorkingCalendar
from concierge.domain.journey import CaseState
from concierge.domain.listed import Named, reference_of
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import CameBy, CancerType, GoodHours, HelpWanted, Urgency
from concierge.models import Case, Enquiry, Person

PAGE = 50
MOST_COUNTED = 200
_LATEST = 10**16  # microseconds since 1970: a day in the year 2286
AMBER = 0.6  # of the promise; experience.md, S2


@dataclass(frozen=True)
class QueueHead:
    """How many wait (at most 200 are counted), and since when the first one does."""

    count: int
    first_at: datetime | None
    first_due_at: datetime | None

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class WaitingRow(Named):
    """One enquiry as the queue shows it."""

    id: int
    public_id: str
    hospital_id: int
    language: str
    help_wanted: HelpWanted
    came_by: CameBy
    urgency: Urgency
    queue_rank: int
    received_at: datetime
    promise_due_at: datetime
    case_id: int
    opened_at: datetime
    cancer_type: CancerType
    native_name: str
    surname: str
    given_names: str
    called: str
    country: str
    spoken_language: str
    timezone: str
    good_hours: GoodHours | None
    may_be_known: bool

    @property
    def reference(self) -> str:
        return reference_of(self.opened_at, self.case_id)


_COLUMNS = (
    Enquiry.id, Enquiry.public_id, Enquiry.hospital_id, Enquiry.language, Enquiry.help_wanted, Enquiry.came_by,
    Enquiry.urgency, Enquiry.queue_rank, Enquiry.received_at, Enquiry.promise_due_at, Case.id.label("case_id"),
    Case.opened_at, Case.cancer_type, Person.native_name, Person.surname, Person.given_names, Person.called,
    Person.country, Person.spoken_language, Person.timezone, Person.good_hours,
    may_be_known(Case.id).label("may_be_known"),
)  # fmt: skip
ORDER = (Enquiry.queue_rank, Enquiry.promise_due_at, Enquiry.id)


def _waiting(
    hospital_ids: tuple[int, ...], languages: tuple[str, ...], came_by: CameBy | None = None
) -> sa.Select:
    found = (
        sa.select(Enquiry)
        .join(Enquiry.case)
        .join(Case.person)
        .where(
            Enquiry.taken_by_id.is_(None), Enquiry.hospital_id.in_(hospital_ids), Case.state == CaseState.OPEN
        )
    )
    if languages:
        found = found.where(sa.or_(Person.spoken_language.in_(languages), Enquiry.language.in_(languages)))
    return found.where(Enquiry.came_by == came_by) if came_by else found


def queue_head(
    session: Session, hospital_ids: tuple[int, ...], languages: tuple[str, ...], came_by: CameBy | None = None
) -> QueueHead:
    """The three figures above the list."""
    waiting = _waiting(hospital_ids, languages, came_by)
    times = waiting.with_only_columns(Enquiry.received_at, Enquiry.promise_due_at)
    rows = session.execute(times.order_by(*ORDER).limit(MOST_COUNTED)).all()
    if not rows:
        return QueueHead(0, None, None)
    return QueueHead(len(rows), min(row[0] for row in rows), min(row[1] for row in rows))


def queue_rows(
    session: Session,
    hospital_ids: tuple[int, ...],
    languages: tuple[str, ...],
    after: str,
    came_by: CameBy | None = None,
) -> tuple[list[WaitingRow], str]:
    """One page of the queue and the key of the next one ("" at the end). `after` is such a key."""
    waiting = _waiting(hospital_ids, languages, came_by).with_only_columns(*_COLUMNS)
    found = waiting.order_by(*ORDER).limit(PAGE + 1)
    if key := _parse(after):
        found = found.where(sa.tuple_(*ORDER) > sa.tuple_(*_bound(key)))
    rows = [_row_of(row) for row in session.connection().execute(found)]
    more = _key_of(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return rows[:PAGE], more


def _row_of(found: sa.Row) -> WaitingRow:
    return WaitingRow(*found)


def _bound(key: tuple[int, datetime, int]) -> list[sa.ColumnElement]:
    return [sa.literal(value, column.type) for value, column in zip(key, ORDER, strict=True)]


def _key_of(enquiry: WaitingRow) -> str:
    return f"{enquiry.queue_rank}-{int(enquiry.promise_due_at.timestamp() * 1_000_000)}-{enquiry.id}"


def _parse(after: str) -> tuple[int, datetime, int] | None:
    rank, due, row = (*after.split("-", 2), "", "", "")[:3]
    microseconds, number = whole(due, _LATEST), whole(row)
    if rank not in {"0", "1"} or microseconds is None or number is None:
        return None
    return int(rank), datetime.fromtimestamp(microseconds / 1_000_000, UTC), number


@dataclass(frozen=True)
class LastDay:
    """What an empty queue says of the last 24 hours."""

    received: int
    taken: int
    answered: int


def last_day(session: Session, hospital_ids: tuple[int, ...], now: datetime) -> LastDay:
    """Enquiries that came in the last 24 hours, how many were taken, and how many were answered."""
    found = (
        sa.select(
            sa.func.count(Enquiry.id), sa.func.count(Enquiry.taken_at), sa.func.count(Case.replied_at)
        )
        .join(Case, Case.id == Enquiry.case_id)
        .where(Enquiry.hospital_id.in_(hospital_ids), Enquiry.received_at > now - timedelta(days=1))
    )
    return LastDay(*session.execute(found).one())


@lru_cache(maxsize=4096)
def amber_at(calendar: WorkingCalendar, received_at: datetime, reply_hours: int) -> datetime:
    """When 60 % of the open hours of a promise have passed."""
    return calendar.add_working_hours(received_at, reply_hours * AMBER)


def lateness(enquiry: Enquiry | WaitingRow, calendar: WorkingCalendar, reply_hours: int, now: datetime) -> str:
    """`bad` past the promise, `warn` when 60 % of its open hours have passed, else "" (closed hours do not count)."""
    if now >= enquiry.promise_due_at:
        return "bad"
    return "warn" if now >= amber_at(calendar, enquiry.received_at, reply_hours) else ""


def find_waiting(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> Enquiry | None:
    """An enquiry of one of these hospitals, taken or not."""
    if not public_id.isalnum():
        return None  # a NUL byte in the address must not reach PostgreSQL
    return session.scalar(
        sa.select(Enquiry).where(Enquiry.public_id == public_id, Enquiry.hospital_id.in_(hospital_ids))
    )
