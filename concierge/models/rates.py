"""Exchange rates as a source published them on a day: only for amounts that are shown as *about*, never charged."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base


class ExchangeRate(Base):
    """One `base` is `rate` of `quote` on that day, says `source`; a newer day is a new row."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        sa.UniqueConstraint("base", "quote", "on"),
        sa.CheckConstraint("rate > 0", name="rate_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    base: Mapped[str] = mapped_column(sa.String(3))
    quote: Mapped[str] = mapped_column(sa.String(3))
    rate: Mapped[Decimal] = mapped_column(sa.Numeric(18, 8))
    source: Mapped[str] = mapped_column(sa.String(120))
    on: Mapped[date]
