"""What the queue shows: who waits, in the order in which the promises fall due. One query, along the queue's index."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.journey import CaseState
from concierge.domain.numbers import whole
from concierge.models import Case, Enquiry, Hospital, Person

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


def _waiting(hospital_ids: tuple[int, ...], languages: tuple[str, ...]) -> sa.Select:
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
    return found


def queue_head(session: Session, hospital_ids: tuple[int, ...], languages: tuple[str, ...]) -> QueueHead:
    """The three figures above the list."""
    times = _waiting(hospital_ids, languages).with_only_columns(Enquiry.received_at, Enquiry.promise_due_at)
    shown = times.order_by(Enquiry.promise_due_at, Enquiry.id).limit(MOST_COUNTED)
    rows = session.execute(shown).all()
    if not rows:
        return QueueHead(0, None, None)
    return QueueHead(len(rows), min(row[0] for row in rows), rows[0][1])


def queue_rows(
    session: Session, hospital_ids: tuple[int, ...], languages: tuple[str, ...], after: str
) -> tuple[list[Enquiry], str]:
    """One page of the queue and the key of the next one ("" at the end). `after` is such a key."""
    found = _waiting(hospital_ids, languages).order_by(Enquiry.promise_due_at, Enquiry.id).limit(PAGE + 1)
    if key := _parse(after):
        found = found.where(sa.tuple_(Enquiry.promise_due_at, Enquiry.id) > sa.tuple_(*_bound(key)))
    rows = list(session.scalars(found))
    more = _key_of(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return rows[:PAGE], more


def _bound(key: tuple[datetime, int]) -> tuple[sa.ColumnElement, sa.ColumnElement]:
    return sa.literal(key[0], Enquiry.promise_due_at.type), sa.literal(key[1], Enquiry.id.type)


def _key_of(enquiry: Enquiry) -> str:
    return f"{int(enquiry.promise_due_at.timestamp() * 1_000_000)}-{enquiry.id}"


def _parse(after: str) -> tuple[datetime, int] | None:
    due, _dash, row = after.partition("-")
    microseconds, number = whole(due, _LATEST), whole(row)
    if microseconds is None or number is None:
        return None
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC), number


def urgency(enquiry: Enquiry, hospital: Hospital, now: datetime) -> str:
    """`bad` past the promise, `warn` when 60 % of its open hours have passed, else "" (closed hours do not count)."""
    if now >= enquiry.promise_due_at:
        return "bad"
    hours = hospital.first_reply_hours * AMBER
    return "warn" if now >= hospital.calendar.add_working_hours(enquiry.received_at, hours) else ""


def find_waiting(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> Enquiry | None:
    """An enquiry of one of these hospitals, taken or not."""
    if not public_id.isalnum():
        return None  # a NUL byte in the address must not reach PostgreSQL
    return session.scalar(
        sa.select(Enquiry).where(Enquiry.public_id == public_id, Enquiry.hospital_id.in_(hospital_ids))
    )
