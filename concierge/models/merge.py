"""Two records that may be one person: what was suggested, what people decided, and how a merge is taken back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.models.types import UTCDateTime, public_id_column


class DuplicateSuggestion(Base):
    """The person of `case_id` may be the one of the older `other_case_id`. A decision sticks: a pair is there once."""

    __tablename__ = "duplicate_suggestion"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "other_case_id"),
        sa.Index("ix_duplicate_suggestion_other", "other_case_id"),
        sa.CheckConstraint("case_id > other_case_id", name="newer_first"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    other_case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    score: Mapped[int]
    reasons: Mapped[list] = mapped_column(sa.JSON, default=list)  # codes of domain/duplicates.py
    state: Mapped[str] = mapped_column(sa.String(10), default="open")  # open, dismissed, merged
    note: Mapped[str] = mapped_column(sa.Text, default="")  # why they are different people
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str] = mapped_column(sa.String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Merge(Base):
    """One merge and its exact reversal (`changes`, see cases/merge/rows.py). A case is folded once at a time."""

    __tablename__ = "merge"
    __table_args__ = (
        sa.Index(
            "uq_merge_folded_case", "folded_case_id", unique=True,
            postgresql_where=sa.text("undone_at IS NULL"), sqlite_where=sa.text("undone_at IS NULL"),
        ),
        sa.Index("ix_merge_survivor", "survivor_case_id"),
        sa.CheckConstraint("folded_case_id <> survivor_case_id", name="two_cases"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    kind: Mapped[str] = mapped_column(
        sa.String(10)
    )  # fold: one case ends in the other; join: one person, two cases
    survivor_case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    folded_case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    survivor_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    folded_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    changes: Mapped[list] = mapped_column(sa.JSON)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    merged_by: Mapped[str] = mapped_column(sa.String(120))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str] = mapped_column(sa.String(120), default="")
