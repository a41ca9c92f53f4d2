"""Vehicles on the way (runs) and who sits in them (rides): each place is a row, and its key refuses a second rider."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.vocabulary import (
    BookingState,
    Direction,
    OutingPurpose,
    PlaceKind,
    RideOutcome,
    RunKind,
)
from concierge.models.resources import Resource
from concierge.models.travellers import Traveller
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class ShuttleLine(Base):
    """A timetable: at these times of these weekdays a vehicle leaves, as the hospital's clocks show it."""

    __tablename__ = "shuttle_line"
    __table_args__ = (
        sa.CheckConstraint("seats >= 0 AND wheelchair_places >= 0", name="places_are_counted"),
        sa.Index("ix_shuttle_line_hospital", "hospital_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    from_place: Mapped[str] = mapped_column(sa.String(160))
    to_place: Mapped[str] = mapped_column(sa.String(160))
    minutes: Mapped[int]
    weekdays: Mapped[list] = mapped_column(sa.JSON)  # Monday is 0
    times: Mapped[list] = mapped_column(sa.JSON)  # "07:30", in order
    vehicle_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"))
    driver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    seats: Mapped[int]
    wheelchair_places: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day
    made_by: Mapped[str] = mapped_column(sa.String(120))

    vehicle: Mapped[Resource] = relationship(foreign_keys=[vehicle_id], lazy="joined", innerjoin=True)
    driver: Mapped[Resource | None] = relationship(foreign_keys=[driver_id], lazy="joined")


class Run(Base):
    """One journey of a vehicle with its driver; their quarter-hours stand in `slot_ledger` under `run:<id>`.

    `seats` and `wheelchair_places` are what can be taken on it: those of the vehicle, or fewer. A shuttle has its
    `line`, an outing its `purpose`, and the families join both themselves until `join_until` (None: until it starts).
    """

    __tablename__ = "run"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("seats >= 0 AND wheelchair_places >= 0", name="places_are_counted"),
        sa.UniqueConstraint("line_id", "starts_at", name="uq_run_line_departure"),
        sa.Index("ix_run_day", "hospital_id", "starts_at", "id"),
        sa.Index("ix_run_kind", "hospital_id", "kind", "starts_at", "id"),
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
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shuttle_line.id"))
    purpose: Mapped[OutingPurpose | None] = enum_column(OutingPurpose, nullable=True)
    title: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    meeting_point: Mapped[str] = mapped_column(sa.String(160), default="", server_default="")
    join_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    vehicle: Mapped[Resource] = relationship(foreign_keys=[vehicle_id], lazy="joined", innerjoin=True)
    driver: Mapped[Resource | None] = relationship(foreign_keys=[driver_id], lazy="joined")
    line: Mapped[ShuttleLine | None] = relationship()


class Ride(Base):
    """The places of one case on a run; without a run it is only wanted (`requested`), and nothing waits for anybody.

    While it is on a run, the quarter-hours of the patient (`has_patient`) stand in `slot_ledger` under `ride:<id>`.
    Who stays in a wheelchair takes a wheelchair place and no seat.
    """

    __tablename__ = "ride"
    __table_args__ = (
        sa.CheckConstraint(
            "seats >= 0 AND wheelchairs >= 0 AND seats + wheelchairs >= 1", name="places_are_counted"
        ),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_at IS NULL)", name="outcome_has_its_time"),
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
    has_patient: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    flight_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flight.id"))
    outcome: Mapped[RideOutcome | None] = enum_column(RideOutcome, nullable=True)
    outcome_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome_by: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    run: Mapped[Run | None] = relationship(lazy="joined")
    travellers: Mapped[list[Traveller]] = relationship(secondary="ride_traveller", order_by=Traveller.id)


class RideTraveller(Base):
    """Who of the travellers sits in a ride, where that was told."""

    __tablename__ = "ride_traveller"

    ride_id: Mapped[int] = mapped_column(sa.ForeignKey("ride.id"), primary_key=True)
    traveller_id: Mapped[int] = mapped_column(sa.ForeignKey("traveller.id"), primary_key=True)


class PlaceLedger(Base):
    """One seat or wheelchair place of one run. Inserted in key order; the key refuses the second rider."""

    __tablename__ = "place_ledger"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id"), primary_key=True)
    kind: Mapped[PlaceKind] = enum_column(PlaceKind, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(sa.ForeignKey("ride.id"), index=True)
