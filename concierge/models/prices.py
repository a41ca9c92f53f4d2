"""What a hospital asks for: tariffs, packages made of them, the table of deposits, and what finished cases really cost.

Nothing here is overwritten, only ended. That two of a kind never hold on the same day is guarded by the database, in
both kinds (migrations/no_overlap.py).
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType, PayerKind, Phase, Programme
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Tariff(Base):
    """A service with its low and high price. At most one of a hospital and code holds on a day."""

    __tablename__ = "tariff"
    __table_args__ = (sa.Index("ix_tariff_lookup", "hospital_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    phase: Mapped[Phase] = enum_column(Phase)
    low_minor: Mapped[int] = mapped_column(sa.BigInteger)
    high_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    source: Mapped[str] = mapped_column(sa.String(120))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day; the day before the first where it never came into force
    made_by: Mapped[str] = mapped_column(
        sa.String(120), default="", server_default=""
    )  # empty: came with the hospital
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")

    @property
    def range(self) -> MoneyRange:
        return MoneyRange(Money(self.low_minor, self.currency), Money(self.high_minor, self.currency))


class Package(Base):
    """The usual services for an illness and a programme. At most one of a hospital and code holds on a day."""

    __tablename__ = "package"
    __table_args__ = (sa.Index("ix_package_lookup", "hospital_id", "programme", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    cancer_type: Mapped[CancerType | None] = enum_column(CancerType, nullable=True)  # None: any
    programme: Mapped[Programme] = enum_column(Programme)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(
        sa.String(120), default="", server_default=""
    )  # empty: came with the hospital
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")

    lines: Mapped[list["PackageLine"]] = relationship(lazy="selectin", order_by="PackageLine.position")


class PackageLine(Base):
    """So many of a service; the price is that of the day on which an estimate is made."""

    __tablename__ = "package_line"
    __table_args__ = (
        sa.UniqueConstraint("package_id", "position"),
        sa.CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(sa.ForeignKey("package.id"))
    position: Mapped[int]
    tariff_code: Mapped[str] = mapped_column(sa.String(20), index=True)
    phase: Mapped[Phase] = enum_column(Phase)
    quantity: Mapped[int]
    is_optional: Mapped[bool] = mapped_column(default=False)  # offered, not in the sum


class CaseActual(Base):
    """What the evaluation of a finished case has really cost, all lines of its package together."""

    __tablename__ = "case_actual"
    __table_args__ = (
        sa.CheckConstraint("total_minor > 0", name="total_is_positive"),
        sa.Index("ix_case_actual_package", "package_id", "finished_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(sa.ForeignKey("package.id"))
    # None: a case of the time before, of which only the total was brought along.
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), unique=True)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    finished_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(sa.String(120))

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class DepositRule(Base):
    """One row of the table of deposits. It counts once a second person has approved it."""

    __tablename__ = "deposit_rule"
    __table_args__ = (
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="four_eyes"),
        sa.Index("ix_deposit_rule_lookup", "hospital_id", "cancer_type", "payer_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    cancer_type: Mapped[CancerType | None] = enum_column(CancerType, nullable=True)  # None: any
    payer_kind: Mapped[PayerKind | None] = enum_column(PayerKind, nullable=True)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("staff_user.id")
    )  # None: came with the hospital
    proposed_by: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("deposit_rule.id")
    )  # ends when this is approved
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    approved_by: Mapped[str] = mapped_column(sa.String(120), default="")  # empty: a proposal
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_approved(self) -> bool:
        return self.approved_by != ""


class PriceImport(Base):
    """A file of tariffs that was read and found whole; it changes nothing until somebody imports it."""

    __tablename__ = "price_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[str] = mapped_column(sa.Text)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_by: Mapped[str] = mapped_column(sa.String(120))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[str] = mapped_column(sa.String(120), default="")
