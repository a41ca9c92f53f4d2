"""How a swap sends a deposit back: one refund for each payment. The only place of this room that knows how."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Actor
from concierge.domain.errors import NotAllowed
from concierge.domain.vocabulary import RefundReason, RefundState
from concierge.journey.finance.refunds import actions as refunds
from concierge.models import Case, Deposit, Refund

_OPEN = {RefundState.PROPOSED, RefundState.APPROVED}
_OVER = {RefundState.WITHDRAWN, RefundState.REFUSED}


def propose(session: Session, case: Case, deposit: Deposit, *, actor: Actor, now: datetime) -> list[str]:
    """Ask that every payment goes back to who paid it; the public ids of the refunds."""
    proposed = refunds.propose_all(session, case, deposit, reason=RefundReason.COVERED, actor=actor, now=now)
    return [refund.public_id for refund in proposed]


def withdraw(
    session: Session, case: Case, public_ids: list[str], *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take all of it back. Raises NotAllowed(`money_went_back`) where one has been sent."""
    found = _refunds(session, public_ids)
    if _is_sent(found):
        raise NotAllowed("money_went_back")
    for refund in found:
        if refund.state in _OPEN:
            refunds.withdraw_refund(session, case, refund, reason=reason, actor=actor, now=now)


def went_back(session: Session, public_ids: list[str]) -> bool:
    """Whether one of them has been sent: then the deposit is not what it was."""
    return _is_sent(_refunds(session, public_ids))


def _refunds(session: Session, public_ids: list[str]) -> Sequence[Refund]:
    asked = sa.select(Refund).where(Refund.public_id.in_(public_ids)).order_by(Refund.id)
    return session.scalars(asked.execution_options(populate_existing=True)).all()


def _is_sent(refunds: Sequence[Refund]) -> bool:
    return any(refund.state not in _OPEN | _OVER for refund in refunds)
