"""Several payers in order: shares add up to the whole, none is negative, and a question goes stale."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.errors import CurrencyMismatch
from concierge.domain.money import Money, MoneyRange
from concierge.domain.payers import NOTHING, Terms, expected, is_issuer, recheck, terms_of_answer, waterfall
from concierge.domain.vocabulary import CoverVerdict, YesNo


def usd(amount: int) -> Money:
    return Money(amount * 100, "USD")


amounts = st.integers(0, 10**9).map(lambda minor: Money(minor, "USD"))
maybe = st.none() | amounts
terms = st.builds(
    Terms, is_paying=st.booleans(), limit=maybe, deductible_left=maybe, copay=maybe,
    own_percent=st.integers(0, 100), own_most=maybe,
)  # fmt: skip
payers = st.lists(terms, max_size=3)


@given(amounts, payers)
def test_shares_add_up_to_the_whole_and_none_is_negative(amount, order):
    shares = waterfall(amount, order)
    assert len(shares) == len(order) + 1
    assert sum(share.minor for share in shares) == amount.minor
    assert all(share.minor >= 0 for share in shares)
    for share, rule in zip(shares, order, strict=False):
        assert rule.limit is None or share <= rule.limit
        assert rule.is_paying or share.is_zero


@given(amounts, amounts, payers)
def test_a_higher_bill_never_makes_a_share_smaller(one, other, order):
    low, high = sorted((one, other))
    for share in expected(MoneyRange(low, high), order):
        assert share.low <= share.high


def test_deductible_then_copay_then_percent_and_the_maximum_ends_all():
    insurer = Terms(deductible_left=usd(1_000), copay=usd(200), own_percent=20)
    assert waterfall(usd(11_200), [insurer]) == (usd(8_000), usd(3_200))
    capped = Terms(deductible_left=usd(1_000), own_percent=20, own_most=usd(1_500))
    assert waterfall(usd(50_000), [capped]) == (usd(48_500), usd(1_500))
    assert waterfall(usd(500), [insurer]) == (usd(0), usd(500))


def test_what_the_first_does_not_bear_reaches_the_next_and_the_patient_last():
    letter, charity = Terms(limit=usd(20_000)), Terms(own_percent=50, limit=usd(3_000))
    assert waterfall(usd(30_000), [letter, charity]) == (usd(20_000), usd(3_000), usd(7_000))
    assert waterfall(usd(30_000), [charity, letter]) == (usd(3_000), usd(20_000), usd(7_000))
    assert waterfall(usd(30_000), []) == (usd(30_000),)


def test_currencies_are_never_mixed():
    with pytest.raises(CurrencyMismatch):
        waterfall(usd(10), [Terms(limit=Money(10, "KWD"))])
    with pytest.raises(CurrencyMismatch):
        waterfall(usd(10), [Terms(deductible_left=Money(10, "EUR"))])


@dataclass
class Answer:
    verdict: CoverVerdict = CoverVerdict.ACTIVE
    abroad: YesNo = YesNo.NOT_SAID
    deductible: Money | None = None
    deductible_met: Money | None = None
    copay: Money | None = None
    coinsurance_percent: int | None = None
    own_most: Money | None = None
    own_met: Money | None = None


def test_an_answer_becomes_terms_and_silence_becomes_nothing_known():
    said = Answer(
        deductible=usd(1_500),
        deductible_met=usd(400),
        coinsurance_percent=20,
        own_most=usd(600),
        own_met=usd(600),
    )
    found = terms_of_answer(said, is_abroad=True)
    assert (found.deductible_left, found.own_percent, found.own_most) == (usd(1_100), 20, usd(0))
    assert terms_of_answer(Answer(), is_abroad=True) is None
    assert terms_of_answer(Answer(CoverVerdict.CANNOT_SAY, copay=usd(1)), is_abroad=True) is None


@pytest.mark.parametrize(
    ("answer", "is_abroad", "pays"),
    [
        (Answer(CoverVerdict.NOT_ACTIVE), False, False),
        (Answer(abroad=YesNo.NO, copay=usd(1)), True, False),
        (Answer(abroad=YesNo.NO, copay=usd(1)), False, True),
    ],
)
def test_cover_that_does_not_hold_here_pays_nothing(answer, is_abroad, pays):
    assert (terms_of_answer(answer, is_abroad=is_abroad) != NOTHING) is pays


def test_an_answer_is_asked_for_again_when_old_ended_or_about_another_estimate():
    one, other, day = MoneyRange(usd(1), usd(2)), MoneyRange(usd(1), usd(3)), date(2026, 11, 1)
    assert recheck(day, None, one, one, date(2026, 12, 1)) == ()
    assert recheck(day, None, one, one, date(2026, 12, 2)) == ("old",)
    assert recheck(day, date(2026, 11, 5), None, other, date(2026, 11, 6)) == ("ended", "estimate_changed")
    assert recheck(day, None, one, None, day) == ()


def test_a_letter_is_the_payers_by_name_or_because_nobody_else_pays():
    assert is_issuer("Health  Office", "health office", ["Other"])
    assert is_issuer("Embassy of Kuwait", "Health office", [])
    assert not is_issuer("Embassy of Kuwait", "Health office", ["Embassy"])
