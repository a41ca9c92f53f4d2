"""A promised refund is warned of once before its day ends and once when it is past, while the hospital is open.

A day before, the advocates are written to; past it, the leads. Refunds that come due together make one mail.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.domain import refund as rules
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import RefundState
from concierge.journey.contact.team import tell_role
from concierge.models import Case, Deposit, Hospital, Refund
from concierge.web.clock import now

BATCH = 200
_WAITING = rules.DUE | {RefundState.PROPOSED}


def warn_of_refunds() -> int:
    """The number of refunds that somebody was told of."""
    at = now()
    is_open = [one.id for one in db.session.scalars(sa.select(Hospital)) if one.calendar.is_open(at)]
    return sum(_warn(hospital_id, at) for hospital_id in is_open)


def _warn(hospital_id: int, at: datetime) -> int:
    with transaction() as session:
        hospital = session.get_one(Hospital, hospital_id)
        today = local_day(at, hospital.timezone)
        near = hospital.calendar.add_working_days(today, 1)
        late = _found(session, hospital, Refund.promised_on < today, Refund.late_told_at.is_(None))
        soon = _found(
            session, hospital, Refund.promised_on >= today, Refund.promised_on <= near, Refund.warned_at.is_(None)
        )  # fmt: skip
        for refund in late:
            refund.late_told_at = at
        for refund in soon:
            refund.warned_at = at
        _tell(session, hospital, Role.LEAD, "refund_late", late, at)
        _tell(session, hospital, Role.ADVOCATE, "refund_due", soon, at)
        return len(late) + len(soon)


def _found(session: Session, hospital: Hospital, *conditions: sa.ColumnElement[bool]) -> list[Refund]:
    """Refunds whose money is still with us, the first promise first."""
    statement = (
        sa.select(Refund)
        .join(Deposit, Deposit.id == Refund.deposit_id)
        .join(Case, Case.id == Deposit.case_id)
        .where(Case.hospital_id == hospital.id, Refund.state.in_(_WAITING), *conditions)
        .order_by(Refund.promised_on, Refund.id)
        .limit(BATCH)
        .with_for_update(of=Refund, skip_locked=True)
    )
    return list(session.scalars(statement))


def _tell(
    session: Session, hospital: Hospital, role: Role, event: str, refunds: Sequence[Refund], at: datetime
) -> None:
    if refunds:
        first = refunds[0]
        context = {"waiting": len(refunds), "due_on": first.promised_on.isoformat()}
        fact = f"{first.id}:{first.promised_on}"
        tell_role(session, hospital, role, event=event, fact=fact, now=at, context=context)
