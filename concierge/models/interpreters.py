"""Who interprets for a case, and when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import BookingState, Modality
from concierge.models.resources import Resource
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class InterpreterAssignment(Base):
    __tablename__ = "interpreter_assignment"
    __table_args__ = (
        sa.Index("ix_interpreter_assignment_case", "case_id", "starts_at"),
        sa.Index("ix_interpreter_assignment_day", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    interpreter_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    appointment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment.id"))
    language: Mapped[str] = mapped_column(sa.String(10))
    modality: Mapped[Modality] = enum_column(Modality)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    interpreter: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)
