"""Who pays for a case, in order; the patient is always last and therefore no row."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaperKind, PayerKind, Relation
from concierge.models.records import Document
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class CasePayer(Base):
    """One payer beside the patient. Ended, never deleted. The columns hold what we go by; `stated` what the family
    typed, so that both stand side by side once somebody has checked."""

    __tablename__ = "case_payer"
    __table_args__ = (
        sa.CheckConstraint("kind <> 'self_pay'", name="patient_is_no_row"),
        sa.CheckConstraint("rank >= 1", name="rank_from_one"),
        sa.CheckConstraint("valid_until >= valid_from", name="dates_are_ordered"),
        sa.CheckConstraint("share_percent BETWEEN 1 AND 100", name="share_is_percent"),
        sa.CheckConstraint("limit_minor >= 0", name="limit_is_positive"),
        sa.CheckConstraint("(limit_minor IS NULL) = (limit_currency = '')", name="limit_has_currency"),
        sa.CheckConstraint("(verified_at IS NULL) = (verified_by = '')", name="verified_by_somebody"),
        sa.Index("ix_case_payer_case", "case_id", "rank", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    rank: Mapped[int]  # 1 pays first
    kind: Mapped[PayerKind] = enum_column(PayerKind)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    policy_number: Mapped[str] = mapped_column(sa.String(60), default="")
    group_number: Mapped[str] = mapped_column(sa.String(60), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    holder_name: Mapped[str] = mapped_column(sa.String(200), default="")
    holder_relation: Mapped[Relation | None] = enum_column(
        Relation, nullable=True
    )  # of the holder to the patient
    is_us_government: Mapped[bool] = mapped_column(default=False)
    limit_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # the most it bears, as it told us
    limit_currency: Mapped[str] = mapped_column(sa.String(3), default="")
    share_percent: Mapped[int | None]  # of what reaches it
    note: Mapped[str] = mapped_column(sa.Text, default="")  # staff only
    stated: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # {column: text} as the family typed it
    stated_by: Mapped[str] = mapped_column(sa.String(200), default="")
    stated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by: Mapped[str] = mapped_column(sa.String(200), default="")
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str] = mapped_column(sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    papers: Mapped[list["PayerPaper"]] = relationship(lazy="selectin", order_by="PayerPaper.id")

    @property
    def limit(self) -> Money | None:
        return None if self.limit_minor is None else Money(self.limit_minor, self.limit_currency)

    @property
    def is_government(self) -> bool:
        """A programme of the United States government, by its kind or because somebody marked it."""
        return self.is_us_government or self.kind is PayerKind.US_GOVERNMENT


class PayerPaper(Base):
    """A document of the case that shows this payer's cover."""

    __tablename__ = "payer_paper"
    __table_args__ = (sa.UniqueConstraint("payer_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payer_id: Mapped[int] = mapped_column(sa.ForeignKey("case_payer.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    kind: Mapped[PaperKind] = enum_column(PaperKind)
    differs: Mapped[list] = mapped_column(
        sa.JSON, default=list
    )  # codes of what does not fit, by what was typed of it

    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
