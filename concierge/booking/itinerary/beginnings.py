"""The forms of the travel page with sensible beginnings: what the trip already says is not typed again."""

from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.interpreters.queries import interpreters
from concierge.booking.itinerary.queries import TripRows
from concierge.booking.rides.forms import RideForm
from concierge.booking.rides.queries import vehicles
from concierge.domain.booking import QUARTER
from concierge.domain.vocabulary import Direction, Modality
from concierge.models import Case
from concierge.web import filters
from concierge.web.forms import Tick
from concierge.web.i18n import current_code
from concierge.web.labels import label

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


def ride_form(
    session: Session, case: Case, rows: TripRows, direction: Direction, *, is_active: bool = False
) -> RideForm:
    flight = rows.flight(direction)
    airport, at = "", None
    if flight and direction is Direction.ARRIVAL:
        airport, at = flight.to_airport, _on_quarter(flight.arrives_at + RIDE_AFTER_LANDING)
    elif flight:
        airport, at = flight.from_airport, _on_quarter(flight.departs_at - RIDE_BEFORE_TAKE_OFF)
    bed = rows.stays[0].house.text("name", "en") if rows.stays else case.hospital.text("name", "en")
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


def assignment_form(
    session: Session, case: Case, rows: TripRows, *, is_active: bool = False
) -> AssignmentForm:
    """Begins with the first appointment that has no interpreter yet, in the language that the patient speaks."""
    served = {row.appointment_id for row in rows.assignments}
    unserved = next((visit.public_id for visit in rows.appointments if visit.id not in served), "")
    data = {
        "appointment": unserved,
        "minutes": "60",
        "language": case.person.spoken_language,
        "modality": Modality.ON_SITE.value,
        "gender_wish": "",
    }
    form = _made(AssignmentForm, is_active, data=data)
    zone = case.hospital.timezone
    form.starts_at.timezone = zone
    form.appointment.choices = [
        *(
            (visit.public_id, f"{filters.local_time(visit.starts_at, zone)} · {label(visit.kind)}")
            for visit in rows.appointments
        ),
        ("", _("A time of its own")),
    ]
    people, code = interpreters(session, case.hospital_id), current_code()
    spoken = sorted({language for person in people for language in person.languages})
    form.language.choices = [(language, filters.spoken_name(language, code)) for language in spoken]
    form.interpreter_id.choices = [(str(person.id), "") for person in people]
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
