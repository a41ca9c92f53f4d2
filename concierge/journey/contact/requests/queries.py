"""Open requests in the order in which they fall due: mine, nobody's, late ones, all. Read along one index."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.numbers import whole
from concierge.models import PhysicianRequest

PAGE = 50
MOST_COUNTED = 200
_LATEST = 10**16
SHOWS = ("all", "mine", "nobody", "late")


def _open(hospital_ids: tuple[int, ...], show: str, me: int, now: datetime) -> sa.Select:
    found = sa.select(PhysicianRequest).where(
        PhysicianRequest.hospital_id.in_(hospital_ids), PhysicianRequest.closed_at.is_(None)
    )
    if show == "mine":
        return found.where(PhysicianRequest.owner_id == me)
    if show == "nobody":
        return found.where(PhysicianRequest.owner_id.is_(None))
    return found.where(PhysicianRequest.due_at <= now) if show == "late" else found


def page(
    session: Session, hospital_ids: tuple[int, ...], show: str, me: int, now: datetime, after: str
) -> tuple[list[PhysicianRequest], str]:
    """One page and the key of the next one ("" at the end)."""
    found = _open(hospital_ids, show, me, now)
    due, _dash, row = after.partition("-")
    microseconds, number = whole(due, _LATEST), whole(row)
    if microseconds is not None and number is not None:
        bound = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
        key = (sa.literal(bound, PhysicianRequest.due_at.type), sa.literal(number, PhysicianRequest.id.type))
        found = found.where(sa.tuple_(PhysicianRequest.due_at, PhysicianRequest.id) > sa.tuple_(*key))
    ordered = found.order_by(PhysicianRequest.due_at, PhysicianRequest.id).limit(PAGE + 1)
    rows = list(session.scalars(ordered))
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{int(last.due_at.timestamp() * 1_000_000)}-{last.id}"


def count(session: Session, hospital_ids: tuple[int, ...], show: str, me: int, now: datetime) -> int:
    """At most 200 are counted."""
    some = (
        _open(hospital_ids, show, me, now)
        .with_only_columns(PhysicianRequest.id)
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def find(
    session: Session, public_id: str, hospital_ids: tuple[int, ...] | None = None
) -> PhysicianRequest | None:
    """By its unguessable id; for staff only within their hospitals."""
    if not public_id.isalnum():
        return None
    found = sa.select(PhysicianRequest).where(PhysicianRequest.public_id == public_id)
    if hospital_ids is not None:
        found = found.where(PhysicianRequest.hospital_id.in_(hospital_ids))
    return session.scalar(found)
