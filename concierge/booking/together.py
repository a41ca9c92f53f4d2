"""Whether the page *Rides and trips together* has something to show: for the pages that lead there."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import Case, Ride, Run


def has_rides(session: Session, case: Case, now: datetime) -> bool:
    """A ride of this family is ahead, or a shuttle or outing of its hospital that it could join."""
    own = sa.select(Ride.id).where(
        Ride.case_id == case.id, Ride.state != BookingState.CANCELLED, Ride.ends_at > now
    )
    runs = sa.select(Run.id).where(
        Run.hospital_id == case.hospital_id, Run.kind.in_((RunKind.OUTING, RunKind.SHUTTLE)), Run.starts_at > now,
        Run.state == BookingState.CONFIRMED,
    )  # fmt: skip
    return bool(session.scalar(sa.select(sa.or_(own.exists(), runs.exists()))))
