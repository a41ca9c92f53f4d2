"""Rooms by night, and the stays in them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import BookingState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class LodgingRoom(Base):
    __tablename__ = "lodging_room"
    __table_args__ = (sa.Index("ix_lodging_room_hospital", "hospital_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    house: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    address: Mapped[dict] = mapped_column(sa.JSON)
    local_address: Mapped[str] = mapped_column(sa.Text, default="")
    phone: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(40))
    beds: Mapped[int] = mapped_column(default=2)
    has_kitchen: Mapped[bool] = mapped_column(default=False)
    is_accessible: Mapped[bool] = mapped_column(default=False)
    night_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))


class LodgingNight(Base):
    """One night of one room: the ledger that guards it. Inserted in date order (unsorted inserts deadlock)."""

    __tablename__ = "lodging_night"

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_room.id"), primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(sa.ForeignKey("stay.id"), index=True)


class Stay(Base):
    __tablename__ = "stay"
    __table_args__ = (
        sa.CheckConstraint("leave_on > arrive_on", name="leaves_after_arrival"),
        sa.Index("ix_stay_case", "case_id", "id"),
        sa.Index("ix_stay_day", "arrive_on"),
        sa.Index("ix_stay_leaving", "leave_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_room.id"))
    arrive_on: Mapped[date]
    leave_on: Mapped[date]
    guests: Mapped[int] = mapped_column(default=1)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    room: Mapped[LodgingRoom] = relationship(lazy="joined", innerjoin=True)
