"""Money: whole minor units and an ISO 4217 currency, never a float.

The number of decimals belongs to the currency (JPY and VND none, KWD, BHD and OMR three), so a bare integer
means nothing without its code.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Self

from babel.core import Locale, UnknownLocaleError

from concierge.domain.errors import AmountError, CurrencyMismatch

MAX_MINOR = 10**13
_MAX_TYPED_CHARACTERS = 60


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ISO 4217, active circulating currencies.
CURRENCIES = _codes("""
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
    LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB
    PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER
    ZAR ZMW ZWG
""")

# ISO 4217 minor units, where they are not 2.
_EXPONENTS = {
    **dict.fromkeys(_codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), 0),
    **dict.fromkeys(_codes("BHD IQD JOD KWD LYD OMR TND"), 3),
    **dict.fromkeys(_codes("CLF UYW"), 4),
}


def exponent(currency: str) -> int:
    """Decimals of `currency` (USD 2, JPY 0, KWD 3). Raises AmountError("unknown_currency")."""
    if currency not in CURRENCIES:
        raise AmountError("unknown_currency", currency=currency)
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (USD 1.00 is `Money(100, "USD")`).

    May be negative as the result of a difference.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("minor units are an int")
        exponent(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str, locale: str = "en") -> Self:
        """Read what a person typed: any digits, comma or point as in `locale`, its own code allowed.

        Where both comma and point occur, the last one is the decimal sign in every locale. A lone separator
        in a place where the locale would not put it is refused rather than guessed, because the guess may be
        wrong a thousandfold. Raises AmountError.
        """
        whole, fraction = _split(_marks(text, currency), _decimal_sign(locale))
        decimals = exponent(currency)
        if len(fraction) > decimals:
            raise AmountError("too_many_decimals", decimals=decimals)
        minor = int(whole + fraction.ljust(decimals, "0"))
        if minor > MAX_MINOR:
            raise AmountError("too_large")
        return cls(minor, currency)

    @property
    def exponent(self) -> int:
        return exponent(self.currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact, for formatting."""
        return Decimal(self.minor).scaleb(-self.exponent)

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    def canonical(self) -> str:
        """`USD 128,500.00`.

        The one form printed in both columns of a bilingual paper, whatever the locale.
        """
        return f"{self.currency} {self.amount:,.{self.exponent}f}"

    __str__ = canonical

    def typed(self, locale: str) -> str:
        """`128500` or `128500.50`, with the decimal sign of `locale`: what `parse` reads back in a field."""
        decimals = self.exponent if self.minor % 10**self.exponent else 0
        return f"{self.amount:.{decimals}f}".replace(".", _decimal_sign(locale))

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor

    def __add__(self, other: object) -> "Money":
        return (
            Money(self.minor + self._same(other), self.currency)
            if isinstance(other, Money)
            else NotImplemented
        )

    def __sub__(self, other: object) -> "Money":
        return (
            Money(self.minor - self._same(other), self.currency)
            if isinstance(other, Money)
            else NotImplemented
        )

    def __mul__(self, times: object) -> "Money":
        return Money(self.minor * times, self.currency) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)


def split_evenly(amount: Money, parts: int) -> list[Money]:
    """Parts that differ by one minor unit at most, the larger ones first; their sum is the amount."""
    each, rest = divmod(amount.minor, parts)
    return [Money(each + (at < rest), amount.currency) for at in range(parts)]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum in `currency`; nothing sums to zero. Raises CurrencyMismatch."""
    return sum(amounts, start=Money.zero(currency))


@dataclass(frozen=True, slots=True)
class MoneyRange:
    """From `low` to `high`, both included, one currency. An exact price has both ends equal."""

    low: Money
    high: Money

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise AmountError("range_upside_down", low=self.low, high=self.high)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(Money.zero(currency), Money.zero(currency))

    @classmethod
    def exactly(cls, amount: Money) -> Self:
        return cls(amount, amount)

    @classmethod
    def sum(cls, ranges: Iterable["MoneyRange"], currency: str) -> "MoneyRange":
        """Low with low, high with high; nothing sums to zero. Raises CurrencyMismatch."""
        result = MoneyRange.zero(currency)
        for item in ranges:
            result = result + item
        return result

    @property
    def currency(self) -> str:
        return self.low.currency

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __add__(self, other: object) -> "MoneyRange":
        if not isinstance(other, MoneyRange):
            return NotImplemented
        return MoneyRange(self.low + other.low, self.high + other.high)

    def __mul__(self, times: object) -> "MoneyRange":
        """Times a quantity, which is never negative."""
        return MoneyRange(self.low * times, self.high * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def canonical(self) -> str:
        return self.low.canonical() if self.is_exact else f"{self.low.canonical()} - {self.high.canonical()}"

    __str__ = canonical


# --- reading an amount --------------------------------------------------------------------------------------

_COMMAS = "\u060c\uff0c\u3001"  # Arabic, full-width, ideographic
_POINTS = "\uff0e\u3002"
_ARABIC_DECIMAL = "\u066b"
_GROUP_ONLY = " \u00a0\u2009\u202f'\u2019\u066c"
_MINUSES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d()"
_GROUPED = re.compile(r"\d{1,3}(?:G\d{3})+|\d{1,2}(?:G\d{2})+G\d{3}")  # 1,285,000 and the Indian 12,85,000


@lru_cache(maxsize=64)
def _decimal_sign(locale: str) -> str:
    """`.` or `,` for amounts typed with European digits in `locale` ("zh-Hans" and "zh_Hans" both work)."""
    try:
        symbols = Locale.parse(locale.replace("-", "_")).number_symbols["latn"]
    except (ValueError, UnknownLocaleError):
        return "."
    return "," if symbols.get("decimal") == "," else "."


def _marks(text: str, currency: str) -> str:
    """Reduce typed text to ASCII digits, `.`, `,`, `D` (surely decimal) and `G` (surely a group sign)."""
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc")).strip()
    if not kept:
        raise AmountError("empty")
    if len(kept) > _MAX_TYPED_CHARACTERS:
        raise AmountError("garbage")
    return "".join(_mark(c) for c in _without_code(kept, currency))


def _without_code(text: str, currency: str) -> str:
    found = re.match(r"([A-Za-z]{3})(?![A-Za-z])|.*?(?<![A-Za-z])([A-Za-z]{3})$", text)
    if not found:
        return text
    code = (found[1] or found[2]).upper()
    if code != currency:
        raise AmountError("other_currency" if code in CURRENCIES else "garbage", currency=currency)
    return (text[3:] if found[1] else text[:-3]).strip()


def _mark(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _MINUSES:
        raise AmountError("negative")
    for characters, mark in (
        (_COMMAS + ",", ","),
        (_POINTS + ".", "."),
        (_ARABIC_DECIMAL, "D"),
        (_GROUP_ONLY, "G"),
    ):
        if character in characters:
            return mark
    raise AmountError("garbage")


def _split(marked: str, decimal_sign: str) -> tuple[str, str]:
    """Whole and fractional digits of a marked amount. Raises AmountError("separators" or "garbage")."""
    head, sign, fraction = _cut_at_decimal(marked, decimal_sign)
    if not any(c.isdigit() for c in marked):
        raise AmountError("garbage")
    if sign and not fraction.isdigit():
        raise AmountError("separators")
    groups = set(head) - set("0123456789")
    if len(groups) > 1:
        raise AmountError("separators")
    if groups and not _GROUPED.fullmatch(head.replace(groups.pop(), "G")):
        raise AmountError("separators")
    return re.sub(r"\D", "", head) or "0", fraction


def _cut_at_decimal(marked: str, decimal_sign: str) -> tuple[str, str, str]:
    if "D" in marked:
        return marked.partition("D")
    if "." in marked and "," in marked:
        return marked.rpartition(max(".", ",", key=marked.rfind))
    if marked.count(decimal_sign) == 1:
        return marked.partition(decimal_sign)
    return marked, "", ""
