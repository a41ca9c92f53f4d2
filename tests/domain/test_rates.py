"""About in the reader's own money: the newest young rate, backwards or joined, rounded so that it is no price."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money
from concierge.domain.rates import about, read_rates

TODAY = date(2026, 12, 8)


@dataclass(frozen=True)
class Rate:
    base: str
    quote: str
    rate: Decimal
    source: str = "Bank"
    on: date = TODAY


USD_SAR, USD_CNY = Rate("USD", "SAR", Decimal("3.75")), Rate("USD", "CNY", Decimal("7.2"), "Other bank")


@pytest.mark.parametrize(
    ("money", "currency", "expected"),
    [
        (Money(1_000_000, "USD"), "SAR", Money(3_800_000, "SAR")),  # as published
        (Money(1_000_000, "SAR"), "USD", Money(270_000, "USD")),  # backwards
        (Money(4_000_000, "CNY"), "SAR", Money(2_100_000, "SAR")),  # joined over the dollar
    ],
)
def test_a_rate_is_read_forwards_backwards_and_joined_and_rounded_to_two_digits(money, currency, expected):
    assert about(money, currency, [USD_SAR, USD_CNY], TODAY).amount == expected


def test_decimals_of_the_currency_are_kept_right():
    rates = [Rate("USD", "JPY", Decimal(150)), Rate("USD", "KWD", Decimal("0.307"))]
    assert about(Money(1_234, "USD"), "JPY", rates, TODAY).amount == Money(1_900, "JPY")
    assert about(Money(1_234, "USD"), "KWD", rates, TODAY).amount == Money(3_800, "KWD")
    assert about(Money(1, "USD"), "JPY", rates, TODAY).amount == Money(2, "JPY")


def test_the_newest_rate_counts_and_one_of_eight_days_or_of_tomorrow_does_not():
    new = Rate("USD", "SAR", Decimal(4), "New", TODAY - timedelta(days=1))
    old = Rate("USD", "SAR", Decimal(3), "Old", TODAY - timedelta(days=7))
    assert about(Money(100, "USD"), "SAR", [new, old], TODAY).source == "New"
    for days in (-8, 1):
        assert (
            about(
                Money(100, "USD"),
                "SAR",
                [Rate("USD", "SAR", Decimal(4), on=TODAY + timedelta(days=days))],
                TODAY,
            )
            is None
        )
    joined = about(Money(100, "CNY"), "SAR", [new, USD_CNY], TODAY)
    assert (joined.on, joined.source) == (new.on, "Other bank, New")
    assert about(Money(100, "USD"), "USD", [new], TODAY) is None


def test_pasted_lines_are_read_in_any_digits_and_an_unclear_one_is_named():
    assert read_rates("usd,SAR,٣.٧٥\n\nUSD;KWD; 0.307") == [
        ("USD", "SAR", Decimal("3.75")),
        ("USD", "KWD", Decimal("0.307")),
    ]
    for text in (
        "USD,SAR",
        "USD,SAR,0",
        "USD,SAR,-1",
        "USD,USD,1",
        "USD,SAR,1e5",
        "USD,SAR,0.000000001",
        "USD,SAR,9999999999",
    ):
        with pytest.raises(InvalidInput) as refused:
            read_rates(f"USD,CNY,7.2\n{text}")
        assert (refused.value.code, refused.value.data["line"]) == ("rate_line_unclear", 2)
    with pytest.raises(InvalidInput, match="rate_currency_unknown"):
        read_rates("USD,ABC,1")
