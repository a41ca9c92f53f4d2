"""Amounts in the reader's own money, as *about*: shown for orientation, never charged."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from concierge.domain.errors import InvalidInput
from concierge.domain.money import CURRENCIES, Money, exponent

OLDEST = timedelta(days=7)
_DIGITS = 2


class RateLike(Protocol):
    """One `base` is `rate` of `quote`, said `source` on that day."""

    @property
    def base(self) -> str: ...

    @property
    def quote(self) -> str: ...

    @property
    def rate(self) -> Decimal: ...

    @property
    def source(self) -> str: ...

    @property
    def on(self) -> date: ...


@dataclass(frozen=True)
class About:
    """`amount` is rounded to two digits; one unit of the original is `rate` of its currency, says `source`."""

    amount: Money
    rate: Decimal
    source: str
    on: date


@dataclass(frozen=True)
class _Leg:
    rate: Decimal
    source: str
    on: date


def about(money: Money, currency: str, rates: Iterable[RateLike], today: date) -> About | None:
    """`money` in another currency by the newest rate of the last seven days; None where there is none.

    A rate may be read backwards, or two of them joined over a currency that they share; the older of both days counts.
    """
    if currency == money.currency:
        return None
    leg = _best(_legs(rates, today), money.currency, currency)
    if leg is None:
        return None
    return About(_rounded(money.amount * leg.rate, currency), leg.rate, leg.source, leg.on)


def _legs(rates: Iterable[RateLike], today: date) -> dict[tuple[str, str], _Leg]:
    """The newest usable rate of each pair, both ways; a published one is never replaced by an inverse."""
    usable = sorted((r for r in rates if today - OLDEST <= r.on <= today), key=lambda rate: rate.on)
    inverse = {(r.quote, r.base): _Leg(1 / r.rate, r.source, r.on) for r in usable}
    return inverse | {(r.base, r.quote): _Leg(r.rate, r.source, r.on) for r in usable}


def _best(legs: dict[tuple[str, str], _Leg], source: str, target: str) -> _Leg | None:
    if (source, target) in legs:
        return legs[source, target]
    joined = [
        _joined(first, legs[over, target])
        for (start, over), first in legs.items()
        if start == source and (over, target) in legs
    ]
    return max(joined, key=lambda leg: leg.on, default=None)


def _joined(first: _Leg, second: _Leg) -> _Leg:
    sources = dict.fromkeys((first.source, second.source))
    return _Leg(first.rate * second.rate, ", ".join(sources), min(first.on, second.on))


def _rounded(amount: Decimal, currency: str) -> Money:
    """Two digits and zeros behind them: an exact figure would be taken for a price."""
    step = (
        Decimal(1).scaleb(max(amount.adjusted() + 1 - _DIGITS, -exponent(currency))) if amount else Decimal(1)
    )
    rounded = (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return Money(int(rounded.scaleb(exponent(currency))), currency)


_HIGHEST = Decimal(10**9)
_RATE = re.compile(r"\d{1,10}(\.\d{1,12})?")


def read_rates(text: str) -> list[tuple[str, str, Decimal]]:
    """`USD,SAR,3.75` a line, parted by comma, semicolon or tab; digits of any script, the decimal sign is a point.

    Raises InvalidInput("lines", rate_line_unclear or rate_currency_unknown, line=n).
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    return [_read_line(number, line) for number, line in lines]


def _read_line(number: int, line: str) -> tuple[str, str, Decimal]:
    parts = [part.strip() for part in re.split(r"[,;\t]", "".join(map(_latin_digit, line)))]
    if len(parts) != 3 or not _RATE.fullmatch(parts[2]):
        raise InvalidInput("lines", "rate_line_unclear", line=number)
    base, quote, rate = parts[0].upper(), parts[1].upper(), Decimal(parts[2])
    if not {base, quote} <= CURRENCIES:
        raise InvalidInput("lines", "rate_currency_unknown", line=number)
    if base == quote or not 0 < rate.quantize(Decimal("1e-8")) < _HIGHEST:
        raise InvalidInput("lines", "rate_line_unclear", line=number)
    return base, quote, rate


def _latin_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
