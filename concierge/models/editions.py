"""What the family was told of its trip, edition by edition, and who has seen it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.models.types import UTCDateTime


class TripEdition(Base):
    """The trip as it was published once. `items` are codes and times only: kind, key, at, until, about."""

    __tablename__ = "trip_edition"
    __table_args__ = (sa.UniqueConstraint("case_id", "number", name="uq_trip_edition_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    number: Mapped[int]  # 1 is the first one
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[str] = mapped_column(sa.String(120))
    items: Mapped[list] = mapped_column(sa.JSON, default=list)


class TripSeen(Base):
    """Somebody of the family pressed *I have seen this*."""

    __tablename__ = "trip_seen"

    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_edition.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("portal_account.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
