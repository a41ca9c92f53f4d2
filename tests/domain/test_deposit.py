from dataclasses import dataclass
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.deposit import Acts, choose_rule, due_on, state_after, whose_turn
from concierge.domain.errors import DomainError
from concierge.domain.money import Money
from concierge.domain.vocabulary import CancerType, DepositState, PayerKind

CALENDAR = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)
TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Rule:
    dollars: int
    cancer_type: CancerType | None = None
    payer_kind: PayerKind | None = None
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = None
    hospital_id: int = 1
    is_approved: bool = True

    @property
    def amount(self):
        return usd(self.dollars)


def usd(amount):
    return Money(amount * 100, "USD")


def chosen(*rules, on=TODAY):
    return choose_rule(rules, 1, CancerType.LUNG, PayerKind.SELF_PAY, on).dollars


GENERAL = Rule(1)
BY_PAYER = Rule(2, payer_kind=PayerKind.SELF_PAY)
BY_ILLNESS = Rule(3, CancerType.LUNG)
EXACT = Rule(4, CancerType.LUNG, PayerKind.SELF_PAY)


def test_the_most_specific_rule_gives_the_amount():
    assert chosen(GENERAL, BY_PAYER, BY_ILLNESS, EXACT) == 4
    assert chosen(BY_ILLNESS, BY_PAYER, GENERAL) == 3
    assert chosen(BY_PAYER, GENERAL) == 2
    assert chosen(GENERAL) == 1


def test_rules_of_other_hospitals_illnesses_payers_and_times_do_not_count():
    others = (
        Rule(9, CancerType.LUNG, PayerKind.SELF_PAY, is_approved=False),
        Rule(9, hospital_id=2),
        Rule(9, CancerType.BRAIN),
        Rule(9, payer_kind=PayerKind.EMBASSY),
        Rule(9, valid_from=date(2026, 11, 22)),
        Rule(9, valid_until=date(2026, 11, 20)),
    )
    assert chosen(GENERAL, *others) == 1
    with pytest.raises(DomainError) as refusal:
        chosen(*others)
    assert refusal.value.code == "no_deposit_rule"


def test_a_rule_is_valid_on_its_first_and_last_day():
    assert chosen(Rule(5, valid_from=TODAY, valid_until=TODAY)) == 5


def test_two_equally_specific_rules_are_an_error_and_not_a_choice_by_chance():
    with pytest.raises(DomainError) as refusal:
        chosen(GENERAL, EXACT, Rule(6, CancerType.LUNG, PayerKind.SELF_PAY))
    assert refusal.value.code == "deposit_rules_overlap"
    assert len(refusal.value.data["rules"]) == 2


@pytest.mark.parametrize(
    ("days", "evaluation_on", "due"),
    [
        (7, None, date(2026, 11, 30)),  # Saturday 28 moves to Monday
        (5, None, date(2026, 11, 27)),  # the holiday moves to Friday
        (30, date(2026, 12, 7), date(2026, 12, 4)),
        (7, TODAY, TODAY),
    ],
)
def test_a_deposit_is_due_on_a_working_day_before_the_evaluation(days, evaluation_on, due):
    assert due_on(TODAY, days, CALENDAR, evaluation_on) == due


@pytest.mark.parametrize(
    ("payments", "state", "shortfall", "surplus"),
    [
        ([], DepositState.REQUESTED, 10_000, 0),
        ([4_000], DepositState.PART_PAID, 6_000, 0),
        ([4_000, 5_949], DepositState.PART_PAID, 51, 0),
        ([9_950], DepositState.PAID, 50, 0),
        ([10_000], DepositState.PAID, 0, 0),
        ([4_000, 6_000], DepositState.PAID, 0, 0),
        ([10_001], DepositState.OVERPAID, 0, 1),
        ([10_000, 10_000], DepositState.OVERPAID, 0, 10_000),
    ],
)
def test_confirmed_payments_make_the_state(payments, state, shortfall, surplus):
    standing = state_after(usd(10_000), [usd(p) for p in payments], usd(50))
    assert (standing.state, standing.shortfall, standing.surplus) == (state, usd(shortfall), usd(surplus))


def test_announced_money_is_on_its_way_until_it_arrives():
    assert state_after(usd(10), [], usd(0), is_on_its_way=True).state is DepositState.ON_ITS_WAY
    assert state_after(usd(10), [usd(4)], usd(0), is_on_its_way=True).state is DepositState.PART_PAID


def test_money_in_another_currency_needs_a_person():
    standing = state_after(usd(10), [usd(10), Money(100, "EUR")], usd(0))
    assert standing.state is DepositState.NEEDS_ATTENTION
    assert not standing.is_paid


@given(st.integers(1, 10**7), st.lists(st.integers(1, 10**7), max_size=4), st.integers(0, 5000))
def test_no_cent_is_lost_between_amount_received_shortfall_and_surplus(amount, payments, tolerance):
    due, fees = Money(amount, "USD"), Money(tolerance, "USD")
    standing = state_after(due, [Money(p, "USD") for p in payments], fees)
    assert standing.received + standing.shortfall == due + standing.surplus
    assert standing.shortfall.is_zero or standing.surplus.is_zero
    assert standing.is_paid == (bool(payments) and standing.received + fees >= due)


@pytest.mark.parametrize(
    ("state", "facts", "acts", "by"),
    [
        (DepositState.REQUESTED, {}, Acts.PAYER, date(2026, 12, 18)),
        (DepositState.REQUESTED, {"arrived_on": date(2026, 12, 11)}, Acts.US, date(2026, 12, 14)),
        (DepositState.PART_PAID, {}, Acts.PAYER, date(2026, 12, 18)),
        (DepositState.ON_ITS_WAY, {"announced_on": date(2026, 12, 8), "bank_days": 5}, Acts.BANK, date(2026, 12, 15)),
        (DepositState.NEEDS_ATTENTION, {}, Acts.US, date(2026, 12, 9)),
        (DepositState.OVERPAID, {"paid_on": date(2026, 12, 8)}, Acts.US, date(2026, 12, 22)),
        (DepositState.PAID, {}, Acts.NOBODY, None),
        (DepositState.REFUNDED, {}, Acts.NOBODY, None),
        (DepositState.CANCELLED, {}, Acts.NOBODY, None),
    ],
)
def test_every_state_has_an_owner_and_a_day(state, facts, acts, by):
    week = WorkingCalendar("America/Los_Angeles", frozenset(range(5)), time(8), time(17))
    turn = whose_turn(
        state, due_on=date(2026, 12, 18), today=date(2026, 12, 8), calendar=week, refund_days=10, **facts
    )
    assert (turn.acts, turn.by) == (acts, by)
