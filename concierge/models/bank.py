"""Bank statements as the bank sent them, and what became of each of their lines. CHECKs keep the sums."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import AsideReason, BankLineState, StatementFormat
from concierge.models.hospital import Hospital
from concierge.models.types import UTCDateTime, enum_column, public_id_column

_IS_OPEN = sa.text("state IN ('unmatched', 'part_matched')")


class BankStatement(Base):
    """One statement of one account; the file it came in lies sealed in the storage."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        sa.UniqueConstraint("hospital_id", "key"),
        sa.Index("ix_bank_statement_hospital", "hospital_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    key: Mapped[str] = mapped_column(sa.String(64))  # domain.statements.statement_key
    format: Mapped[StatementFormat] = enum_column(StatementFormat)
    account: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[str] = mapped_column(sa.String(60))
    currency: Mapped[str] = mapped_column(sa.String(3))
    opening_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # None where the file states no balances
    closing_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    gap_minor: Mapped[int | None] = mapped_column(
        sa.BigInteger
    )  # zero: opening and lines make the closing balance
    line_count: Mapped[int]  # in the file; those known already stay with the statement that brought them
    new_count: Mapped[int]
    file_name: Mapped[str] = mapped_column(sa.String(200))
    storage_key: Mapped[str] = mapped_column(sa.String(64))
    imported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    hospital: Mapped[Hospital] = relationship(lazy="joined", innerjoin=True)

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)

    @property
    def opening(self) -> Money | None:
        return self._money(self.opening_minor)

    @property
    def closing(self) -> Money | None:
        return self._money(self.closing_minor)

    @property
    def gap(self) -> Money | None:
        return self._money(self.gap_minor)


class BankLine(Base):
    """One booking of a statement: positive came in, negative went out. `left` is what has not found its case yet."""

    __tablename__ = "bank_line"
    __table_args__ = (
        sa.UniqueConstraint("hospital_id", "key"),
        sa.CheckConstraint(
            "(left_minor BETWEEN 0 AND amount_minor) OR (left_minor BETWEEN amount_minor AND 0)",
            name="left_within_amount",
        ),
        sa.CheckConstraint("state <> 'matched' OR left_minor = 0", name="matched_has_nothing_left"),
        sa.CheckConstraint(
            "state <> 'unmatched' OR left_minor = amount_minor", name="unmatched_has_all_left"
        ),
        sa.CheckConstraint("(state = 'set_aside') = (aside_reason IS NOT NULL)", name="aside_has_reason"),
        sa.Index("ix_bank_line_open", "booked_on", "id", postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN),
        sa.Index("ix_bank_line_state", "state", "booked_on", "id"),
        sa.Index("ix_bank_line_statement", "statement_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_statement.id"))
    key: Mapped[str] = mapped_column(sa.String(64))  # domain.statements.line_keys
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    left_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    booked_on: Mapped[date]
    valued_on: Mapped[date | None]
    bank_id: Mapped[str] = mapped_column(sa.String(80), default="")
    payer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    payer_account: Mapped[str] = mapped_column(sa.String(60), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    end_to_end: Mapped[str] = mapped_column(sa.String(80), default="")
    raw: Mapped[str] = mapped_column(sa.Text, default="")
    hints: Mapped[list] = mapped_column(sa.JSON, default=list)  # ids of deposits, the likeliest first
    state: Mapped[BankLineState] = enum_column(BankLineState, default=BankLineState.UNMATCHED)
    aside_reason: Mapped[AsideReason | None] = enum_column(AsideReason, nullable=True)
    aside_note: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("staff_user.id")
    )  # who matched or set aside last
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    hospital: Mapped[Hospital] = relationship(lazy="joined", innerjoin=True)
    statement: Mapped[BankStatement] = relationship(lazy="joined", innerjoin=True)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def left(self) -> Money:
        return Money(self.left_minor, self.currency)

    @property
    def is_incoming(self) -> bool:
        return self.amount_minor > 0

    @property
    def is_open(self) -> bool:
        return self.state in (BankLineState.UNMATCHED, BankLineState.PART_MATCHED)
