"""What can be booked, the bookings, and the two ledgers whose primary keys make a double booking impossible."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import BookingState, Direction, Modality, ResourceKind
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Resource(Base):
    """A clinician, room, scanner, interpreter or vehicle that only one case can have at a time."""

    __tablename__ = "resource"
    __table_args__ = (sa.Index("ix_resource_kind", "hospital_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    kind: Mapped[ResourceKind] = enum_column(ResourceKind)
    name: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(160), default="")  # floor, desk
    languages: Mapped[list] = mapped_column(sa.JSON, default=list)  # interpreters: spoken besides English
    gender: Mapped[str] = mapped_column(sa.String(1), default="")
    credential: Mapped[str] = mapped_column(sa.String(60), default="")
    credential_until: Mapped[date | None]
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    plate: Mapped[str] = mapped_column(sa.String(20), default="")  # vehicles
    seats: Mapped[int] = mapped_column(default=0)
    has_wheelchair_place: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class SlotLedger(Base):
    """One quarter of an hour of one subject. The primary key refuses the second booking, on both databases.

    `subject` is `resource:<id>`, `staff:<id>` or `case:<id>` (a patient cannot be in two places either);
    `holder` is `appointment:<id>`, `ride:<id>`, `assignment:<id>` or `call:<id>`. Rows are inserted in
    (subject, slot) order.
    """

    __tablename__ = "slot_ledger"

    subject: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(30), index=True)


class LodgingRoom(Base):
    __tablename__ = "lodging_room"
    __table_args__ = (sa.Index("ix_lodging_room_hospital", "hospital_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    house: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    address: Mapped[dict] = mapped_column(sa.JSON)
    local_address: Mapped[str] = mapped_column(sa.Text, default="")
    phone: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(40))
    beds: Mapped[int] = mapped_column(default=2)
    has_kitchen: Mapped[bool] = mapped_column(default=False)
    is_accessible: Mapped[bool] = mapped_column(default=False)
    night_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))


class LodgingNight(Base):
    """One night of one room: the ledger that guards it. Inserted in date order (unsorted inserts deadlock)."""

    __tablename__ = "lodging_night"

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_room.id"), primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(sa.ForeignKey("stay.id"), index=True)


class Stay(Base):
    __tablename__ = "stay"
    __table_args__ = (
        sa.CheckConstraint("leave_on > arrive_on", name="leaves_after_arrival"),
        sa.Index("ix_stay_case", "case_id", "id"),
        sa.Index("ix_stay_day", "arrive_on"),
        sa.Index("ix_stay_leaving", "leave_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_room.id"))
    arrive_on: Mapped[date]
    leave_on: Mapped[date]
    guests: Mapped[int] = mapped_column(default=1)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    paid_by: Mapped[str] = mapped_column(sa.String(20), default="patient")  # patient or hospital
    benefit_reason: Mapped[str] = mapped_column(sa.String(60), default="")  # code of domain/benefits.py
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    room: Mapped[LodgingRoom] = relationship(lazy="joined", innerjoin=True)


class Flight(Base):
    """A flight as the family told it or a coordinator typed it; we do not sell flights."""

    __tablename__ = "flight"
    __table_args__ = (
        sa.Index("ix_flight_case", "case_id", "departs_at"),
        sa.Index("ix_flight_day", "arrives_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    direction: Mapped[Direction] = enum_column(Direction)
    number: Mapped[str] = mapped_column(sa.String(12))
    from_airport: Mapped[str] = mapped_column(sa.String(80))
    from_timezone: Mapped[str] = mapped_column(sa.String(40))
    to_airport: Mapped[str] = mapped_column(sa.String(80))
    to_timezone: Mapped[str] = mapped_column(sa.String(40))
    departs_at: Mapped[datetime] = mapped_column(UTCDateTime)
    arrives_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class Ride(Base):
    """An airport ride; its quarter-hours stand in `slot_ledger` for the vehicle (and its driver)."""

    __tablename__ = "ride"
    __table_args__ = (sa.Index("ix_ride_case", "case_id", "starts_at"), sa.Index("ix_ride_day", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    vehicle_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    direction: Mapped[Direction] = enum_column(Direction)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    from_place: Mapped[str] = mapped_column(sa.String(160))
    to_place: Mapped[str] = mapped_column(sa.String(160))
    sign_text: Mapped[str] = mapped_column(sa.String(80), default="")
    seats: Mapped[int] = mapped_column(default=1)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    paid_by: Mapped[str] = mapped_column(sa.String(20), default="patient")
    benefit_reason: Mapped[str] = mapped_column(sa.String(60), default="")
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    vehicle: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)


class InterpreterAssignment(Base):
    __tablename__ = "interpreter_assignment"
    __table_args__ = (
        sa.Index("ix_interpreter_assignment_case", "case_id", "starts_at"),
        sa.Index("ix_interpreter_assignment_day", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    interpreter_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    appointment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment.id"))
    language: Mapped[str] = mapped_column(sa.String(10))
    modality: Mapped[Modality] = enum_column(Modality)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    interpreter: Mapped[Resource] = relationship(lazy="joined", innerjoin=True)
