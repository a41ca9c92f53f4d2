"""How the family comes and goes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from concierge.db import Base
from concierge.domain.vocabulary import BookingState, Direction, FlightSource, FlightState, TransportMode
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class Flight(Base):
    """One flight or train as the family told it or a coordinator typed it; we do not sell them.

    A journey with a change is several rows of one direction in the order of `leg`. `departs_at` and `arrives_at` are
    those of the ticket; what is expected on the day stands beside them.
    """

    __tablename__ = "flight"
    __table_args__ = (
        sa.Index("ix_flight_case", "case_id", "departs_at"),
        sa.Index("ix_flight_day", "arrives_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    direction: Mapped[Direction] = enum_column(Direction)
    mode: Mapped[TransportMode] = enum_column(
        TransportMode, default=TransportMode.FLIGHT, server_default=TransportMode.FLIGHT
    )
    leg: Mapped[int] = mapped_column(default=1, server_default="1")
    legs: Mapped[int] = mapped_column(default=1, server_default="1")  # of the journey to which it belongs
    number: Mapped[str] = mapped_column(sa.String(12))
    carrier: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    booking_reference: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    from_airport: Mapped[str] = mapped_column(sa.String(80))
    from_code: Mapped[str] = mapped_column(
        sa.String(3), default="", server_default=""
    )  # IATA; none for a station
    from_terminal: Mapped[str] = mapped_column(
        sa.String(20), default="", server_default=""
    )  # or the platform
    from_timezone: Mapped[str] = mapped_column(sa.String(40))
    to_airport: Mapped[str] = mapped_column(sa.String(80))
    to_code: Mapped[str] = mapped_column(sa.String(3), default="", server_default="")
    to_terminal: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    to_timezone: Mapped[str] = mapped_column(sa.String(40))
    departs_at: Mapped[datetime] = mapped_column(UTCDateTime)
    arrives_at: Mapped[datetime] = mapped_column(UTCDateTime)
    earlier_departs_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # before the last change by hand
    earlier_arrives_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    travellers: Mapped[list] = mapped_column(sa.JSON, default=list, server_default="[]")  # their public ids
    is_planned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # no ticket yet
    is_own_cost: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # whatever the rule says
    is_cancelled: Mapped[bool] = mapped_column(default=False)  # out of the trip
    source: Mapped[FlightSource] = enum_column(
        FlightSource, default=FlightSource.TYPED, server_default=FlightSource.TYPED
    )
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    told_by: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # of the family
    is_to_check: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    status: Mapped[FlightState] = enum_column(
        FlightState, default=FlightState.SCHEDULED, server_default=FlightState.SCHEDULED
    )
    expected_departs_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expected_arrives_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    status_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when feed or person last said how it stands
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when a job last went to ask the feed

    @property
    def booking(self) -> str:
        """Its name in the ledgers and shares."""
        return f"flight:{self.id}"

    @property
    def is_at_our_door(self) -> bool:
        """True where the family is met or brought: the last landing on the way here, the first take-off home."""
        return self.leg == (self.legs if self.direction is Direction.ARRIVAL else 1)

    @property
    def state(self) -> BookingState:
        """What a trip says of it: told but not checked, planned without a ticket, or sure."""
        if self.is_cancelled:
            return BookingState.CANCELLED
        if self.is_to_check:
            return BookingState.REQUESTED
        return BookingState.HELD if self.is_planned else BookingState.CONFIRMED

    @property
    def leaves_at(self) -> datetime:
        """As expected now."""
        return self.expected_departs_at or self.departs_at

    @property
    def lands_at(self) -> datetime:
        """As expected now."""
        return self.expected_arrives_at or self.arrives_at
