"""The calendar links by which a phone keeps a trip up to date."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.models.types import UTCDateTime, public_id_column


class TripFeed(Base):
    """One calendar link of one reader for one trip; the address is signed, so only its public id is stored."""

    __tablename__ = "trip_feed"
    __table_args__ = (sa.Index("ix_trip_feed_case", "case_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("portal_account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
