"""What uses a letter of guarantee up: its amendments, the services that are booked on it, the swap for a deposit."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, GuaranteeState, PaymentMethod, Phase, ServiceState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class GuaranteeAmendment(Base):
    """The guarantor changes a letter; counts once a second person accepts it. The letter's row has what is in force."""

    __tablename__ = "guarantee_amendment"
    __table_args__ = (
        sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="decided_has_time"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="four_eyes"),
        sa.CheckConstraint("ceiling_minor > 0", name="ceiling_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    guarantee_id: Mapped[int] = mapped_column(sa.ForeignKey("guarantee.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    ceiling_minor: Mapped[int] = mapped_column(sa.BigInteger)  # in the letter's currency
    valid_until: Mapped[date]
    services: Mapped[list] = mapped_column(sa.JSON)
    before: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # what was in force until it was accepted
    state: Mapped[GuaranteeState] = enum_column(GuaranteeState, default=GuaranteeState.RECORDED)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refusal: Mapped[str] = mapped_column(sa.Text, default="")


class CaseService(Base):
    """One service of a case on its way from booked to paid. Without a letter the patient pays it."""

    __tablename__ = "case_service"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint("quantity > 0", name="quantity_is_positive"),
        sa.CheckConstraint(
            "(state IN ('performed', 'billed', 'paid')) = (performed_on IS NOT NULL)",
            name="performed_has_day",
        ),
        sa.CheckConstraint("(state IN ('billed', 'paid')) = (billed_on IS NOT NULL)", name="billed_has_day"),
        sa.CheckConstraint("(billed_on IS NULL) = (due_on IS NULL)", name="bill_has_due_day"),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid_has_day"),
        sa.Index("ix_case_service_case", "case_id", "id"),
        sa.Index("ix_case_service_letter", "letter_id", "state", "due_on"),
        sa.Index("ix_case_service_booking", "booking"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    estimate_line_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("estimate_line.id")
    )  # where the amount is from
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guarantee.id"))  # which letter pays
    phase: Mapped[Phase] = enum_column(Phase)
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[dict] = mapped_column(sa.JSON)
    quantity: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)  # of all of them
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[ServiceState] = enum_column(ServiceState, default=ServiceState.BOOKED)
    booking: Mapped[str] = mapped_column(
        sa.String(30), default="", server_default=""
    )  # of the trip: `stay:12`
    override_reason: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # why on a letter that does not cover it
    booked_by: Mapped[str] = mapped_column(sa.String(200))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    scheduled_on: Mapped[date]
    performed_on: Mapped[date | None]
    billed_on: Mapped[date | None]
    bill_number: Mapped[str] = mapped_column(sa.String(60), default="")
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    paid_by_method: Mapped[PaymentMethod | None] = enum_column(PaymentMethod, nullable=True)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


_LIVE = sa.text("undone_at IS NULL")


class DepositSwap(Base):
    """A letter takes the place of a deposit: one act, undone as one while nothing was sent back."""

    __tablename__ = "deposit_swap"
    __table_args__ = (
        sa.Index(
            "uq_deposit_swap_live", "deposit_id", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE
        ),
        sa.Index("ix_deposit_swap_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    guarantee_id: Mapped[int] = mapped_column(sa.ForeignKey("guarantee.id"))
    deposit_id: Mapped[int] = mapped_column(sa.ForeignKey("deposit.id"))
    refunds: Mapped[list] = mapped_column(sa.JSON, default=list)  # public ids of what sends the money back
    state_before: Mapped[DepositState] = enum_column(DepositState)
    made_by: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_by: Mapped[str] = mapped_column(sa.String(200), default="")
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
