"""Who pays for each traveller's part of a booking, and by which rule."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Standing
from concierge.models.types import UTCDateTime, enum_column


class BookingShare(Base):
    """One traveller's part of one booking: written with it, by `booking.benefits.share`.

    `booking` names it as the ledgers do: `stay:12`, `ride:7`, `flight:3`. Without travellers told there is one row
    with `traveller_id` None for everybody. The costs of all rows of a booking are its cost.
    """

    __tablename__ = "booking_share"
    __table_args__ = (
        sa.CheckConstraint("cost_minor IS NULL OR cost_minor >= 0", name="cost_is_no_debt"),
        sa.CheckConstraint("(cost_minor IS NULL) = (currency IS NULL)", name="cost_has_currency"),
        sa.CheckConstraint("(overridden_at IS NULL) = (override_reason = '')", name="override_has_reason"),
        sa.UniqueConstraint("booking", "traveller_id", name="uq_booking_share_traveller"),
        sa.Index("ix_booking_share_case", "case_id", "id"),
        sa.Index("ix_booking_share_overridden", "overridden_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    booking: Mapped[str] = mapped_column(sa.String(30))
    traveller_id: Mapped[int | None] = mapped_column(sa.ForeignKey("traveller.id"))
    benefit: Mapped[Benefit] = enum_column(Benefit)
    standing: Mapped[Standing] = enum_column(Standing)
    reason: Mapped[str] = mapped_column(sa.String(60))  # code of domain/benefits.py
    rule: Mapped[str] = mapped_column(sa.String(20))  # version of the rule that said so
    paid_by: Mapped[str] = mapped_column(sa.String(20))  # patient, payer or hospital
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guarantee.id"))  # which letter grants it
    numbers: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")  # of the reason
    is_own_cost: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # the family wants to pay it
    starts_on: Mapped[date]  # first and last day of the booking
    ends_on: Mapped[date | None]
    cost_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    overridden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    overridden_by: Mapped[str] = mapped_column(sa.String(120), default="")
    override_reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def nights(self) -> int:
        """Of lodging; the day of leaving is none."""
        is_stay = self.benefit is Benefit.LODGING and self.ends_on is not None
        return (self.ends_on - self.starts_on).days if is_stay and self.ends_on else 0

    @property
    def cost(self) -> Money | None:
        return (
            None
            if self.cost_minor is None or self.currency is None
            else Money(self.cost_minor, self.currency)
        )


class BenefitDecision(Base):
    """A person paid for what the rule did not grant: append-only (a trigger), for those who look after compliance.

    It outlives its booking. `standing` and `reason` are what the rule had said; the cost is that of all who travel.
    """

    __tablename__ = "benefit_decision"
    __table_args__ = (
        sa.CheckConstraint("why <> ''", name="decided_with_reason"),
        sa.CheckConstraint("(cost_minor IS NULL) = (currency IS NULL)", name="cost_has_currency"),
        sa.Index("ix_benefit_decision_list", "hospital_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    booking: Mapped[str] = mapped_column(sa.String(30))
    benefit: Mapped[Benefit] = enum_column(Benefit)
    standing: Mapped[Standing] = enum_column(Standing)
    reason: Mapped[str] = mapped_column(sa.String(60))
    numbers: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    paid_by: Mapped[str] = mapped_column(sa.String(20))  # payer or hospital
    people: Mapped[int]
    cost_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    why: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(120))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def cost(self) -> Money | None:
        return (
            None
            if self.cost_minor is None or self.currency is None
            else Money(self.cost_minor, self.currency)
        )
