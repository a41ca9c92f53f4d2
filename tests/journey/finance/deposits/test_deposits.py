"""The deposit: which rule gives it, what arrives, and the second pair of eyes."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from concierge.cases.facts import facts_of, load
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Step, blockers
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PayerKind, PaymentMethod, PaymentState
from concierge.journey.finance.deposits import actions
from concierge.journey.finance.deposits import actions as deposits
from concierge.journey.finance.deposits.queries import find_deposit_by_token
from concierge.journey.finance.estimates import actions as estimates
from concierge.models import CaseEvent, DepositRequest, DepositRule, OutboxMessage, Reminder
from tests.journey.finance.scenes import advocate, arrived, family, in_finance, issued, requested
from tests.support.clock import START


def confirm(session, case, deposit, payment, nth=1):
    actions.confirm_payment(session, case, deposit, payment, actor=advocate(session, case, nth), now=START)


def told(session, event):
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == event)).all()


def test_the_table_of_the_hospital_gives_the_amount_and_the_rule_is_kept(session):
    case = in_finance(session)
    deposit = requested(session, case)
    rule = session.get(DepositRule, deposit.rule_id)
    assert (deposit.amount, rule.amount) == (Money(1_000_000, "USD"), Money(1_000_000, "USD"))
    assert deposit.reference.startswith("AC-") and len(deposit.reference) == 9
    assert len(deposit.pay_token) >= 40
    assert deposit.due_on == date(2026, 12, 4)  # ten days after the request
    assert told(session, "deposit_requested")[0].context["amount"] == "USD 10,000.00"


def test_the_other_hospital_has_its_own_currency_and_reference(session):
    deposit = requested(session, in_finance(session, "jinghe"))
    assert (deposit.amount, deposit.reference[:3]) == (Money(4_000_000, "CNY"), "JI-")


def test_without_a_payer_or_a_rule_nothing_is_asked_for(session):
    case = in_finance(session)
    case.payer_kind = None
    with pytest.raises(InvalidInput, match="note_payer_first"):
        requested(session, case)
    case.payer_kind = PayerKind.SELF_PAY
    session.execute(sa.update(DepositRule).values(valid_until=START.date() - timedelta(days=1)))
    session.expire_all()
    with pytest.raises(InvalidInput, match="no_deposit_rule"):
        requested(session, case)


def test_a_deposit_is_requested_once(session):
    case = in_finance(session)
    requested(session, case)
    with pytest.raises(AlreadyTaken):
        requested(session, case)


def test_an_announced_transfer_is_on_its_way_until_it_is_matched(session):
    case = in_finance(session, "jinghe")
    estimate = issued(session, case)
    estimates.understand_estimate(session, case, estimate, number=1, actor=family(session, case), now=START)
    deposit = requested(session, case)
    assert case.next_code == "pay_deposit"
    for _press in range(2):
        actions.announce_transfer(session, case, deposit, actor=family(session, case), now=START)
    assert deposit.state is DepositState.ON_ITS_WAY
    assert case.next_code == "await_transfer"
    events = sa.select(sa.func.count()).where(CaseEvent.kind == "transfer_announced")
    assert session.scalar(events) == 1
    payment = arrived(session, case, deposit)
    assert deposit.state is DepositState.ON_ITS_WAY
    confirm(session, case, deposit, payment)
    assert (deposit.state, deposit.paid_at) == (DepositState.PAID, START)
    assert case.step is Step.CLINICAL
    assert len(told(session, "deposit_received")) == 1


def test_the_one_who_noted_a_payment_cannot_confirm_or_reject_it(session):
    case = in_finance(session)
    deposit = requested(session, case)
    payment = arrived(session, case, deposit)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        confirm(session, case, deposit, payment, nth=0)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        actions.reject_payment(
            session, case, deposit, payment, reason="not ours", actor=advocate(session, case), now=START
        )
    assert payment.state is PaymentState.RECORDED


def test_the_database_itself_wants_four_eyes(session):
    case = in_finance(session)
    payment = arrived(session, case, requested(session, case))
    session.commit()
    payment.state, payment.confirmed_at = PaymentState.CONFIRMED, START
    payment.confirmed_by_id = payment.recorded_by_id
    with pytest.raises(sa.exc.IntegrityError, match="four_eyes"):
        session.flush()


def test_a_payment_is_decided_once(session):
    case = in_finance(session)
    deposit = requested(session, case)
    payment = arrived(session, case, deposit)
    confirm(session, case, deposit, payment)
    with pytest.raises(Stale):
        confirm(session, case, deposit, payment, nth=2)


@pytest.mark.parametrize(
    ("minor", "state", "left"),
    [
        (1_000_000, DepositState.PAID, 0),
        (996_000, DepositState.PAID, 0),
        (400_000, DepositState.PART_PAID, 600_000),
        (1_100_000, DepositState.OVERPAID, 0),
    ],
)
def test_what_arrives_decides_the_state(session, minor, state, left):
    case = in_finance(session)
    deposit = requested(session, case)
    confirm(session, case, deposit, arrived(session, case, deposit, minor))
    assert deposit.state is state
    assert actions.left_to_pay(deposit, case).minor == left
    assert bool(told(session, "transfer_received")) is (state is DepositState.PART_PAID)


def test_two_part_payments_make_a_whole(session):
    case = in_finance(session)
    deposit = requested(session, case)
    for minor in (400_000, 600_000):
        confirm(session, case, deposit, arrived(session, case, deposit, minor))
    assert deposit.state is DepositState.PAID


def test_money_that_waits_for_its_second_person_is_not_asked_for_again(session):
    case = in_finance(session)
    deposit = requested(session, case)
    arrived(session, case, deposit)
    assert not actions.left_to_pay(deposit, case).is_positive


def test_a_rejected_payment_counts_for_nothing(session):
    case = in_finance(session)
    deposit = requested(session, case)
    payment = arrived(session, case, deposit)
    actions.reject_payment(
        session, case, deposit, payment, reason="not ours", actor=advocate(session, case, 1), now=START
    )
    assert (payment.state, deposit.state) == (PaymentState.REJECTED, DepositState.REQUESTED)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": PaymentMethod.CARD}, "method"),
        ({"received_on": START.date() + timedelta(days=2)}, "received_on"),
    ],
)
def test_what_cannot_be_noted_by_hand(session, changes, field):
    case = in_finance(session)
    facts = {
        "method": PaymentMethod.BANK_TRANSFER, "amount": Money(1, "USD"), "payer_name": "", "received_on": START.date(),
        **changes,
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refusal:
        actions.record_payment(
            session, case, requested(session, case), actor=advocate(session, case), now=START, **facts
        )
    assert refusal.value.field == field


# --- asked for again, cancelled --------------------------------------------------------------------------------


def a_new_rule(session, case):
    """From today on this illness has another amount."""
    old = session.scalars(
        sa.select(DepositRule).where(
            DepositRule.hospital_id == case.hospital_id, DepositRule.cancer_type == case.cancer_type,
            DepositRule.payer_kind.is_(None),
        )
    ).one()  # fmt: skip
    old.valid_until = START.date() - timedelta(days=2)
    rule = DepositRule(
        id=1000, hospital_id=case.hospital_id, cancer_type=case.cancer_type, amount_minor=1_500_000, currency="USD",
        valid_from=START.date() - timedelta(days=1), approved_by="Finance board",
    )  # fmt: skip
    session.add(rule)
    session.flush()
    return rule


def test_a_new_rule_changes_nothing_until_somebody_asks_again_and_the_old_request_stays(session):
    case = in_finance(session)
    deposit = requested(session, case)
    old_rule, old_amount = deposit.rule_id, deposit.amount
    who = {"actor": advocate(session, case), "now": START + timedelta(hours=1)}
    with pytest.raises(InvalidInput, match="deposit_rule_is_same"):
        deposits.request_again(session, case, deposit, reason="new prices", **who)
    rule = a_new_rule(session, case)
    arrived_first = arrived(session, case, deposit, 900_000)
    confirm(session, case, deposit, arrived_first)
    assert (deposit.state, deposit.amount) == (DepositState.PART_PAID, old_amount)
    deposits.request_again(session, case, deposit, reason="new prices", **who)
    assert (deposit.rule_id, deposit.amount, deposit.state) == (rule.id, rule.amount, DepositState.PART_PAID)
    assert actions.left_to_pay(deposit, case) == Money(600_000, "USD")
    former = session.scalars(sa.select(DepositRequest)).one()
    assert (former.rule_id, former.amount, former.reason) == (old_rule, old_amount, "new prices")
    assert len(told(session, "deposit_requested")) == 2


def test_a_cancelled_deposit_is_asked_for_by_nobody_stays_cancelled_and_can_be_requested_anew(session):
    case = in_finance(session)
    deposit = requested(session, case)
    who = {"actor": advocate(session, case), "now": START}
    with pytest.raises(InvalidInput, match="reason_needed"):
        deposits.cancel_deposit(session, case, deposit, reason="", **who)
    deposits.cancel_deposit(session, case, deposit, reason="a letter is coming", **who)
    assert not actions.left_to_pay(deposit, case).is_positive
    deposits.weigh(session, case, deposit, who["actor"], START)
    assert deposit.state is DepositState.CANCELLED
    assert requested(session, case) is deposit
    assert deposit.state is DepositState.REQUESTED
    planned = sa.select(Reminder.key).where(Reminder.state == "planned", Reminder.kind == "deposit_due")
    assert len(session.scalars(planned).all()) == 3


def test_with_money_here_nothing_is_cancelled(session):
    case = in_finance(session)
    deposit = requested(session, case)
    arrived(session, case, deposit, 100)
    with pytest.raises(NotAllowed):
        deposits.cancel_deposit(session, case, deposit, reason="x", actor=advocate(session, case), now=START)


# --- the link --------------------------------------------------------------------------------------------------


def test_a_link_ends_after_sixty_days_or_when_stopped_and_a_new_one_takes_its_place(session):
    case = in_finance(session)
    deposit = requested(session, case)
    first, who = deposit.pay_token, {"actor": family(session, case), "now": START}
    assert deposits.is_link_open(deposit, START + timedelta(days=59))
    assert not deposits.is_link_open(deposit, START + timedelta(days=60))
    for _press in range(2):
        deposits.stop_link(session, case, deposit, **who)
    assert not deposits.is_link_open(deposit, START)
    deposits.renew_link(session, case, deposit, **who)
    assert deposits.is_link_open(deposit, START) and deposit.pay_token != first
    assert find_deposit_by_token(session, first)[1] is find_deposit_by_token(session, deposit.pay_token)[1]


@pytest.mark.parametrize(("slug", "left_before_money"), [("alder-coast", True), ("jinghe", False)])
def test_the_hospital_says_whether_the_deposit_is_paid_before_the_review_or_before_the_evaluation(
    session, slug, left_before_money
):
    case = in_finance(session, slug)
    estimate = issued(session, case)
    estimates.understand_estimate(session, case, estimate, number=1, actor=family(session, case), now=START)
    deposit = requested(session, case)
    assert (case.step is Step.CLINICAL) is left_before_money
    money = [blocker.code for blocker in blockers(Step.ACCEPTANCE, facts_of(load(session, case), START))]
    assert "pay_deposit" in money
    confirm(session, case, deposit, arrived(session, case, deposit))
    assert case.step is Step.CLINICAL
    assert "pay_deposit" not in [b.code for b in blockers(Step.ACCEPTANCE, facts_of(load(session, case), START))]
