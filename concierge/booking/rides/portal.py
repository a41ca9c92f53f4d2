"""Rides in the family's hand: what is booked, shuttles with free seats, and trips that they can join."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from concierge.booking.forms import TripForm
from concierge.booking.rides import actions, queries
from concierge.booking.rides.queries import Seats
from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.clocks import at_local, local_day
from concierge.domain.errors import RunFull, SlotTaken
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.models import Case, Ride
from concierge.web.access import current_actor, portal, portal_case, signed_in_account
from concierge.web.clock import now
from concierge.web.forms import Form, Tick, Whole
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("rides_portal", __name__)

PAGE = "rides_portal.rides"
SHUTTLE_DAYS = 3  # today, tomorrow and the day after stand on the page


class JoinForm(TripForm):
    """How many come along on one run."""

    seats = Whole(_l("How many people need a seat"), most_value=20)
    wheelchairs = Whole(_l("How many people stay in their wheelchair"), most_value=5)
    is_without_patient = Tick(_l("The patient does not come along"))


@bp.get("/portal/<pid>/rides")
@portal(Area.TRIP)
def rides(pid: str):
    """Own rides first, then trips, then shuttles."""
    case, _part = portal_case(pid)
    return _page(case)


def _page(case: Case, failing: JoinForm | None = None, status: int = 200):
    session, at = db.session(), now()
    own = [ride for ride in queries.rides_of(session, case.id) if ride.ends_at > at]
    trips = queries.with_seats(session, queries.runs_ahead(session, case.hospital_id, RunKind.OUTING, at))
    until = _end_of_days(case, at)
    shuttles = queries.with_seats(
        session, queries.runs_ahead(session, case.hospital_id, RunKind.SHUTTLE, at, until=until)
    )
    by_run = {ride.run_id: ride for ride in own if ride.state is BookingState.CONFIRMED}
    forms = {one.run.public_id: _form(one, by_run.get(one.run.id)) for one in (*trips, *shuttles)}
    if failing is not None:
        forms[failing.place.removeprefix("join-")] = failing
    html = render_template(
        "booking/rides/portal/rides.html", case=case, own=own, trips=trips, shuttles=_by_line(shuttles), forms=forms,
        by_run=by_run, act=Form, at=at, code=current_code(), reader_timezone=signed_in_account().timezone,
        failing=failing, following=_following(failing, [*trips, *shuttles]),
        may_join=case.state is not CaseState.CLOSED,
    )  # fmt: skip
    return html, status


def _end_of_days(case: Case, at: datetime) -> datetime:
    zone = case.hospital.timezone
    return at_local(local_day(at, zone) + timedelta(days=SHUTTLE_DAYS), datetime.min.time(), zone)


def _form(one: Seats, ride: Ride | None) -> JoinForm:
    """With what this family has, or with one seat."""
    data = {"seats": "1", "wheelchairs": "0"}
    if ride is not None:
        data = {"seats": str(ride.seats), "wheelchairs": str(ride.wheelchairs)}
    place = f"join-{one.run.public_id}"
    return JoinForm(
        formdata=None, data=data | {"is_without_patient": bool(ride and not ride.has_patient)}, place=place
    )


def _by_line(shuttles: list[Seats]) -> list[tuple[Seats, list[Seats]]]:
    """The departures by line, in the order in which the first of each leaves."""
    found: dict[int | None, list[Seats]] = {}
    for one in shuttles:
        found.setdefault(one.run.line_id, []).append(one)
    return [(group[0], group) for group in found.values()]


def _following(failing: JoinForm | None, runs: list[Seats]) -> Seats | None:
    """After a refusal because it is full: the next of the same kind with places enough."""
    if failing is None or failing.seats.number_or_none is None or failing.wheelchairs.number_or_none is None:
        return None
    here = next((one.run for one in runs if f"join-{one.run.public_id}" == failing.place), None)
    wanted = failing.seats.number, failing.wheelchairs.number
    later = (
        one
        for one in runs
        if here and one.run.kind is here.kind and one.run.line_id == here.line_id
        and one.run.starts_at > here.starts_at and one.fits(*wanted)
    )  # fmt: skip
    return next(later, None)


@bp.route("/portal/<pid>/rides/<run>/join", methods=["GET", "POST"])
@portal(Area.TRIP)
def join(pid: str, run: str):
    """Come along, or change how many do."""
    case, _part = portal_case(pid)
    form = JoinForm(place=f"join-{run}")
    if not form.is_submitted():
        return redirect(url_for(PAGE, pid=pid))

    def work(session: Session) -> str:
        actions.join_run(
            session, lock(session, case.id), public_id=run, seats=form.seats.number,
            wheelchairs=form.wheelchairs.number, has_patient=not form.is_without_patient.data,
            actor=current_actor(), now=now(),
        )  # fmt: skip
        flash(_("Your places are reserved."), "success")
        return url_for(PAGE, pid=pid)

    try:
        if form.validate_on_submit() and (done := submit(form, work)):
            return done
    except RunFull:
        form.refuse_taken("seats", "run_full")
    except SlotTaken:
        form.refuse_taken("is_without_patient", "patient_busy_family")
    return _page(case, form, 409 if form.is_taken else 422)


@bp.post("/portal/<pid>/rides/<ride>/leave")
@portal(Area.TRIP)
def leave(pid: str, ride: str):
    """Give the places on a shuttle or trip back; other rides are for the coordinator."""
    case, _part = portal_case(pid)
    form = Form()

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        actions.leave_run(session, locked, public_id=ride, actor=current_actor(), now=now())
        flash(_("Your places are free for others now."), "success")
        return url_for(PAGE, pid=pid)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return redirect(url_for(PAGE, pid=pid), 303)
