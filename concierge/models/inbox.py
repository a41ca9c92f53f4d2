"""What the inbox keeps: how each talk stands, who is writing right now, reply templates, and what came from outside."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import MessageChannel
from concierge.models.types import UTCDateTime, enum_column, public_id_column


def _index(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(name, *columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


class ThreadHead(Base):
    """How the talk of a case stands, kept true by conversation/inbox/heads.py; the inbox sorts by these columns.

    One of `us_since` and `family_since` is set while the case is open: whose turn it is and since when.
    """

    __tablename__ = "thread_head"
    __table_args__ = (
        _index(
            "ix_thread_head_turn", "hospital_id", "specialist_id", "us_since", "case_id",
            where="us_since IS NOT NULL AND snoozed_until IS NULL",
        ),
        _index(
            "ix_thread_head_all", "hospital_id", "us_since", "case_id",
            where="us_since IS NOT NULL AND snoozed_until IS NULL",
        ),
        _index(
            "ix_thread_head_family", "hospital_id", "specialist_id", "family_since", "case_id",
            where="family_since IS NOT NULL AND snoozed_until IS NULL",
        ),
        _index(
            "ix_thread_head_snoozed", "hospital_id", "specialist_id", "snoozed_until", "case_id",
            where="snoozed_until IS NOT NULL",
        ),
        _index("ix_thread_head_wakes", "snoozed_until", where="snoozed_until IS NOT NULL"),
    )  # fmt: skip

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    specialist_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))  # as in the case
    last_message_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("message.id", ondelete="SET NULL")
    )  # no internal notes
    us_since: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the first words nobody answered
    family_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unread: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    snoozed_by: Mapped[str] = mapped_column(sa.String(120), default="")


class Presence(Base):
    """Somebody of the team has the box of a case open and types; gone by itself when `until` has passed."""

    __tablename__ = "presence"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))  # reply, note
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class ReplyTemplate(Base):
    """One version of a text that the team sends often, in every language in which somebody has written it."""

    __tablename__ = "reply_template"
    __table_args__ = (
        sa.UniqueConstraint("hospital_id", "code", "number"),
        sa.Index(
            "ix_reply_template_current", "hospital_id", "code", unique=True,
            postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(sa.String(120))
    texts: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text with {placeholders}}, English always present
    written_by: Mapped[str] = mapped_column(sa.String(120), default="")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Inbound(Base):
    """A mail or SMS that came by a machine. `provider_id` is unique: the same one is never filed twice."""

    __tablename__ = "inbound"
    __table_args__ = (
        _index("ix_inbound_unmatched", "hospital_id", "id", where="case_id IS NULL AND put_aside_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    provider_id: Mapped[str] = mapped_column(sa.String(64), unique=True)  # hash of kind and Message-ID
    channel: Mapped[MessageChannel] = enum_column(MessageChannel)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    sender: Mapped[str] = mapped_column(sa.String(200))  # an address, or E.164
    sender_name: Mapped[str] = mapped_column(sa.String(200), default="")
    subject: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))  # who files it by hand
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    put_aside_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
