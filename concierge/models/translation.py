"""What is to be translated, what was translated before, and the words that must be kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import DeskReason, DeskState
from concierge.models.case import Case
from concierge.models.conversation import Message
from concierge.models.enquiry import Enquiry
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Translation(Base):
    """One text on its way into the other side's language: first the engine, and the desk where a person must look.

    The text is a message, or what an enquiry says: such a row never goes to the desk, and its `draft` is what is shown.
    `state` is the engine's part: queued, claimed, done, none (no engine can). `draft` is the machine's text.
    """

    __tablename__ = "translation"
    __table_args__ = (
        sa.CheckConstraint("(message_id IS NULL) <> (enquiry_id IS NULL)", name="one_text"),
        sa.Index(
            "ix_translation_due",
            "due_at",
            "id",
            postgresql_where=sa.text("state IN ('queued', 'claimed')"),
            sqlite_where=sa.text("state IN ('queued', 'claimed')"),
        ),
        sa.Index(
            "ix_translation_desk",
            "risk",
            "wanted_at",
            "id",
            postgresql_where=sa.text("desk = 'waiting'"),
            sqlite_where=sa.text("desk = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message.id"), unique=True)
    enquiry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enquiry.id"), unique=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    source: Mapped[str] = mapped_column(sa.String(10))
    target: Mapped[str] = mapped_column(sa.String(10))
    # the engine
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.String(40), default="")
    draft: Mapped[str] = mapped_column(sa.Text, default="")
    engine: Mapped[str] = mapped_column(sa.String(40), default="")
    drafted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    alarms: Mapped[list] = mapped_column(sa.JSON, default=list)  # [{"code", "source": […], "target": […]}]
    # the desk
    desk: Mapped[DeskState] = enum_column(DeskState, default=DeskState.NONE)
    reason: Mapped[DeskReason | None] = enum_column(DeskReason, nullable=True)
    risk: Mapped[int] = mapped_column(default=0)
    wanted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    taken_by: Mapped[str] = mapped_column(sa.String(200), default="")
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_by: Mapped[str] = mapped_column(sa.String(200), default="")
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    message: Mapped[Message] = relationship(lazy="joined")  # None only where there is an enquiry
    enquiry: Mapped[Enquiry | None] = relationship()
    case: Mapped[Case] = relationship()


class TranslationMemory(Base):
    """What was translated before in this hospital, found by the hash of its source: the source itself is not kept.

    A row without an engine was checked by a person, and goes before every machine.
    """

    __tablename__ = "translation_memory"
    __table_args__ = (sa.UniqueConstraint("key", "engine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    engine: Mapped[str] = mapped_column(sa.String(40), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    checked_by: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class GlossaryTerm(Base):
    """A word with the forms that may stand for it in other languages. Never overwritten, only ended.

    Without a hospital it belongs to the group. A protected one (a medicine, a name) must stand in both texts.
    """

    __tablename__ = "glossary_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    term: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(10))
    forms: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # {locale: [form, …]}
    is_protected: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
