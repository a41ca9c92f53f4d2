"""Verbs of a card payment. They write what was meant and what the card service says; they never call it.

A deposit has at most one payment in state *started*, and so at most one thing at the card service that can be paid.
"""

import secrets
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import record
from concierge.domain.access import SYSTEM, Actor, Area
from concierge.domain.errors import NotAllowed, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod, PaymentState
from concierge.journey.finance.deposits.actions import book, left_to_pay, tell_part, weigh
from concierge.models import Case, Deposit, Payment


class IntentLike(Protocol):
    """What the card service says of a payment, looked up and not taken from a message."""

    @property
    def id(self) -> str: ...

    @property
    def received(self) -> Money: ...

    @property
    def is_paid(self) -> bool: ...


def open_card_payment(deposit: Deposit) -> Payment | None:
    """The payment that is under way at the card service, if there is one."""
    started = (p for p in deposit.payments if p.state is PaymentState.STARTED)
    return next(started, None)


def start_card_payment(
    session: Session, case: Case, deposit: Deposit, *, actor: Actor, now: datetime
) -> Payment:
    """The one open card payment of this deposit, made now or earlier; the service is called after the commit.

    Its amount may be an older one (a part was paid meanwhile): the caller closes it at the service first.
    """
    left = left_to_pay(deposit, case)
    if not left.is_positive:
        raise NotAllowed("nothing_to_pay")
    if known := open_card_payment(deposit):
        return known
    payment = Payment(
        deposit_id=deposit.id, method=PaymentMethod.CARD, state=PaymentState.STARTED, amount_minor=left.minor,
        currency=left.currency, idempotency_key=f"card-{secrets.token_hex(16)}", recorded_at=now,
    )  # fmt: skip
    deposit.payments.append(payment)
    session.flush()
    record(session, case, "payment_started", actor, now, amount=left.canonical())
    return payment


def attach_card_payment(session: Session, payment: Payment, provider_id: str) -> str:
    """Keep under which id the card service knows this payment; returns the id that stands.

    The first one stands: what a second tab has made meanwhile must be closed there and shown to nobody. Raises Stale
    when the payment is not open any more.
    """
    if payment.state is not PaymentState.STARTED:
        raise Stale()
    payment.provider_id = payment.provider_id or provider_id
    session.flush()
    return payment.provider_id


def note_declined(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, code: str, now: datetime
) -> None:
    """The card was refused and nothing was charged; the same payment stays open for another card."""
    if payment.state is not PaymentState.STARTED or payment.failure_code == code:
        return
    payment.failure_code = code[:60]
    context = {"case": case.public_id, "reference": deposit.reference}
    outbox.tell(
        session, case, event="payment_failed", fact=payment.public_id, area=Area.MONEY, now=now, context=context
    )  # fmt: skip
    record(session, case, "payment_failed", SYSTEM, now, code=code)
    weigh(session, case, deposit, SYSTEM, now)


def fail_card_payment(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, code: str, now: datetime
) -> None:
    """The card service closed this payment for good; the next try is a new one."""
    if payment.state is not PaymentState.STARTED:
        return
    payment.state, payment.failure_code = PaymentState.FAILED, code[:60]
    record(session, case, "payment_failed", SYSTEM, now, code=code)
    weigh(session, case, deposit, SYSTEM, now)


def settle_card_payment(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, intent: IntentLike, now: datetime
) -> str:
    """Make of a paid intent what it is; returns what it was: confirmed, repeated, amount_differs, late
    or unknown_payment.

    An amount or currency other than asked for, and money for a payment that we had closed, are not dropped: the
    payment becomes *recorded* with what really came, and waits for an advocate's eyes.
    """
    if payment.state not in {PaymentState.STARTED, PaymentState.FAILED}:
        if payment.provider_id == intent.id:
            return "repeated"
        return adopt_card_payment(session, case, deposit, intent=intent, now=now)
    is_late = payment.state is PaymentState.FAILED
    is_equal = intent.received == payment.amount
    payment.provider_id, payment.failure_code = intent.id, ""
    if is_equal and not is_late:
        payment.state, payment.confirmed_at = PaymentState.CONFIRMED, now
        book(session, case, payment, SYSTEM, now)
        record(session, case, "payment_confirmed", SYSTEM, now, amount=payment.amount.canonical())
        weigh(session, case, deposit, SYSTEM, now)
        tell_part(session, case, deposit, payment, now)
        return "confirmed"
    payment.state = PaymentState.RECORDED
    payment.amount_minor, payment.currency = intent.received.minor, intent.received.currency
    deposit.attention = "card_paid_late" if is_late else "card_amount_differs"
    record(session, case, "payment_recorded", SYSTEM, now, amount=payment.amount.canonical())
    weigh(session, case, deposit, SYSTEM, now)
    return "late" if is_late else "amount_differs"


def adopt_card_payment(
    session: Session, case: Case, deposit: Deposit, *, intent: IntentLike, now: datetime
) -> str:
    """Money that carries this deposit's reference but belongs to no payment of ours waits for an advocate."""
    payment = Payment(
        deposit_id=deposit.id, method=PaymentMethod.CARD, state=PaymentState.RECORDED,
        amount_minor=intent.received.minor, currency=intent.received.currency, provider_id=intent.id, recorded_at=now,
    )  # fmt: skip
    deposit.payments.append(payment)
    deposit.attention = "card_payment_unknown"
    record(session, case, "payment_recorded", SYSTEM, now, amount=payment.amount.canonical())
    weigh(session, case, deposit, SYSTEM, now)
    return "unknown_payment"
