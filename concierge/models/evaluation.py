"""The 3-5 evaluation days: appointments, the treatment plan, the choice and the going-home folder."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import AppointmentKind, Choice, Preparation
from concierge.models.resources import Resource
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Appointment(Base):
    """One item of the evaluation. Its quarter-hours stand in `slot_ledger` for patient, clinician and room."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.Index("ix_appointment_case", "case_id", "starts_at"),
        sa.Index("ix_appointment_day", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[AppointmentKind] = enum_column(AppointmentKind)
    preparation: Mapped[Preparation] = enum_column(Preparation, default=Preparation.NONE)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    clinician_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")  # why, in one line, for the patient
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    moved_from_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime
    )  # start that the family was told before
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    clinician: Mapped[Resource | None] = relationship(foreign_keys=[clinician_id], lazy="joined")
    room: Mapped[Resource | None] = relationship(foreign_keys=[room_id], lazy="joined")


class Plan(Base):
    """The individual treatment plan of a case and what the family takes home."""

    __tablename__ = "plan"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    medicines: Mapped[str] = mapped_column(sa.Text, default="")  # generic names, one a line
    warning_signs: Mapped[str] = mapped_column(sa.Text, default="")
    follow_up: Mapped[str] = mapped_column(sa.Text, default="")
    contacts: Mapped[str] = mapped_column(sa.Text, default="")
    text_language: Mapped[str] = mapped_column(sa.String(10), default="en")
    translation: Mapped[dict] = mapped_column(
        sa.JSON, default=dict
    )  # {field: text} in the patient's language
    translation_checked_by: Mapped[str] = mapped_column(sa.String(120), default="")
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    written_by: Mapped[str] = mapped_column(sa.String(120), default="")
    evaluation_held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    explained_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    explained_language: Mapped[str] = mapped_column(sa.String(10), default="")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by: Mapped[str] = mapped_column(sa.String(200), default="")
    choice: Mapped[Choice | None] = enum_column(Choice, nullable=True)
    choice_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    return_on: Mapped[date | None]
    folder_handed_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
