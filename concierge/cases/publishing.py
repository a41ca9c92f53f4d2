"""The task to publish the changed trip: one while it differs from what the family was told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.tasks import actions as tasks
from concierge.domain.access import Role
from concierge.domain.tasks import LIVE
from concierge.models import Case, CaseTask

CODE = "publish_trip"
HOURS = 4  # working hours in which a coordinator publishes


def remember(session: Session, case: Case, now: datetime) -> None:
    """One live task, however many bookings change."""
    if session.scalar(_live(case).limit(1)) is None:
        tasks.add_once(
            session, case, key=f"{CODE}:{case.id}:{now.timestamp():.0f}", code=CODE, owner_role=Role.COORDINATOR,
            due_at=case.hospital.calendar.add_working_hours(now, HOURS), now=now,
        )  # fmt: skip


def forget(session: Session, case: Case) -> None:
    """Nothing differs any more."""
    for key in session.scalars(_live(case)).all():
        if key is not None:
            tasks.end_once(session, key=key)


def _live(case: Case) -> sa.Select:
    return sa.select(CaseTask.key).where(
        CaseTask.case_id == case.id, CaseTask.code == CODE, CaseTask.state.in_(LIVE)
    )
