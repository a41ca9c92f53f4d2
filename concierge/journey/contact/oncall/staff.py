"""The weeks of the physicians on call, and the page that a call at night leads to."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.page import case_url
from concierge.conversation.thread import story_line
from concierge.db import db
from concierge.domain.access import Right, Role
from concierge.domain.clocks import local_day
from concierge.journey.contact.oncall import actions, queries
from concierge.journey.contact.oncall.forms import DutyForm
from concierge.journey.contact.team import with_role
from concierge.models import Enquiry, Hospital, StaffUser, UrgentPage
from concierge.web.access import current_actor, my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.i18n import current_code
from concierge.web.once import submit

bp = Blueprint("oncall_staff", __name__)
WEEK = timedelta(days=7)


def _hospital() -> Hospital:
    """The one that the address names, else the first of mine."""
    mine = my_hospitals()
    asked = request.values.get("hospital", type=int)
    return db.session.get_one(Hospital, asked if asked in mine else mine[0])


@bp.route("/desk/on-call", methods=["GET", "POST"])
@staff(Right.RUN_DESK)
def on_call():
    """Who is on call when; the next gap is already filled in."""
    hospital, at, session = _hospital(), now(), db.session()
    covered_until = queries.covered_until(session, hospital.id, at)
    form = DutyForm(data=_next_week(hospital, covered_until, at))
    form.prepare(hospital, with_role(session, hospital.id, Role.REVIEWER))
    if form.validate_on_submit() and (done := submit(form, lambda writing: _note(writing, form, hospital))):
        return done
    rows, more = queries.duties(session, hospital.id, at, request.args.get("after", ""))
    return render_template(
        "journey/contact/oncall/staff/on_call.html",
        form=form,
        remove_form=Form(),
        hospital=hospital,
        hospitals=[session.get_one(Hospital, one) for one in my_hospitals()],
        duties=rows,
        next_url=url_for("oncall_staff.on_call", hospital=hospital.id, after=more) if more else "",
        current=queries.on_call_at(session, hospital.id, at),
        covered_until=covered_until,
        pages=queries.latest_pages(session, hospital.id),
        at=at,
        code=current_code(),
    ), 422 if form.errors else 200


def _next_week(hospital: Hospital, covered_until: datetime | None, at: datetime) -> dict:
    """From where the list ends, else from today's closing, for a week of the hospital's clock."""
    zone = ZoneInfo(hospital.timezone)
    starts = covered_until or hospital.calendar.closing_of(local_day(at, hospital.timezone))
    local = starts.astimezone(zone).replace(tzinfo=None)
    return {
        "starts": local.isoformat(timespec="minutes"),
        "ends": (local + WEEK).isoformat(timespec="minutes"),
    }


def _note(session: Session, form: DutyForm, hospital: Hospital) -> str:
    actions.note_duty(
        session, hospital.id, staff_id=int(form.physician.data), phone=form.e164, starts_at=form.starts.at,
        ends_at=form.ends.at, actor=current_actor(), now=now(),
    )  # fmt: skip
    flash(_("The duty is noted."), "success")
    return url_for("oncall_staff.on_call", hospital=hospital.id)


@bp.route("/desk/on-call/<public_id>/remove", methods=["GET", "POST"])
@staff(Right.RUN_DESK)
def remove(public_id: str):
    form = Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _remove(session, public_id))):
        return done
    return redirect(url_for("oncall_staff.on_call"), 303)


def _remove(session: Session, public_id: str) -> str:
    duty = queries.find_duty(session, public_id, my_hospitals())
    if duty is None:
        abort(404)
    actions.remove_duty(session, duty)
    flash(_("The duty of %(name)s is taken out.", name=duty.staff.name), "success")
    return url_for("oncall_staff.on_call", hospital=duty.hospital_id)


@bp.route("/desk/urgent/<ref>", methods=["GET", "POST"])
@staff(Right.DECIDE, Right.TAKE_ENQUIRIES)
def urgent(ref: str):
    """Where a call at night leads: who waits, how to reach them, and one button that says *I take care of it*."""
    case = staff_case(ref)
    page = queries.page_of(db.session(), case.id)
    if page is None:  # it came while the hospital was open, so nobody was called
        return redirect(case_url(case.reference))
    form = Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _acknowledge(session, page, ref))):
        return done
    enquiry = db.session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one()
    user = signed_in_staff()
    return render_template(
        "journey/contact/oncall/staff/urgent.html",
        form=form,
        case=case,
        enquiry=enquiry,
        story=story_line(db.session(), enquiry, (user.language, *user.speaks)) if enquiry.story else None,
        page=page,
        case_url=case_url(case.reference),
        at=now(),
    )


def _acknowledge(session: Session, page: UrgentPage, ref: str) -> str:
    user = session.get_one(StaffUser, signed_in_staff().id)
    answered = actions.acknowledge(session, page.id, user, actor=current_actor(), now=now())
    if answered.acknowledged_by_id == user.id:
        flash(_("Thank you. Everybody sees that you take care of it."), "success")
    return url_for("oncall_staff.urgent", ref=ref)
