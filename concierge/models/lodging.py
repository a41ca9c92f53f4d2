"""Houses with their rooms by night and prices by season, the stays in them, and who waits for a room."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concierge.db import Base
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, WishState
from concierge.models.types import UTCDateTime, enum_column, public_id_column


class LodgingHouse(Base):
    """A house near the hospital. A partner is a hotel whose rooms are not ours: it is asked, and answers."""

    __tablename__ = "lodging_house"
    __table_args__ = (sa.Index("ix_lodging_house_hospital", "hospital_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    name: Mapped[dict] = mapped_column(sa.JSON)  # {locale: text}
    address: Mapped[dict] = mapped_column(sa.JSON)
    local_address: Mapped[str] = mapped_column(sa.Text, default="")  # in the script that a taxi driver reads
    directions: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # the way in words; {} where none is written
    phone: Mapped[str] = mapped_column(sa.String(20))
    metres: Mapped[int | None]  # to the hospital
    walk_minutes: Mapped[int | None]
    prayer: Mapped[list] = mapped_column(sa.JSON, default=list)  # values of Prayer, near the house
    is_partner: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    check_in: Mapped[time] = mapped_column(default=time(15))
    check_out: Mapped[time] = mapped_column(default=time(11))

    def text(self, field: str, locale: str) -> str:
        """A text of the house in this locale, else in English; empty where none is written."""
        texts: dict = getattr(self, field)
        return texts.get(locale) or texts.get("en", "")


class LodgingRoom(Base):
    """A room of a house of ours. `night_minor` is its price where no season says otherwise."""

    __tablename__ = "lodging_room"
    __table_args__ = (
        sa.Index("ix_lodging_room_hospital", "hospital_id", "id"),
        sa.Index("ix_lodging_room_house", "house_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    house_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_house.id"))
    name: Mapped[str] = mapped_column(sa.String(40))
    floor: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    beds: Mapped[int] = mapped_column(default=2)
    has_kitchen: Mapped[bool] = mapped_column(default=False)
    is_accessible: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    night_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))

    house: Mapped[LodgingHouse] = relationship(lazy="joined", innerjoin=True)

    @property
    def night(self) -> Money:
        return Money(self.night_minor, self.currency)


class LodgingRate(Base):
    """The price of a night in one season, both days included: of a whole house, or of one room, which goes before it.

    Seasons of the same house or room do not overlap; they are written with the house locked (lodging/houses.py).
    """

    __tablename__ = "lodging_rate"
    __table_args__ = (
        sa.CheckConstraint("until_on >= from_on", name="ends_after_start"),
        sa.CheckConstraint("night_minor >= 0", name="price_is_no_debt"),
        sa.Index("ix_lodging_rate_house", "house_id", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_house.id"))
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lodging_room.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    night_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))

    @property
    def night(self) -> Money:
        return Money(self.night_minor, self.currency)


class LodgingNight(Base):
    """One night of one room: the ledger that guards it. Inserted in date order (unsorted inserts deadlock).

    Of a hold it knows the hour, as the stay does, so that who looks for a free night asks one table: a night whose
    `held_until` is over is free, and whoever books it takes it.
    """

    __tablename__ = "lodging_night"
    __table_args__ = (sa.Index("ix_lodging_night_day", "night", "room_id", "held_until"),)

    room_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_room.id"), primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    stay_id: Mapped[int] = mapped_column(sa.ForeignKey("stay.id"), index=True)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Stay(Base):
    """Nights of one case in a room of ours, or in a partner's hotel (then without a room: *requested* until the hotel
    answers with its number). What it costs is kept as it was agreed: `price` has [nights, minor units each] lines.
    A hold that ended by itself is cancelled and keeps its `held_until`: who confirms it a moment too late may still
    get the room.
    """

    __tablename__ = "stay"
    __table_args__ = (
        sa.CheckConstraint("leave_on > arrive_on", name="leaves_after_arrival"),
        sa.CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name="hold_has_end"),
        sa.CheckConstraint("(cost_minor IS NULL) = (currency IS NULL)", name="cost_has_currency"),
        sa.Index("ix_stay_case", "case_id", "id"),
        sa.Index("ix_stay_day", "arrive_on"),
        sa.Index("ix_stay_leaving", "leave_on"),
        sa.Index("ix_stay_hold", "state", "held_until"),
        sa.Index("ix_stay_house", "house_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    house_id: Mapped[int] = mapped_column(sa.ForeignKey("lodging_house.id"))
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lodging_room.id"))
    arrive_on: Mapped[date]
    leave_on: Mapped[date]
    guests: Mapped[int] = mapped_column(default=1)
    state: Mapped[BookingState] = enum_column(BookingState, default=BookingState.CONFIRMED)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmation_number: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")  # the partner's
    note: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # wishes, or why it was refused
    price: Mapped[list] = mapped_column(sa.JSON, default=list)
    cost_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # None: not known
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    booked_by: Mapped[str] = mapped_column(sa.String(120))
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    house: Mapped[LodgingHouse] = relationship(lazy="joined", innerjoin=True)
    room: Mapped[LodgingRoom | None] = relationship(lazy="joined")

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None or self.currency is None else Money(self.cost_minor, self.currency)

    def is_over(self, now: datetime) -> bool:
        """Whether this is a hold whose hour has passed."""
        return self.held_until is not None and self.held_until <= now


class RoomWish(Base):
    """A family that waits for a room: the first fitting one that becomes free is held for it (`stay`)."""

    __tablename__ = "room_wish"
    __table_args__ = (
        sa.CheckConstraint("leave_on > arrive_on", name="leaves_after_arrival"),
        sa.CheckConstraint("(state = 'waiting') = (stay_id IS NULL AND ended_at IS NULL)", name="waits_for_one"),
        sa.Index("ix_room_wish_line", "hospital_id", "state", "id"),
        sa.Index("ix_room_wish_case", "case_id", "id"),
        sa.Index("ix_room_wish_stay", "stay_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    hospital_id: Mapped[int] = mapped_column(sa.ForeignKey("hospital.id"))
    arrive_on: Mapped[date]
    leave_on: Mapped[date]
    guests: Mapped[int] = mapped_column(default=1)
    needs_kitchen: Mapped[bool] = mapped_column(default=False)
    needs_accessible: Mapped[bool] = mapped_column(default=False)
    house_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lodging_house.id"))  # only there
    state: Mapped[WishState] = enum_column(WishState, default=WishState.WAITING)
    stay_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stay.id"))  # what is or was held for it
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[str] = mapped_column(sa.String(120))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    house: Mapped[LodgingHouse | None] = relationship(lazy="joined")
    stay: Mapped[Stay | None] = relationship(lazy="joined")
