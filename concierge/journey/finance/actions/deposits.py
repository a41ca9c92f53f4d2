"""Verbs of the deposit: request, announced transfer, payments that one person records and another confirms."""

import secrets
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import journal, refunds
from concierge.cases.actions import record, settle
from concierge.domain import deposit as rules
from concierge.domain import journal as postings
from concierge.domain.access import Actor, Area
from concierge.domain.clocks import local_day
from concierge.domain.errors import AlreadyTaken, DomainError, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import CaseState
from concierge.domain.money import Money, total
from concierge.domain.vocabulary import DepositState, PaymentMethod, PaymentState
from concierge.models import Answer, Case, Deposit, DepositRule, Payment
from concierge.models.hospital import Hospital

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that a bank clerk could misread
_BY_HAND = {PaymentMethod.BANK_TRANSFER, PaymentMethod.COUNTER}
_SETTLED = {DepositState.PAID, DepositState.OVERPAID}
_NOTHING_DUE = {DepositState.CANCELLED, DepositState.REFUNDED, DepositState.NEEDS_ATTENTION}


def request_deposit(session: Session, case: Case, *, actor: Actor, now: datetime) -> Deposit:
    """Ask for the amount that the hospital's table gives today for this illness and payer.

    Raises InvalidInput("form", …): note_payer_first, no_deposit_rule, deposit_rules_overlap.
    """
    if case.payer_kind is None:
        raise InvalidInput("form", "note_payer_first")
    today = local_day(now, case.hospital.timezone)
    table = session.scalars(sa.select(DepositRule).where(DepositRule.hospital_id == case.hospital_id))
    try:
        rule = rules.choose_rule(table, case.hospital_id, case.cancer_type, case.payer_kind, today)
    except DomainError as error:
        raise InvalidInput("form", error.code) from error
    deposit = session.scalar(sa.select(Deposit).where(Deposit.case_id == case.id))
    if deposit is not None and deposit.state is not DepositState.CANCELLED:
        raise AlreadyTaken("deposit_is_requested")
    answer = session.get(Answer, case.id)
    due_on = rules.due_on(
        today, case.hospital.deposit_days, case.hospital.calendar, answer.evaluation_from if answer else None
    )
    if deposit is None:
        reference = _free_reference(session, case.hospital)
        deposit = Deposit(case_id=case.id, reference=reference, pay_token=secrets.token_urlsafe(32))
    deposit.rule_id, deposit.amount_minor, deposit.currency = rule.id, rule.amount_minor, rule.currency
    deposit.state, deposit.requested_at, deposit.due_on = DepositState.REQUESTED, now, due_on
    session.add(deposit)
    session.flush()
    fact = deposit.requested_at.isoformat()
    _tell(session, case, deposit, "deposit_requested", fact, deposit.amount, now)
    record(session, case, "deposit_requested", actor, now, amount=deposit.amount.canonical(), rule=rule.id)
    settle(session, case, actor, now)
    return deposit


def _free_reference(session: Session, hospital: Hospital) -> str:
    """`AC-7K4M2Q`: short enough for any bank's form; says which hospital and nothing else."""
    words = hospital.slug.split("-")
    prefix = ("".join(word[0] for word in words) if len(words) > 1 else words[0][:2]).upper()[:4]
    while True:
        reference = f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"
        if session.scalar(sa.select(Deposit.id).where(Deposit.reference == reference)) is None:
            return reference


def _tell(
    session: Session, case: Case, deposit: Deposit, event: str, fact: str, amount: Money, now: datetime
) -> None:
    context = {
        "case": case.public_id, "reference": deposit.reference, "amount": amount.canonical(),
        "due_on": deposit.due_on.isoformat(),
    }  # fmt: skip
    outbox.tell(session, case, event=event, fact=fact, area=Area.MONEY, now=now, context=context)


def announce_transfer(session: Session, case: Case, deposit: Deposit, *, actor: Actor, now: datetime) -> None:
    """The payer says that the transfer is on its way; said twice, it changes nothing."""
    if deposit.state is DepositState.ON_ITS_WAY or deposit.state in _SETTLED:
        return
    if deposit.state not in {DepositState.REQUESTED, DepositState.PART_PAID}:
        raise NotAllowed("nothing_to_pay")
    deposit.on_its_way_at = now
    record(session, case, "transfer_announced", actor, now)
    weigh(session, case, deposit, actor, now)


def record_payment(
    session: Session,
    case: Case,
    deposit: Deposit,
    *,
    method: PaymentMethod,
    amount: Money,
    payer_name: str,
    received_on: date,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Note money that arrived at the bank or the counter; it counts once a second person confirms it."""
    if method not in _BY_HAND:
        raise InvalidInput("method", "card_is_not_by_hand")
    if not amount.is_positive:
        raise InvalidInput("amount", "negative")
    if received_on > local_day(now, case.hospital.timezone):
        raise InvalidInput("received_on", "date_must_be_past")
    if deposit.state is DepositState.CANCELLED:
        raise NotAllowed("nothing_to_pay")
    payment = Payment(
        deposit_id=deposit.id, method=method, state=PaymentState.RECORDED, amount_minor=amount.minor,
        currency=amount.currency, payer_name=payer_name, received_on=received_on, recorded_by_id=actor.id,
        recorded_at=now,
    )  # fmt: skip
    deposit.payments.append(payment)
    record(session, case, "payment_recorded", actor, now, amount=amount.canonical(), method=method)
    settle(session, case, actor, now)
    return payment


def confirm_payment(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, actor: Actor, now: datetime
) -> None:
    """The second pair of eyes: from now on the payment counts. Raises NotAllowed for the one who recorded it."""
    _second_person(payment, actor)
    payment.state, payment.confirmed_by_id, payment.confirmed_at = PaymentState.CONFIRMED, actor.id, now
    book(session, case, payment, actor, now)
    record(session, case, "payment_confirmed", actor, now, amount=payment.amount.canonical())
    deposit.attention = ""
    weigh(session, case, deposit, actor, now)
    tell_part(session, case, deposit, payment, now)


def book(session: Session, case: Case, payment: Payment, actor: Actor, now: datetime) -> None:
    """A confirmed payment enters the journal, once."""
    posting = postings.payment_received(payment.method, payment.amount)
    journal.post(session, case, posting, fact=f"payment:{payment.public_id}", actor=actor, now=now)


def tell_part(session: Session, case: Case, deposit: Deposit, payment: Payment, now: datetime) -> None:
    """News of money that arrived and is not all of it yet."""
    if deposit.state is DepositState.PART_PAID:
        _tell(session, case, deposit, "transfer_received", payment.public_id, payment.amount, now)


def reject_payment(
    session: Session,
    case: Case,
    deposit: Deposit,
    payment: Payment,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The second person finds that this is not ours or wrongly noted; the row stays, and counts for nothing."""
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    _second_person(payment, actor)
    payment.state, payment.confirmed_by_id = PaymentState.REJECTED, actor.id
    record(session, case, "payment_rejected", actor, now, amount=payment.amount.canonical(), reason=reason)
    deposit.attention = ""
    weigh(session, case, deposit, actor, now)


def _second_person(payment: Payment, actor: Actor) -> None:
    if payment.state is not PaymentState.RECORDED:
        raise Stale("payment_is_decided")
    if actor.id == payment.recorded_by_id:
        raise NotAllowed("second_person_needed")


def standing_of(deposit: Deposit, hospital: Hospital) -> rules.Standing:
    """What confirmed payments and sent refunds make of the deposit, within the hospital's tolerance for bank fees."""
    return refunds.standing_of(deposit, Money(hospital.transfer_tolerance_minor, deposit.currency))


def left_to_pay(deposit: Deposit, case: Case) -> Money:
    """What the payer may still be asked for: nothing while money that has arrived waits for its second person."""
    nothing = Money.zero(deposit.currency)
    if case.state is CaseState.CLOSED or deposit.state in _NOTHING_DUE:
        return nothing
    standing = standing_of(deposit, case.hospital)
    waiting = [p.amount for p in deposit.payments if p.state is PaymentState.RECORDED]
    if standing.is_paid or any(amount.currency != deposit.currency for amount in waiting):
        return nothing
    return max(standing.shortfall - total(waiting, deposit.currency), nothing)


def weigh(session: Session, case: Case, deposit: Deposit, actor: Actor, now: datetime) -> None:
    """Set the state that the money makes, tell the family when it is paid, and settle the case."""
    session.flush()
    before, was_paid = deposit.state, deposit.paid_at is not None
    standing = standing_of(deposit, case.hospital)
    deposit.state = DepositState.NEEDS_ATTENTION if deposit.attention else standing.state
    is_paid = deposit.state in _SETTLED
    is_settled = is_paid or deposit.state is DepositState.REFUNDED
    deposit.paid_at = (deposit.paid_at or now) if is_settled else None
    if deposit.state is DepositState.NEEDS_ATTENTION and before is not deposit.state:
        deposit.attention = deposit.attention or "other_currency"
        record(session, case, "deposit_needs_attention", actor, now, why=deposit.attention)
    if is_paid and not was_paid:
        _tell(session, case, deposit, "deposit_received", now.isoformat(), standing.received, now)
        record(session, case, "deposit_paid", actor, now, amount=standing.received.canonical())
    refunds.propose_due(session, case, now=now)
    settle(session, case, actor, now)
