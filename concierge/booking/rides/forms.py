from flask_babel import lazy_gettext as _l

from concierge.booking.forms import LENGTHS, TripForm
from concierge.web.forms import Choice, Line, LocalDateTime, Pick, Tick, Whole


class RideForm(TripForm):
    """One airport ride; the vehicle is chosen from those that are free. Times are the hospital's."""

    starts_at = LocalDateTime(_l("Start"))
    minutes = Choice(_l("How long the vehicle is needed"), choices=LENGTHS)
    from_place = Line(_l("From"), most=160)
    to_place = Line(_l("To"), most=160)
    sign_text = Line(_l("Text on the sign"), required=False, most=80)
    seats = Whole(_l("Seats"), least=1, most_value=60)
    wheelchair = Tick(_l("A place for a wheelchair"))
    vehicle_id = Pick(_l("Vehicle and driver"), required=False, message=_l("Choose a vehicle"))
