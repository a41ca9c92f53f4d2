"""What stands beside a deposit: former requests, links that ended, lists that left the house."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.money import Money
from concierge.models.types import UTCDateTime, public_id_column


class DepositRequest(Base):
    """What was asked for, each time it was asked: a new rule makes a new request and never changes an old one."""

    __tablename__ = "deposit_request"
    __table_args__ = (sa.Index("ix_deposit_request", "deposit_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(sa.ForeignKey("deposit.id"))
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deposit_rule.id"))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    due_on: Mapped[date]
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by: Mapped[str] = mapped_column(sa.String(200))
    reason: Mapped[str] = mapped_column(sa.String(500))

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class EndedPayLink(Base):
    """A pay link that was replaced: whoever still has it reads a kind page, not an error."""

    __tablename__ = "ended_pay_link"

    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    deposit_id: Mapped[int] = mapped_column(sa.ForeignKey("deposit.id"), index=True)
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DepositExport(Base):
    """Somebody took a list of deposits out of the house: who, when, what for."""

    __tablename__ = "deposit_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    tab: Mapped[str] = mapped_column(sa.String(20))
    purpose: Mapped[str] = mapped_column(sa.String(300))
