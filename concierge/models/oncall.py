"""Which physician is on call when the hospital is closed, and each time that somebody was called."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.models.accounts import StaffUser
from concierge.models.enquiry import Enquiry
from concierge.models.types import UTCDateTime, public_id_column


class OnCall(Base):
    """One duty of one person in one hospital. Duties of a hospital never overlap; one that ends excludes its end."""

    __tablename__ = "on_call"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        sa.Index("ix_on_call_hospital", "hospital_id", "ends_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    phone: Mapped[str] = mapped_column(sa.String(20))  # E.164; the phone that is carried during this duty
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    staff: Mapped[StaffUser] = relationship(foreign_keys=[staff_id], lazy="joined", innerjoin=True)


class UrgentPage(Base):
    """An urgent enquiry that came while the hospital was closed, and who said *I take care of it*."""

    __tablename__ = "urgent_page"
    __table_args__ = (
        sa.Index(
            "ix_urgent_page_open", "paged_at", "id",
            postgresql_where=sa.text("acknowledged_at IS NULL AND again_at IS NULL"),
            sqlite_where=sa.text("acknowledged_at IS NULL AND again_at IS NULL"),
        ),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged_by_somebody"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), unique=True)
    paged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    again_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime
    )  # nobody answered: called again, leads told
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))

    enquiry: Mapped[Enquiry] = relationship(lazy="joined", innerjoin=True)
    acknowledged_by: Mapped[StaffUser | None] = relationship(foreign_keys=[acknowledged_by_id])
