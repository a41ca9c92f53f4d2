"""The reviewers' signed decisions and the hospital's answer to the patient."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import DecisionOutcome, PatientAnswer
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Decision(Base):
    """Signed once and never changed; the newest one counts. Invisible to the patient until `told_at`."""

    __tablename__ = "decision"
    __table_args__ = (sa.Index("ix_decision_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    outcome: Mapped[DecisionOutcome] = enum_column(DecisionOutcome)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # for the team
    patient_text: Mapped[str] = mapped_column(sa.Text, default="")  # for the family, in `text_language`
    text_language: Mapped[str] = mapped_column(sa.String(10), default="en")
    alternatives: Mapped[str] = mapped_column(sa.Text, default="")
    asked_records: Mapped[list] = mapped_column(sa.JSON, default=list)  # RecordKind values, for *need more*
    proposed_tests: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_days: Mapped[int] = mapped_column(default=4)
    signed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    signed_by_name: Mapped[str] = mapped_column(sa.String(120))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"))


class Answer(Base):
    """The acceptance of one case: the patient's answer, the dates held, and the visa letter."""

    __tablename__ = "answer"
    __table_args__ = (sa.Index("ix_answer_evaluation", "evaluation_from", "case_id"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    reply: Mapped[PatientAnswer | None] = enum_column(PatientAnswer, nullable=True)
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replied_by: Mapped[str] = mapped_column(sa.String(200), default="")
    question: Mapped[str] = mapped_column(sa.Text, default="")
    evaluation_from: Mapped[date | None]
    evaluation_to: Mapped[date | None]
    dates_held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    visa_letter_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    visa_code: Mapped[str | None] = mapped_column(sa.String(16), unique=True)  # printed on the letter
    visa_withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    trip_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
