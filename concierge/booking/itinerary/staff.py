"""The travel page of a case (S16).

Every booking room has its acts here, because each of them shows the whole trip again: with the new booking, or with
what was typed, the reason and what is still free. The rooms themselves know no page.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import tab, words
from concierge.booking.forms import TripForm
from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter, cancel_assignment
from concierge.booking.interpreters.forms import AssignmentForm
from concierge.booking.itinerary import beginnings
from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.desk import desk
from concierge.booking.itinerary.offers import assignment_span
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging.actions import cancel_stay
from concierge.booking.rides.actions import cancel_ride
from concierge.booking.travel.actions import remove_flight
from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.vocabulary import Direction, Modality
from concierge.models import Case
from concierge.web.access import current_actor, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

bp = Blueprint("itinerary_staff", __name__)

PAGE = "itinerary_staff.travel"
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
    shown = _trip_page(staff_case(ref))
    return render_template("booking/itinerary/staff/travel.html", **shown), shown["status"]


def _trip_page(case: Case, active: TripForm | None = None) -> dict:
    g.case_tab = PAGE
    page, shown = case_page(case), desk(db.session(), case, active)
    status = 200
    if active is not None and active.errors:
        status = 409 if active.is_taken else 422
    return {
        "page": page, "desk": shown, "form": active, "panels": tab.panels_of(page, {}), "failing": (),
        "who_pays": words.WHO_PAYS,
        "status": status,
    }  # fmt: skip


def _again(case: Case, form: TripForm):
    """The page with the form that was sent, or that somebody comes back to after signing in again."""
    shown = _trip_page(case, form)
    return render_template("booking/itinerary/staff/travel.html", **shown), shown["status"]


def _book(form: TripForm, choice: str, work: Callable[[Session], str]):
    """Run the work of a form that says *book*. Where somebody was faster, the form says so and offers what is free."""
    if request.form.get("act") != "book":
        return None
    try:
        return submit(form, work)
    except SlotTaken as taken:
        if any(stretch.subject.startswith("case:") for stretch in taken.conflicts):
            form.refuse_taken("starts_at", "patient_busy")
        else:
            form.refuse_taken(choice, "slot_taken")
    return None


def _back(case: Case, message: str, anchor: str = "trip") -> str:
    flash(message, "success")
    return url_for(PAGE, ref=case.reference, _anchor=anchor)


def _way(direction: str) -> Direction:
    if direction not in set(Direction):
        abort(404)
    return Direction(direction)


# --- rides -----------------------------------------------------------------------------------------------------


def _chosen(form: TripForm, name: str) -> int:
    if not form[name].data:
        raise InvalidInput(name, "choose_one")
    return int(form[name].data)
# --- interpreters ----------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/interpreter", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def interpreter(ref: str):
    case, session = staff_case(ref), db.session()
    form = beginnings.assignment_form(session, case, trip_rows(session, case.id), is_active=True)
    if form.validate_on_submit() and (done := _book(form, "interpreter_id", partial(_assign, case.id, form))):
        return done
    return _again(case, form)


def _assign(case_id: int, form: AssignmentForm, session: Session) -> str:
    case = lock(session, case_id)
    starts_at, ends_at, visit = assignment_span(form, trip_rows(session, case.id))
    order = AssignmentOrder(
        _chosen(form, "interpreter_id"), form.language.data, Modality(form.modality.data), starts_at, ends_at,
        visit.id if visit else None,
    )  # fmt: skip
    assign_interpreter(session, case, order, actor=current_actor(), now=now())
    return _back(case, _("The interpreter is booked."))


# --- taking something out, and confirming ------------------------------------------------------------------------


@bp.route("/c/<ref>/travel/<kind>/<key>/cancel", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def cancel(ref: str, kind: str, key: str):
    case = staff_case(ref)
    if kind not in CANCEL:
        abort(404)
    form = Form()
    if form.validate_on_submit() and (done := submit(form, partial(_cancel, case.id, kind, key))):
        return done
    return redirect(url_for(PAGE, ref=case.reference), 303)


def _cancel(case_id: int, kind: str, key: str, session: Session) -> str:
    case = lock(session, case_id)
    CANCEL[kind](session, case, public_id=key, actor=current_actor(), now=now())
    return _back(case, _("It is taken out of the trip."))


@bp.route("/c/<ref>/travel/confirm", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def confirm(ref: str):
    case, session = staff_case(ref), db.session()
    form = beginnings.confirm_form(trip_rows(session, case.id), is_active=True)
    if form.validate_on_submit() and (done := submit(form, partial(_confirm, case.id, form))):
        return done
    return _again(case, form)


def _confirm(case_id: int, form: beginnings.ConfirmForm, session: Session) -> str:
    case = lock(session, case_id)
    publish_trip(
        session, case, fingerprint=form.fingerprint.data or "", knows_gaps=form.knows_gaps.data,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return _back(case, _("The trip is confirmed and published. The family gets a message."), "confirm")
