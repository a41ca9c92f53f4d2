"""The departures of the next days get their runs before anybody asks for a seat."""

import sqlalchemy as sa

from concierge.booking.rides.actions import plan_line
from concierge.db import db, transaction
from concierge.domain.access import SYSTEM
from concierge.models import ShuttleLine
from concierge.web.clock import now


def plan_shuttles() -> int:
    """Every line that has not ended; the number of new runs."""
    at = now()
    live = sa.or_(ShuttleLine.valid_until.is_(None), ShuttleLine.valid_until >= at.date())
    found = db.session.scalars(sa.select(ShuttleLine.id).where(live).order_by(ShuttleLine.id)).all()
    db.session.rollback()
    return sum(_plan(line_id) for line_id in found)


def _plan(line_id: int) -> int:
    with transaction() as session:
        return plan_line(session, session.get_one(ShuttleLine, line_id), actor=SYSTEM, now=now())
