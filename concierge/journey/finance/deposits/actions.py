"""Verbs of the deposit: request, announced transfer, payments that one person records and another confirms.

What was asked for stays: a new rule changes nothing until somebody asks again, and the former request is kept.
"""

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
from concierge.domain.reminders import ReminderKind
from concierge.domain.vocabulary import DepositState, PaymentMethod, PaymentState
from concierge.journey.finance.bank.lines import release
from concierge.models import (
    Answer,
    Case,
    Deposit,
    DepositExport,
    DepositRequest,
    DepositRule,
    EndedPayLink,
    Payment,
    Reminder,
)
from concierge.models.hospital import Hospital

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that a bank clerk could misread
_BY_HAND = {PaymentMethod.BANK_TRANSFER, PaymentMethod.COUNTER}
_SETTLED = {DepositState.PAID, DepositState.OVERPAID}
_OPEN = {DepositState.REQUESTED, DepositState.ON_ITS_WAY, DepositState.PART_PAID}
_ENDED = {DepositState.CANCELLED, DepositState.REFUNDED}
_LIVE = {PaymentState.STARTED, PaymentState.RECORDED, PaymentState.CONFIRMED}
_NOTHING_DUE = {DepositState.CANCELLED, DepositState.REFUNDED, DepositState.NEEDS_ATTENTION}


def _remind_anew(session: Session, case: Case, now: datetime) -> None:
    """Reminders of a former request are history: their keys are free for those of this one."""
    former = sa.and_(
        Reminder.case_id == case.id, Reminder.kind == ReminderKind.DEPOSIT_DUE, Reminder.state != "planned"
    )
    session.execute(sa.update(Reminder).where(former).values(key=Reminder.key + f":{now:%Y%m%d%H%M%S}"))


def rule_of_today(session: Session, case: Case, now: datetime) -> DepositRule:
    """What the hospital's table says today.

    Raises InvalidInput("form", …): note_payer_first, no_deposit_rule, deposit_rules_overlap.
    """
    if case.payer_kind is None:
        raise InvalidInput("form", "note_payer_first")
    today = local_day(now, case.hospital.timezone)
    table = session.scalars(sa.select(DepositRule).where(DepositRule.hospital_id == case.hospital_id))
    try:
        return rules.choose_rule(table, case.hospital_id, case.cancer_type, case.payer_kind, today)
    except DomainError as error:
        raise InvalidInput("form", error.code) from error


def request_deposit(session: Session, case: Case, *, actor: Actor, now: datetime) -> Deposit:
    """Ask for the amount that the hospital's table gives today for this illness and payer.

    Raises InvalidInput("form", …) as rule_of_today, and AlreadyTaken where one is requested.
    """
    rule = rule_of_today(session, case, now)
    deposit = session.scalar(sa.select(Deposit).where(Deposit.case_id == case.id))
    if deposit is not None and deposit.state is not DepositState.CANCELLED:
        raise AlreadyTaken("deposit_is_requested")
    if deposit is None:
        reference = _free_reference(session, case.hospital)
        deposit = Deposit(case_id=case.id, reference=reference, pay_token=secrets.token_urlsafe(32))
    _ask_for(session, case, deposit, rule, actor, now)
    deposit.state = DepositState.REQUESTED
    settle(session, case, actor, now)
    return deposit


def request_again(
    session: Session, case: Case, deposit: Deposit, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Ask by the rule of today instead of the one it was asked by; the former request stays in the history.

    Raises InvalidInput: reason_needed, deposit_rule_is_same, deposit_currency_differs (money in the old one is here).
    """
    if not reason:
        raise InvalidInput("again_reason", "reason_needed")
    if deposit.state not in _OPEN:
        raise NotAllowed("nothing_to_pay")
    rule = rule_of_today(session, case, now)
    if rule.id == deposit.rule_id:
        raise InvalidInput("again_reason", "deposit_rule_is_same")
    if rule.currency != deposit.currency and deposit.payments:
        raise InvalidInput("again_reason", "deposit_currency_differs")
    _keep_request(session, deposit, reason, actor, now)
    _ask_for(session, case, deposit, rule, actor, now)
    weigh(session, case, deposit, actor, now)


def cancel_deposit(
    session: Session, case: Case, deposit: Deposit, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Ask for nothing any more. Only while no money is here: what is here goes back as a refund."""
    if not reason:
        raise InvalidInput("cancel_reason", "reason_needed")
    if deposit.state not in {DepositState.REQUESTED, DepositState.ON_ITS_WAY} or _has_money(deposit):
        raise NotAllowed("deposit_has_money")
    _keep_request(session, deposit, reason, actor, now)
    deposit.state, deposit.on_its_way_at = DepositState.CANCELLED, None
    record(session, case, "deposit_cancelled", actor, now, reason=reason)
    settle(session, case, actor, now)


def may_ask_again(deposit: Deposit) -> bool:
    """Whether the deposit is still asked for, so that it can be asked for by another rule, or not any more."""
    return deposit.state in _OPEN


def is_cancelled(deposit: Deposit) -> bool:
    return deposit.state is DepositState.CANCELLED


def _has_money(deposit: Deposit) -> bool:
    """Money that counts, that waits for its second person, or that may be under way at the card service."""
    return any(payment.state in _LIVE for payment in deposit.payments)


def _keep_request(session: Session, deposit: Deposit, reason: str, actor: Actor, now: datetime) -> None:
    session.add(
        DepositRequest(
            deposit_id=deposit.id, rule_id=deposit.rule_id, amount_minor=deposit.amount_minor,
            currency=deposit.currency, due_on=deposit.due_on, requested_at=deposit.requested_at,
            ended_at=now, ended_by=actor.name, reason=reason,
        )
    )  # fmt: skip


def _ask_for(
    session: Session, case: Case, deposit: Deposit, rule: DepositRule, actor: Actor, now: datetime
) -> None:
    answer = session.get(Answer, case.id)
    deposit.due_on = rules.due_on(
        local_day(now, case.hospital.timezone), case.hospital.deposit_days, case.hospital.calendar,
        answer.evaluation_from if answer else None,
    )  # fmt: skip
    deposit.rule_id, deposit.amount_minor, deposit.currency = rule.id, rule.amount_minor, rule.currency
    deposit.requested_at = now
    session.add(deposit)
    _remind_anew(session, case, now)
    session.flush()
    _tell(session, case, deposit, "deposit_requested", now.isoformat(), deposit.amount, now)
    record(session, case, "deposit_requested", actor, now, amount=deposit.amount.canonical(), rule=rule.id)


def _free_reference(session: Session, hospital: Hospital) -> str:
    """`AC-7K4M2Q`: short enough for any bank's form; says which hospital and nothing else."""
    prefix = reference_prefix(hospital)
    while True:
        reference = f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"
        if session.scalar(sa.select(Deposit.id).where(Deposit.reference == reference)) is None:
            return reference


def reference_prefix(hospital: Hospital) -> str:
    words = hospital.slug.split("-")
    return ("".join(word[0] for word in words) if len(words) > 1 else words[0][:2]).upper()[:4]


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
    bank_line_id: int | None = None,
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
        recorded_at=now, bank_line_id=bank_line_id,
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
    payment.confirmed_by_id = actor.id
    _count(session, case, deposit, payment, actor, now)


def confirm_by_statement(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, actor: Actor, now: datetime
) -> None:
    """The bank's statement is the second source: whoever matched it is named, and nobody else needs to look.

    Only the room `bank` decides that (domain.matching.may_confirm_alone).
    """
    if payment.state is not PaymentState.RECORDED or payment.bank_line_id is None:
        raise Stale("payment_is_decided")
    _count(session, case, deposit, payment, actor, now)


def _count(session: Session, case: Case, deposit: Deposit, payment: Payment, actor: Actor, now: datetime) -> None:
    payment.state, payment.confirmed_at = PaymentState.CONFIRMED, now
    book(session, case, payment, actor, now)
    record(session, case, "payment_confirmed", actor, now, amount=payment.amount.canonical())
    deposit.attention = ""
    weigh(session, case, deposit, actor, now)
    tell_part(session, case, deposit, payment, now)


def book(session: Session, case: Case, payment: Payment, actor: Actor, now: datetime) -> None:
    """A confirmed payment enters the journal, once."""
    posting = postings.payment_received(payment.method, payment.amount)
    journal.post(session, case, posting, fact=f"payment:{payment.public_id}", actor=actor, now=now)
    if payment.payer_email:
        _mail_receipt(session, case, payment, now)


def _mail_receipt(session: Session, case: Case, payment: Payment, now: datetime) -> None:
    """The way to the receipt, to whoever paid; the mail names neither patient nor case."""
    deposit = session.get_one(Deposit, payment.deposit_id)
    outbox.enqueue(
        session, event="payer_receipt", key=f"payer_receipt:{payment.public_id}", recipient=payment.payer_email,
        language=payment.payer_language, now=now, case=case,
        context={"token": deposit.pay_token, "amount": payment.amount.canonical()},
    )  # fmt: skip


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
    release(session, payment)
    record(session, case, "payment_rejected", actor, now, amount=payment.amount.canonical(), reason=reason)
    deposit.attention = ""
    weigh(session, case, deposit, actor, now)


def take_back_payment(
    session: Session, case: Case, deposit: Deposit, payment: Payment, *, actor: Actor, now: datetime
) -> None:
    """A transfer was matched to the wrong case and nobody has confirmed it yet: its line waits for a case again."""
    if payment.state is not PaymentState.RECORDED or payment.bank_line_id is None:
        raise Stale("payment_is_decided")
    payment.state = PaymentState.REJECTED
    release(session, payment)
    record(session, case, "payment_taken_back", actor, now, amount=payment.amount.canonical())
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


def received(deposit: Deposit) -> Money:
    """What counts so far, in the currency of the deposit."""
    counted = [p.amount for p in deposit.payments if p.state is PaymentState.CONFIRMED]
    return total([amount for amount in counted if amount.currency == deposit.currency], deposit.currency)


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
    if deposit.attention:
        deposit.state = DepositState.NEEDS_ATTENTION
    elif before is not DepositState.CANCELLED or _came_after_all(deposit):
        deposit.state = standing.state
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


def _came_after_all(deposit: Deposit) -> bool:
    """Whether a cancelled deposit lives again: money came of which nobody has said that it goes back.

    What was here when a letter took its place is on its way back, and is no reason to ask for the rest.
    """
    return any(not refunds.refunds_of(deposit, payment) for payment in refunds.confirmed(deposit))


# --- the link for somebody else --------------------------------------------------------------------------------


def is_link_open(deposit: Deposit, now: datetime) -> bool:
    """Whether the pay link still opens the payment; what is paid keeps its receipt."""
    begun_at = deposit.link_renewed_at or deposit.requested_at
    return deposit.link_stopped_at is None and (deposit.paid_at is not None or now < rules.link_ends_at(begun_at))


def renew_link(session: Session, case: Case, deposit: Deposit, *, actor: Actor, now: datetime) -> None:
    """A new link; who has the old one is asked kindly for the new one."""
    session.add(EndedPayLink(token=deposit.pay_token, deposit_id=deposit.id, ended_at=now))
    deposit.pay_token = secrets.token_urlsafe(32)
    deposit.link_renewed_at, deposit.link_stopped_at = now, None
    record(session, case, "pay_link_renewed", actor, now)
    session.flush()


def stop_link(session: Session, case: Case, deposit: Deposit, *, actor: Actor, now: datetime) -> None:
    """Nobody can pay by the link any more; stopped twice, it changes nothing."""
    if deposit.link_stopped_at is None:
        deposit.link_stopped_at = now
        record(session, case, "pay_link_stopped", actor, now)
        session.flush()


def note_payer(session: Session, deposit: Deposit, *, name: str, email: str, language: str) -> None:
    """Who is about to pay by card: kept on the one open payment, for its receipt. Who pressed last pays."""
    for payment in deposit.payments:
        if payment.state is PaymentState.STARTED:
            payment.payer_name, payment.payer_email, payment.payer_language = name, email, language
    session.flush()


def note_export(session: Session, staff_id: int, *, tab: str, purpose: str, now: datetime) -> DepositExport:
    """A list leaves the house: who takes it, and what for."""
    export = DepositExport(staff_id=staff_id, at=now, tab=tab, purpose=purpose)
    session.add(export)
    session.flush()
    return export
