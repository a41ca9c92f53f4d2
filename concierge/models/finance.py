"""Estimates, deposits, payments and letters of guarantee. CHECK constraints tie a state to its evidence."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.estimate import Share, Totals, totals
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import (
    DepositState,
    EstimateState,
    GuaranteeState,
    PayerKind,
    PayerStanding,
    PaymentMethod,
    PaymentState,
    Phase,
)
from concierge.models.payer import PayerOrganisation
from concierge.models.types import UTCDateTime, enum_column, public_id_column

if TYPE_CHECKING:
    from concierge.models.refund import Refund

_IS_OPEN = sa.text("state IN ('started', 'recorded')")
KNOWN_WHOLLY = (
    "(known_low_minor IS NULL AND known_high_minor IS NULL AND known_cases IS NULL AND known_first_on IS NULL "
    "AND known_last_on IS NULL) OR (known_low_minor IS NOT NULL AND known_high_minor IS NOT NULL "
    "AND known_cases IS NOT NULL AND known_first_on IS NOT NULL AND known_last_on IS NOT NULL "
    "AND known_low_minor > 0 AND known_high_minor >= known_low_minor AND known_cases > 0 "
    "AND known_last_on >= known_first_on)"
)
KNOWN_OF_ISSUED = "known_low_minor IS NULL OR (package_id IS NOT NULL AND issued_at IS NOT NULL)"


class Estimate(Base):
    """A version: draft, then issued (frozen), then superseded by the next."""

    __tablename__ = "estimate"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "number"),
        sa.CheckConstraint("(state = 'draft') = (issued_at IS NULL)", name="issued_has_time"),
        sa.CheckConstraint("understood_at IS NULL OR issued_at IS NOT NULL", name="understood_was_issued"),
        sa.CheckConstraint("margin_percent BETWEEN 0 AND 100", name="margin_is_a_percent"),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> asked_by_id", name="four_eyes"),
        sa.CheckConstraint("approved_at IS NULL OR asked_at IS NOT NULL", name="approved_was_asked"),
        sa.CheckConstraint(KNOWN_WHOLLY, name="known_wholly"),
        sa.CheckConstraint(KNOWN_OF_ISSUED, name="known_of_issued_package"),
        sa.Index(
            "uq_estimate_one_draft",
            "case_id",
            unique=True,
            postgresql_where=sa.text("state = 'draft'"),
            sqlite_where=sa.text("state = 'draft'"),
        ),
        sa.Index(
            "ix_estimate_issued",
            "issued_at",
            "id",
            postgresql_where=sa.text("state = 'issued'"),
            sqlite_where=sa.text("state = 'issued'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    number: Mapped[int]  # 1, 2, 3 … within the case
    state: Mapped[EstimateState] = enum_column(EstimateState, default=EstimateState.DRAFT)
    currency: Mapped[str] = mapped_column(sa.String(3))
    valid_until: Mapped[date | None]
    included: Mapped[str] = mapped_column(sa.Text, default="")
    not_included: Mapped[str] = mapped_column(sa.Text, default="")
    could_change: Mapped[str] = mapped_column(sa.Text, default="")
    text_language: Mapped[str] = mapped_column(sa.String(10), default="en")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    understood_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    understood_by: Mapped[str] = mapped_column(sa.String(200), default="")
    margin_percent: Mapped[int] = mapped_column(default=0, server_default="0")  # of doubt, on the high end
    # what a United States good-faith estimate names besides
    primary_service: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    service_on: Mapped[date | None]  # the day for which it was scheduled when the version was issued
    diagnosis_codes: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    # the second person above the hospital's limit; a change of the draft takes all of it back
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    return_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    renewal_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by the family, after it expired
    package_id: Mapped[int | None] = mapped_column(sa.ForeignKey("package.id"))  # that it began with
    # what finished cases of the package had cost on the day of issue, in the currency of the estimate
    known_low_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    known_high_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    known_cases: Mapped[int | None]
    known_first_on: Mapped[date | None]
    known_last_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    lines: Mapped[list["EstimateLine"]] = relationship(
        lazy="selectin", order_by="EstimateLine.position", cascade="all, delete-orphan"
    )
    shares: Mapped[list["EstimateShare"]] = relationship(
        order_by="EstimateShare.position", cascade="all, delete-orphan"
    )

    @property
    def totals(self) -> Totals:
        return totals(self.lines, self.currency, self.margin_percent)

    @property
    def total(self) -> MoneyRange:
        """From low to high, the margin of doubt included: what cover, clearance and papers are held against."""
        return self.totals.overall


class EstimateLine(Base):
    __tablename__ = "estimate_line"
    __table_args__ = (
        sa.CheckConstraint("low_minor >= 0 AND high_minor >= low_minor", name="range_is_ordered"),
        sa.CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estimate_id: Mapped[int] = mapped_column(sa.ForeignKey("estimate.id"), index=True)
    tariff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tariff.id"), index=True)  # where the price comes from
    position: Mapped[int]
    phase: Mapped[Phase] = enum_column(Phase)
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}, copied from the tariff: issued means frozen
    quantity: Mapped[int]
    low_minor: Mapped[int] = mapped_column(sa.BigInteger)  # for one
    high_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    source: Mapped[str] = mapped_column(sa.String(120), default="")
    source_on: Mapped[date | None]

    @property
    def total(self) -> MoneyRange:
        """Quantity times the range of one."""
        return MoneyRange(
            Money(self.low_minor, self.currency) * self.quantity,
            Money(self.high_minor, self.currency) * self.quantity,
        )

    @property
    def each(self) -> MoneyRange:
        return MoneyRange(Money(self.low_minor, self.currency), Money(self.high_minor, self.currency))


class EstimateShare(Base):
    """The part of an estimate that somebody else than the patient pays; frozen with its version."""

    __tablename__ = "estimate_share"
    __table_args__ = (
        sa.CheckConstraint("(percent IS NULL) <> (amount_minor IS NULL)", name="percent_or_amount"),
        sa.CheckConstraint("percent IS NULL OR percent BETWEEN 1 AND 100", name="percent_in_range"),
        sa.CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="amount_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estimate_id: Mapped[int] = mapped_column(sa.ForeignKey("estimate.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(120))
    payer_kind: Mapped[PayerKind | None] = enum_column(PayerKind, nullable=True)
    percent: Mapped[int | None]
    amount_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def rule(self) -> Share:
        return Share(self.label, self.percent, self.amount)


class Deposit(Base):
    __tablename__ = "deposit"
    __table_args__ = (
        sa.CheckConstraint(
            "(state IN ('paid', 'overpaid', 'refunded')) = (paid_at IS NOT NULL)", name="paid_has_time"
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.Index("ix_deposit_state", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), unique=True)
    reference: Mapped[str] = mapped_column(
        sa.String(20), unique=True
    )  # what the payer writes on the transfer
    pay_token: Mapped[str] = mapped_column(
        sa.String(64), unique=True
    )  # link for somebody else to pay; shows no patient
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deposit_rule.id"))
    state: Mapped[DepositState] = enum_column(DepositState, default=DepositState.REQUESTED)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    on_its_way_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attention: Mapped[str] = mapped_column(sa.String(60), default="")  # code of what is odd
    link_renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # else as old as the request
    link_stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    payments: Mapped[list["Payment"]] = relationship(lazy="selectin", order_by="Payment.id")
    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.id", back_populates="deposit")

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Payment(Base):
    """Money that somebody sent. Recorded by one, confirmed by another (four eyes), by the bank's statement, or by the
    card service.
    """

    __tablename__ = "payment"
    __table_args__ = (
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id", name="four_eyes"),
        sa.CheckConstraint(
            "state <> 'confirmed' OR recorded_by_id IS NULL OR confirmed_by_id IS NOT NULL OR bank_line_id IS NOT NULL",
            name="two_sources",
        ),
        sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_time"),
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.Index("ix_payment_deposit", "deposit_id", "id"),
        sa.Index("ix_payment_open", "state", "id", postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    deposit_id: Mapped[int] = mapped_column(sa.ForeignKey("deposit.id"))
    method: Mapped[PaymentMethod] = enum_column(PaymentMethod)
    state: Mapped[PaymentState] = enum_column(PaymentState)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    payer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    payer_email: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # for the receipt
    payer_language: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    received_on: Mapped[date | None]
    provider_id: Mapped[str | None] = mapped_column(sa.String(80), unique=True)  # PaymentIntent
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    failure_code: Mapped[str] = mapped_column(sa.String(60), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    bank_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bank_line.id"), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Guarantee(Base):
    """A letter of guarantee: the other door to financial clearance."""

    __tablename__ = "guarantee"
    __table_args__ = (
        sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="decided_has_time"),
        sa.CheckConstraint("valid_until >= valid_from", name="dates_are_ordered"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="four_eyes"),
        sa.Index("ix_guarantee_case", "case_id", "id"),
        sa.Index("ix_guarantee_state", "state", "valid_until", "id"),
        sa.Index("ix_guarantee_organisation", "organisation_id", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    issuer: Mapped[str] = mapped_column(sa.String(200))
    number: Mapped[str] = mapped_column(sa.String(60))
    person_name: Mapped[str] = mapped_column(sa.String(200))
    passport_number: Mapped[str] = mapped_column(sa.String(20), default="")
    services: Mapped[list] = mapped_column(sa.JSON, default=list)  # phases covered
    ceiling_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payer_organisation.id"))
    state: Mapped[GuaranteeState] = enum_column(GuaranteeState, default=GuaranteeState.RECORDED)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refusal: Mapped[str] = mapped_column(sa.Text, default="")
    appeal: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # what we answered to the issuer
    override_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # accepted against a stop

    organisation: Mapped[PayerOrganisation | None] = relationship(lazy="joined")

    @property
    def ceiling(self) -> Money:
        return Money(self.ceiling_minor, self.currency)

    def with_currency(self, minor: int) -> Money:
        """An amount of an amendment, which is in the letter's currency."""
        return Money(minor, self.currency)

    @property
    def is_guarantor_stopped(self) -> bool:
        return self.organisation is not None and self.organisation.standing is PayerStanding.STOP_LISTED
