"""The private links by which drivers see their day."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.models.hospital import Hospital
from concierge.models.resources import Resource
from concierge.models.types import UTCDateTime, public_id_column


class DriverLink(Base):
    """Whoever holds the token sees the runs of this driver on this day; only its hash is kept."""

    __tablename__ = "driver_link"
    __table_args__ = (sa.Index("ix_driver_link_day", "hospital_id", "on", "driver_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    driver_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    on: Mapped[date]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(sa.String(120))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    driver: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)
    hospital: Mapped[Hospital] = relationship(lazy="joined", innerjoin=True)

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
