from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.errors import CurrencyMismatch
from concierge.domain.estimate import (
    LEAST_ACTUALS,
    Approval,
    Beside,
    GoodFaithFacts,
    Line,
    Share,
    approval_of,
    beside,
    changed_estimate_due_on,
    counts_since,
    difference,
    dispute_until,
    gap,
    good_faith_due_on,
    good_faith_missing,
    honest_range,
    is_as_package,
    is_expired,
    is_split_too_large,
    margin_of,
    split,
    totals,
    trips_wire,
)
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import Phase

CALENDAR = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)


def usd(low, high=None):
    return MoneyRange(Money(low * 100, "USD"), Money((high or low) * 100, "USD"))


def line(code, low, high=None, quantity=1, phase=Phase.EVALUATION):
    return Line(phase, code, quantity, usd(low, high))


lines = st.lists(
    st.builds(
        line,
        st.sampled_from("ABC"),
        st.integers(1, 9),
        quantity=st.integers(1, 3),
        phase=st.sampled_from(Phase),
    ),
    max_size=6,
)


def test_lines_add_up_by_phase_and_overall():
    result = totals([line("CT", 100, 200, 2), line("MRI", 50), line("HOTEL", 30, phase=Phase.STAY)], "USD")
    assert result.by_phase == ((Phase.EVALUATION, usd(250, 450)), (Phase.STAY, usd(30)))
    assert result.overall == usd(280, 480)


@given(lines)
def test_the_phases_add_up_to_the_whole(items):
    result = totals(items, "USD")
    assert MoneyRange.sum((part for _, part in result.by_phase), "USD") == result.overall


def test_a_line_in_another_currency_is_refused():
    with pytest.raises(CurrencyMismatch):
        totals([line("CT", 100)], "CNY")


def test_a_new_version_shows_what_changed_line_by_line():
    old = [line("CT", 100), line("MRI", 50), line("LAB", 5), line("LAB", 7)]
    new = [line("CT", 120), line("LAB", 5), line("LAB", 7, quantity=2), line("PET", 900)]
    changes = difference(old, new)
    assert [(change.kind, change.code) for change in changes] == [
        ("changed", "CT"),
        ("changed", "LAB"),
        ("added", "PET"),
        ("removed", "MRI"),
    ]
    assert changes[0].old == old[0]
    assert changes[0].new == new[0]


@given(lines)
def test_a_version_does_not_differ_from_itself(items):
    assert difference(items, items) == ()


@given(lines, lines)
def test_the_changes_explain_the_whole_difference_of_the_sums(old, new):
    gained = MoneyRange.sum((c.new.total for c in difference(old, new) if c.new), "USD")
    lost = MoneyRange.sum((c.old.total for c in difference(old, new) if c.old), "USD")
    assert totals(new, "USD").overall.high - totals(old, "USD").overall.high == gained.high - lost.high


def test_the_last_day_of_validity_is_a_valid_day():
    assert not is_expired(date(2026, 12, 1), date(2026, 12, 1))
    assert is_expired(date(2026, 12, 1), date(2026, 12, 2))
    assert not is_expired(None, date(2026, 12, 2))


@pytest.mark.parametrize(
    ("scheduled_on", "service_on", "requested_on", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 16), None, date(2026, 11, 5)),  # 10 working days ahead
        (date(2026, 11, 2), date(2026, 11, 13), None, date(2026, 11, 3)),  # 9
        (date(2026, 11, 2), date(2026, 11, 5), None, date(2026, 11, 3)),  # 3
        (date(2026, 11, 2), date(2026, 11, 4), None, None),  # 2
        (None, None, date(2026, 11, 24), date(2026, 11, 30)),  # asked for, a holiday and a weekend between
        (date(2026, 11, 2), date(2026, 12, 14), date(2026, 11, 2), date(2026, 11, 5)),
        (None, None, None, None),
    ],
)
def test_a_good_faith_estimate_is_due_as_the_rule_says(scheduled_on, service_on, requested_on, due):
    found = good_faith_due_on(
        CALENDAR, scheduled_on=scheduled_on, service_on=service_on, requested_on=requested_on
    )
    assert found == due


def test_a_changed_scope_needs_its_estimate_a_working_day_before():
    assert changed_estimate_due_on(CALENDAR, date(2026, 11, 30)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("expected", "estimated", "is_tripped"), [(1400, 1000, True), (1399, 1000, False), (900, 1000, False)]
)
def test_four_hundred_dollars_above_the_estimate_trip_the_wire(expected, estimated, is_tripped):
    assert trips_wire(Money(expected * 100, "USD"), Money(estimated * 100, "USD")) is is_tripped


def test_the_wire_is_measured_in_dollars_only():
    assert not trips_wire(Money(10**9, "CNY"), Money(1, "CNY"))
    assert dispute_until(date(2026, 1, 1)) == date(2026, 5, 1)


# --- the honest range ---------------------------------------------------------------------------------------------


def usd_all(amounts):
    return [Money(amount, "USD") for amount in amounts]


def test_the_range_is_the_nearest_ranks_of_what_cases_have_cost():
    assert honest_range(usd_all(range(1, 21)), "USD") == MoneyRange(Money(4, "USD"), Money(16, "USD"))
    assert honest_range(usd_all([7]), "USD", least=1) == MoneyRange.exactly(Money(7, "USD"))


def test_lines_are_those_of_a_package_in_whatever_order_but_not_one_more_or_in_another_phase():
    asked = [(Phase.EVALUATION, "CT", 2), (Phase.STAY, "BED", 1)]
    bed, scan = line("BED", 9, phase=Phase.STAY), line("CT", 5)
    assert is_as_package([bed, scan, scan], asked)
    assert not is_as_package([bed, scan], asked)
    assert not is_as_package([bed, scan, scan, line("MRI", 1)], asked)
    assert not is_as_package([line("BED", 9), scan, scan], asked)


def test_a_total_lies_outside_when_it_ends_below_or_begins_above_what_most_cases_have_cost():
    known = usd(10, 20)
    assert [beside(total, known) for total in (usd(5, 19), usd(5, 20), usd(20, 90), usd(21, 90))] == [
        Beside.SHORT, Beside.WITHIN, Beside.WITHIN, Beside.BEYOND
    ]  # fmt: skip


def test_too_few_cases_give_no_range_and_another_currency_is_refused():
    assert honest_range(usd_all(range(1, LEAST_ACTUALS)), "USD") is None
    assert honest_range([], "USD", least=0) is None
    with pytest.raises(CurrencyMismatch):
        honest_range([Money(1, "EUR")], "USD", least=1)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=60))
def test_between_the_ends_lie_at_least_three_in_five_of_the_cases(amounts):
    found = honest_range(usd_all(amounts), "USD", least=1)
    assert {found.low.minor, found.high.minor} <= set(amounts)
    inside = sum(found.low.minor <= amount <= found.high.minor for amount in amounts)
    assert inside * 5 >= len(amounts) * 3
    below = sum(amount <= found.low.minor for amount in amounts)
    assert below * 5 >= len(amounts)


def test_cases_count_for_36_months():
    assert counts_since(date(2026, 11, 24)) == date(2023, 11, 24)
    assert counts_since(date(2028, 2, 29)) == date(2025, 2, 28)
# --- margin, payers, approval, gap, contents -------------------------------------------------------------------


def test_a_margin_of_doubt_is_added_to_the_high_end_only_and_rounded_up():
    line = Line(Phase.EVALUATION, "A", 1, MoneyRange(Money(100, "JPY"), Money(101, "JPY")))
    found = totals([line], "JPY", 15)
    assert (found.overall.low.minor, found.overall.high.minor, found.margin.minor) == (100, 117, 16)
    assert margin_of(Money(1_001, "KWD"), 1) == Money(11, "KWD")


_SHARES = st.lists(
    st.one_of(
        st.integers(1, 100).map(lambda percent: Share("x", percent=percent)),
        st.integers(1, 10**6).map(lambda minor: Share("x", amount=Money(minor, "USD"))),
    ),
    max_size=6,
)


@given(st.integers(0, 10**6), _SHARES)
def test_the_parts_of_all_payers_are_never_negative_and_add_up_to_the_whole(minor, shares):
    parts = split(Money(minor, "USD"), shares)
    assert len(parts) == len(shares) + 1
    assert sum(part.minor for part in parts) == minor
    assert min(part.minor for part in parts) >= 0


def test_payers_who_take_over_more_than_there_is_are_found_at_the_high_end():
    half, fixed = Share("a", percent=50), Share("b", amount=Money(500, "USD"))
    assert not is_split_too_large(Money(1_000, "USD"), [half, fixed])
    assert is_split_too_large(Money(999, "USD"), [half, fixed])
    assert split(Money(600, "USD"), [fixed, half]) == tuple(Money(n, "USD") for n in (500, 100, 0))


def test_a_second_person_is_needed_only_above_the_limit():
    def at(minor, limit, **done):
        facts = {"is_asked": False, "is_approved": False, "is_returned": False} | done
        return approval_of(Money(minor, "USD"), limit, **facts)

    assert {at(100, None), at(100, 100)} == {Approval.NOT_NEEDED}
    assert at(101, 100) is Approval.NEEDED
    assert at(101, 100, is_asked=True) is Approval.WAITING
    assert at(101, 100, is_asked=True, is_approved=True) is Approval.APPROVED
    assert at(101, 100, is_returned=True) is Approval.RETURNED


def test_the_gap_is_high_against_high_in_amount_and_percent():
    moved = gap(Money(1_300_000, "USD"), Money(1_348_000, "USD"))
    assert (moved.amount, str(moved.percent)) == (Money(48_000, "USD"), "3.7")
    assert gap(Money(0, "USD"), Money(5, "USD")).percent is None
    with pytest.raises(CurrencyMismatch):
        gap(Money(1, "USD"), Money(1, "EUR"))


def test_what_a_good_faith_estimate_lacks_is_named_in_the_order_of_the_rule():
    whole = GoodFaithFacts(
        "Noura", "1968-03-14", "Evaluation", ("EVA-110",), "Alder Coast", "1 Fictional Way"
    )
    assert good_faith_missing(whole) == ()
    assert good_faith_missing(GoodFaithFacts("", "", "", (), "", "")) == (
        "patient_name", "birth", "primary_service", "lines", "provider", "location",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("money", "locale", "typed"),
    [
        (Money(180_000, "USD"), "en", "1800"), (Money(180_050, "USD"), "es", "1800,50"),
        (Money(1_800, "JPY"), "en", "1800"), (Money(1_800_005, "KWD"), "ar", "1800.005"),
    ],
)  # fmt: skip
def test_an_amount_in_a_field_is_read_back_as_it_was(money, locale, typed):
    assert money.typed(locale) == typed
    assert Money.parse(typed, money.currency, locale) == money
