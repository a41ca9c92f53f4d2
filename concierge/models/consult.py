"""The consult call: when specialists can be called, the call that was booked, what was noted while it lasted."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import CallMode, CallTopic, InterpreterUse, InterpreterWish, PlannedCallState
from concierge.models.accounts import StaffUser
from concierge.models.case import Case
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class CallHours(Base):
    """On a weekday from and until, on the hospital's wall clock. Without rows the hospital's opening hours count."""

    __tablename__ = "call_hours"
    __table_args__ = (
        sa.CheckConstraint("closes > opens", name="closes_after_opening"),
        sa.Index("ix_call_hours_staff", "staff_id", "hospital_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    weekday: Mapped[int]  # Monday is 0
    opens: Mapped[time] = mapped_column(sa.Time)
    closes: Mapped[time] = mapped_column(sa.Time)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]


class CallAbsence(Base):
    """Days on which a member of staff takes no calls, both included."""

    __tablename__ = "call_absence"
    __table_args__ = (
        sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),
        sa.Index("ix_call_absence_staff", "staff_id", "last_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]


_BOOKED = sa.text("state = 'booked'")


class PlannedCall(Base):
    """A call that was agreed; its quarter-hours stand in `slot_ledger` for the specialist and for the patient.

    Moving it keeps the row (calendars know it by its public id) and raises `version`, their SEQUENCE.
    """

    __tablename__ = "planned_call"
    __table_args__ = (
        sa.Index("ix_planned_call_case", "case_id", "id"),
        # A case has one call ahead of it; the key refuses the second that is booked at the same moment.
        sa.Index(
            "uq_planned_call_booked", "case_id", unique=True, postgresql_where=_BOOKED, sqlite_where=_BOOKED
        ),
        sa.Index(
            "ix_planned_call_ahead", "hospital_id", "starts_at", "id",
            postgresql_where=_BOOKED, sqlite_where=_BOOKED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    specialist_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    topic: Mapped[CallTopic] = enum_column(CallTopic)
    mode: Mapped[CallMode] = enum_column(CallMode)
    number: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    video_url: Mapped[str] = mapped_column(sa.String(300), default="")
    language: Mapped[str] = mapped_column(sa.String(10))
    interpreter_wish: Mapped[InterpreterWish] = enum_column(InterpreterWish, default=InterpreterWish.NONE)
    who_joins: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[PlannedCallState] = enum_column(PlannedCallState, default=PlannedCallState.BOOKED)
    booked_by: Mapped[str] = mapped_column(sa.String(200))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)  # when this time was agreed: moving sets it anew
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    case: Mapped[Case] = relationship()
    specialist: Mapped[StaffUser] = relationship(lazy="joined", innerjoin=True)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def holder(self) -> str:
        """Its name in the ledger of quarter-hours."""
        return f"call:{self.id}"


class CallWish(Base):
    """A family that found no time that suits them, in their own words. Answered by the next booking or by hand."""

    __tablename__ = "call_wish"
    __table_args__ = (
        sa.Index(
            "ix_call_wish_open", "hospital_id", "id",
            postgresql_where=sa.text("answered_at IS NULL"), sqlite_where=sa.text("answered_at IS NULL"),
        ),
        sa.Index("ix_call_wish_case", "case_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    asked_by: Mapped[str] = mapped_column(sa.String(200))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship()


class CallSheet(Base):
    """What a specialist writes down while the talk lasts; finishing it makes the `call` that the gates look at."""

    __tablename__ = "call_sheet"
    __table_args__ = (
        sa.Index(
            "uq_call_sheet_open", "case_id", unique=True,
            postgresql_where=sa.text("finished_at IS NULL"), sqlite_where=sa.text("finished_at IS NULL"),
        ),
        sa.Index("ix_call_sheet_case", "case_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    planned_call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("planned_call.id"))
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"))
    notes: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # {GuideTopic: text}
    participants: Mapped[str] = mapped_column(sa.String(300), default="")
    interpreter: Mapped[InterpreterUse | None] = enum_column(InterpreterUse, nullable=True)
    has_interpreter_joined: Mapped[bool] = mapped_column(default=False)
    may_record: Mapped[bool] = mapped_column(default=False)  # nobody records without a yes
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
