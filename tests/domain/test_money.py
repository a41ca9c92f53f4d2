from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.errors import AmountError, CurrencyMismatch
from concierge.domain.money import MAX_MINOR, Money, MoneyRange, exponent, total

amounts = st.integers(min_value=0, max_value=MAX_MINOR)
currencies = st.sampled_from(["USD", "CNY", "JPY", "KWD", "VND", "EUR"])


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("128500", "USD", "en", 12_850_000),
        ("128,500.00", "USD", "en", 12_850_000),
        ("1,28,500.5", "INR", "hi", 12_850_050),
        ("128.500,00", "USD", "es", 12_850_000),
        ("128 500,5", "RUB", "ru", 12_850_050),
        ("128\u202f500,50", "EUR", "fr", 12_850_050),
        ("128’500.50", "CHF", "de_CH", 12_850_050),
        ("١٢٨٬٥٠٠٫٥٠", "SAR", "ar", 12_850_050),
        ("۱۲۸٬۵۰۰", "IRR", "fa", 12_850_000),
        ("१,२८,५००", "INR", "hi", 12_850_000),
        ("１２８，５００．００", "CNY", "zh-Hans", 12_850_000),
        ("1.234.567", "USD", "en", 123_456_700),
        ("1.234,56", "USD", "en", 123_456),
        ("USD 128,500.00", "USD", "es", 12_850_000),
        ("128,500 usd", "USD", "en", 12_850_000),
        ("\u202b١٠٠٠\u202c", "USD", "ar", 100_000),
        ("1.5", "KWD", "en", 1_500),
        ("1.500", "KWD", "ar", 1_500),
        ("150.000", "VND", "vi", 150_000),
        ("5000", "JPY", "en", 5_000),
        ("0", "USD", "en", 0),
        (".50", "USD", "en", 50),
    ],
)
def test_an_amount_is_read_as_its_writer_meant_it(text, currency, locale, minor):
    assert Money.parse(text, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "code"),
    [
        ("", "USD", "en", "empty"),
        (" \u200f\x00 ", "USD", "en", "empty"),
        ("-5", "USD", "en", "negative"),
        ("−٥", "USD", "ar", "negative"),
        ("(500)", "USD", "en", "negative"),
        ("1.234", "USD", "en", "too_many_decimals"),
        ("1,234", "USD", "es", "too_many_decimals"),
        ("0.5", "JPY", "en", "too_many_decimals"),
        ("1.2345", "KWD", "en", "too_many_decimals"),
        ("100000000000.01", "USD", "en", "too_large"),
        ("12,50", "USD", "en", "separators"),
        ("1,2,3", "USD", "en", "separators"),
        ("1,234.567.8", "USD", "en", "separators"),
        ("5.", "USD", "en", "separators"),
        ("ten", "USD", "en", "garbage"),
        ("1e9", "USD", "en", "garbage"),
        ("💰500", "USD", "en", "garbage"),
        ("²", "USD", "en", "garbage"),
        (",", "USD", "en", "garbage"),
        ("9" * 10_000, "USD", "en", "garbage"),
        ("EUR 500", "USD", "en", "other_currency"),
        ("500", "XYZ", "en", "unknown_currency"),
    ],
)
def test_a_doubtful_amount_is_refused_with_its_reason(text, currency, locale, code):
    with pytest.raises(AmountError) as refusal:
        Money.parse(text, currency, locale)
    assert refusal.value.code == code


@given(amounts, currencies, st.sampled_from(["en", "ar", "es", "ru", "zh_Hans", "xx"]))
def test_a_canonical_amount_in_the_thousands_reads_back_in_every_locale(minor, currency, locale):
    amount = Money(minor, currency)
    if exponent(currency):
        assert Money.parse(amount.canonical(), currency, locale if minor >= 1_000_000 else "en") == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_refusal(text):
    with suppress(AmountError):
        assert 0 <= Money.parse(text, "USD", "en").minor <= MAX_MINOR


@given(st.lists(amounts, max_size=6), currencies)
def test_a_sum_loses_nothing(minors, currency):
    assert total([Money(m, currency) for m in minors], currency).minor == sum(minors)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("USD", 2), ("JPY", 0), ("VND", 0), ("KRW", 0), ("KWD", 3), ("OMR", 3)]
)
def test_decimals_belong_to_the_currency(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(12_850_000, "USD"), "USD 128,500.00"),
        (Money(5, "KWD"), "KWD 0.005"),
        (Money(1_500, "JPY"), "JPY 1,500"),
        (Money(-150, "USD"), "USD -1.50"),
    ],
)
def test_the_canonical_form_never_depends_on_a_locale(amount, text):
    assert amount.canonical() == text


def test_currencies_never_mix():
    dollars, yuan = Money(1, "USD"), Money(1, "CNY")
    for mixing in (
        lambda: dollars + yuan,
        lambda: dollars - yuan,
        lambda: dollars < yuan,
        lambda: dollars >= yuan,
    ):
        with pytest.raises(CurrencyMismatch):
            mixing()
    assert dollars != yuan


def test_money_is_never_a_float():
    with pytest.raises(TypeError):
        Money(1.5, "USD")
    with pytest.raises(TypeError):
        Money(100, "USD") * 1.5


def test_money_adds_only_to_money():
    for nonsense in (
        lambda: Money(1, "USD") + 1,
        lambda: Money(1, "USD") - 1,
        lambda: MoneyRange.zero("USD") + 1,
    ):
        with pytest.raises(TypeError):
            nonsense()
    with pytest.raises(TypeError):
        MoneyRange.zero("USD") * 1.5
    assert -Money(5, "USD") == Money(-5, "USD")


def test_an_exact_price_is_written_once_and_a_range_with_both_ends():
    low, high = Money(100, "USD"), Money(200, "USD")
    assert str(MoneyRange.exactly(low)) == "USD 1.00"
    assert str(MoneyRange(low, high)) == "USD 1.00 - USD 2.00"
    assert MoneyRange(low, high).currency == "USD"


def test_ranges_add_end_by_end_and_never_stand_on_their_head():
    one = MoneyRange(Money(100, "USD"), Money(200, "USD"))
    assert MoneyRange.sum([one, one * 2], "USD") == MoneyRange(Money(300, "USD"), Money(600, "USD"))
    with pytest.raises(AmountError):
        MoneyRange(Money(2, "USD"), Money(1, "USD"))
