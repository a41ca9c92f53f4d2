"""How a swap sends a deposit back: one task of the advocate for each payment, because refunds are paid outside.

The only place of this room that knows how money goes back.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.tasks.actions import add_task
from concierge.domain.access import Actor, Role
from concierge.domain.errors import NotAllowed
from concierge.domain.tasks import TaskState
from concierge.models import Case, CaseTask, Deposit, Payment


def propose(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, actor: Actor, now: datetime
) -> str:
    """Ask that this payment goes back to who paid it; the public id of what was asked."""
    task = add_task(
        session, case, code="return_deposit", owner_role=Role.ADVOCATE, actor=actor, now=now,
        why=f"{deposit.reference}: {payment.amount.canonical()}, {payment.payer_name}".rstrip(", "),
        due_at=case.hospital.calendar.promise_due(now, days=case.hospital.refund_days),
    )  # fmt: skip
    return task.public_id


def withdraw(session: Session, case: Case, public_ids: list[str], *, actor: Actor, now: datetime) -> None:
    """Take all of it back. Raises NotAllowed(`money_went_back`) where one has been sent."""
    asked = sa.select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.public_id.in_(public_ids))
    tasks = session.scalars(asked.execution_options(populate_existing=True)).all()
    if any(task.state is TaskState.DONE for task in tasks):
        raise NotAllowed("money_went_back")
    for task in tasks:
        task.state, task.snoozed_until = TaskState.CANCELLED, None
