"""Reads reply templates: the valid ones of a hospital, and all versions of one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.models import ReplyTemplate

_MOST = 200


def current(session: Session, hospital_id: int) -> list[tuple[str, str]]:
    """(short name, name) of what may be used now, by name."""
    rows = session.execute(
        sa.select(ReplyTemplate.code, ReplyTemplate.name)
        .where(ReplyTemplate.hospital_id == hospital_id, ReplyTemplate.ended_at.is_(None))
        .order_by(ReplyTemplate.name, ReplyTemplate.code)
        .limit(_MOST)
    )
    return [(code, name) for code, name in rows]


def find(session: Session, hospital_id: int, code: str) -> ReplyTemplate | None:
    """The valid version of one."""
    if not code.isascii() or not code.isprintable():
        return None
    return session.scalar(
        sa.select(ReplyTemplate).where(
            ReplyTemplate.hospital_id == hospital_id,
            ReplyTemplate.code == code,
            ReplyTemplate.ended_at.is_(None),
        )
    )


def of_hospitals(session: Session, hospital_ids: tuple[int, ...]) -> list[ReplyTemplate]:
    """All valid ones, with their texts, for the page of the leads."""
    return list(
        session.scalars(
            sa.select(ReplyTemplate)
            .where(ReplyTemplate.hospital_id.in_(hospital_ids), ReplyTemplate.ended_at.is_(None))
            .order_by(ReplyTemplate.hospital_id, ReplyTemplate.name, ReplyTemplate.code)
            .limit(_MOST)
        )
    )
