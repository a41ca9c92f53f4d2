"""The bulletin for physicians: who asked for it, who confirmed, who left, and who took the list out of the house."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import BulletinState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class BulletinSubscription(Base):
    """One address. `proof` keeps each asking, confirming and leaving: what, when, how, and the hash of the address
    on the net from which it came.
    """

    __tablename__ = "bulletin_subscription"
    __table_args__ = (sa.Index("ix_bulletin_subscription_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    email: Mapped[str] = mapped_column(sa.String(200), unique=True)  # lower case
    state: Mapped[BulletinState] = enum_column(BulletinState, default=BulletinState.ASKED)
    language: Mapped[str] = mapped_column(sa.String(10))
    topics: Mapped[list] = mapped_column(sa.JSON, default=list)
    wanted: Mapped[dict] = mapped_column(
        sa.JSON, default=dict
    )  # language and topics until they are confirmed
    round: Mapped[int] = mapped_column(
        default=1
    )  # counts up with each asking: an older link confirms nothing
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proof: Mapped[list] = mapped_column(sa.JSON, default=list)


class BulletinExport(Base):
    """The list was taken out of the house: by whom, when, what for, how many addresses. Append-only."""

    __tablename__ = "bulletin_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    staff_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    purpose: Mapped[str] = mapped_column(sa.String(300))
    count: Mapped[int]
