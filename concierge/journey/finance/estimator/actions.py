"""The one verb of exchange rates: take in what a source published on a day."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.models import ExchangeRate


def take_rates(
    session: Session, pairs: list[tuple[str, str, Decimal]], *, source: str, on: date, today: date
) -> int:
    """Keep the rates of a day; typed again for the same day, the newer typing counts. Returns how many."""
    if on > today:
        raise InvalidInput("on", "date_must_be_past")
    known = {
        (row.base, row.quote): row
        for row in session.scalars(sa.select(ExchangeRate).where(ExchangeRate.on == on))
    }
    for (base, quote), rate in {(base, quote): rate for base, quote, rate in pairs}.items():
        row = known.get((base, quote)) or ExchangeRate(base=base, quote=quote, on=on)
        row.rate, row.source = rate, source
        session.add(row)
    session.flush()
    return len(pairs)
