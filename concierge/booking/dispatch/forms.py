"""The small forms of dispatch. Times are the hospital's."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.web.forms import Choice, Form, LocalDateTime


class ConfirmForm(Form):
    """What was proposed, signed by this house; the facts it was made from go along as a fingerprint."""

    plan = HiddenField()


class RunForm(Form):
    """Another time, vehicle or driver for a run; everybody on it moves along."""

    starts_at = LocalDateTime(_l("Start"))
    vehicle_id = Choice(_l("Vehicle"))
    driver_id = Choice(_l("Driver"), required=False)


class PlaceForm(Form):
    """Where one ride goes: onto a run, onto a vehicle of its own, or back to those that wait for one."""

    goal = Choice(_l("This ride goes"), message=_l("Choose where this ride goes."))
    driver_id = Choice(_l("Driver, where the ride gets a vehicle of its own"), required=False)


class PressForm(Form):
    """Nothing but a button."""
