from flask_babel import lazy_gettext as _l

from concierge.booking.forms import LENGTHS, TripForm
from concierge.web.forms import Choice, Line, LocalDateTime, Pick, Tick, Whole


class VehicleForm(TripForm):
    """A vehicle among those that are free, and who drives it."""

    vehicle_id = Pick(_l("Vehicle"), required=False, message=_l("Choose a vehicle"))
    driver_id = Choice(_l("Driver"), required=False)


class RideForm(VehicleForm):
    """One ride of a case. Times are the hospital's."""

    starts_at = LocalDateTime(_l("Start"))
    minutes = Choice(_l("How long the vehicle is needed"), choices=LENGTHS)
    from_place = Line(_l("From"), message=_l("Enter where it leaves"), most=160)
    to_place = Line(_l("To"), message=_l("Enter where it goes"), most=160)
    sign_text = Line(_l("Text on the sign"), required=False, most=80)
    seats = Whole(_l("Seats"), most_value=60)
    wheelchairs = Whole(_l("Places for people in their wheelchair"), most_value=10)
    is_without_patient = Tick(_l("The patient does not come along"))


class MoveForm(TripForm):
    """Another time for a ride."""

    starts_at = LocalDateTime(_l("Start"))
    minutes = Choice(_l("How long the vehicle is needed"), choices=LENGTHS)
    may_lose_run = Tick(_l("If this vehicle is not free then, keep the ride as wanted, without a vehicle"))
