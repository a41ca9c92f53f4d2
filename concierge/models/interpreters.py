"""Who interprets, in which languages and until when they may; who is away; and who interprets for a case."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import (
    AbsenceReason,
    BookingState,
    InterpreterKind,
    InterpreterOutcome,
    Modality,
    Occasion,
    Relation,
)
from concierge.models.resources import Resource
from concierge.models.types import UTCDateTime, enum_column, public_id_column


def _money(minor: int | None, currency: str | None) -> Money | None:
    return Money(minor, currency) if minor is not None and currency is not None else None


class InterpreterProfile(Base):
    """What makes a resource an interpreter; name, gender and phone stand on the resource.

    `hours` are minutes of the day in hospital time by weekday (Monday is "0"): {"0": [480, 1020]}; {} is always.
    `lines` is how many families a phone or video line serves at once. `notice_minutes`: how soon somebody can stand
    at the door. No rate: paid by the hospital anyway (staff), or not known.
    """

    __tablename__ = "interpreter_profile"
    __table_args__ = (
        sa.CheckConstraint("lines >= 1", name="lines_are_counted"),
        sa.CheckConstraint("(rate_minor IS NULL) = (currency IS NULL)", name="rate_has_currency"),
        sa.Index("ix_interpreter_profile_hospital", "hospital_id", "resource_id"),
    )

    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    kind: Mapped[InterpreterKind] = enum_column(InterpreterKind, default=InterpreterKind.STAFF)
    agency_name: Mapped[str] = mapped_column(sa.String(120), default="")
    agency_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    modalities: Mapped[list] = mapped_column(sa.JSON, default=lambda: [way.value for way in Modality])
    rate_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # per hour
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    minimum_minutes: Mapped[int] = mapped_column(default=0)
    hours: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    lines: Mapped[int] = mapped_column(default=1)
    notice_minutes: Mapped[int] = mapped_column(default=0)

    resource: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)

    @property
    def rate(self) -> Money | None:
        return _money(self.rate_minor, self.currency)


class InterpreterLanguage(Base):
    """One pair, in both directions; codes as spoken (`zh`, not its script). `hospital_id` leads the search."""

    __tablename__ = "interpreter_language"
    __table_args__ = (
        sa.UniqueConstraint("resource_id", "language", "target", name="uq_interpreter_language_pair"),
        sa.Index("ix_interpreter_language_search", "hospital_id", "language", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    language: Mapped[str] = mapped_column(sa.String(10))
    target: Mapped[str] = mapped_column(sa.String(10))
    dialect: Mapped[str] = mapped_column(sa.String(80), default="")


class InterpreterCredential(Base):
    """One certificate; its last day is valid."""

    __tablename__ = "interpreter_credential"
    __table_args__ = (sa.Index("ix_interpreter_credential_valid", "resource_id", "valid_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[str] = mapped_column(sa.String(40), default="")
    valid_until: Mapped[date]


class InterpreterAbsence(Base):
    """A stretch in which somebody cannot be booked; whoever books locks the profile first, so it cannot be missed."""

    __tablename__ = "interpreter_absence"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.Index("ix_interpreter_absence_span", "resource_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[AbsenceReason] = enum_column(AbsenceReason)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    noted_by: Mapped[str] = mapped_column(sa.String(120))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)


class InterpreterAssignment(Base):
    """Who interprets for a case, and when; its quarter-hours stand in `slot_ledger` under `assignment:<id>`.

    The cost is the hospital's (45 CFR 92.201: free for the patient) and goes on no bill. `waiver` says why nobody
    sits in the room although somebody should; `gender_note` why the patient's wish could not be met.
    """

    __tablename__ = "interpreter_assignment"
    __table_args__ = (
        sa.Index("ix_interpreter_assignment_case", "case_id", "starts_at"),
        sa.Index("ix_interpreter_assignment_day", "starts_at"),
        sa.Index("ix_interpreter_assignment_person", "interpreter_id", "ends_at"),
        sa.Index("ix_interpreter_assignment_absence", "absence_id"),
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
    occasion: Mapped[Occasion] = enum_column(
        Occasion, default=Occasion.ROUTINE, server_default=Occasion.ROUTINE.value
    )
    waiver: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    gender_wish: Mapped[str] = mapped_column(sa.String(1), default="", server_default="")
    gender_note: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    outcome: Mapped[InterpreterOutcome | None] = enum_column(InterpreterOutcome, nullable=True)
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interpreter_assignment.id"))
    absence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interpreter_absence.id"))
    cost_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    interpreter: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)

    @property
    def cost(self) -> Money | None:
        return _money(self.cost_minor, self.currency)


class RelativeInterpreting(Base):
    """A relative interprets because a professional was offered, in the patient's language, and declined."""

    __tablename__ = "relative_interpreting"
    __table_args__ = (sa.Index("ix_relative_interpreting_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    appointment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment.id"))  # None: the whole visit
    name: Mapped[str] = mapped_column(sa.String(120))
    relation: Mapped[Relation] = enum_column(Relation)
    language: Mapped[str] = mapped_column(sa.String(10))  # in which the offer was made
    offered_by: Mapped[str] = mapped_column(sa.String(120))
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decline_reason: Mapped[str] = mapped_column(sa.String(300))
    recorded_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
