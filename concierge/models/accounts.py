"""Who can sign in: staff with roles per hospital, portal accounts with codes by mail, and the live sign-ins of both."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.access import Role
from concierge.models.types import UTCDateTime, enum_column


class StaffUser(Base):
    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # argon2id
    language: Mapped[str] = mapped_column(sa.String(10), default="en")  # locale of the workspace
    speaks: Mapped[list] = mapped_column(sa.JSON, default=list)  # languages for conversation
    timezone: Mapped[str] = mapped_column(sa.String(40), default="UTC")
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    has_shortcuts: Mapped[bool] = mapped_column(default=True)  # WCAG 2.1.4: single keys can be switched off

    roles: Mapped[list["StaffRole"]] = relationship(cascade="all, delete-orphan")

    def roles_at(self, hospital_id: int) -> frozenset[Role]:
        return frozenset(r.role for r in self.roles if r.hospital_id == hospital_id)

    @property
    def hospital_ids(self) -> tuple[int, ...]:
        return tuple(sorted({r.hospital_id for r in self.roles}))


class StaffRole(Base):
    __tablename__ = "staff_role"

    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"), primary_key=True)
    role: Mapped[Role] = enum_column(Role, primary_key=True)


class PortalAccount(Base):
    __tablename__ = "portal_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="")
    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id")
    )  # set for the patient's own account
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignInCode(Base):
    """A six-digit code (and the secret of its link), both stored as hashes. Five tries, then it is dead."""

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(
        sa.String(64), unique=True
    )  # hash of what the browser holds; also for unknown addresses
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("portal_account.id"))
    referrer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("referrer.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    link_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignIn(Base):
    """One signed-in browser of staff, of a portal account or of a referrer; ending the row signs it out at once."""

    __tablename__ = "sign_in"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN referrer_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_user.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("portal_account.id"))
    referrer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("referrer.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Throttle(Base):
    """Counted attempts in a window (sign-in codes, contact form), shared by all workers."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    window_ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int] = mapped_column(default=1)
