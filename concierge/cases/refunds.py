"""What the system proposes to give back: after *not for us*, when a case ends before the evaluation, and a surplus.

It stands below the steps, because any of them may end a case. A person approves (journey/finance/refunds).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import facts
from concierge.domain import refund as rules
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.clocks import local_day
from concierge.domain.deposit import Standing
from concierge.domain.journey import CaseState, Exit
from concierge.domain.money import Money, total
from concierge.domain.vocabulary import DepositState, PaymentState, RefundReason, RefundState
from concierge.models import Case, CaseEvent, Deposit, Payment, Plan, Refund

_GOES_ON = {Exit.COMPLETED, Exit.MERGED}
_DECLINED = {Exit.NOT_ACCEPTED, Exit.NOT_FOR_US}


def confirmed(deposit: Deposit) -> list[Payment]:
    """The payments that count, the oldest first."""
    return [payment for payment in deposit.payments if payment.state is PaymentState.CONFIRMED]


def refunds_of(deposit: Deposit, payment: Payment) -> list[Refund]:
    return [refund for refund in deposit.refunds if refund.payment_id == payment.id]


def left_of(deposit: Deposit, payment: Payment) -> Money:
    """What of this payment can still be given back."""
    return rules.left_of(payment.amount, refunds_of(deposit, payment))


def standing_of(deposit: Deposit, tolerance: Money) -> Standing:
    """What confirmed payments and sent refunds make of the deposit."""
    paid = [
        rules.Paid(
            payment.amount,
            total(
                (r.amount for r in refunds_of(deposit, payment) if r.state in rules.GONE), payment.currency
            ),
        )
        for payment in confirmed(deposit)
    ]
    is_on_its_way = deposit.on_its_way_at is not None
    return rules.standing(deposit.amount, paid, tolerance, is_on_its_way=is_on_its_way)


def add(
    session: Session,
    case: Case,
    deposit: Deposit,
    payment: Payment,
    *,
    amount: Money,
    reason: RefundReason,
    note: str = "",
    receiver: str = "",
    receiver_reason: str = "",
    auto_key: str | None = None,
    actor: Actor,
    now: datetime,
) -> Refund:
    """Write a proposal. Raises InvalidInput(amount, …) as `domain.refund.check_amount`."""
    rules.check_amount(amount, payment.amount, refunds_of(deposit, payment))
    hospital = case.hospital
    promised = rules.promised_on(local_day(now, hospital.timezone), hospital.refund_days, hospital.calendar)
    refund = Refund(
        deposit_id=deposit.id, payment_id=payment.id, auto_key=auto_key, amount_minor=amount.minor,
        currency=amount.currency, reason=reason, note=note,
        method=rules.way_back(payment.method, is_other_receiver=bool(receiver_reason)),
        receiver=receiver or payment.payer_name, receiver_reason=receiver_reason, promised_on=promised,
        proposed_at=now, proposed_by_id=actor.id if actor.is_staff else None,
    )  # fmt: skip
    deposit.refunds.append(refund)
    refund.payment = payment
    session.flush()
    note_event(session, case, "refund_proposed", actor, now, amount=amount.canonical())
    return refund


def note_event(session: Session, case: Case, kind: str, actor: Actor, now: datetime, /, **data) -> None:
    """As `cases.actions.record`, which stands above this file."""
    session.add(
        CaseEvent(
            case_id=case.id, at=now, kind=kind, actor_kind=actor.kind, actor_id=actor.id, actor_name=actor.name,
            data=data,
        )
    )  # fmt: skip


def propose_due(session: Session, case: Case, *, is_declined: bool = False, now: datetime) -> list[Refund]:
    """Propose what has to go back as things stand, each payment once for each reason; asked again, it adds nothing.

    `is_declined`: a reviewer has just signed *not for us*, and the case is still open until that was told.
    """
    deposit = session.scalar(sa.select(Deposit).where(Deposit.case_id == case.id))
    if deposit is None or not confirmed(deposit):
        return []
    reason = RefundReason.NOT_ACCEPTED if is_declined else _reason_to_end(session, case)
    shares = _all_left(deposit) if reason else _surplus(case, deposit)
    made = [
        _propose_once(session, case, deposit, confirmed(deposit)[share.place], share.amount, reason, now)
        for share in shares
    ]
    return [refund for refund in made if refund]


def _reason_to_end(session: Session, case: Case) -> RefundReason | None:
    plan = session.get(Plan, case.id)
    is_held = plan is not None and plan.evaluation_held_at is not None
    if case.state is not CaseState.CLOSED or case.exit in _GOES_ON or is_held:
        return None
    return RefundReason.NOT_ACCEPTED if case.exit in _DECLINED else RefundReason.CASE_ENDED


def _all_left(deposit: Deposit) -> list[rules.Share]:
    left = [left_of(deposit, payment) for payment in confirmed(deposit)]
    return [rules.Share(place, amount) for place, amount in enumerate(left) if amount.is_positive]


def _surplus(case: Case, deposit: Deposit) -> list[rules.Share]:
    tolerance = Money(case.hospital.transfer_tolerance_minor, deposit.currency)
    made = standing_of(deposit, tolerance)
    if made.state is not DepositState.OVERPAID:
        return []
    waiting = [
        refund.amount
        for refund in deposit.refunds
        if refund.state in rules.OPEN - rules.GONE and refund.currency == deposit.currency
    ]
    rest = made.surplus - total(waiting, deposit.currency)
    return rules.shares_of_surplus(rest, [left_of(deposit, payment) for payment in confirmed(deposit)])


def _propose_once(
    session: Session,
    case: Case,
    deposit: Deposit,
    payment: Payment,
    amount: Money,
    reason: RefundReason | None,
    now: datetime,
) -> Refund | None:
    why = reason or RefundReason.OVERPAID
    key = f"{payment.public_id}:{why}"
    if any(refund.auto_key == key for refund in deposit.refunds):
        return None  # a person has decided on it, or will
    return add(
        session, case, deposit, payment, amount=amount, reason=why, auto_key=key, actor=SYSTEM, now=now
    )


def take_proposals_back(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """The case goes on after all: what only the system has proposed for its end falls away, and may come again."""
    deposit = session.scalar(sa.select(Deposit).where(Deposit.case_id == case.id))
    for refund in deposit.refunds if deposit else ():
        is_of_the_end = refund.reason in {RefundReason.NOT_ACCEPTED, RefundReason.CASE_ENDED}
        if refund.is_automatic and is_of_the_end and refund.state is RefundState.PROPOSED:
            refund.state, refund.ended_at, refund.auto_key = RefundState.WITHDRAWN, now, None
            refund.ended_by_id = actor.id if actor.is_staff else None
            note_event(session, case, "refund_withdrawn", actor, now, amount=refund.amount.canonical())
    session.flush()


def is_secret(session: Session, case: Case, reason: RefundReason) -> bool:
    """Whether a refund would tell the family an answer that nobody has told them yet (rule *bad news is spoken*)."""
    if case.state is CaseState.CLOSED:
        return False
    decision = facts.load(session, case).decision
    return rules.is_secret(reason, is_answer_told=decision is not None and decision.told_at is not None)
