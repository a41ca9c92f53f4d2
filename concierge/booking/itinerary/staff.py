"""The Travel page of a case (S16): the trip by day, and its publishing.

What is booked and taken out is answered by the rooms, whose panels stand on the same page (booking/tab.py).
"""

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.forms import ConfirmForm
from concierge.domain.access import Right
from concierge.models import Case
from concierge.web.access import staff, staff_case

bp = Blueprint("itinerary_staff", __name__)


@bp.get("/c/<ref>/travel")
@staff(Right.SEE_CASES)
def travel(ref: str):
    """The trip of one case."""
    return tab.show_travel(staff_case(ref))


@bp.route("/c/<ref>/travel/confirm", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def confirm(ref: str):
    """Publish the trip that the coordinator has seen."""
    case, form = staff_case(ref), ConfirmForm()

    def work(session: Session, locked: Case) -> str:
        publish_trip(
            session, locked, fingerprint=form.fingerprint.data or "", knows_gaps=form.knows_gaps.data, **tab.who()
        )
        return _("The trip is confirmed and published. The family gets a message.")

    return tab.act(case, form, work, "confirm")
