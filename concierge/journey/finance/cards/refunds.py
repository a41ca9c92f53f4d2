"""The network half of a refund to a card: send what was approved, and hear what became of it.

Which refunds there are, who approved them and what they mean for the money of a case is the matter of the room that
keeps them. It gives a `Book`; here stands only how the card service is spoken to: what we meant is committed, then the
service is called with the key of that refund, then its answer is written. Whoever is killed between the last two is
followed by `resume`, which first asks what the service has and else calls with the same key again: never twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.tasks.actions import add_once
from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.money import Money
from concierge.gateways.payment_amounts import AmountNotPayable
from concierge.gateways.payments import (
    CardRefund,
    IdempotencyConflict,
    PaymentError,
    Rejected,
    StripePayments,
)
from concierge.models import Case

log = structlog.get_logger()
FAILED = frozenset({"failed", "canceled"})


@dataclass(frozen=True)
class Order:
    """An approved refund as the card service is told of it: our public id, and the intent that was paid."""

    refund: str
    case_id: int
    intent_id: str
    amount: Money
    reference: str

    @property
    def key(self) -> str:
        return f"refund-{self.refund}"


class Book(Protocol):
    """Where our refunds are kept. All runs inside the caller's transaction; a case that is given is locked."""

    def waiting(self, session: Session) -> list[str]:
        """Our ids of approved card refunds that the card service has not finally answered, the oldest first."""

    def order(self, session: Session, refund: str) -> Order | None:
        """What is to be sent; None when it is not approved any more, or answered for good."""

    def answered(self, session: Session, case: Case, refund: str, answer: CardRefund, now: datetime) -> bool:
        """What the card service has: pending, succeeded or failed; False where there is no such refund of ours.

        May be told twice. A refund that has succeeded may fail days later: then the money came back.
        """

    def refused(self, session: Session, case: Case, refund: str, code: str, now: datetime) -> None:
        """The card service does not take it (more than is left, disputed): it will not be sent to the card."""


book: Book | None = None  # the room of the refunds puts its own here when it is loaded


def send(payments: StripePayments, own: Book, refund: str, *, at: datetime) -> CardRefund | None:
    """Send one approved refund; None when there was nothing to send or it was refused. Raises PaymentsUnavailable."""
    with transaction() as session:
        order = own.order(session, refund)
    if order is None:
        return None
    try:
        answer = payments.refund(
            order.intent_id, order.amount, reference=order.reference, idempotency_key=order.key,
            metadata={"refund": order.refund},
        )  # fmt: skip
    except (Rejected, IdempotencyConflict, AmountNotPayable) as error:
        _refused(own, order, str(getattr(error, "code", "") or "amount_not_payable"), at)
        return None
    _write(own, order, answer, at)
    return answer


def resume(payments: StripePayments, own: Book | None, *, at: datetime) -> int:
    """Bring every unanswered refund on: heard from the service if it has it, else sent with the same key."""
    if own is None:
        return 0
    with transaction() as session:
        waiting = own.waiting(session)
    done = 0
    for refund in waiting:
        try:
            done += _resume_one(payments, own, refund, at)
        except PaymentError as error:
            log.warning("card_refund_not_reconciled", refund=refund, error=type(error).__name__)
    return done


def _resume_one(payments: StripePayments, own: Book, refund: str, at: datetime) -> bool:
    with transaction() as session:
        order = own.order(session, refund)
    if order is None:
        return False
    # Keys are forgotten after a day; what carries our id at the service was made by us, however long ago.
    known = next((one for one in payments.list_refunds(order.intent_id) if one.refund == refund), None)
    if known is None:
        return send(payments, own, refund, at=at) is not None
    _write(own, order, known, at)
    return True


def _write(own: Book, order: Order, answer: CardRefund, at: datetime) -> None:
    with transaction() as session:
        case = lock(session, order.case_id)
        own.answered(session, case, order.refund, answer, at)


def _refused(own: Book, order: Order, code: str, at: datetime) -> None:
    with transaction() as session:
        case = lock(session, order.case_id)
        own.refused(session, case, order.refund, code, at)


def hear(session: Session, case: Case, answer: CardRefund, *, now: datetime) -> tuple[str, bool]:
    """An event told of a refund: ours goes to its book, another one to the advocate.

    Returns what it was, and whether this is the first that people hear of something wrong.
    """
    is_ours = bool(book and answer.refund and book.answered(session, case, answer.refund, answer, now))
    if is_ours:
        return f"refund_{answer.status}", False
    return "refund_unknown", warn(session, case, "card_refund_unknown", answer.id, now)


def warn(session: Session, case: Case, code: str, fact: str, now: datetime) -> bool:
    """A task for the advocate, once for this refund; True where it is new."""
    due_at = case.hospital.calendar.promise_due(now, days=1)
    key = f"{code}:{fact}"[:80]
    return add_once(session, case, key=key, code=code, owner_role=Role.ADVOCATE, due_at=due_at, now=now)
