"""How the family comes and goes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import Direction
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Flight(Base):
    """A flight as the family told it or a coordinator typed it; we do not sell flights."""

    __tablename__ = "flight"
    __table_args__ = (
        sa.Index("ix_flight_case", "case_id", "departs_at"),
        sa.Index("ix_flight_day", "arrives_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    direction: Mapped[Direction] = enum_column(Direction)
    number: Mapped[str] = mapped_column(sa.String(12))
    from_airport: Mapped[str] = mapped_column(sa.String(80))
    from_timezone: Mapped[str] = mapped_column(sa.String(40))
    to_airport: Mapped[str] = mapped_column(sa.String(80))
    to_timezone: Mapped[str] = mapped_column(sa.String(40))
    departs_at: Mapped[datetime] = mapped_column(UTCDateTime)
    arrives_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
