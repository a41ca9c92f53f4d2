"""The forms of the travel page with sensible beginnings: what the trip already says is not typed again."""

from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.interpreters.queries import interpreters
from concierge.booking.itinerary.queries import TripRows
from concierge.domain.vocabulary import Modality
from concierge.models import Case
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
