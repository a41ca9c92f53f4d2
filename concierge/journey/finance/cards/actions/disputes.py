"""The verb of a dispute: what stands at the card service becomes our row, the journal, and somebody's task."""

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.cases.actions import record, settle
from concierge.cases.tasks.actions import add_once, end_once
from concierge.domain import journal as postings
from concierge.domain.access import SYSTEM, Role
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, DisputeState, PaymentState
from concierge.journey.finance.deposits.actions import weigh
from concierge.journey.finance.refunds.actions import stop_refunds
from concierge.models import CardDispute, Case, Deposit, Payment

# docs.stripe.com/api/disputes/object, status; a new word of theirs waits for our answer, which is the safe guess.
_STATES = {
    "warning_under_review": DisputeState.ANSWERED, "under_review": DisputeState.ANSWERED, "won": DisputeState.WON,
    "lost": DisputeState.LOST, "warning_closed": DisputeState.CLOSED, "prevented": DisputeState.CLOSED,
}  # fmt: skip
DECIDED = frozenset({DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED})
_NOT_WEIGHED = {DepositState.CANCELLED, DepositState.REFUNDED}


class DisputeLike(Protocol):
    """A dispute as the card service has it now (gateways/payments.py, Dispute)."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def money(self) -> Money: ...

    @property
    def reason(self) -> str: ...

    @property
    def due_by(self) -> datetime | None: ...

    @property
    def is_withdrawn(self) -> bool: ...


def write_dispute(
    session: Session, case: Case, deposit: Deposit, payment: Payment, dispute: DisputeLike, *, now: datetime
) -> str:
    """Write what stands at the card service; returns `dispute_` and the state. Written twice, it changes nothing.

    A decision may be the first that we hear: then opening and decision are posted together.
    """
    row = session.scalar(sa.select(CardDispute).where(CardDispute.provider_id == dispute.id))
    if row is None:
        row = _open(session, case, payment, dispute, now)
    row.due_by = dispute.due_by
    if dispute.is_withdrawn and not row.is_withdrawn and payment.state is PaymentState.CONFIRMED:
        row.is_withdrawn = True
        stop_refunds(session, case, payment, reason=row.provider_id, now=now)
        _post(session, case, row, postings.dispute_opened(row.amount), "opened", now)
    state = _STATES.get(dispute.status, DisputeState.OPEN)
    if row.state not in DECIDED and row.state is not state:
        row.state = state
        if state in DECIDED:
            _decide(session, case, deposit, payment, row, now)
    session.flush()
    settle(session, case, SYSTEM, now)
    return f"dispute_{row.state}"


def _open(session: Session, case: Case, payment: Payment, dispute: DisputeLike, now: datetime) -> CardDispute:
    row = CardDispute(
        case_id=case.id, payment_id=payment.id, provider_id=dispute.id, amount_minor=dispute.money.minor,
        currency=dispute.money.currency, reason=dispute.reason[:60], state=DisputeState.OPEN, is_withdrawn=False,
        opened_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, case, "dispute_opened", SYSTEM, now, amount=row.amount.canonical())
    tomorrow = case.hospital.calendar.promise_due(now, days=1)
    due_at = min(tomorrow, dispute.due_by) if dispute.due_by else tomorrow
    add_once(
        session, case, key=_key(row), code="card_dispute", owner_role=Role.ADVOCATE, due_at=due_at, now=now
    )
    return row


def _key(row: CardDispute) -> str:
    return f"dispute:{row.public_id}"


def _post(
    session: Session, case: Case, row: CardDispute, posting: postings.Posting, what: str, now: datetime
) -> None:
    journal.post(session, case, posting, fact=f"dispute:{row.public_id}:{what}", actor=SYSTEM, now=now)


def _decide(
    session: Session, case: Case, deposit: Deposit, payment: Payment, row: CardDispute, now: datetime
) -> None:
    row.decided_at = now
    end_once(session, key=_key(row))
    record(session, case, f"dispute_{row.state}", SYSTEM, now, amount=row.amount.canonical())
    if row.state is DisputeState.WON and row.is_withdrawn:
        _post(session, case, row, postings.dispute_won(row.amount), "won", now)
    if row.state is DisputeState.LOST:
        _lose(session, case, deposit, payment, row, now)


def _lose(
    session: Session, case: Case, deposit: Deposit, payment: Payment, row: CardDispute, now: datetime
) -> None:
    """The money is gone. A payment that is gone as a whole counts for nothing any more; its deposit is open again."""
    if row.is_withdrawn:
        _post(session, case, row, postings.dispute_lost(row.amount), "lost", now)
    if row.amount == payment.amount:
        payment.state, payment.confirmed_at, payment.failure_code = (
            PaymentState.REJECTED,
            None,
            "dispute_lost",
        )
        if deposit.state not in _NOT_WEIGHED:
            weigh(session, case, deposit, SYSTEM, now)
    due_at = case.hospital.calendar.promise_due(now, days=1)
    key = f"{_key(row)}:lost"
    add_once(
        session, case, key=key, code="card_dispute_lost", owner_role=Role.ADVOCATE, due_at=due_at, now=now
    )
