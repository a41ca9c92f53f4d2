"""Payer organisations of a hospital: whether we take their letters, who is who there, what was agreed and said."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.benefits import Agreement
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, LiaisonWay, PayerKind, PayerStanding
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class PayerOrganisation(Base):
    """An embassy, insurer, employer, sponsor or broker. The exposure limit is in the hospital's currency."""

    __tablename__ = "payer_organisation"
    __table_args__ = (
        sa.CheckConstraint("standing <> 'stop_listed' OR standing_reason <> ''", name="stop_has_reason"),
        sa.CheckConstraint(
            "exposure_limit_minor IS NULL OR exposure_limit_minor > 0", name="limit_is_positive"
        ),
        sa.Index("ix_payer_organisation_list", "hospital_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    name: Mapped[str] = mapped_column(sa.String(200))  # in any script
    kind: Mapped[PayerKind] = enum_column(PayerKind)
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    standing: Mapped[PayerStanding] = enum_column(PayerStanding, default=PayerStanding.NOT_CHECKED)
    standing_reason: Mapped[str] = mapped_column(sa.Text, default="")
    standing_by: Mapped[str] = mapped_column(sa.String(200), default="")
    standing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    exposure_limit_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    exposure_currency: Mapped[str] = mapped_column(sa.String(3))
    most_overdue_days: Mapped[int | None]  # a bill older than this stops new letters
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def exposure_limit(self) -> Money | None:
        if self.exposure_limit_minor is None:
            return None
        return Money(self.exposure_limit_minor, self.exposure_currency)


class PayerKey(Base):
    """What a typed name is looked up by (domain/names.py)."""

    __tablename__ = "payer_key"
    __table_args__ = (sa.Index("ix_payer_key_key", "key", "organisation_id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("payer_organisation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class PayerContact(Base):
    """Somebody who works there; ended, not deleted, when they left."""

    __tablename__ = "payer_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("payer_organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    ended_on: Mapped[date | None]


class PayerAgreement(Base):
    """What was agreed; never overwritten, only ended. `number` is ours."""

    __tablename__ = "payer_agreement"
    __table_args__ = (
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates_are_ordered"),
        sa.CheckConstraint("payment_days >= 0", name="payment_days_are_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("payer_organisation.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(60))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    benefits: Mapped[list] = mapped_column(sa.JSON, default=list)
    companions: Mapped[int | None]  # these limits: see domain/benefits.py
    nights: Mapped[int | None]
    caps: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")  # {benefit: minor units}
    caps_currency: Mapped[str] = mapped_column(sa.String(3), default="", server_default="")
    payment_days: Mapped[int]
    recorded_by: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def terms(self) -> Agreement:
        """For each case."""
        return Agreement(
            frozenset(map(Benefit, self.benefits)), self.valid_from, self.valid_until, self.companions, self.nights,
            {Benefit(code): Money(minor, self.caps_currency) for code, minor in self.caps.items()},
        )  # fmt: skip


class LiaisonNote(Base):
    """One call or mail with a payer, append-only (a trigger refuses update and delete)."""

    __tablename__ = "liaison_note"
    __table_args__ = (
        sa.Index("ix_liaison_note_organisation", "organisation_id", "id"),
        sa.Index("ix_liaison_note_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("payer_organisation.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    way: Mapped[LiaisonWay] = enum_column(LiaisonWay)
    by: Mapped[str] = mapped_column(sa.String(200))
    with_whom: Mapped[str] = mapped_column(sa.String(200))
    said: Mapped[str] = mapped_column(sa.Text)
    follow_up_on: Mapped[date | None]
