"""Messages waiting to leave, reminders waiting to become messages, and what keeps things from happening twice."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.models.types import UTCDateTime, public_id_column


class OutboxMessage(Base):
    """One mail or SMS to one person. Rendered by the sender in the recipient's language; what was sent is kept."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        sa.Index(
            "ix_outbox_message_due",
            "due_at",
            "id",
            postgresql_where=sa.text("state IN ('queued', 'claimed')"),
            sqlite_where=sa.text("state IN ('queued', 'claimed')"),
        ),
        # What could not be delivered: few rows, shown beside the talk.
        sa.Index(
            "ix_outbox_message_failed",
            "case_id",
            "id",
            postgresql_where=sa.text("state = 'failed'"),
            sqlite_where=sa.text("state = 'failed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    key: Mapped[str] = mapped_column(
        sa.String(120), unique=True
    )  # the same fact is never announced twice; also the Message-ID
    event: Mapped[str] = mapped_column(sa.String(40))  # folder below templates/messages/
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    medium: Mapped[str] = mapped_column(sa.String(10), default="email", server_default="email")  # email, sms
    recipient: Mapped[str] = mapped_column(sa.String(200))  # an address, or E.164 for an SMS
    language: Mapped[str] = mapped_column(sa.String(10))
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    context: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    state: Mapped[str] = mapped_column(
        sa.String(10), default="queued"
    )  # queued, claimed, sent, failed, cancelled
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    subject: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")


class Reminder(Base):
    """A future intent, relative to a date of the case; re-dated when the date moves, cancelled with the case."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.Index(
            "ix_reminder_due",
            "due_at",
            "id",
            postgresql_where=sa.text("state = 'planned'"),
            sqlite_where=sa.text("state = 'planned'"),
        ),
        sa.Index("ix_reminder_case", "case_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(sa.String(10), default="planned")  # planned, enqueued, cancelled
    context: Mapped[dict] = mapped_column(sa.JSON, default=dict)


class UsedForm(Base):
    """The one-time token of a submitted form and where it led first: a double click changes nothing twice."""

    __tablename__ = "used_form"

    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    led_to: Mapped[str] = mapped_column(sa.String(400))


class JobLease(Base):
    """Which process may run the jobs (SQLite; PostgreSQL uses an advisory lock)."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(80))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class ParkedForm(Base):
    """What somebody typed when their sign-in had run out; given back to the same person only, then deleted."""

    __tablename__ = "parked_form"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(300))
    answers: Mapped[dict] = mapped_column(sa.JSON)
    parked_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("portal_account.id"))
