from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.prices import end_before, fitting, is_valid, last_day, overlaps, validity
from concierge.domain.vocabulary import CancerType, Programme, Validity

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Price:
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = None


@dataclass(frozen=True)
class Pack(Price):
    name: str = ""
    cancer_type: CancerType | None = None
    programme: Programme = Programme.TREATMENT


days = st.integers(-40, 40).map(lambda n: TODAY + n * DAY)


@st.composite
def prices(draw):
    first = draw(days)
    return Price(first, draw(st.none() | st.integers(-1, 60).map(lambda n: first + n * DAY)))


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (Price(TODAY), Validity.TODAY),
        (Price(TODAY, TODAY), Validity.TODAY),
        (Price(TODAY + DAY), Validity.FUTURE),
        (Price(TODAY - 5 * DAY, TODAY - DAY), Validity.ENDED),
        (Price(TODAY + 5 * DAY, TODAY + 4 * DAY), Validity.WITHDRAWN),
    ],
)
def test_a_price_holds_on_its_first_and_its_last_day(price, expected):
    assert validity(price, TODAY) is expected


@given(prices(), prices())
def test_two_prices_overlap_where_there_is_a_day_on_which_both_hold(one, other):
    all_days = [TODAY + n * DAY for n in range(-45, 200)]
    both = any(is_valid(one, day) and is_valid(other, day) for day in all_days)
    assert overlaps(one.valid_from, one.valid_until, other) is both
    assert overlaps(other.valid_from, other.valid_until, one) is both


@given(prices(), days)
def test_ending_never_changes_a_day_that_has_passed(price, wanted):
    try:
        ends = last_day(price, wanted, TODAY)
    except (InvalidInput, Stale):
        return
    after = Price(price.valid_from, ends)
    for n in range(-45, 0):
        assert is_valid(after, TODAY + n * DAY) is is_valid(price, TODAY + n * DAY)
    assert ends <= max(wanted, price.valid_from - DAY)


@given(prices(), days)
def test_a_new_price_follows_without_a_gap_of_ours_and_without_an_overlap(price, begins_on):
    try:
        ends = end_before(price, begins_on, TODAY)
    except (InvalidInput, Stale):
        return
    after = Price(price.valid_from, ends)
    assert not overlaps(begins_on, None, after)
    assert begins_on >= TODAY
    assert is_valid(after, begins_on - DAY) is is_valid(price, begins_on - DAY)


def test_what_has_not_begun_never_comes_into_force_and_what_has_ended_does_not_end_again():
    assert last_day(Price(TODAY + 9 * DAY), TODAY, TODAY) == TODAY + 8 * DAY
    with pytest.raises(Stale):
        last_day(Price(TODAY - 9 * DAY, TODAY - 2 * DAY), TODAY, TODAY)
    with pytest.raises(InvalidInput, match="date_in_past"):
        last_day(Price(), TODAY - 2 * DAY, TODAY)
    with pytest.raises(InvalidInput, match="end_is_later"):
        last_day(Price(valid_until=TODAY + DAY), TODAY + 2 * DAY, TODAY)


def test_the_package_for_the_illness_goes_before_the_one_for_any():
    packs = [
        Pack(name="any"), Pack(name="lung", cancer_type=CancerType.LUNG),
        Pack(name="brain", cancer_type=CancerType.BRAIN),
        Pack(name="opinion", programme=Programme.SECOND_OPINION), Pack(name="ended", valid_until=TODAY - DAY),
        Pack(name="later", valid_from=TODAY + DAY),
    ]  # fmt: skip
    names = [p.name for p in fitting(packs, CancerType.LUNG, Programme.TREATMENT, TODAY)]
    assert names == ["lung", "any"]
