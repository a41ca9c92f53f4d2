"""A hospital and the rules it sets for itself: law, currency and calendar belong to this row, never to the program."""

from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.clocks import WorkingCalendar
from concierge.domain.money import Money
from concierge.domain.vocabulary import CancerType, DepositGate, FirmFrom, ImagesRule, RecordKind
from concierge.models.types import enum_column


class Hospital(Base):
    __tablename__ = "hospital"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}, English always present
    city: Mapped[dict] = mapped_column(sa.JSON)
    address: Mapped[dict] = mapped_column(sa.JSON)
    local_address: Mapped[str] = mapped_column(sa.Text, default="")  # in the script a taxi driver reads
    country: Mapped[str] = mapped_column(sa.String(2))
    timezone: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3))
    phone: Mapped[str] = mapped_column(sa.String(20))  # E.164
    email: Mapped[str] = mapped_column(sa.String(200))
    working_days: Mapped[list] = mapped_column(sa.JSON)  # Monday is 0
    opens: Mapped[time] = mapped_column(sa.Time)
    closes: Mapped[time] = mapped_column(sa.Time)
    # promises
    first_reply_hours: Mapped[int] = mapped_column(default=4)
    call_days: Mapped[int] = mapped_column(default=1)
    records_days: Mapped[int] = mapped_column(default=3)
    decision_days: Mapped[int] = mapped_column(default=7)
    estimate_days: Mapped[int] = mapped_column(default=3)
    refund_days: Mapped[int] = mapped_column(default=10)
    benefit_check_days: Mapped[int] = mapped_column(default=2, server_default="2")
    # rules of money
    deposit_gate: Mapped[DepositGate] = enum_column(DepositGate, default=DepositGate.BEFORE_EVALUATION)
    deposit_days: Mapped[int] = mapped_column(default=7)
    payment_methods: Mapped[list] = mapped_column(
        sa.JSON
    )  # [{"method": "card", "lead_days": 0}, …] in the order offered
    bank_account: Mapped[dict] = mapped_column(sa.JSON)  # {"holder", "bank", "iban" or "account", "swift"}
    transfer_tolerance_minor: Mapped[int] = mapped_column(default=5000)
    # Up to here a transfer that fits exactly is confirmed by one person and the statement; 0: always by two persons.
    four_eyes_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    statement_layout: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")  # text files of the bank
    has_us_estimate_rules: Mapped[bool] = mapped_column(default=False)
    npi: Mapped[str | None] = mapped_column(sa.String(10))  # numbers of a provider in the United States
    tin: Mapped[str | None] = mapped_column(sa.String(12))
    # Above this total a second person approves an estimate before it is issued; None: never.
    estimate_approval_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    # From which fact on bookings of a visit become firm (domain/firmness.py).
    firm_from: Mapped[FirmFrom] = enum_column(
        FirmFrom, default=FirmFrom.PATIENT_YES, server_default=FirmFrom.PATIENT_YES
    )
    refund_rule: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text} shown above the pay button
    images_rule: Mapped[ImagesRule] = enum_column(ImagesRule, default=ImagesRule.UPLOAD)
    languages: Mapped[list] = mapped_column(sa.JSON)
    # Countries for which this hospital has a rule that lets its doctors see a patient there by video.
    telehealth_countries: Mapped[list] = mapped_column(sa.JSON, default=list, server_default="[]")
    driving_rules: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")  # domain/dispatch.Rules

    holidays: Mapped[list["Holiday"]] = relationship(order_by="Holiday.on")

    def text(self, field: str, locale: str) -> str:
        """A hospital-authored text in this locale, else in English."""
        texts: dict = getattr(self, field)
        return texts.get(locale) or texts["en"]

    @property
    def approval_limit(self) -> Money | None:
        """Above this an estimate needs a second person; None: never."""
        limit = self.estimate_approval_minor
        return None if limit is None else Money(limit, self.currency)

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(
            self.timezone,
            frozenset(self.working_days),
            self.opens,
            self.closes,
            frozenset(h.on for h in self.holidays),
        )


class Holiday(Base):
    __tablename__ = "holiday"

    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))


class RecordRule(Base):
    """One item of the records checklist of a hospital for a cancer type (None: every type)."""

    __tablename__ = "record_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    cancer_type: Mapped[CancerType | None] = enum_column(CancerType, nullable=True)
    kind: Mapped[RecordKind] = enum_column(RecordKind)
    is_minimum: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
