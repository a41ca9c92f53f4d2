"""A person: names as the person writes them, ways to reach them, and the keys that search looks up."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.people import PersonName, display_name
from concierge.domain.vocabulary import Channel, GoodHours
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Person(Base):
    """Never derive one name from another, never re-case or re-order (W3C, personal names around the world)."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    native_name: Mapped[str] = mapped_column(sa.String(200))
    surname: Mapped[str] = mapped_column(sa.String(120), default="")  # as in the machine-readable zone
    given_names: Mapped[str] = mapped_column(sa.String(120), default="")
    called: Mapped[str] = mapped_column(sa.String(120), default="")
    birth_on: Mapped[date | None]
    birth_typed: Mapped[str] = mapped_column(
        sa.String(40), default=""
    )  # what was typed: partial or Hijri dates stay readable
    passport_number: Mapped[str] = mapped_column(sa.String(20), default="")
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    language: Mapped[str] = mapped_column(
        sa.String(10), default="en"
    )  # locale of everything this person receives
    spoken_language: Mapped[str] = mapped_column(sa.String(10), default="")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    phone_typed: Mapped[str] = mapped_column(sa.String(60), default="")
    channel: Mapped[Channel | None] = enum_column(Channel, nullable=True)
    good_hours: Mapped[GoodHours | None] = enum_column(GoodHours, nullable=True)
    is_government_beneficiary: Mapped[bool] = mapped_column(
        default=False
    )  # US programme: no paid travel, ever
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> PersonName:
        return PersonName(self.native_name, self.surname, self.given_names, self.called)

    @property
    def display_name(self) -> str:
        return display_name(self.name)

    @property
    def latin_name(self) -> str:
        return f"{self.given_names} {self.surname}".strip()


# Bytewise order on both databases: a prefix must be a contiguous range of the index.
_KEY = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


class SearchKey(Base):
    """One way to find a case; plain b-tree prefixes serve both databases and two-character Chinese names."""

    __tablename__ = "search_key"
    __table_args__ = (
        sa.Index("ix_search_key_case", "case_id", "key"),
    )  # the other words of a search; re-indexing

    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"), primary_key=True)
    key: Mapped[str] = mapped_column(_KEY, primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
