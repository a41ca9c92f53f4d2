"""Money that goes back to who paid it. The rules are in domain/refund.py; a trigger refuses more than was paid."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod, RefundReason, RefundState
from concierge.models.finance import Deposit, Payment
from concierge.models.types import UTCDateTime, enum_column, public_id_column

_IS_VOID = "state IN ('withdrawn', 'refused')"


class Refund(Base):
    """A part or all of one payment, in its currency. Each step keeps who and when; `version` tells old pages apart."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="four_eyes"),
        sa.CheckConstraint(
            "(state NOT IN ('proposed', 'refused')) = (approved_at IS NOT NULL) OR state = 'withdrawn'",
            name="approved_has_time",
        ),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_has_person"),
        sa.CheckConstraint("state NOT IN ('sent', 'done') OR sent_on IS NOT NULL", name="sent_has_day"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
        sa.CheckConstraint(f"({_IS_VOID}) = (ended_at IS NOT NULL)", name="ended_has_time"),
        sa.CheckConstraint(
            "receiver_reason = '' OR (proposed_by_id IS NOT NULL AND method <> 'card')", name="other_receiver"
        ),
        sa.Index("ix_refund_state", "state", "promised_on", "id"),
        sa.Index("ix_refund_deposit", "deposit_id", "id"),
        sa.Index("ix_refund_payment", "payment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    deposit_id: Mapped[int] = mapped_column(sa.ForeignKey("deposit.id"))
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"))
    auto_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)  # a surplus is proposed once
    state: Mapped[RefundState] = enum_column(RefundState, default=RefundState.PROPOSED)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[RefundReason] = enum_column(RefundReason)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # for the team
    method: Mapped[PaymentMethod] = enum_column(PaymentMethod)
    receiver: Mapped[str] = mapped_column(
        sa.String(200), default=""
    )  # as the bank or the card showed the payer
    receiver_reason: Mapped[str] = mapped_column(sa.Text, default="")  # why to somebody else than the payer
    promised_on: Mapped[date]
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))  # None: the system
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    attempt: Mapped[int] = mapped_column(default=0)  # how often it was sent: each sending is posted once
    sent_on: Mapped[date | None]
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    bank_reference: Mapped[str] = mapped_column(sa.String(80), default="")
    provider_id: Mapped[str | None] = mapped_column(sa.String(80), unique=True)  # at the card service
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    came_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failure_code: Mapped[str] = mapped_column(sa.String(60), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # withdrawn or refused
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # advocates: the promise ends soon
    late_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # leads: it is past
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    deposit: Mapped[Deposit] = relationship(back_populates="refunds")
    payment: Mapped[Payment] = relationship(lazy="joined", innerjoin=True)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_automatic(self) -> bool:
        return self.proposed_by_id is None
