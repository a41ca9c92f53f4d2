"""Who travels, and what they need on the way: told once by the family (T12), read by everybody who books."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import Modality, Prayer, Relation, WheelchairHelp
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Traveller(Base):
    """One person who comes: the patient, or a companion with documents of their own."""

    __tablename__ = "traveller"
    __table_args__ = (sa.Index("ix_traveller_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    relation: Mapped[Relation] = enum_column(Relation)  # to the patient; PATIENT is the patient
    passport_name: Mapped[str] = mapped_column(
        sa.String(120)
    )  # Latin letters, as in the machine-readable lines
    native_name: Mapped[str] = mapped_column(sa.String(120), default="")
    born_on: Mapped[date | None]
    nationality: Mapped[str] = mapped_column(sa.String(2), default="")  # ISO 3166
    passport_number: Mapped[str] = mapped_column(sa.String(20), default="")
    passport_until: Mapped[date | None]  # last valid day
    needs_wheelchair: Mapped[bool] = mapped_column(default=False)
    wheelchair: Mapped[WheelchairHelp | None] = enum_column(WheelchairHelp, nullable=True)  # in flight, if told
    needs_oxygen: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_patient(self) -> bool:
        return self.relation is Relation.PATIENT


class TripNeeds(Base):
    """What one visit needs beside its travellers; each part stays empty until somebody told it."""

    __tablename__ = "trip_needs"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    home_airport: Mapped[str] = mapped_column(sa.String(3), default="")  # IATA
    leave_from: Mapped[date | None]  # the first day on which the family can leave home
    home_by: Mapped[date | None]  # the last day on which it must be home again
    travel_note: Mapped[str] = mapped_column(sa.Text, default="")
    is_fit_to_fly_needed: Mapped[bool] = mapped_column(default=False)
    fit_to_fly_on: Mapped[date | None]  # when the form was signed
    needs_kitchen: Mapped[bool] = mapped_column(default=False)
    needs_accessible: Mapped[bool] = mapped_column(default=False)
    beds: Mapped[int | None]
    prayer: Mapped[Prayer | None] = enum_column(Prayer, nullable=True)
    food: Mapped[list] = mapped_column(sa.JSON, default=list)  # values of Food
    food_note: Mapped[str] = mapped_column(sa.String(200), default="")
    interpreter_language: Mapped[str] = mapped_column(sa.String(10), default="")
    interpreter_modality: Mapped[Modality | None] = enum_column(Modality, nullable=True)
    interpreter_gender: Mapped[str] = mapped_column(sa.String(1), default="")  # f, m or no wish
    visa_interview_on: Mapped[date | None]
    visa_granted_on: Mapped[date | None]
    # {NeedsPart: {"at": ISO time, "by": name, "is_staff": bool}}: who told each part, and when last.
    told: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_by: Mapped[str] = mapped_column(sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
