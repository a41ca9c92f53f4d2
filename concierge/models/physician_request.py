"""What a physician asks of us without sending a patient: each has a reference, somebody who answers, and a clock."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.access import Role
from concierge.domain.vocabulary import RequestKind, RequestOutcome
from concierge.models.accounts import StaffUser
from concierge.models.hospital import Hospital
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class PhysicianRequest(Base):
    """`owner_role` answers until a named person takes it; closed exactly when it has an outcome."""

    __tablename__ = "physician_request"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_has_outcome"),
        sa.Index(
            "ix_physician_request_open", "hospital_id", "due_at", "id",
            postgresql_where=sa.text("closed_at IS NULL"), sqlite_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_physician_request_mine", "owner_id", "due_at", "id",
            postgresql_where=sa.text("closed_at IS NULL"), sqlite_where=sa.text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    kind: Mapped[RequestKind] = enum_column(RequestKind)
    name: Mapped[str] = mapped_column(sa.String(200))
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str] = mapped_column(sa.String(20), default="")  # E.164
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    language: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_role: Mapped[Role] = enum_column(Role)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    handed_over_note: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[RequestOutcome | None] = enum_column(RequestOutcome, nullable=True)
    closing_note: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    hospital: Mapped[Hospital] = relationship(lazy="joined", innerjoin=True)
    owner: Mapped[StaffUser | None] = relationship(lazy="joined")

    @property
    def reference(self) -> str:
        """What the physician and we read to each other."""
        return f"R-{self.received_at.year}-{self.id:05d}"
