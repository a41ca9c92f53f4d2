"""Where the United States rule holds, a scheduled evaluation asks for an estimate that names its day: a task."""

import sqlalchemy as sa

from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import EstimateState
from concierge.journey.finance.estimates.actions import GOOD_FAITH, plan_good_faith
from concierge.models import Answer, Case, CaseTask, Estimate, Hospital
from concierge.web.clock import now

BATCH = 100


def plan_good_faith_estimates() -> int:
    """Up to one batch of cases without such a task since their last estimate; the number of tasks."""
    at = now()
    told = sa.exists().where(
        CaseTask.case_id == Case.id, CaseTask.code == GOOD_FAITH, CaseTask.created_at >= Estimate.issued_at
    )
    found = db.session.scalars(
        sa.select(Case.id)
        .join(Answer, Answer.case_id == Case.id)
        .join(Estimate, Estimate.case_id == Case.id)
        .join(Hospital, Hospital.id == Case.hospital_id)
        .where(
            Answer.evaluation_from >= at.date(), Answer.dates_held_at.is_not(None), Case.state == CaseState.OPEN,
            Hospital.has_us_estimate_rules, Estimate.state == EstimateState.ISSUED, Estimate.service_on.is_(None),
            ~told,
        )
        .order_by(Answer.evaluation_from, Case.id)
        .limit(BATCH)
    ).all()  # fmt: skip
    db.session.rollback()
    return sum(_plan(case_id) for case_id in found)


def _plan(case_id: int) -> bool:
    with transaction() as session:
        return plan_good_faith(session, lock(session, case_id), now=now())
