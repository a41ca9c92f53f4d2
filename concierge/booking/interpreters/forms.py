from flask_babel import lazy_gettext as _l

from concierge.booking.forms import LENGTHS, TripForm
from concierge.domain.vocabulary import Modality
from concierge.web.forms import Choice, LocalDateTime, Pick
from concierge.web.labels import choices

GENDERS = [("", _l("No wish")), ("f", _l("A woman")), ("m", _l("A man"))]


class AssignmentForm(TripForm):
    """For an appointment, or for a time of its own; the interpreter is chosen from those who fit and are free."""

    place = "interpreter"
    appointment = Choice(_l("For"), required=False)
    starts_at = LocalDateTime(_l("Start"), required=False)
    minutes = Choice(_l("How long"), choices=LENGTHS, required=False)
    language = Choice(_l("Language"))
    modality = Pick(_l("How"), choices=choices(Modality))
    gender_wish = Pick(_l("The patient wishes"), choices=GENDERS, required=False)
    interpreter_id = Pick(_l("Interpreter"), required=False, message=_l("Choose an interpreter"))
