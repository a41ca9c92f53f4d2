"""A letter takes the place of a deposit: both halves or none, once, and never both lost."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import facts
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.vocabulary import DepositState, PayerStanding, RefundReason, RefundState
from concierge.journey.finance.deposits import actions as money
from concierge.journey.finance.guarantees import actions
from concierge.journey.finance.payers import actions as payers
from concierge.journey.finance.refunds import actions as refunds
from concierge.models import Deposit, DepositSwap, Guarantee, Refund
from tests.concurrency.test_booking import race
from tests.journey.finance.guarantees.scenes import an_embassy, covered, who
from tests.journey.finance.scenes import a_letter, advocate, arrived, in_finance, issued, requested
from tests.support.clock import START


def with_deposit(session, amount=None, *, is_confirmed=True):
    """A covering letter beside a deposit that was paid (or partly, or not at all with 0)."""
    case, letter, _line = covered(session)
    deposit = requested(session, case)
    if amount != 0:
        payment = arrived(session, case, deposit, amount)
        if is_confirmed:
            money.confirm_payment(session, case, deposit, payment, **who(session, case, 1))
    return case, letter, deposit


def to_return(session):
    session.flush()
    return session.scalars(sa.select(Refund).where(Refund.reason == RefundReason.COVERED)).all()


def test_what_was_paid_goes_back_and_the_case_stays_cleared(session):
    case, letter, deposit = with_deposit(session)
    swap = actions.swap_deposit(session, case, letter, **who(session, case))
    (refund,) = to_return(session)
    assert swap.refunds == [refund.public_id]
    assert refund.receiver == "K. AL MUTAIRI" and deposit.state is DepositState.PAID
    assert facts.facts_of(facts.load(session, case), START).is_cleared
    with pytest.raises(AlreadyTaken, match="deposit_is_swapped"):
        actions.swap_deposit(session, case, letter, **who(session, case))


def test_a_part_that_goes_back_for_a_letter_is_no_reason_to_ask_for_the_rest(session):
    case, letter, deposit = with_deposit(session, 5_000)
    actions.swap_deposit(session, case, letter, **who(session, case))
    (refund,) = to_return(session)
    refunds.approve_refund(session, case, refund, **who(session, case, 1))
    assert deposit.state is DepositState.CANCELLED and money.left_to_pay(deposit, case).is_zero
    sent = {"on": START.date(), "bank_reference": "OUT-1"}
    refunds.send_refund(session, case, refund, **sent, **who(session, case, 1))
    assert deposit.state is DepositState.CANCELLED


@pytest.mark.parametrize(("amount", "before", "count"), [(0, "requested", 0), (5_000, "part_paid", 1)])
def test_what_was_not_paid_is_asked_for_no_more_and_comes_back_with_the_undo(session, amount, before, count):
    case, letter, deposit = with_deposit(session, amount)
    swap = actions.swap_deposit(session, case, letter, **who(session, case))
    assert (deposit.state, len(to_return(session))) == (DepositState.CANCELLED, count)
    actions.undo_swap(session, case, swap, **who(session, case, 1))
    assert deposit.state == before
    assert {refund.state for refund in to_return(session)} <= {RefundState.WITHDRAWN}
    assert actions.swap_deposit(session, case, letter, **who(session, case)).undone_at is None


def test_a_swap_is_not_undone_once_money_went_back(session):
    case, letter, _deposit = with_deposit(session)
    swap = actions.swap_deposit(session, case, letter, **who(session, case))
    (refund,) = to_return(session)
    refunds.approve_refund(session, case, refund, **who(session, case, 1))
    refunds.send_refund(session, case, refund, on=START.date(), bank_reference="OUT-1", **who(session, case))
    with pytest.raises(NotAllowed, match="money_went_back"):
        actions.undo_swap(session, case, swap, **who(session, case))


def test_a_deposit_stays_while_the_letter_does_not_cover_or_a_payment_waits(session):
    case, letter, deposit = with_deposit(session, is_confirmed=False)
    with pytest.raises(NotAllowed, match="payment_waits"):
        actions.swap_deposit(session, case, letter, **who(session, case))
    money.confirm_payment(session, case, deposit, deposit.payments[0], **who(session, case, 1))
    late = {"actor": advocate(session, case), "now": START + timedelta(days=91)}
    with pytest.raises(NotAllowed, match="letter_does_not_cover"):
        actions.swap_deposit(session, case, letter, **late)
    other, its_letter, _line = covered(session)
    with pytest.raises(NotAllowed, match="nothing_to_swap"):
        actions.swap_deposit(session, other, its_letter, **who(session, other))


def test_two_presses_at_once_swap_once(app, session):
    with transaction() as writing:
        case, letter, _deposit = with_deposit(writing)
        case_id, letter_id = case.id, letter.id

    def press(session, number):
        locked = lock(session, case_id)
        kept = session.get_one(Guarantee, letter_id)
        actions.swap_deposit(session, locked, kept, **who(session, locked, number % 2))

    assert race(app, press, 4) == Counter(won=1, AlreadyTaken=3)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(DepositSwap.id))) == 1
    assert db.session.scalars(sa.select(Deposit.state)).one() is DepositState.PAID


def test_a_deposit_that_is_asked_for_again_can_be_swapped_again(session):
    case, letter, deposit = with_deposit(session, 0)
    actions.swap_deposit(session, case, letter, **who(session, case))
    later = {"actor": advocate(session, case), "now": START + timedelta(days=1)}
    money.request_deposit(session, case, **later)
    assert actions.swap_deposit(session, case, letter, **later).undone_at is None
    assert deposit.state is DepositState.CANCELLED


# --- who guarantees --------------------------------------------------------------------------------------------


def test_a_letter_of_a_stop_listed_guarantor_does_not_open_the_gate(session):
    case = in_finance(session)
    issued(session, case)
    embassy = an_embassy(session, case)
    letter = a_letter(session, case, organisation=embassy)
    actions.accept_guarantee(session, case, letter, **who(session, case, 1))
    assert facts.covering_letter(facts.load(session, case), START) is letter
    with pytest.raises(InvalidInput, match="reason_needed"):
        payers.set_standing(
            session, embassy, standing=PayerStanding.STOP_LISTED, reason="", **who(session, case)
        )
    payers.set_standing(
        session, embassy, standing=PayerStanding.STOP_LISTED, reason="Unpaid", **who(session, case)
    )
    assert facts.not_covered(facts.load(session, case), letter, START) == ("guarantor_stop_listed",)
    assert facts.covering_letter(facts.load(session, case), START) is None


def test_above_the_limit_only_a_lead_takes_another_letter_and_says_why(session):
    case = in_finance(session)
    embassy = an_embassy(session, case, limit=4_000_000)
    for number in range(2):
        letter = a_letter(session, case, ceiling=3_000_000, organisation=embassy, number=f"L{number}")
        if number == 0:
            actions.accept_guarantee(session, case, letter, **who(session, case, 1))
    with pytest.raises(InvalidInput, match="lead_needed"):
        actions.accept_guarantee(session, case, letter, override="Please", **who(session, case, 1))
    lead = who(session, case, 2)
    with pytest.raises(InvalidInput, match="guarantor_stop_rule"):
        actions.accept_guarantee(session, case, letter, **lead)
    assert Right.OVERRIDE_GATE in lead["actor"].rights
    actions.accept_guarantee(session, case, letter, override="The ministry confirmed it", **lead)
    assert letter.override_reason == "The ministry confirmed it"


def test_two_letters_at_once_do_not_pass_the_limit_together(app, session):
    with transaction() as writing:
        cases = [in_finance(writing), in_finance(writing)]
        embassy = an_embassy(writing, cases[0], limit=4_000_000)
        places = [(case.id, a_letter(writing, case, organisation=embassy)) for case in cases]
        writing.flush()
        places = [(case_id, letter.id) for case_id, letter in places]

    def press(session, number):
        case_id, letter_id = places[number]
        locked = lock(session, case_id)
        kept = session.get_one(Guarantee, letter_id)
        actions.accept_guarantee(session, locked, kept, **who(session, locked, 1))

    assert race(app, press, 2) == Counter(won=1, InvalidInput=1)
    db.session.rollback()
