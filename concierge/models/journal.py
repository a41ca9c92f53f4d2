"""The journal of a case, append-only (a trigger refuses update and delete): entries and their lines."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.journal import Account, Happening
from concierge.domain.money import Money
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class JournalEntry(Base):
    """What was written in one go. `fact` says what it is about, so that the same thing is never posted twice."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_case", "case_id", "id"),
        sa.Index("ix_journal_entry_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    happening: Mapped[Happening] = enum_column(Happening)
    fact: Mapped[str] = mapped_column(sa.String(120), unique=True)  # "payment:Ab3…", "refund:Xy…:sent"
    actor_kind: Mapped[str] = mapped_column(sa.String(10))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(200))

    lines: Mapped[list["JournalLine"]] = relationship(lazy="selectin", order_by="JournalLine.id")


class JournalLine(Base):
    """One amount in one account: a debit when positive, a credit when negative."""

    __tablename__ = "journal_line"
    __table_args__ = (sa.CheckConstraint("amount_minor <> 0", name="amount_is_not_zero"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("journal_entry.id"), index=True)
    account: Mapped[Account] = enum_column(Account)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class JournalExport(Base):
    """Entries that left the house as a file: who took them, of what, and for which purpose. Append-only."""

    __tablename__ = "journal_export"
    __table_args__ = (sa.CheckConstraint("(month = '') = (case_id IS NOT NULL)", name="of_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    staff_name: Mapped[str] = mapped_column(sa.String(200))
    purpose: Mapped[str] = mapped_column(sa.String(300))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    month: Mapped[str] = mapped_column(sa.String(7), default="")  # "2026-11": of all cases of these hospitals
