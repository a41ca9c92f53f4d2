"""Who receives the bulletin, for the leads' list and for the file that leaves the house."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.vocabulary import BulletinState
from concierge.models import BulletinExport, BulletinSubscription

PAGE = 50
LATEST = 10


def counts(session: Session) -> dict[BulletinState, int]:
    found = sa.select(BulletinSubscription.state, sa.func.count()).group_by(BulletinSubscription.state)
    return dict.fromkeys(BulletinState, 0) | dict(iter(session.execute(found)))


def page(
    session: Session, state: BulletinState, before: int | None
) -> tuple[list[BulletinSubscription], int | None]:
    """The newest first, and the row before which the next page begins."""
    found = sa.select(BulletinSubscription).where(BulletinSubscription.state == state)
    if before:
        found = found.where(BulletinSubscription.id < before)
    rows = list(session.scalars(found.order_by(BulletinSubscription.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def active(session: Session) -> Iterator[BulletinSubscription]:
    """Everybody who confirmed and has not left."""
    found = sa.select(BulletinSubscription).where(BulletinSubscription.state == BulletinState.ACTIVE)
    return iter(session.scalars(found.order_by(BulletinSubscription.id)).all())


def latest_exports(session: Session) -> list[BulletinExport]:
    return list(session.scalars(sa.select(BulletinExport).order_by(BulletinExport.id.desc()).limit(LATEST)))


def find_export(session: Session, public_id: str) -> BulletinExport | None:
    return session.scalar(sa.select(BulletinExport).where(BulletinExport.public_id == public_id))
