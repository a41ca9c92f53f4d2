"""Who and what can be had only once, and the ledger of quarter-hours whose primary key makes that true."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import ResourceKind
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Resource(Base):
    """A clinician, room, scanner, interpreter, vehicle or driver that can be had only once at a time."""

    __tablename__ = "resource"
    __table_args__ = (
        sa.Index("ix_resource_kind", "hospital_id", "kind", "id"),
        sa.Index("ix_resource_name", "hospital_id", "kind", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    kind: Mapped[ResourceKind] = enum_column(ResourceKind)
    name: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(160), default="")  # floor, desk
    languages: Mapped[list] = mapped_column(sa.JSON, default=list)  # interpreters, drivers: besides English
    gender: Mapped[str] = mapped_column(sa.String(1), default="")
    credential: Mapped[str] = mapped_column(sa.String(60), default="")
    credential_until: Mapped[date | None]  # of drivers: their licence
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    plate: Mapped[str] = mapped_column(sa.String(20), default="")  # vehicles
    seats: Mapped[int] = mapped_column(default=0)
    wheelchair_places: Mapped[int] = mapped_column(default=0, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True)


class Outage(Base):
    """Days on which a vehicle or driver is not there; each quarter-hour of them stands in `slot_ledger` too."""

    __tablename__ = "outage"
    __table_args__ = (
        sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),
        sa.Index("ix_outage_resource", "resource_id", "first_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]  # days of the hospital, both included
    reason: Mapped[str] = mapped_column(sa.String(120), default="")
    noted_by: Mapped[str] = mapped_column(sa.String(120))


class SlotLedger(Base):
    """One quarter of an hour of one subject. The primary key refuses the second booking, on both databases.

    `subject` is `resource:<id>`, `staff:<id>` or `case:<id>` (a patient cannot be in two places either);
    `holder` is `appointment:<id>`, `ride:<id>`, `run:<id>`, `outage:<id>`, `assignment:<id>` or `call:<id>`. Rows are
    inserted in (subject, slot) order.
    """

    __tablename__ = "slot_ledger"

    subject: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(30), index=True)
