"""A message in: the contact form's draft, and the enquiry that stands at the start of a case."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from concierge.db import Base
from concierge.domain.vocabulary import CameBy, HelpWanted, Urgency, Writer
from concierge.models.accounts import StaffUser
from concierge.models.case import Case
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class ContactDraft(Base):
    """A half-filled contact form, to be resumed on this or another phone. Deleted when sent or after 30 days."""

    __tablename__ = "contact_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    answers: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Enquiry(Base):
    __tablename__ = "enquiry"
    __table_args__ = (
        # The queue: untaken, urgent before all others, then by promise. Partial, because almost every enquiry is taken.
        sa.Index(
            "ix_enquiry_queue", "hospital_id", "queue_rank", "promise_due_at", "id",
            postgresql_where=sa.text("taken_by_id IS NULL"), sqlite_where=sa.text("taken_by_id IS NULL"),
        ),
        sa.Index("ix_enquiry_received", "hospital_id", "received_at"),
        sa.CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_has_time"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), unique=True)
    came_by: Mapped[CameBy] = enum_column(CameBy, default=CameBy.FORM)
    urgency: Mapped[Urgency] = enum_column(
        Urgency, default=Urgency.ROUTINE, server_default=Urgency.ROUTINE.value
    )
    queue_rank: Mapped[int] = mapped_column(sa.SmallInteger, default=1, server_default="1")  # 0 urgent; see below
    writer: Mapped[Writer] = enum_column(Writer)
    writer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    help_wanted: Mapped[HelpWanted] = enum_column(HelpWanted)
    story: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(10))  # locale in which it was written
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    promise_due_at: Mapped[datetime] = mapped_column(
        UTCDateTime
    )  # first reply, in the hospital's working time
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # specialists: the promise ends soon
    late_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # leads: the promise is past

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    taken_by: Mapped[StaffUser | None] = relationship()

    @validates("urgency")
    def _rank(self, _key: str, urgency: Urgency) -> Urgency:
        """The queue is read along an index of ascending columns; words of urgency have no such order."""
        self.queue_rank = 0 if urgency is Urgency.URGENT else 1
        return urgency
