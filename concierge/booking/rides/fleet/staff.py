"""Vehicles and drivers, the timetable of the shuttles, and outings that families may join."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.forms import TripForm
from concierge.booking.rides import actions, queries
from concierge.booking.rides.fleet.forms import (
    WEEKDAYS,
    DriverForm,
    LineForm,
    OutageForm,
    OutingForm,
    VehicleForm,
)
from concierge.booking.rides.fleet.queries import line_rows, outing_rows
from concierge.booking.rides.offers import about_vehicle
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import OutingPurpose, ResourceKind, RunKind
from concierge.models import Hospital, Outage, Resource, Run, ShuttleLine
from concierge.web.access import current_actor, my_hospitals, staff
from concierge.web.clock import now
from concierge.web.filters import weekday_name
from concierge.web.forms import Form
from concierge.web.i18n import BY_CODE, current_code
from concierge.web.once import submit

bp = Blueprint("fleet_staff", __name__)

VEHICLES, TIMETABLE, OUTINGS = "fleet_staff.vehicles", "fleet_staff.timetable", "fleet_staff.outings"
Work = Callable[[Session], str]
MONDAY = date(2024, 1, 1)  # any Monday: the names of the days are read from a week


@dataclass(frozen=True)
class Place:
    """What the three pages share: the hospital that is shown, and the others that I may choose."""

    hospital: Hospital
    hospitals: list[Hospital]

    def url(self, endpoint: str, **values) -> str:
        return url_for(endpoint, hospital=self.hospital.id, **values)


def _place() -> Place:
    """The hospital that the address names, else the first of mine."""
    mine, session = my_hospitals(), db.session()
    asked = request.args.get("hospital", type=int)
    hospitals = list(session.scalars(sa.select(Hospital).where(Hospital.id.in_(mine)).order_by(Hospital.id)))
    return Place(next((one for one in hospitals if one.id == asked), hospitals[0]), hospitals)


def _done(form: Form, work: Work, endpoint: str, place: Place, busy_field: str = "vehicle_id"):
    """The work of a form in one transaction; None where it was refused, beside its field."""

    def run(session: Session) -> str:
        flash(work(session), "success")
        return place.url(endpoint)

    try:
        return submit(form, run) if form.validate_on_submit() else None
    except SlotTaken:
        form.refuse(busy_field, "slot_taken")
        return None


def _who() -> dict:
    return {"actor": current_actor(), "now": now()}


def _shown(template: str, place: Place, forms: list[TripForm], **values):
    refused = [form for form in forms if form.is_submitted() and (form.errors or form.form_errors)]
    html = render_template(
        template, place=place, act=Form, at=now(), code=current_code(), failing=refused,
        opens={form.place for form in refused}, **{form.place: form for form in forms}, **values,
    )  # fmt: skip
    return html, 422 if refused else 200


def _sent(form: type[TripForm], data: dict | None = None) -> TripForm:
    """Only the form whose button was pressed reads what was sent."""
    is_active = request.method == "POST" and request.form.get("act") == form.place
    return form(data=data) if is_active else form(formdata=None, data=data)


# --- vehicles and drivers ------------------------------------------------------------------------------------------


@bp.route("/rides/vehicles", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def vehicles():
    """What drives and who drives it; days off the road."""
    place, session = _place(), db.session()
    cars = queries.vehicles(session, place.hospital.id)
    people = queries.drivers(session, place.hospital.id)
    car, driver, outage = _sent(VehicleForm), _sent(DriverForm), _sent(OutageForm)
    driver.languages.choices = [(code, info.autonym) for code, info in BY_CODE.items() if code != "en"]
    outage.resource_id.choices = [(str(one.id), one.name) for one in (*cars, *people)]
    works: dict[str, Work] = {
        "vehicle": lambda writing: _add_vehicle(writing, place.hospital, car),
        "driver": lambda writing: _add_driver(writing, place.hospital, driver),
        "outage": lambda writing: _note_outage(writing, outage),
    }
    forms = {form.place: form for form in (car, driver, outage)}
    asked = request.form.get("act", "") if request.method == "POST" else ""
    if asked in works and (done := _done(forms[asked], works[asked], VEHICLES, place, "first_on")):
        return done
    return _shown(
        "booking/rides/fleet/staff/vehicles.html", place, list(forms.values()), vehicles=cars, drivers=people,
        outages=queries.outages_ahead(session, [*cars, *people], now()),
        today=local_day(now(), place.hospital.timezone),
    )  # fmt: skip


def _add_vehicle(session: Session, hospital: Hospital, form: VehicleForm) -> str:
    actions.add_vehicle(
        session, hospital, name=form.name.data, plate=form.plate.data, seats=form.seats.number,
        wheelchair_places=form.wheelchair_places.number, phone=form.phone.phone.e164 if form.phone.phone else "",
    )  # fmt: skip
    return _("The vehicle is added.")


def _add_driver(session: Session, hospital: Hospital, form: DriverForm) -> str:
    actions.add_driver(
        session, hospital, name=form.name.data, languages=list(form.languages.data or ()),
        phone=form.phone.phone.e164 if form.phone.phone else "", licence_until=form.licence_until.day,
    )  # fmt: skip
    return _("The driver is added.")


def _note_outage(session: Session, form: OutageForm) -> str:
    actions.note_outage(
        session, session.get_one(Resource, int(form.resource_id.data)), first_on=form.first_on.day,
        last_on=form.last_on.day, reason=form.reason.data, **_who(),
    )  # fmt: skip
    return _("The days are noted. Nothing can be planned on them.")


@bp.post("/rides/vehicles/<int(max=2147483647):key>/end")
@staff(Right.BOOK_TRAVEL)
def end(key: int):
    """A vehicle or driver is offered no more."""
    found = db.session.get(Resource, key)
    kinds = {ResourceKind.VEHICLE, ResourceKind.DRIVER}
    if found is None or found.hospital_id not in my_hospitals() or found.kind not in kinds:
        abort(404)
    place = Place(db.session.get_one(Hospital, found.hospital_id), [])

    def work(session: Session) -> str:
        actions.end_resource(session, session.get_one(Resource, key), now=now())
        return _("It is offered no more.")

    return _pressed(work, VEHICLES, place)


@bp.post("/rides/outages/<key>/remove")
@staff(Right.BOOK_TRAVEL)
def outage_remove(key: str):
    outage = db.session.scalar(sa.select(Outage).where(Outage.public_id == key))
    resource = db.session.get(Resource, outage.resource_id) if outage else None
    if resource is None or resource.hospital_id not in my_hospitals():
        abort(404)
    place = Place(db.session.get_one(Hospital, resource.hospital_id), [])

    def work(session: Session) -> str:
        actions.remove_outage(
            session, session.scalars(sa.select(Outage).where(Outage.public_id == key)).one()
        )
        return _("It is on the road again.")

    return _pressed(work, VEHICLES, place)


def _pressed(work: Work, endpoint: str, place: Place):
    """A button without fields: what was refused is said on the page to which it returns."""
    form = Form()
    if done := _done(form, work, endpoint, place):
        return done
    for text in form.form_errors:
        flash(text, "error")
    return redirect(place.url(endpoint), 303)


# --- shuttles ------------------------------------------------------------------------------------------------------


@bp.route("/rides/timetable", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def timetable():
    """The lines, their next departures, and those that nobody drives."""
    place, session = _place(), db.session()
    today = local_day(now(), place.hospital.timezone)
    begin = {"minutes": "15", "seats": "6", "wheelchair_places": "0", "valid_from": today.isoformat()}
    form = _with_vehicles(session, place, _sent(LineForm, begin))
    form.weekdays.choices = [(str(day), name) for day, name in _weekdays().items()]
    if form.is_submitted() and (
        done := _done(form, lambda writing: _add_line(writing, place.hospital, form), TIMETABLE, place)
    ):
        return done
    return _shown(
        "booking/rides/fleet/staff/timetable.html", place, [form], rows=line_rows(session, place.hospital, now()),
        days=_weekdays(), clock_of=time.fromisoformat,
    )  # fmt: skip


def _weekdays() -> dict[int, str]:
    return {day: weekday_name(MONDAY + timedelta(days=day)) for day in WEEKDAYS}


def _with_vehicles(session: Session, place: Place, form):
    """With the vehicles and drivers of this hospital to choose from."""
    cars = queries.vehicles(session, place.hospital.id)
    form.vehicle_id.choices = [(str(car.id), f"{car.name} · {about_vehicle(car)}") for car in cars]
    people = queries.drivers(session, place.hospital.id)
    form.driver_id.choices = [("", _("Nobody named yet")), *((str(one.id), one.name) for one in people)]
    return form


def _driver_of(form) -> int | None:
    return int(form.driver_id.data) if form.driver_id.data else None


def _add_line(session: Session, hospital: Hospital, form) -> str:
    order = actions.LineOrder(
        form.names, form.from_place.data, form.to_place.data, int(form.minutes.data),
        tuple(int(day) for day in form.weekdays.data), form.clocks, int(form.vehicle_id.data), _driver_of(form),
        form.seats.number, form.wheelchair_places.number, form.valid_from.day, form.valid_until.day_or_none,
    )  # fmt: skip
    actions.add_line(session, hospital, order, **_who())
    return _("The line is added. Its departures of the next 14 days are planned.")


@bp.post("/rides/timetable/<key>/end")
@staff(Right.BOOK_TRAVEL)
def line_end(key: str):
    """Nothing leaves from now on."""
    line = db.session.scalar(sa.select(ShuttleLine).where(ShuttleLine.public_id == key))
    if line is None or line.hospital_id not in my_hospitals():
        abort(404)
    line_id, place = line.id, Place(db.session.get_one(Hospital, line.hospital_id), [])

    def work(session: Session) -> str:
        actions.end_line(session, session.get_one(ShuttleLine, line_id), on=now(), **_who())
        return _("The line has ended.")

    return _pressed(work, TIMETABLE, place)


# --- outings -------------------------------------------------------------------------------------------------------


@bp.route("/rides/outings", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL)
def outings():
    """The trips ahead with who comes along, and a new one."""
    place, session = _place(), db.session()
    form = _with_vehicles(session, place, _sent(OutingForm, {"seats": "6", "wheelchair_places": "1"}))
    for field in (form.starts_at, form.ends_at, form.join_until):
        field.timezone = place.hospital.timezone
    if form.is_submitted() and (
        done := _done(form, lambda writing: _announce(writing, place.hospital, form), OUTINGS, place)
    ):
        return done
    return _shown(
        "booking/rides/fleet/staff/outings.html", place, [form],
        rows=outing_rows(session, place.hospital.id, now()),
    )  # fmt: skip


def _announce(session: Session, hospital: Hospital, form: OutingForm) -> str:
    order = actions.RunOrder(
        int(form.vehicle_id.data), form.starts_at.at, form.ends_at.at, form.meeting_point.data, form.to_place.data,
        RunKind.OUTING, _driver_of(form), form.seats.number, form.wheelchair_places.number,
        purpose=OutingPurpose(form.purpose.data), title=form.title.data, meeting_point=form.meeting_point.data,
        join_until=form.join_until.at,
    )  # fmt: skip
    actions.announce_outing(session, hospital, order, **_who())
    return _("The trip is announced. Families see it and can join.")


@bp.post("/rides/runs/<key>/cancel")
@staff(Right.BOOK_TRAVEL)
def run_cancel(key: str):
    """Nobody drives: everybody who had a place is told."""
    run = db.session.scalar(sa.select(Run).where(Run.public_id == key))
    if run is None or run.hospital_id not in my_hospitals():
        abort(404)
    run_id, place = run.id, Place(db.session.get_one(Hospital, run.hospital_id), [])
    endpoint = {RunKind.SHUTTLE: TIMETABLE}.get(run.kind, OUTINGS)

    def work(session: Session) -> str:
        actions.cancel_run(session, run_id, **_who())
        return _("It does not take place. Everybody who had a place is told.")

    return _pressed(work, endpoint, place)
