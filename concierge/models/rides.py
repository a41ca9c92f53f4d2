"""Vehicles on the way (runs) and who sits in them (rides): each place is a row, and its key refuses a second rider."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import BookingState, Direction, PlaceKind, RunKind
from concierge.models.resources import Resource
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Run(Base):
    """One journey of a vehicle with its driver; their quarter-hours stand in `slot_ledger` under `run:<id>`.

    `seats` and `wheelchair_places` are what can be taken on it: those of the vehicle, or fewer.
    """

    __tablename__ = "run"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("seats >= 0 AND wheelchair_places >= 0", name="places_are_counted"),
        sa.Index("ix_run_day", "hospital_id", "starts_at", "id"),
        sa.Index("ix_run_vehicle", "vehicle_id", "starts_at"),
        sa.Index("ix_run_driver", "driver_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    kind: Mapped[RunKind] = enum_column(RunKind, default=RunKind.TRANSFER)
    vehicle_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    driver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    from_place: Mapped[str] = mapped_column(sa.String(160))
    to_place: Mapped[str] = mapped_column(sa.String(160))
    seats: Mapped[int]
    wheelchair_places: Mapped[int] = mapped_column(default=0)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    planned_by: Mapped[str] = mapped_column(sa.String(120))
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime)

    vehicle: Mapped[Resource] = relationship(foreign_keys=[vehicle_id], lazy="joined", innerjoin=True)
    driver: Mapped[Resource | None] = relationship(foreign_keys=[driver_id], lazy="joined")


class Ride(Base):
    """The places of one case on a run; without a run it is only wanted (`requested`), and nothing waits for anybody.

    Its own quarter-hours of the patient stand in `slot_ledger` under `ride:<id>`.
    """

    __tablename__ = "ride"
    __table_args__ = (
        sa.CheckConstraint("seats >= 1 AND wheelchairs >= 0", name="places_are_counted"),
        sa.CheckConstraint(
            "state = 'cancelled' OR (state = 'requested') = (run_id IS NULL)", name="booked_has_run"
        ),
        sa.Index("ix_ride_case", "case_id", "starts_at"),
        sa.Index("ix_ride_day", "starts_at"),
        sa.Index("ix_ride_run", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
    direction: Mapped[Direction | None] = enum_column(
        Direction, nullable=True
    )  # None: neither to nor from a flight
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    from_place: Mapped[str] = mapped_column(sa.String(160))
    to_place: Mapped[str] = mapped_column(sa.String(160))
    sign_text: Mapped[str] = mapped_column(sa.String(80), default="")
    seats: Mapped[int] = mapped_column(default=1)  # people who sit on a seat of the vehicle
    wheelchairs: Mapped[int] = mapped_column(default=0)  # people who stay in their wheelchair
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    run: Mapped[Run | None] = relationship(lazy="joined")


class PlaceLedger(Base):
    """One seat or wheelchair place of one run. Inserted in key order; the key refuses the second rider."""

    __tablename__ = "place_ledger"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id"), primary_key=True)
    kind: Mapped[PlaceKind] = enum_column(PlaceKind, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(sa.ForeignKey("ride.id"), index=True)
