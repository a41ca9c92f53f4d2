"""The forms of the travel page with sensible beginnings: what the trip already says is not typed again."""

from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.booking.itinerary.queries import TripRows
from concierge.booking.lodging.forms import StayForm
from concierge.booking.rides.forms import RideForm
from concierge.booking.rides.queries import vehicles
from concierge.booking.travel.forms import FlightForm
from concierge.domain.booking import QUARTER
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import Direction
from concierge.models import Answer, Case, LodgingRoom
from concierge.web.forms import Tick

# Passport and bags take a while; and the airport is reached three hours before the flight.
RIDE_AFTER_LANDING = timedelta(minutes=45)
RIDE_BEFORE_TAKE_OFF = timedelta(hours=4)

Made = TypeVar("Made", bound=TripForm)


class ConfirmForm(TripForm):
    """`fingerprint` is the trip that the coordinator saw when pressing the button."""

    place = "confirm-trip"
    fingerprint = HiddenField()
    knows_gaps = Tick(_l("The gaps named above are known and all right"))


def _made(form: type[Made], is_active: bool, **values) -> Made:
    """Only the form of this address reads what was posted; the others stand beside it with their beginnings."""
    return form(**values) if is_active else form(formdata=None, **values)


def flight_form(case: Case, direction: Direction, *, is_active: bool = False) -> FlightForm:
    """One side of the flight is the hospital's, the other the patient's home."""
    here, home = case.hospital.timezone, case.person.timezone
    zones = (home, here) if direction is Direction.ARRIVAL else (here, home)
    data = {"from_timezone": zones[0], "to_timezone": zones[1]}
    return _made(FlightForm, is_active, place=f"flight-{direction}", data=data)


def stay_form(
    session: Session, case: Case, rows: TripRows, answer: Answer | None, *, is_active: bool = False
) -> StayForm:
    first, last = _visit(case, rows, answer)
    data = {
        "arrive_on": first.isoformat() if first else "",
        "leave_on": last.isoformat() if last else "",
        "guests": "2",
    }
    form = _made(StayForm, is_active, data=data)
    ids = session.scalars(sa.select(LodgingRoom.id).where(LodgingRoom.hospital_id == case.hospital_id))
    form.room_id.choices = [(str(room_id), "") for room_id in ids]
    return form


def _visit(case: Case, rows: TripRows, answer: Answer | None) -> tuple[date | None, date | None]:
    """The nights that are wanted: from flight to flight, else around the evaluation days."""
    first, last = (
        (answer.evaluation_from, answer.evaluation_to) if answer and answer.evaluation_from else (None, None)
    )
    first = first and first - timedelta(days=1)
    last = last and last + timedelta(days=1)
    arriving, leaving = rows.flight(Direction.ARRIVAL), rows.flight(Direction.DEPARTURE)
    if arriving:
        first = local_day(arriving.arrives_at, case.hospital.timezone)
    if leaving:
        last = local_day(leaving.departs_at, case.hospital.timezone)
    return first, last


def ride_form(
    session: Session, case: Case, rows: TripRows, direction: Direction, *, is_active: bool = False
) -> RideForm:
    flight = rows.flight(direction)
    airport, at = "", None
    if flight and direction is Direction.ARRIVAL:
        airport, at = flight.to_airport, _on_quarter(flight.arrives_at + RIDE_AFTER_LANDING)
    elif flight:
        airport, at = flight.from_airport, _on_quarter(flight.departs_at - RIDE_BEFORE_TAKE_OFF)
    bed = rows.stays[0].room.house["en"] if rows.stays else case.hospital.text("name", "en")
    is_arrival = direction is Direction.ARRIVAL
    data = {
        "starts_at": _typed(at, case.hospital.timezone),
        "minutes": "60",
        "from_place": airport if is_arrival else bed,
        "to_place": bed if is_arrival else airport,
        "sign_text": (case.person.latin_name or case.person.native_name)[:80] if is_arrival else "",
        "seats": str(rows.stays[0].guests if rows.stays else 2),
    }
    form = _made(RideForm, is_active, place=f"ride-{direction}", data=data)
    form.starts_at.timezone = case.hospital.timezone
    form.vehicle_id.choices = [(str(car.id), "") for car in vehicles(session, case.hospital_id)]
    return form


def confirm_form(rows: TripRows, *, is_active: bool = False) -> ConfirmForm:
    return _made(ConfirmForm, is_active, data={"fingerprint": rows.fingerprint})


def _on_quarter(at: datetime) -> datetime:
    """The next quarter-hour."""
    late = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not late else at - late + QUARTER


def _typed(at: datetime | None, timezone: str) -> str:
    """As a date and time field holds it."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%dT%H:%M}" if at else ""
