from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.web.forms import Tick


class ConfirmForm(TripForm):
    """`fingerprint` is the trip that the coordinator saw when pressing the button."""

    place = "confirm-trip"
    fingerprint = HiddenField()
    knows_gaps = Tick(_l("The gaps named above are known and all right"))


def confirm_form(fingerprint: str) -> ConfirmForm:
    """Not yet sent, for the trip as it is shown now."""
    return ConfirmForm(formdata=None, data={"fingerprint": fingerprint})
