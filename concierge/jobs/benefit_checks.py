"""A promised insurance check is warned of on the morning of its day, and told to the leads once it is past.

Only while the hospital is open; checks that come due together make one mail, and each is marked in the same
transaction, so none is announced twice.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.journey.contact.team import tell_role
from concierge.models import BenefitCheck, Case, Hospital
from concierge.models.benefit_check import IS_OPEN
from concierge.web.clock import now

BATCH = 200


def warn_of_checks() -> int:
    """The number of checks that somebody was told of."""
    at = now()
    is_open = [one.id for one in db.session.scalars(sa.select(Hospital)) if one.calendar.is_open(at)]
    return sum(_warn(hospital_id, at) for hospital_id in is_open)


def _warn(hospital_id: int, at: datetime) -> int:
    with transaction() as session:
        hospital = session.get_one(Hospital, hospital_id)
        late = _open(session, hospital, BenefitCheck.late_told_at.is_(None), BenefitCheck.due_at <= at)
        for check in late:
            check.late_told_at = at
        _tell(session, hospital, Role.LEAD, "checks_late", late, at)
        ends_at = hospital.calendar.closing_of(local_day(at, hospital.timezone))
        today = (BenefitCheck.due_at > at, BenefitCheck.due_at <= ends_at)
        soon = _open(session, hospital, BenefitCheck.warned_at.is_(None), *today)
        for check in soon:
            check.warned_at = at
        _tell(session, hospital, Role.ADVOCATE, "checks_due", soon, at)
        return len(late) + len(soon)


def _open(session: Session, hospital: Hospital, *conditions) -> Sequence[BenefitCheck]:
    """Checks without an answer in cases that go on, the first due first."""
    return session.scalars(
        sa.select(BenefitCheck)
        .join(Case, Case.id == BenefitCheck.case_id)
        .where(BenefitCheck.hospital_id == hospital.id, IS_OPEN, Case.state != CaseState.CLOSED, *conditions)
        .order_by(BenefitCheck.due_at, BenefitCheck.id)
        .limit(BATCH)
        .with_for_update(of=BenefitCheck, skip_locked=True)
    ).all()


def _tell(
    session: Session, hospital: Hospital, role: Role, event: str, checks: Sequence[BenefitCheck], at: datetime
) -> None:
    if not checks:
        return
    first = checks[0]
    tell_role(
        session, hospital, role, event=event, fact=str(first.id), now=at,
        context={"waiting": len(checks), "promise_at": first.due_at.isoformat(), "home": hospital.timezone},
    )  # fmt: skip
