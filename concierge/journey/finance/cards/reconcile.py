"""Between us and the card service: what we meant is written and committed, then the service is called, then its
answer is written. No call stands inside a transaction, and only the service's own word makes a payment paid.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.errors import Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentState
from concierge.gateways.payment_amounts import AmountNotPayable, to_provider
from concierge.gateways.payments import CheckoutPage, Intent, PaymentError, Rejected, StripePayments
from concierge.journey.finance.cards import actions, queries
from concierge.journey.finance.deposits.actions import left_to_pay
from concierge.models import Case, Deposit, Payment
from concierge.web.clock import now as clock

log = structlog.get_logger()

FORM, HOSTED = "pi_", "cs_"  # how ids of the two ways to pay begin at the card service
_YOUNG, _ABANDONED = timedelta(minutes=2), timedelta(hours=24)


@dataclass(frozen=True)
class Started:
    """What the card service is told or asked of one payment; a copy, so that no session is open meanwhile."""

    id: int
    deposit_id: int
    public_id: str
    provider_id: str
    key: str
    amount: Money
    reference: str
    is_wanted: bool
    since: datetime

    @property
    def description(self) -> str:
        """What the payer reads at the card service: a reference, no person, no illness."""
        return f"Deposit {self.reference}"


def _started(case: Case, deposit: Deposit, payment: Payment) -> Started:
    return Started(
        payment.id, deposit.id, payment.public_id, payment.provider_id or "", payment.idempotency_key or "",
        payment.amount, deposit.reference, left_to_pay(deposit, case) == payment.amount, payment.recorded_at,
    )  # fmt: skip


def find_started(deposit_id: int) -> Started | None:
    """The open card payment of a deposit, if there is one."""
    with transaction() as session:
        case, deposit = queries.lock_deposit(session, deposit_id)
        payment = actions.open_card_payment(deposit)
        return _started(case, deposit, payment) if payment else None


def start(payments: StripePayments, deposit_id: int, way: str, *, actor: Actor, at: datetime) -> Started:
    """The one open payment for what is left to pay, by this way; another amount or way is closed first.

    Pressed twice or in two tabs, it leads to the same payment. Raises NotAllowed when nothing is left to pay,
    AmountNotPayable where no card can carry it.
    """
    for _attempt in range(3):
        with transaction() as session:
            case, deposit = queries.lock_deposit(session, deposit_id)
            payment = actions.start_card_payment(session, case, deposit, actor=actor, now=at)
            to_provider(payment.amount)  # before it is committed
            started = _started(case, deposit, payment)
        if started.is_wanted and (not started.provider_id or started.provider_id.startswith(way)):
            return started
        close(payments, started, at=at)
    raise Stale()


def open_form(payments: StripePayments, started: Started) -> Intent:
    """The intent behind our own card form; asked for again, the same one. Raises Stale, AmountNotPayable."""
    if started.provider_id and (known := payments.find_payment_intent(started.provider_id)):
        return known
    with _refusals(started):
        intent = payments.create_payment_intent(
            started.amount,
            started.reference,
            started.description,
            started.key,
            {"payment": started.public_id},
        )
    _attach(payments, started, intent.id)
    return intent


def open_hosted(
    payments: StripePayments, started: Started, *, success_url: str, cancel_url: str, locale: str
) -> CheckoutPage:
    """The card service's own page for this payment; asked for again, the same one. Raises Stale, AmountNotPayable.

    Its key names the language and the way back, because the same key with other data is refused. What is shown is
    only the page that stands in our row, so two tabs in two languages never hold two pages that can be paid.
    """
    if started.provider_id and (known := payments.find_checkout_session(started.provider_id)):
        return known
    kind = hashlib.sha256(f"{locale} {success_url}".encode()).hexdigest()[:12]
    with _refusals(started):
        page = payments.create_checkout_session(
            started.amount, started.reference, started.description, success_url=success_url, cancel_url=cancel_url,
            locale=locale, idempotency_key=f"{started.key}-{kind}", metadata={"payment": started.public_id},
        )  # fmt: skip
    _attach(payments, started, page.id)
    return page


@contextmanager
def _refusals(started: Started) -> Iterator[None]:
    """An amount that the card service refuses closes the payment: nothing was made there."""
    try:
        yield
    except Rejected as refusal:
        if refusal.is_about_amount:
            _write(started, Truth(None, is_closed=True), clock())
            raise AmountNotPayable(refusal.code) from None
        raise


def _attach(payments: StripePayments, started: Started, provider_id: str) -> None:
    """Keep the id. Raises Stale where another tab was first or the payment is over: then it is closed unseen."""
    stands = ""
    try:
        with transaction() as session:
            _case, deposit = queries.lock_deposit(session, started.deposit_id)
            payment = next(p for p in deposit.payments if p.id == started.id)
            stands = actions.attach_card_payment(session, payment, provider_id)
    except Stale:
        log.info("card_payment_is_over", payment=started.id)
    if stands != provider_id:
        _end(payments, provider_id)
        raise Stale()


def decline(started: Started, code: str, *, at: datetime) -> None:
    """Write that the card was refused; the payment stays open for another card."""
    with transaction() as session:
        case, deposit = queries.lock_deposit(session, started.deposit_id)
        payment = next(p for p in deposit.payments if p.id == started.id)
        actions.note_declined(session, case, deposit, payment, code=code, now=at)


# --- the truth -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """What the card service says: the intent, None before a card was tried, and whether it can still be paid."""

    intent: Intent | None
    is_closed: bool

    @property
    def is_untouched(self) -> bool:
        """No card was tried, or the last one was refused: nothing is under way at a bank."""
        return self.intent is None or self.intent.status == "requires_payment_method"


def look_up(payments: StripePayments, provider_id: str) -> Truth:
    """Ask the card service about an intent or a hosted page. Raises PaymentsUnavailable."""
    if not provider_id.startswith(HOSTED):
        intent = payments.find_payment_intent(provider_id)
        return Truth(intent, intent is None or intent.status == "canceled")
    page = payments.find_checkout_session(provider_id)
    intent = payments.find_payment_intent(page.intent_id) if page and page.intent_id else None
    return Truth(intent, page is None or page.status == "expired")


def ask_card_service(
    payments: StripePayments, deposit_id: int, *, at: datetime | None = None
) -> Truth | None:
    """Look the truth of a deposit's open card payment up and write it down; None when nothing is open."""
    started = find_started(deposit_id)
    if started is None or not started.provider_id:
        return None
    truth = look_up(payments, started.provider_id)
    _write(started, truth, at or clock())
    return truth


def _write(started: Started, truth: Truth, at: datetime) -> str:
    with transaction() as session:
        case, deposit = queries.lock_deposit(session, started.deposit_id)
        payment = next(p for p in deposit.payments if p.id == started.id)
        return write_truth(session, case, deposit, payment, truth, at)


def write_truth(
    session: Session, case: Case, deposit: Deposit, payment: Payment, truth: Truth, at: datetime
) -> str:
    """What the card service says becomes what we hold; returns what it was, for the event row."""
    if truth.intent and truth.intent.is_paid:
        return actions.settle_card_payment(session, case, deposit, payment, intent=truth.intent, now=at)
    if payment.state is not PaymentState.STARTED:
        return "repeated"
    if truth.is_closed:
        actions.fail_card_payment(session, case, deposit, payment, code="closed", now=at)
        return "closed"
    if truth.intent and truth.intent.failure_code:
        actions.note_declined(session, case, deposit, payment, code=truth.intent.failure_code, now=at)
        return "declined"
    return "open"


def close(payments: StripePayments, started: Started, *, at: datetime) -> None:
    """Make sure that this payment cannot be paid any more, then write what became of it: closed, or paid before."""
    if not started.provider_id:
        _write(started, Truth(None, is_closed=True), at)
        return
    _end(payments, started.provider_id)
    _write(started, look_up(payments, started.provider_id), at)


def _end(payments: StripePayments, provider_id: str) -> None:
    """Close it at the card service; what was paid or closed before stays as it is, and a look-up says which."""
    try:
        if provider_id.startswith(HOSTED):
            payments.expire_checkout_session(provider_id)
        else:
            payments.cancel_payment_intent(provider_id)
    except Rejected:
        log.info("card_payment_was_closed_already", provider_id=provider_id)


def close_unwanted(payments: StripePayments | None, deposit_id: int, *, at: datetime) -> None:
    """After money came another way: the open card payment is closed, at the latest by the job."""
    started = find_started(deposit_id)
    if payments is None or started is None or started.is_wanted:
        return
    try:
        close(payments, started, at=at)
    except PaymentError as error:
        log.warning("card_payment_not_closed", payment=started.id, error=type(error).__name__)


def reconcile_started(payments: StripePayments, *, now: Callable[[], datetime] = clock) -> int:
    """Look every open card payment up, so that a lost webhook loses no money; returns how many were looked up.

    What nobody wants any more, or nobody touched for a day, is closed at the service.
    """
    with transaction() as session:
        open_now = queries.started_payments(session)
    done = 0
    for payment_id, deposit_id in open_now:
        started = find_started(deposit_id)
        if started is None or started.id != payment_id or now() - started.since < _YOUNG:
            continue
        try:
            _reconcile(payments, started, now())
            done += 1
        except (PaymentError, AmountNotPayable, Stale) as error:
            log.warning("card_payment_not_reconciled", payment=payment_id, error=type(error).__name__)
    return done


def _reconcile(payments: StripePayments, started: Started, at: datetime) -> None:
    if started.provider_id:
        ask_card_service(payments, started.deposit_id, at=at)
    elif started.is_wanted and at - started.since <= _ABANDONED:
        # Somebody was killed between the card service's answer and our commit: the same key finds the same intent.
        open_form(payments, started)
    if not started.is_wanted or at - started.since > _ABANDONED:
        still_open = find_started(started.deposit_id)
        if still_open and still_open.id == started.id:
            close(payments, still_open, at=at)
