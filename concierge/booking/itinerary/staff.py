"""The Travel page of a case (S16): the trip by day, what is taken out of it, and its publishing.

What is booked is answered by the rooms, whose panels stand on the same page (booking/tab.py).
"""

from flask import Blueprint, abort
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab
from concierge.booking.interpreters.actions import cancel_assignment
from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.forms import ConfirmForm
from concierge.booking.lodging.actions import cancel_stay
from concierge.booking.rides.actions import cancel_ride
from concierge.booking.travel.actions import remove_flight
from concierge.domain.access import Right
from concierge.models import Case
from concierge.web.access import staff, staff_case
from concierge.web.forms import Form

bp = Blueprint("itinerary_staff", __name__)

CANCEL = {
    "flight": remove_flight,
    "ride": cancel_ride,
    "check_in": cancel_stay,
    "interpreter": cancel_assignment,
}


@bp.get("/c/<ref>/travel")
@staff(Right.SEE_CASES)
def travel(ref: str):
    """The trip of one case."""
    return tab.show_travel(staff_case(ref))


@bp.route("/c/<ref>/travel/<kind>/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, kind: str, key: str):
    """Take one booking out of the trip."""
    case = staff_case(ref)
    if kind not in CANCEL:
        abort(404)

    def work(session: Session, locked: Case) -> str:
        CANCEL[kind](session, locked, public_id=key, **tab.who())
        return _("It is taken out of the trip.")

    return tab.act(case, Form(), work, "trip")


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
