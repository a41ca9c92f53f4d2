"""The calendar that keeps itself up to date: a link of its own for each reader, which they can end at any time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Area, may_see
from concierge.domain.journey import Exit
from concierge.models import Case, CaseParticipation, PortalAccount, TripFeed


def feed_of(session: Session, case: Case, account: PortalAccount) -> TripFeed | None:
    """The live link of this reader for this trip."""
    return session.scalar(
        sa.select(TripFeed).where(
            TripFeed.case_id == case.id, TripFeed.account_id == account.id, TripFeed.ended_at.is_(None)
        )
    )


def make_feed(session: Session, case: Case, account: PortalAccount, now: datetime) -> TripFeed:
    """A new link; the one before stops working, so that a link that was given away can be taken back."""
    end_feed(session, case, account, now)
    feed = TripFeed(case_id=case.id, account_id=account.id, made_at=now)
    session.add(feed)
    session.flush()
    return feed


def end_feed(session: Session, case: Case, account: PortalAccount, now: datetime) -> None:
    """The link stops working at once. Ending twice changes nothing."""
    if feed := feed_of(session, case, account):
        feed.ended_at = now
        session.flush()


def read_feed(session: Session, public_id: str) -> tuple[TripFeed, Case, PortalAccount] | None:
    """Whose calendar asks for which trip; None where the link was ended or its reader may no longer see the trip."""
    row = session.execute(
        sa.select(TripFeed, CaseParticipation, PortalAccount)
        .join(
            CaseParticipation,
            sa.and_(
                CaseParticipation.case_id == TripFeed.case_id,
                CaseParticipation.account_id == TripFeed.account_id,
            ),
        )
        .join(PortalAccount, PortalAccount.id == TripFeed.account_id)
        .where(TripFeed.public_id == public_id, TripFeed.ended_at.is_(None))
    ).first()
    if row is None:
        return None
    feed, part, account = row
    if not may_see(part.standing, Area.TRIP) or part.case.exit is Exit.MERGED:
        return None
    return feed, part.case, account
