"""The forms of the travel page with sensible beginnings: what the trip already says is not typed again."""

from datetime import date, timedelta
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.interpreters.queries import interpreters
from concierge.booking.itinerary.queries import TripRows
from concierge.booking.lodging.forms import StayForm
from concierge.booking.travel.forms import FlightForm
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import Direction, Modality
from concierge.models import Answer, Case, LodgingRoom
from concierge.web import filters
from concierge.web.forms import Tick
from concierge.web.i18n import current_code
from concierge.web.labels import label

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
