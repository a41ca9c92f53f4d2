"""*About* how much an amount is in the reader's own money: one place, for every page that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from babel.numbers import format_decimal, get_territory_currencies
from flask import g

from concierge.db import db
from concierge.domain.money import CURRENCIES, Money
from concierge.domain.rates import OLDEST, About, about
from concierge.models import ExchangeRate
from concierge.web.clock import now

_MOST_RATES = 2000  # of seven days


@dataclass(frozen=True)
class AboutText:
    """What the macro `about` of components/page.html shows; `rate` is one unit of the original, as text."""

    amount: Money
    original: str
    rate: str
    source: str
    on: date


def rates() -> Sequence[ExchangeRate]:
    """Every rate of the last seven days; read once a request."""
    if "exchange_rates" not in g:
        since = now().date() - OLDEST
        statement = sa.select(ExchangeRate).where(ExchangeRate.on >= since).order_by(ExchangeRate.on.desc())
        g.exchange_rates = list(db.session.scalars(statement.limit(_MOST_RATES)))
    return g.exchange_rates


def offered_currencies() -> list[str]:
    """The currencies for which there is a rate that may be used."""
    return sorted({code for rate in rates() for code in (rate.base, rate.quote)} & CURRENCIES)


def currency_of(country: str) -> str:
    """The money of a country, "" where it is not known."""
    found = get_territory_currencies(country, now().date()) if country else []
    return next((code for code in found if code in CURRENCIES), "")


def in_currency(money: Money | None, currency: str) -> AboutText | None:
    """*About*, in words; None without an amount, a currency or a rate young enough."""
    if money is None or not currency or not money.is_positive:
        return None
    found = about(money, currency, rates(), now().date())
    return _text(found, money.currency) if found else None


def at_home(money: Money | None, country: str) -> AboutText | None:
    """*About* in the money of a country."""
    return in_currency(money, currency_of(country))


def _text(found: About, original: str) -> AboutText:
    """The rate with four digits that say something, as `1 USD = 3.75 SAR` is read.

    It is written as the amounts beside it are, in every language: a comma would part thousands in one and decimals
    in the other.
    """
    digits = max(2, 3 - found.rate.adjusted())
    rate = format_decimal(round(found.rate, digits), f"#,##0.##{'#' * (digits - 2)}", locale="en")
    return AboutText(found.amount, original, rate, found.source, found.on)
