"""The day across cases (S17): what moves, the proposal for what nobody drives yet, and the small changes by hand."""

from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.booking.dispatch import actions, papers, plans, queries, words
from concierge.booking.dispatch.board import board
from concierge.booking.dispatch.forms import ConfirmForm, PlaceForm, PressForm, RunForm
from concierge.booking.dispatch.queries import RunRow
from concierge.booking.rides.actions import (
    RunChange,
    drive_ride,
    lock_all,
    move_run,
    put_on_run,
    take_off_run,
)
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day, on_our_clocks
from concierge.domain.errors import AlreadyTaken, Stale
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import Case, DriverLink, Hospital, Ride, Run
from concierge.web import filters
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.paper import pdf_response

bp = Blueprint("dispatch_staff", __name__)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "now": now()}


def _mine() -> list[Hospital]:
    """The hospitals in which I book travel."""
    ours = sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id)
    return list(db.session.scalars(ours))


def _day(typed: str, today: date) -> date:
    try:
        return on_our_clocks(date.fromisoformat(typed))
    except ValueError:
        return today


def _asked_day(hospital: Hospital) -> date:
    return _day(request.values.get("on", ""), local_day(now(), hospital.timezone))


@bp.get("/travel/day")
@staff(Right.BOOK_TRAVEL)
def day():
    """Arrivals, rides, interpreters and check-ins of one day, in all hospitals where I book travel."""
    hospitals = _mine()
    shown = board(db.session(), hospitals, _asked_day(hospitals[0]), now())
    return render_template("booking/dispatch/staff/day.html", board=shown, press=PressForm(formdata=None))


def _day_url(on: date, anchor: str = "rides") -> str:
    return url_for("dispatch_staff.day", on=on.isoformat(), _anchor=anchor)


# --- the proposal ------------------------------------------------------------------------------------------------


@bp.route("/travel/day/propose", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def propose():
    """The proposal as a table; nothing is stored before somebody confirms it."""
    hospital = _asked_hospital()
    on, form, status = _asked_day(hospital), ConfirmForm(), 200
    if form.validate_on_submit():
        plan = plans.read(form.plan.data or "")
        if plan is None or plan.hospital_id != hospital.id:
            abort(404)
        try:
            if done := submit(form, partial(_confirm, hospital.id, plan)):
                return done
        except (Stale, AlreadyTaken):
            form.refuse("form", "proposal_stale")
        on, status = plan.on, 409
    db.session.rollback()
    shown = plans.proposal_for(db.session(), hospital, on, now())
    form.plan.data = shown.plan
    return render_template("booking/dispatch/staff/propose.html", shown=shown, form=form), status


def _asked_hospital() -> Hospital:
    hospitals = _mine()
    asked = request.args.get("at", "")
    return next((hospital for hospital in hospitals if hospital.slug == asked), hospitals[0])


def _confirm(hospital_id: int, plan: plans.Plan, session: Session) -> str:
    placed = actions.confirm(
        session, session.get_one(Hospital, hospital_id), plan.on, plan.runs, plan.fingerprint,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(ngettext("%(num)s ride has a vehicle now.", "%(num)s rides have a vehicle now.", placed), "success")
    return _day_url(plan.on)


# --- one run, one ride ---------------------------------------------------------------------------------------------


@bp.route("/travel/run/<run_id>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def run(run_id: str):
    """One run: who rides on it, and another time, vehicle or driver."""
    row = queries.run_row(db.session(), run_id, my_hospitals())
    if row is None:
        abort(404)
    form, status = _run_form(row), 200
    if form.validate_on_submit():
        try:
            if done := submit(form, partial(_move_run, row, form)):
                return done
        except AlreadyTaken as taken:
            form.refuse("starts_at", taken.code)
        status = 409
    elif form.is_submitted():
        status = 422
    on = local_day(row.run.starts_at, row.hospital.timezone)
    return render_template("booking/dispatch/staff/run.html", row=row, form=form, on=on), status


def _run_form(row: RunRow) -> RunForm:
    zone, session = row.hospital.timezone, db.session()
    form = RunForm(data={
        "starts_at": row.run.starts_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M"),
        "vehicle_id": str(row.run.vehicle_id), "driver_id": str(row.run.driver_id or 0),
    })  # fmt: skip
    form.starts_at.timezone = zone
    form.vehicle_id.choices = _vehicles(session, row.hospital)
    form.driver_id.choices = _drivers(session, row.hospital)
    return form


def _vehicles(session: Session, hospital: Hospital) -> list[tuple[str, str]]:
    return [
        (str(car.id), f"{car.name} · {ngettext('%(num)s seat', '%(num)s seats', car.seats)}")
        for car in queries.things_of(session, hospital.id, ResourceKind.VEHICLE)
    ]


def _drivers(session: Session, hospital: Hospital) -> list[tuple[str, str]]:
    people = queries.things_of(session, hospital.id, ResourceKind.DRIVER)
    return [("0", _("Nobody named")), *((str(person.id), person.name) for person in people)]


def _move_run(row: RunRow, form: RunForm, session: Session) -> str:
    change = RunChange(form.starts_at.at, None, int(form.vehicle_id.data), int(form.driver_id.data or 0))
    move_run(session, row.run.id, change, actor=current_actor(), now=now())
    flash(_("The run is changed. Everybody on it moves along."), "success")
    return _day_url(local_day(form.starts_at.at, row.hospital.timezone))


@bp.route("/travel/ride/<ride_id>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def ride(ride_id: str):
    """Where one ride goes: another run, a vehicle of its own, or back to those that wait for one."""
    found = queries.ride_with_case(db.session(), ride_id, my_hospitals())
    if found is None or found[0].state is BookingState.CANCELLED:
        abort(404)
    row, case = found[0], staff_case(found[1].reference)
    form, status = _place_form(row, case), 200
    if form.validate_on_submit():
        try:
            if done := submit(form, partial(_place, row.id, form)):
                return done
        except AlreadyTaken as taken:
            form.refuse("goal", taken.code)
        status = 409
    elif form.is_submitted():
        status = 422
    on = local_day(row.starts_at, case.hospital.timezone)
    return render_template("booking/dispatch/staff/ride.html", ride=row, case=case, form=form, on=on), status


def _place_form(row: Ride, case: Case) -> PlaceForm:
    session, hospital = db.session(), case.hospital
    form = PlaceForm(data={"goal": f"run:{row.run.public_id}" if row.run else ""})
    that_day = board(session, [hospital], local_day(row.starts_at, hospital.timezone), now()).found.runs
    runs = [(f"run:{other.run.public_id}", _run_text(other, hospital)) for other in that_day]
    cars = [(f"car:{number}", text) for number, text in _vehicles(session, hospital)]
    form.goal.choices = {
        "": [("", _("Choose one"))],
        _("Onto a run of this day"): runs,
        _("Onto a vehicle of its own"): cars,
        _("Off"): [("none", _("Nobody drives it yet"))] if row.run else [],
    }
    form.driver_id.choices = _drivers(session, hospital)
    return form


def _run_text(row: RunRow, hospital: Hospital) -> str:
    parts = [filters.clock(row.run.starts_at, hospital.timezone), row.run.vehicle.name]
    parts.append(ngettext("%(num)s seat left", "%(num)s seats left", row.seats_left))
    return " · ".join(parts)


def _place(ride_id: int, form: PlaceForm, session: Session) -> str:
    kind, _colon, key = form.goal.data.partition(":")
    target = session.scalar(sa.select(Run).where(Run.public_id == key)) if kind == "run" else None
    lock_all(session, rides=[ride_id], runs=[target.id] if target else [])
    row, who = session.get_one(Ride, ride_id, populate_existing=True), _who()
    case = session.get_one(Case, row.case_id)
    if target is not None:
        put_on_run(session, row, target, **who)
    else:
        take_off_run(session, row, **who)
    if kind == "car":
        driver_id = int(form.driver_id.data or 0) or None
        drive_ride(session, case, public_id=row.public_id, vehicle_id=int(key), driver_id=driver_id, **who)
    flash(_("The ride is changed."), "success")
    return _day_url(local_day(row.starts_at, case.hospital.timezone))


# --- paper -----------------------------------------------------------------------------------------------------


@bp.get("/travel/day/sheet.pdf")
@staff(Right.BOOK_TRAVEL)
def sheet():
    """The runs of a day, or of one driver of it, to take along."""
    hospital = _asked_hospital()
    on = _asked_day(hospital)
    rows = _printed(hospital, on)
    return pdf_response(papers.day_sheet(hospital, on, rows, now()), f"rides-{on.isoformat()}.pdf")


@bp.get("/travel/day/signs.pdf")
@staff(Right.BOOK_TRAVEL)
def signs():
    """The names for the arrivals hall, one on each page."""
    hospital = _asked_hospital()
    on = _asked_day(hospital)
    return pdf_response(papers.signs(hospital, _printed(hospital, on), now()), f"signs-{on.isoformat()}.pdf")


def _printed(hospital: Hospital, on: date) -> list[RunRow]:
    rows = queries.day_across(db.session(), [hospital], on).runs
    driver = request.args.get("driver", "")
    return [row for row in rows if not driver or str(row.run.driver_id) == driver]


# --- links of drivers ------------------------------------------------------------------------------------------


@bp.route("/travel/day/link/<driver_id>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def link(driver_id: str):
    """A new link for this driver's day, sent by text message."""
    hospital = _asked_hospital()
    on, form = _asked_day(hospital), PressForm()
    if (
        not form.validate_on_submit()
        or not driver_id.isascii()
        or not driver_id.isdigit()
        or len(driver_id) > 9
    ):
        return redirect(_day_url(on, "drivers"), 303)
    return submit(form, partial(_send, hospital.id, int(driver_id), on)) or _refused(form, on)


def _send(hospital_id: int, driver_id: int, on: date, session: Session) -> str:
    hospital = session.get_one(Hospital, hospital_id)
    new = actions.make_link(session, hospital, driver_id, on, actor=current_actor(), now=now())
    base = current_app.config["CONCIERGE"].base_url
    url = base + url_for("dispatch_public.driver", token=new.token)
    actions.send_link(session, new.link, url, words.language_of(new.link.driver), now=now())
    flash(_("The link goes to %(name)s by text message.", name=new.link.driver.name), "success")
    return _day_url(on, "drivers")


def _refused(form: PressForm, on: date) -> Response:
    """The form is one button: what was refused is said on the page it belongs to."""
    flash(" ".join(str(text) for text in form.form_errors), "error")
    return redirect(_day_url(on, "drivers"), 303)


@bp.route("/travel/link/<link_id>/revoke", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def revoke(link_id: str):
    """The link opens nothing any more."""
    found = queries.find_link(db.session(), link_id, my_hospitals())
    if found is None:
        abort(404)
    form = PressForm()
    if form.validate_on_submit() and (done := submit(form, partial(_revoke, found.id, found.on))):
        return done
    return redirect(_day_url(found.on, "drivers"), 303)


def _revoke(link_id: int, on: date, session: Session) -> str:
    actions.revoke_link(session, session.get_one(DriverLink, link_id, populate_existing=True), now=now())
    flash(_("The link opens nothing any more."), "success")
    return _day_url(on, "drivers")
