"""The book of refunds that `finance/cards/refunds.py` speaks to: what goes back to a card, and what was answered."""

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.domain.vocabulary import PaymentMethod, RefundState
from concierge.gateways.payments import CardRefund, PaymentError, StripePayments
from concierge.journey.finance.cards import refunds as network
from concierge.journey.finance.refunds import actions
from concierge.models import Case, Refund

log = structlog.get_logger()
_WAITING = (RefundState.SENDING, RefundState.SENT)


class RefundBook:
    """A try is `<public id>.<attempt>`: a second try after a failure must not get the answer of the first again."""

    def waiting(self, session: Session) -> list[str]:
        found = sa.and_(Refund.method == PaymentMethod.CARD, Refund.state.in_(_WAITING))
        return [_try_of(one) for one in session.scalars(sa.select(Refund).where(found).order_by(Refund.id).limit(200))]

    def order(self, session: Session, refund: str) -> network.Order | None:
        row = _find(session, refund)
        if row is None or row.state not in _WAITING or row.payment.provider_id is None:
            return None
        return network.Order(
            refund, row.deposit.case_id, row.payment.provider_id, row.amount, row.deposit.reference
        )

    def answered(self, session: Session, case: Case, refund: str, answer: CardRefund, now: datetime) -> bool:
        row = _find(session, refund)
        if row is None:
            return False
        if answer.status in network.FAILED:
            if row.state is not RefundState.CAME_BACK:
                actions.refund_failed(session, case, row, answer.failure_code or answer.status, now=now)
            return True
        if row.state is RefundState.SENDING:
            actions.refund_sent_by_card(session, case, row, answer.id, now)
        if answer.status == "succeeded" and row.state is RefundState.SENT:
            actions.refund_done(session, case, row, now=now)
        return True

    def refused(self, session: Session, case: Case, refund: str, code: str, now: datetime) -> None:
        row = _find(session, refund)
        if row is not None and row.state is RefundState.SENDING:
            actions.refund_failed(session, case, row, code, now=now)


def _try_of(refund: Refund) -> str:
    return f"{refund.public_id}.{refund.attempt}"


def _find(session: Session, refund: str) -> Refund | None:
    """The refund of this try; None for an older try, which says nothing of the newest."""
    public_id, _dot, attempt = refund.partition(".")
    row = session.scalar(
        sa.select(Refund).where(Refund.public_id == public_id).execution_options(populate_existing=True)
    )
    return row if row is not None and str(row.attempt) == attempt else None


BOOK = network.book = RefundBook()


def send(payments: StripePayments | None, public_id: str, *, at: datetime) -> None:
    """Give a refund that was just committed to the card service; what fails here is brought on by the job."""
    with transaction() as session:
        found = session.scalar(sa.select(Refund).where(Refund.public_id == public_id))
        one_try = _try_of(found) if found else ""
    if payments is None or not one_try:
        return
    try:
        network.send(payments, BOOK, one_try, at=at)
    except PaymentError as error:
        log.warning("card_refund_not_sent", refund=public_id, error=type(error).__name__)
