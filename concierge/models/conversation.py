"""The thread of a case (portal messages, internal notes) and the calls that were held."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    MessageChannel,
    MessageKind,
    TranslationState,
)
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Message(Base):
    """Original and translation always together; the label says who translated."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_thread", "case_id", "id"),
        # What families wrote and nobody of us has read: few rows, whatever the size of the threads.
        sa.Index(
            "ix_message_unread",
            "case_id",
            "id",
            postgresql_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
            sqlite_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    kind: Mapped[MessageKind] = enum_column(MessageKind)
    channel: Mapped[MessageChannel] = enum_column(
        MessageChannel, default=MessageChannel.PORTAL, server_default=MessageChannel.PORTAL.value
    )
    author_kind: Mapped[str] = mapped_column(sa.String(10))
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(10))
    translation: Mapped[str] = mapped_column(sa.Text, default="")
    translation_language: Mapped[str] = mapped_column(sa.String(10), default="")
    translation_state: Mapped[TranslationState] = enum_column(
        TranslationState, default=TranslationState.NOT_NEEDED
    )
    translation_engine: Mapped[str] = mapped_column(sa.String(40), default="")
    checked_by: Mapped[str] = mapped_column(sa.String(120), default="")
    translated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What a person has to check before it leaves: codes of domain/critical.py, with commas between them.
    critical: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    # Waits for a translator: nothing that the family reads may ask for such a row.
    is_held: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # first read by the other side


class Call(Base):
    """A call that took place (or did not): the proof behind three gates."""

    __tablename__ = "call"
    __table_args__ = (sa.Index("ix_call_case", "case_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    purpose: Mapped[CallPurpose] = enum_column(CallPurpose)
    outcome: Mapped[CallOutcome] = enum_column(CallOutcome)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int] = mapped_column(default=0)
    participants: Mapped[str] = mapped_column(sa.String(300), default="")
    interpreter: Mapped[InterpreterUse] = enum_column(InterpreterUse, default=InterpreterUse.NOT_NEEDED)
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
