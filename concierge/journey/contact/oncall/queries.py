"""Who is on call, who comes next, and which urgent enquiries called somebody."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.numbers import whole
from concierge.models import Case, Enquiry, OnCall, UrgentPage

PAGE = 30
LATEST = 10
_LATEST = 10**16  # microseconds since 1970: a day in the year 2286


def on_call_at(session: Session, hospital_id: int, at: datetime) -> OnCall | None:
    """The duty that holds this moment; its first moment belongs to it, its last one to the next."""
    return session.scalar(
        sa.select(OnCall)
        .where(OnCall.hospital_id == hospital_id, OnCall.ends_at > at, OnCall.starts_at <= at)
        .order_by(OnCall.ends_at)
        .limit(1)
    )


def duties(session: Session, hospital_id: int, now: datetime, after: str = "") -> tuple[list[OnCall], str]:
    """Duties that have not ended, the nearest first, and the key of the next page ("" at the end)."""
    found = sa.select(OnCall).where(OnCall.hospital_id == hospital_id, OnCall.ends_at > now)
    ends, _dash, row = after.partition("-")
    microseconds, number = whole(ends, _LATEST), whole(row)
    if microseconds is not None and number is not None:
        bound = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
        key = (sa.literal(bound, OnCall.ends_at.type), sa.literal(number, OnCall.id.type))
        found = found.where(sa.tuple_(OnCall.ends_at, OnCall.id) > sa.tuple_(*key))
    rows = list(session.scalars(found.order_by(OnCall.ends_at, OnCall.id).limit(PAGE + 1)))
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{int(last.ends_at.timestamp() * 1_000_000)}-{last.id}"


def covered_until(session: Session, hospital_id: int, now: datetime) -> datetime | None:
    """When the last noted duty ends; None when nobody is on call from now on."""
    last = sa.select(sa.func.max(OnCall.ends_at)).where(
        OnCall.hospital_id == hospital_id, OnCall.ends_at > now
    )
    return session.scalar(last)


def find_duty(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> OnCall | None:
    if not public_id.isalnum():
        return None
    return session.scalar(
        sa.select(OnCall).where(OnCall.public_id == public_id, OnCall.hospital_id.in_(hospital_ids))
    )


def page_of(session: Session, case_id: int) -> UrgentPage | None:
    """The call that this case's enquiry gave rise to."""
    return session.scalar(sa.select(UrgentPage).join(UrgentPage.enquiry).where(Enquiry.case_id == case_id))


def latest_pages(session: Session, hospital_id: int) -> list[UrgentPage]:
    """The newest calls of this hospital, for its leads."""
    return list(
        session.scalars(
            sa.select(UrgentPage)
            .join(UrgentPage.enquiry)
            .join(Case, Case.id == Enquiry.case_id)
            .where(Enquiry.hospital_id == hospital_id)
            .order_by(UrgentPage.id.desc())
            .limit(LATEST)
        )
    )


def unanswered(session: Session, before: datetime, limit: int) -> list[UrgentPage]:
    """Calls from before this moment that nobody answered and that were not repeated yet."""
    return list(
        session.scalars(
            sa.select(UrgentPage)
            .where(
                UrgentPage.acknowledged_at.is_(None),
                UrgentPage.again_at.is_(None),
                UrgentPage.paged_at <= before,
            )
            .order_by(UrgentPage.paged_at, UrgentPage.id)
            .limit(limit)
            .with_for_update(of=UrgentPage, skip_locked=True)
        )
    )
