"""Refunds: who approves, how much may go back, and what it makes of a deposit."""

from dataclasses import dataclass
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain import refund as rules
from concierge.domain.clocks import WorkingCalendar
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, Stale
from concierge.domain.money import Money
from concierge.domain.refund import Paid, left_of, shares_of_surplus, standing
from concierge.domain.vocabulary import DepositState, PaymentMethod, RefundReason, RefundState

S = RefundState
CALENDAR = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@dataclass(frozen=True)
class Row:
    state: RefundState
    amount: Money


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (S.APPROVED, S.APPROVED, AlreadyTaken),
        (S.SENT, S.APPROVED, AlreadyTaken),
        (S.SENT, S.SENT, AlreadyTaken),
        (S.SENDING, S.SENDING, AlreadyTaken),
        (S.PROPOSED, S.SENT, Stale),
        (S.SENDING, S.WITHDRAWN, Stale),
        (S.SENT, S.WITHDRAWN, Stale),
        (S.WITHDRAWN, S.APPROVED, Stale),
    ],
)
def test_a_step_that_was_done_or_cannot_follow_is_refused(old, new, error):
    with pytest.raises(error):
        rules.check_step(old, new)


def test_one_person_approves_what_the_system_proposed_and_a_second_one_what_a_person_did():
    rules.check_approver(None, 7)
    rules.check_approver(3, 7)
    for proposer, approver in ((7, 7), (None, None), (7, None)):
        with pytest.raises(NotAllowed):
            rules.check_approver(proposer, approver)


def test_all_refunds_of_a_payment_together_are_never_above_it():
    open_ones = [
        Row(S.DONE, usd(300)),
        Row(S.CAME_BACK, usd(200)),
        Row(S.REFUSED, usd(900)),
        Row(S.WITHDRAWN, usd(9)),
    ]
    assert left_of(usd(1000), open_ones) == usd(500)
    rules.check_amount(usd(500), usd(1000), open_ones)
    for amount, code in (
        (usd(501), "refund_above_payment"),
        (usd(0), "negative"),
        (Money(1, "EUR"), "other_currency"),
    ):
        with pytest.raises(InvalidInput) as refused:
            rules.check_amount(amount, usd(1000), open_ones)
        assert refused.value.code == code


def test_it_goes_back_as_it_came_and_to_another_receiver_by_transfer():
    assert rules.way_back(PaymentMethod.CARD, is_other_receiver=False) is PaymentMethod.CARD
    assert rules.way_back(PaymentMethod.CARD, is_other_receiver=True) is PaymentMethod.BANK_TRANSFER


@pytest.mark.parametrize(
    ("paid", "state", "surplus"),
    [
        ([], DepositState.REQUESTED, 0),
        ([(1000, 0)], DepositState.PAID, 0),
        ([(1000, 1000)], DepositState.REFUNDED, 0),
        ([(1000, 400)], DepositState.PAID, 0),  # given back by agreement: nobody is asked for it again
        ([(1000, 0), (1000, 0)], DepositState.OVERPAID, 1000),
        ([(1000, 0), (1000, 1000)], DepositState.PAID, 0),
        ([(1300, 100)], DepositState.OVERPAID, 200),
        ([(1300, 300)], DepositState.PAID, 0),
        ([(600, 0), (400, 400)], DepositState.PART_PAID, 0),
    ],
)
def test_what_payments_and_refunds_make_of_a_deposit(paid, state, surplus):
    made = standing(usd(1000), [Paid(usd(a), usd(b)) for a, b in paid], usd(25))
    assert (made.state, made.surplus) == (state, usd(surplus))


def test_a_payment_in_another_currency_that_went_back_troubles_nobody():
    other = Paid(Money(900, "EUR"), Money(900, "EUR"))
    assert standing(usd(1000), [other, Paid(usd(1000), usd(0))], usd(0)).state is DepositState.PAID
    kept = Paid(Money(900, "EUR"), Money(1, "EUR"))
    assert standing(usd(1000), [kept, Paid(usd(1000), usd(0))], usd(0)).state is DepositState.NEEDS_ATTENTION


@given(st.integers(0, 5000), st.lists(st.integers(0, 2000), max_size=5))
def test_a_surplus_is_shared_over_the_newest_payments_and_never_above_one(surplus, left):
    shares = shares_of_surplus(usd(surplus), [usd(one) for one in left])
    assert sum(share.amount.minor for share in shares) == min(surplus, sum(left))
    assert all(0 < share.amount.minor <= left[share.place] for share in shares)
    assert [share.place for share in shares] == sorted((share.place for share in shares), reverse=True)


def test_the_promise_counts_working_days_and_is_late_only_while_the_money_is_here():
    promised = rules.promised_on(date(2026, 11, 25), 2, CALENDAR)
    assert promised == date(2026, 11, 30)  # Thanksgiving and a weekend between
    assert rules.is_late(S.APPROVED, promised, date(2026, 12, 1))
    assert not rules.is_late(S.SENT, promised, date(2026, 12, 1))
    for day in (promised, date(2026, 12, 31)):
        with pytest.raises(InvalidInput):
            rules.check_new_day(day, promised, date(2026, 9, 1))


def test_a_refund_after_a_decline_waits_for_the_answer_and_no_other_does():
    assert rules.is_secret(RefundReason.NOT_ACCEPTED, is_answer_told=False)
    assert not rules.is_secret(RefundReason.NOT_ACCEPTED, is_answer_told=True)
    assert not rules.is_secret(RefundReason.OVERPAID, is_answer_told=False)
