"""Verbs of a refund. Every one expects the case to be locked, posts what it moves, and ends with `weigh`.

A refund by card is committed as *sending* before the card service is asked; its network half calls
`refund_sent_by_card`, `refund_done` and `refund_failed`, each of which may come twice.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import journal, refunds
from concierge.cases.actions import check_version, record
from concierge.cases.tasks.actions import add_task
from concierge.domain import journal as postings
from concierge.domain import refund as rules
from concierge.domain.access import SYSTEM, Actor, Area, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journal import Account
from concierge.domain.journey import Exit
from concierge.domain.money import Money, total
from concierge.domain.vocabulary import PaymentMethod, PaymentState, RefundReason, RefundState
from concierge.journey.finance.deposits.actions import weigh
from concierge.models import Case, Deposit, Payment, Refund

_HERE = (Account.BANK, Account.CARD_SERVICE, Account.COUNTER)


def propose_refund(
    session: Session,
    case: Case,
    deposit: Deposit,
    *,
    amount: Money,
    reason: RefundReason,
    payment: Payment | None = None,
    note: str = "",
    receiver: str = "",
    receiver_reason: str = "",
    actor: Actor,
    now: datetime,
) -> Refund:
    """Propose to give `amount` of a payment back; without `payment` it is the newest that has so much left.

    It goes to the payer. `receiver` is another one: then `receiver_reason` says why. Raises InvalidInput: payment
    (`payment_not_confirmed`, `refund_above_payment`), amount (see `domain.refund.check_amount`), note, receiver,
    receiver_reason (`reason_needed`, `receiver_needed`).
    """
    if reason is RefundReason.OTHER and not note:
        raise InvalidInput("note", "reason_needed")
    if receiver and not receiver_reason:
        raise InvalidInput("receiver_reason", "reason_needed")
    if receiver_reason and not receiver:
        raise InvalidInput("receiver", "receiver_needed")
    chosen = payment or _newest_with(deposit, amount)
    if chosen.state is not PaymentState.CONFIRMED or chosen.deposit_id != deposit.id:
        raise InvalidInput("payment", "payment_not_confirmed")
    return refunds.add(
        session, case, deposit, chosen, amount=amount, reason=reason, note=note, receiver=receiver,
        receiver_reason=receiver_reason, actor=actor, now=now,
    )  # fmt: skip


def _newest_with(deposit: Deposit, amount: Money) -> Payment:
    for payment in reversed(refunds.confirmed(deposit)):
        if payment.currency == amount.currency and refunds.left_of(deposit, payment) >= amount:
            return payment
    raise InvalidInput("payment", "no_payment_left")


def propose_all(
    session: Session, case: Case, deposit: Deposit, *, reason: RefundReason, actor: Actor, now: datetime
) -> list[Refund]:
    """Propose whatever is still left of each payment, one refund a payment."""
    made = []
    for payment in refunds.confirmed(deposit):
        left = refunds.left_of(deposit, payment)
        if left.is_positive:
            made.append(
                propose_refund(
                    session, case, deposit, amount=left, reason=reason, payment=payment, actor=actor, now=now
                )
            )
    return made


def approve_refund(
    session: Session, case: Case, refund: Refund, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    """The second pair of eyes: the money is due to go back, and the payer is told by when.

    Raises AlreadyTaken(`refund_is_approved`), Stale, NotAllowed: `second_person_needed`, `answer_not_told` (bad news
    is spoken first), `money_not_held` (a dispute has taken it, or it is due already).
    """
    rules.check_step(refund.state, RefundState.APPROVED)
    check_version(refund, version)
    rules.check_approver(refund.proposed_by_id, actor.id)
    if refunds.is_secret(session, case, refund.reason):
        raise NotAllowed("answer_not_told")
    if postings.held(journal.lines_of(session, case.id), refund.currency) < refund.amount:
        raise NotAllowed("money_not_held")
    refund.state, refund.approved_at, refund.approved_by_id = RefundState.APPROVED, now, actor.id
    _promise(case, refund, now)
    _post(session, case, refund, postings.refund_approved(refund.amount), "approved", actor, now)
    record(session, case, "refund_approved", actor, now, amount=refund.amount.canonical())
    _tell(session, case, refund, "refund_approved", "", now)
    weigh(session, case, refund.deposit, actor, now)


def refuse_refund(
    session: Session,
    case: Case,
    refund: Refund,
    *,
    reason: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The second person finds that nothing has to go back."""
    rules.check_approver(refund.proposed_by_id, actor.id)
    _end(session, case, refund, RefundState.REFUSED, reason, version, actor, now)


def withdraw_refund(
    session: Session,
    case: Case,
    refund: Refund,
    *,
    reason: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Not sent after all: an approved one is held for the payer again."""
    _end(session, case, refund, RefundState.WITHDRAWN, reason, version, actor, now)


def _end(
    session: Session,
    case: Case,
    refund: Refund,
    state: RefundState,
    reason: str,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    rules.check_step(refund.state, state)
    check_version(refund, version)
    was_due = refund.state in rules.DUE
    refund.state, refund.ended_at, refund.end_reason = state, now, reason
    refund.ended_by_id = actor.id if actor.is_staff else None
    if was_due:
        _post(session, case, refund, postings.refund_withdrawn(refund.amount), "withdrawn", actor, now)
    record(session, case, f"refund_{state}", actor, now, amount=refund.amount.canonical(), reason=reason)
    weigh(session, case, refund.deposit, actor, now)


def stop_refunds(
    session: Session, case: Case, payment: Payment, *, reason: str, actor: Actor = SYSTEM, now: datetime
) -> int:
    """A dispute took a payment's money: what was not sent yet of it is withdrawn. How many."""
    deposit = session.get_one(Deposit, payment.deposit_id)
    held = [refund for refund in refunds.refunds_of(deposit, payment) if refund.state in rules.STOPPABLE]
    for refund in held:
        withdraw_refund(session, case, refund, reason=reason, actor=actor, now=now)
    return len(held)


# --- sending ---------------------------------------------------------------------------------------------------


def send_refund(
    session: Session,
    case: Case,
    refund: Refund,
    *,
    on: date,
    bank_reference: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The bank has carried it out on that day, under this reference (at the counter: the number of the receipt).

    Raises AlreadyTaken(`refund_is_sent`), Stale, NotAllowed(`card_goes_by_card`, `money_not_here`),
    InvalidInput(sent_on | bank_reference).
    """
    if refund.method is PaymentMethod.CARD:
        raise NotAllowed("card_goes_by_card")
    rules.check_step(refund.state, RefundState.SENT)
    check_version(refund, version)
    if not bank_reference:
        raise InvalidInput("bank_reference", "bank_reference_needed")
    if on > local_day(now, case.hospital.timezone):
        raise InvalidInput("sent_on", "date_must_be_past")
    _check_here(session, case, refund)
    refund.attempt += 1
    refund.bank_reference, refund.sent_by_id = bank_reference, actor.id
    _sent(session, case, refund, on, actor, now)


def start_card_refund(
    session: Session, case: Case, refund: Refund, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    """Give it back to the card: committed as *sending*, then the card service is asked outside the transaction.

    `refund.attempt` counts the tries, for the card service's idempotency key. Raises as `send_refund`.
    """
    if refund.method is not PaymentMethod.CARD:
        raise NotAllowed("not_by_card")
    rules.check_step(refund.state, RefundState.SENDING)
    check_version(refund, version)
    _check_here(session, case, refund)
    refund.state, refund.sent_by_id, refund.failure_code = RefundState.SENDING, actor.id, ""
    refund.attempt += 1
    record(session, case, "refund_started", actor, now, amount=refund.amount.canonical())
    weigh(session, case, refund.deposit, actor, now)


def refund_sent_by_card(
    session: Session, case: Case, refund: Refund, provider_id: str, now: datetime
) -> None:
    """The card service has taken it under this id. Said again, it changes nothing; else Stale."""
    if refund.provider_id == provider_id:
        return
    if refund.state is not RefundState.SENDING:
        raise Stale("refund_is_decided")
    refund.provider_id = provider_id
    _sent(session, case, refund, local_day(now, case.hospital.timezone), SYSTEM, now)


def _sent(session: Session, case: Case, refund: Refund, on: date, actor: Actor, now: datetime) -> None:
    refund.state, refund.sent_on, refund.sent_at = RefundState.SENT, on, now
    posting = postings.refund_sent(refund.method, refund.amount)
    _post(session, case, refund, posting, f"sent:{refund.attempt}", actor, now)
    record(session, case, "refund_sent", actor, now, amount=refund.amount.canonical())
    _tell(session, case, refund, "refund_sent", str(refund.attempt), now)
    weigh(session, case, refund.deposit, actor, now)


def _check_here(session: Session, case: Case, refund: Refund) -> None:
    found = postings.balances(journal.lines_of(session, case.id))
    zero = Money.zero(refund.currency)
    here = total((found.get((place, refund.currency), zero) for place in _HERE), refund.currency)
    rules.check_sending(refund.amount, here)


# --- what becomes of it ----------------------------------------------------------------------------------------


def refund_done(
    session: Session, case: Case, refund: Refund, *, actor: Actor = SYSTEM, now: datetime
) -> None:
    """The payer has it. Said again, it changes nothing."""
    if refund.state is RefundState.DONE:
        return
    rules.check_step(refund.state, RefundState.DONE)
    refund.state, refund.done_at = RefundState.DONE, now
    record(session, case, "refund_done", actor, now, amount=refund.amount.canonical())
    weigh(session, case, refund.deposit, actor, now)


def refund_failed(
    session: Session, case: Case, refund: Refund, code: str, *, actor: Actor = SYSTEM, now: datetime
) -> None:
    """It came back, or the card service refused it: still due, a task for the advocate, another day for the payer.

    `code` is the card service's, or what a person wrote. Said again, it changes nothing. Of a card only the card
    service knows: NotAllowed(`card_goes_by_card`) for a person, who would have it sent twice.
    """
    if refund.method is PaymentMethod.CARD and actor.is_staff:
        raise NotAllowed("card_goes_by_card")
    if refund.state is RefundState.CAME_BACK:
        return
    rules.check_step(refund.state, RefundState.CAME_BACK)
    had_left = refund.state in rules.GONE
    refund.state, refund.came_back_at, refund.done_at = RefundState.CAME_BACK, now, None
    refund.failure_code = code[:60]
    if had_left:
        posting = postings.refund_came_back(refund.method, refund.amount)
        _post(session, case, refund, posting, f"came_back:{refund.attempt}", actor, now)
    record(session, case, "refund_came_back", actor, now, amount=refund.amount.canonical(), code=code)
    _promise(case, refund, now)
    due_at = case.hospital.calendar.promise_due(now, days=1)
    add_task(
        session, case, code="refund_came_back", owner_role=Role.ADVOCATE, due_at=due_at, is_after_end=True,
        actor=actor, now=now,
    )  # fmt: skip
    _tell(session, case, refund, "refund_delayed", f"back:{refund.attempt}", now)
    weigh(session, case, refund.deposit, actor, now)


def postpone_refund(
    session: Session,
    case: Case,
    refund: Refund,
    *,
    new_day: date,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """It takes longer: another day, which the payer is told. Raises InvalidInput(new_day, …), Stale."""
    if refund.state not in rules.DUE:
        raise Stale("refund_is_decided")
    check_version(refund, version)
    rules.check_new_day(new_day, refund.promised_on, local_day(now, case.hospital.timezone))
    refund.promised_on, refund.warned_at, refund.late_told_at = new_day, None, None
    record(session, case, "refund_delayed", actor, now, on=new_day.isoformat())
    _tell(session, case, refund, "refund_delayed", new_day.isoformat(), now)
    session.flush()


def _promise(case: Case, refund: Refund, now: datetime) -> None:
    hospital = case.hospital
    today = local_day(now, hospital.timezone)
    refund.promised_on = rules.promised_on(today, hospital.refund_days, hospital.calendar)
    refund.warned_at = refund.late_told_at = None


def _post(
    session: Session,
    case: Case,
    refund: Refund,
    posting: postings.Posting,
    what: str,
    actor: Actor,
    now: datetime,
) -> None:
    fact = f"refund:{refund.public_id}:{what}"
    journal.post(session, case, posting, fact=fact, actor=actor, now=now)


def _tell(session: Session, case: Case, refund: Refund, event: str, fact: str, now: datetime) -> None:
    """The family's payers hear of it, unless the patient has died: then nothing is sent (docs/journey.md)."""
    if case.exit is Exit.DIED:
        return
    context = {
        "case": case.public_id, "reference": refund.deposit.reference, "amount": refund.amount.canonical(),
        "due_on": refund.promised_on.isoformat(),
    }  # fmt: skip
    key = f"{refund.public_id}:{fact}"
    outbox.tell(session, case, event=event, fact=key, area=Area.MONEY, now=now, context=context)
