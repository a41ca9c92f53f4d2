"""My hours: when families can book a call with me. A lead keeps those of the others too."""

from collections.abc import Callable
from datetime import date, time, timedelta

import sqlalchemy as sa
from babel.lists import format_list
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right, Role
from concierge.domain.clocks import local_day
from concierge.domain.numbers import whole
from concierge.journey.consult.booking.queries import absences_of, hours_of
from concierge.journey.consult.hours import actions
from concierge.journey.consult.hours.forms import AbsenceForm, HoursForm, RemoveForm
from concierge.models import Hospital, StaffRole, StaffUser
from concierge.web import filters
from concierge.web.access import hospitals_with, my_hospitals, signed_in_staff, staff
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("hours_staff", __name__)

_MONDAY = date(2024, 1, 1)


def _weekdays() -> list[tuple[str, str]]:
    """(number, name), as the week runs for a hospital."""
    return [(str(number), filters.weekday_name(_MONDAY + timedelta(days=number))) for number in range(7)]


def _colleagues(hospital_id: int) -> list[StaffUser]:
    return list(
        db.session.scalars(
            sa.select(StaffUser)
            .join(StaffRole)
            .where(
                StaffRole.hospital_id == hospital_id,
                StaffRole.role == Role.SPECIALIST,
                StaffUser.is_active.is_(True),
            )
            .order_by(StaffUser.name, StaffUser.id)
        )
    )


def _desk() -> tuple[Hospital, StaffUser, list[StaffUser]]:
    """The hospital, whose hours these are, and whose else the reader may keep."""
    me = signed_in_staff()
    mine = my_hospitals()
    hospital_id = request.args.get("at", type=int) or mine[0]
    if hospital_id not in mine:
        abort(404)
    may_set = hospital_id in hospitals_with(me, frozenset({Right.SET_HOURS}))
    others = [user for user in _colleagues(hospital_id) if user.id != me.id] if may_set else []
    wanted = request.args.get("of", "")
    owner = (
        me if wanted in {"", str(me.id)} else next((user for user in others if str(user.id) == wanted), None)
    )
    return db.session.get_one(Hospital, hospital_id), owner or abort(404), others


@bp.get("/desk/my-hours")
@staff(Right.TAKE_ENQUIRIES)
def my_hours():
    return _page()


def _page(**given: Form):
    hospital, owner, others = _desk()
    forms = {"hours_form": HoursForm(_weekdays(), formdata=None), "absence_form": AbsenceForm(formdata=None)}
    today = local_day(now(), hospital.timezone)
    html = render_template(
        "journey/consult/hours/staff/my_hours.html", hospital=hospital, owner=owner, others=others, **(forms | given),
        is_me=owner.id == signed_in_staff().id, weekdays=dict(_weekdays()), remove_form=RemoveForm(formdata=None),
        hours=hours_of(db.session(), owner.id, hospital.id), absences=absences_of(db.session(), owner.id, today),
        place={"at": hospital.id, "of": owner.id}, hospitals=_my_hospitals(),
        opening=format_list(
            [name for number, name in _weekdays() if int(number) in hospital.working_days], locale=current_code()
        ),
    )  # fmt: skip
    return html, 422 if given else 200


def _my_hospitals() -> list[Hospital]:
    return list(
        db.session.scalars(sa.select(Hospital).where(Hospital.id.in_(my_hospitals())).order_by(Hospital.id))
    )


def _change(name: str, form: Form, message: str, act: Callable[[Session, Hospital, StaffUser], None]):
    hospital, owner, _others = _desk()
    place = url_for("hours_staff.my_hours", at=hospital.id, of=owner.id)

    def work(session: Session) -> str:
        act(session, hospital, owner)
        flash(message, "success")
        return place

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _page(**{name: form}) if form.is_submitted() and name else redirect(place)


@bp.route("/desk/my-hours/add", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def add_hours():
    form = HoursForm(_weekdays())

    def act(session: Session, hospital: Hospital, owner: StaffUser) -> None:
        actions.add_hours(
            session, owner.id, hospital.id, weekdays=[int(day) for day in form.weekdays.data],
            opens=time.fromisoformat(form.opens.data), closes=time.fromisoformat(form.closes.data),
            valid_from=form.valid_from.day_or_none, valid_until=form.valid_until.day_or_none,
        )  # fmt: skip

    return _change("hours_form", form, _("The hours are saved."), act)


@bp.route("/desk/my-hours/absence", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def add_absence():
    form = AbsenceForm()

    def act(session: Session, _hospital: Hospital, owner: StaffUser) -> None:
        actions.add_absence(session, owner.id, first_on=form.first_on.day, last_on=form.last_on.day)

    return _change("absence_form", form, _("The absence is saved."), act)


@bp.route("/desk/my-hours/remove/<kind>", methods=["GET", "POST"])
@staff(Right.TAKE_ENQUIRIES)
def remove(kind: str):
    """A row of hours, or an absence."""
    if kind not in {"hours", "absence"}:
        abort(404)
    form = RemoveForm()

    def act(session: Session, hospital: Hospital, owner: StaffUser) -> None:
        row = whole(form.row.data)
        if row is None:
            return
        if kind == "hours":
            actions.remove_hours(session, owner.id, hospital.id, row)
        else:
            actions.remove_absence(session, owner.id, row)

    return _change("", form, _("It is removed."), act)
