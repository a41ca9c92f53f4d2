"""Preliminary benefit verification: a question to an insurer with a promise of its own, and what was answered."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CheckChannel, CheckState, CoverVerdict, Network, YesNo
from concierge.models.case_payer import CasePayer
from concierge.models.types import UTCDateTime, enum_column, public_id_column

# The condition of the partial indexes: a question must hold it word by word for one of them to serve.
IS_OPEN = sa.text("benefit_check.state IN ('asked', 'not_reachable')")
_OPEN_ROWS = sa.text("state IN ('asked', 'not_reachable')")
OPEN = (CheckState.ASKED, CheckState.NOT_REACHABLE)


class BenefitCheck(Base):
    """What an insurer said on a day. An answer is never changed: who wants to know again asks again."""

    __tablename__ = "benefit_check"
    __table_args__ = (
        sa.CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_has_time"),
        sa.CheckConstraint("(state = 'answered') = (verdict IS NOT NULL)", name="answered_has_verdict"),
        sa.CheckConstraint("coinsurance_percent BETWEEN 0 AND 100", name="coinsurance_is_percent"),
        sa.CheckConstraint("deductible_met_minor BETWEEN 0 AND deductible_minor", name="deductible_met_within"),
        sa.CheckConstraint("own_met_minor BETWEEN 0 AND own_most_minor", name="own_met_within"),
        sa.CheckConstraint("copay_minor >= 0", name="copay_is_positive"),
        sa.CheckConstraint("for_high_minor >= for_low_minor", name="range_is_ordered"),
        sa.Index("ix_benefit_check_case", "case_id", "id"),
        sa.Index(
            "ix_benefit_check_one_open", "payer_id", unique=True,
            postgresql_where=_OPEN_ROWS, sqlite_where=_OPEN_ROWS,
        ),
        sa.Index(
            "ix_benefit_check_due", "hospital_id", "due_at", "id",
            postgresql_where=_OPEN_ROWS, sqlite_where=_OPEN_ROWS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))  # of the case, for the list
    payer_id: Mapped[int] = mapped_column(sa.ForeignKey("case_payer.id"), index=True)
    state: Mapped[CheckState] = enum_column(CheckState, default=CheckState.ASKED)
    asked_of: Mapped[str] = mapped_column(sa.String(200), default="")
    channel: Mapped[CheckChannel | None] = enum_column(CheckChannel, nullable=True)
    asked_by: Mapped[str] = mapped_column(sa.String(200))
    is_by_family: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    late_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[str] = mapped_column(sa.String(200), default="")
    verdict: Mapped[CoverVerdict | None] = enum_column(CoverVerdict, nullable=True)
    network: Mapped[Network | None] = enum_column(Network, nullable=True)
    preauthorisation: Mapped[YesNo | None] = enum_column(YesNo, nullable=True)
    preauthorisation_number: Mapped[str] = mapped_column(sa.String(60), default="")
    abroad: Mapped[YesNo | None] = enum_column(YesNo, nullable=True)  # cover outside the home country
    currency: Mapped[str] = mapped_column(sa.String(3), default="")  # of all amounts of the answer
    deductible_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    deductible_met_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    copay_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    coinsurance_percent: Mapped[int | None]  # what the insured person bears
    own_most_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # out-of-pocket maximum
    own_met_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    exclusions: Mapped[str] = mapped_column(sa.Text, default="")
    call_reference: Mapped[str] = mapped_column(sa.String(60), default="")
    contact_name: Mapped[str] = mapped_column(sa.String(200), default="")
    valid_until: Mapped[date | None]
    # The estimate that stood when this was answered.
    for_low_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    for_high_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    for_currency: Mapped[str] = mapped_column(sa.String(3), default="")
    withdrawn_why: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    payer: Mapped[CasePayer] = relationship(lazy="joined", innerjoin=True)
    tries: Mapped[list["BenefitTry"]] = relationship(lazy="selectin", order_by="BenefitTry.id")

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def deductible(self) -> Money | None:
        return self._money(self.deductible_minor)

    @property
    def deductible_met(self) -> Money | None:
        return self._money(self.deductible_met_minor)

    @property
    def copay(self) -> Money | None:
        return self._money(self.copay_minor)

    @property
    def own_most(self) -> Money | None:
        return self._money(self.own_most_minor)

    @property
    def own_met(self) -> Money | None:
        return self._money(self.own_met_minor)

    @property
    def asked_for(self) -> MoneyRange | None:
        """The estimate for which it was answered."""
        if self.for_low_minor is None or self.for_high_minor is None:
            return None
        return MoneyRange(
            Money(self.for_low_minor, self.for_currency), Money(self.for_high_minor, self.for_currency)
        )


class BenefitTry(Base):
    """A time when nobody was reached, or nobody could answer."""

    __tablename__ = "benefit_try"
    __table_args__ = (sa.Index("ix_benefit_try_check", "check_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("benefit_check.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(sa.String(200))
    channel: Mapped[CheckChannel] = enum_column(CheckChannel)
    note: Mapped[str] = mapped_column(sa.Text, default="")
