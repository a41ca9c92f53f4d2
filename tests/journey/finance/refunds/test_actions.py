"""Verbs of refunds: two people, the currency in which it came, never more than was paid, and nobody hears too early."""

import threading
from collections import Counter
from contextvars import Context
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, ProgrammingError

from concierge.cases import journal, refunds
from concierge.cases.actions import close, lock, reopen
from concierge.db import db, transaction
from concierge.domain import journal as postings
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.journal import Account
from concierge.domain.journey import Exit, Step
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    DecisionOutcome,
    DepositState,
    PaymentMethod,
    RefundReason,
    RefundState,
)
from concierge.journey.finance.refunds import actions as verbs
from concierge.journey.finance.refunds import queries
from concierge.models import CaseTask, Deposit, OutboxMessage, Refund
from tests.journey.finance.refunds.scenes import (
    LATER,
    all_refunds,
    approved,
    decide,
    paid,
    paid_by_card,
    proposed,
    who,
)

S = RefundState


def balance(session, case, account: Account) -> int:
    found = postings.balances(journal.lines_of(session, case.id))
    return found.get((account, case.hospital.currency), Money.zero(case.hospital.currency)).minor


def events(session, event: str) -> int:
    return session.scalar(sa.select(sa.func.count()).where(OutboxMessage.event == event))


def test_from_proposal_to_arrival_each_step_has_its_person_its_posting_and_its_letter(session):
    case, deposit, _payment = paid(session)
    refund = proposed(session, case, deposit)
    assert (refund.method, refund.receiver) == (PaymentMethod.BANK_TRANSFER, "K. AL MUTAIRI")
    assert refund.promised_on == case.hospital.calendar.add_working_days(
        LATER.date(), case.hospital.refund_days
    )
    with pytest.raises(NotAllowed):
        verbs.approve_refund(session, case, refund, **who(session, case))
    verbs.approve_refund(session, case, refund, **who(session, case, 1))
    with pytest.raises(AlreadyTaken):
        verbs.approve_refund(session, case, refund, **who(session, case, 2))
    assert (balance(session, case, Account.DEPOSITS), balance(session, case, Account.REFUNDS_DUE)) == (
        0, -deposit.amount_minor,
    )  # fmt: skip
    assert deposit.state is DepositState.PAID
    facts = {"on": LATER.date(), "bank_reference": "OUT-77", **who(session, case)}
    with pytest.raises(InvalidInput):
        verbs.send_refund(session, case, refund, **{**facts, "on": LATER.date() + timedelta(days=1)})
    verbs.send_refund(session, case, refund, **facts)
    with pytest.raises(AlreadyTaken):
        verbs.send_refund(session, case, refund, **facts)
    verbs.refund_done(session, case, refund, **who(session, case))
    assert (refund.state, deposit.state) == (S.DONE, DepositState.REFUNDED)
    assert not any(balance(session, case, account) for account in Account)
    assert (events(session, "refund_approved"), events(session, "refund_sent")) == (1, 1)


def test_what_comes_back_is_due_again_makes_a_task_and_is_sent_again_under_a_new_promise(session):
    case, deposit, _payment = paid(session)
    refund = approved(session, case, deposit)
    facts = {"on": LATER.date(), "bank_reference": "OUT-1", **who(session, case)}
    verbs.send_refund(session, case, refund, **facts)
    close(session, case, exit=Exit.COST, reason="", **who(session, case))
    old = refund.promised_on
    facts_later = {"actor": who(session, case)["actor"], "now": LATER + timedelta(days=30)}
    for _twice in range(2):
        verbs.refund_failed(session, case, refund, "account closed", **facts_later)
    assert (refund.state, deposit.state) == (S.CAME_BACK, DepositState.PAID)
    assert refund.promised_on > old
    assert (balance(session, case, Account.BANK), balance(session, case, Account.REFUNDS_DUE)) == (
        deposit.amount_minor, -deposit.amount_minor,
    )  # fmt: skip
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "refund_came_back")).one()
    assert task.state == "open"
    assert events(session, "refund_delayed") == 1
    assert refunds.left_of(deposit, refund.payment).is_zero  # it is still owed: no second refund beside it
    verbs.send_refund(session, case, refund, **{**facts, "bank_reference": "OUT-2"})
    assert (refund.state, refund.attempt) == (S.SENT, 2)
    assert balance(session, case, Account.BANK) == 0


def test_to_another_receiver_only_with_a_reason_a_person_and_by_transfer(session):
    case, deposit, _payment = paid_by_card(session)
    for facts in (
        {"receiver": "Salem"},
        {"receiver_reason": "The card is closed."},
        {"reason": RefundReason.OTHER},
    ):
        with pytest.raises(InvalidInput):
            proposed(session, case, deposit, **facts)
    refund = proposed(session, case, deposit, receiver="Salem", receiver_reason="The card is closed.")
    assert refund.method is PaymentMethod.BANK_TRANSFER


def test_by_card_the_intent_is_committed_first_and_every_answer_may_come_twice(session):
    case, deposit, _payment = paid_by_card(session)
    refund = approved(session, case, deposit)
    with pytest.raises(NotAllowed):
        verbs.send_refund(session, case, refund, on=LATER.date(), bank_reference="x", **who(session, case))
    verbs.start_card_refund(session, case, refund, **who(session, case))
    assert queries.approved_card_refunds(session) == [refund.id]
    with pytest.raises(AlreadyTaken):
        verbs.start_card_refund(session, case, refund, **who(session, case, 1))
    with pytest.raises(NotAllowed, match="card_goes_by_card"):  # said by a person, it would go out twice
        verbs.refund_failed(session, case, refund, "closed", **who(session, case))
    verbs.refund_failed(session, case, refund, "expired_or_canceled_card", now=LATER)
    assert balance(session, case, Account.CARD_SERVICE) == deposit.amount_minor
    verbs.start_card_refund(session, case, refund, **who(session, case))
    for _twice in range(2):
        verbs.refund_sent_by_card(session, case, refund, "re_1", LATER)
        verbs.refund_done(session, case, refund, now=LATER)
    assert (refund.state, refund.attempt, balance(session, case, Account.CARD_SERVICE)) == (S.DONE, 2, 0)
    assert queries.find_refund_of_card(session, "re_1") is refund


def test_a_dispute_stops_what_was_not_sent_and_nothing_is_sent_that_is_not_here(session):
    case, deposit, payment = paid_by_card(session)
    refund = approved(session, case, deposit)
    dispute = postings.dispute_opened(deposit.amount)
    journal.post(session, case, dispute, fact="dispute:1", **who(session, case))
    with pytest.raises(NotAllowed, match="money_not_here"):
        verbs.start_card_refund(session, case, refund, **who(session, case))
    assert verbs.stop_refunds(session, case, payment, reason="Dispute", now=LATER) == 1
    assert (refund.state, balance(session, case, Account.REFUNDS_DUE)) == (S.WITHDRAWN, 0)
    lost = postings.dispute_lost(deposit.amount)
    journal.post(session, case, lost, fact="dispute:1:lost", **who(session, case))
    again = proposed(session, case, deposit)
    with pytest.raises(NotAllowed, match="money_not_held"):
        verbs.approve_refund(session, case, again, **who(session, case, 1))


def test_the_database_refuses_more_than_was_paid(session):
    case, deposit, _payment = paid(session)
    first = proposed(session, case, deposit, deposit.amount_minor - 100)
    with pytest.raises(InvalidInput):
        proposed(session, case, deposit, 101)
    proposed(session, case, deposit, 100)
    session.commit()
    refusals = (IntegrityError, OperationalError, InternalError, ProgrammingError)
    with pytest.raises(refusals):
        session.execute(
            sa.update(Refund).where(Refund.id == first.id).values(amount_minor=deposit.amount_minor)
        )
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(
            sa.update(Refund).where(Refund.id == first.id).values(
                state=S.APPROVED, approved_at=LATER, approved_by_id=first.proposed_by_id
            )
        )  # fmt: skip


# --- what the system proposes ----------------------------------------------------------------------------------


def test_a_surplus_is_proposed_once_and_gone_the_deposit_is_just_paid(session):
    case, deposit, _payment = paid(session, more=700)
    (refund,) = all_refunds(session)
    assert (refund.reason, refund.amount.minor, refund.is_automatic) == (RefundReason.OVERPAID, 700, True)
    refunds.propose_due(session, case, now=LATER)
    assert len(all_refunds(session)) == 1
    verbs.approve_refund(session, case, refund, **who(session, case))
    verbs.send_refund(session, case, refund, on=LATER.date(), bank_reference="1", **who(session, case))
    assert deposit.state is DepositState.PAID
    assert refunds.propose_due(session, case, now=LATER) == []


def test_after_not_for_us_the_refund_waits_for_the_answer_and_closing_adds_none(session):
    case, _deposit, _payment = paid(session)
    decide(session, case, DecisionOutcome.NOT_FOR_US)
    (refund,) = refunds.propose_due(session, case, is_declined=True, now=LATER)
    assert refund.reason is RefundReason.NOT_ACCEPTED
    with pytest.raises(NotAllowed, match="answer_not_told"):
        verbs.approve_refund(session, case, refund, **who(session, case))
    close(session, case, exit=Exit.NOT_ACCEPTED, reason="", **who(session, case))
    assert all_refunds(session) == [refund]
    verbs.approve_refund(session, case, refund, **who(session, case))
    assert events(session, "refund_approved") == 1


def test_when_the_case_goes_on_after_all_the_proposal_falls_away_and_may_come_again(session):
    case, _deposit, _payment = paid(session)
    close(session, case, exit=Exit.VISA, reason="", **who(session, case))
    reopen(session, case, reason="Visa came", **who(session, case))
    close(session, case, exit=Exit.VISA, reason="", **who(session, case))
    assert [(r.state, r.reason) for r in all_refunds(session)] == [
        (S.WITHDRAWN, RefundReason.CASE_ENDED), (S.PROPOSED, RefundReason.CASE_ENDED),
    ]  # fmt: skip


def test_after_a_death_it_is_proposed_and_approved_and_nothing_is_sent_to_the_family(session):
    case, _deposit, _payment = paid(session)
    close(session, case, exit=Exit.DIED, reason="", **who(session, case))
    (refund,) = all_refunds(session)
    verbs.approve_refund(session, case, refund, **who(session, case))
    verbs.send_refund(session, case, refund, on=LATER.date(), bank_reference="1", **who(session, case))
    assert refund.state is S.SENT
    assert events(session, "refund_approved") + events(session, "refund_sent") == 0


def test_a_case_that_is_finished_or_was_never_paid_gives_nothing_back(session):
    case, _deposit, _payment = paid(session)
    close(session, case, exit=Exit.COMPLETED, reason="", **who(session, case))
    assert all_refunds(session) == []


def test_another_day_is_told_to_the_payer_and_an_old_page_is_refused(session):
    case, deposit, _payment = paid(session)
    refund = approved(session, case, deposit)
    day = refund.promised_on + timedelta(days=5)
    seen = refund.version
    verbs.postpone_refund(session, case, refund, new_day=day, version=seen, **who(session, case))
    assert (refund.promised_on, events(session, "refund_delayed")) == (day, 1)
    with pytest.raises(Stale):
        verbs.withdraw_refund(session, case, refund, reason="x", version=seen, **who(session, case))


# --- two at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["approve", "send"])
def test_two_people_at_once_do_it_once(app, session, step):
    with transaction() as writing:
        case, deposit, _payment = paid(writing)
        refund = proposed(writing, case, deposit) if step == "approve" else approved(writing, case, deposit)
        ids, actors = (case.id, refund.id), [who(writing, case, nth)["actor"] for nth in (1, 2)]
    outcomes: Counter = Counter()
    barrier = threading.Barrier(2)

    def run(actor):
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                with transaction() as writing:
                    case, refund = queries.lock_refund(writing, ids[1])
                    if step == "approve":
                        verbs.approve_refund(writing, case, refund, actor=actor, now=LATER)
                    else:
                        facts = {
                            "on": date(2026, 11, 1),
                            "bank_reference": actor.name,
                            "actor": actor,
                            "now": LATER,
                        }
                        verbs.send_refund(writing, case, refund, **facts)
                outcomes["won"] += 1
            except AlreadyTaken:
                outcomes["late"] += 1
            finally:
                db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(run, actor)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert outcomes == {"won": 1, "late": 1}
    session.expire_all()
    case = lock(session, ids[0])
    due = -session.scalars(sa.select(Deposit.amount_minor)).one() if step == "approve" else 0
    assert balance(session, case, Account.REFUNDS_DUE) == due
    assert case.step is Step.FINANCE or case.step is Step.CLINICAL
