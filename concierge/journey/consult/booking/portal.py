"""A call in the family's hand (T7): free times in their own city, one page of questions, then both clocks."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Area
from concierge.domain.call_slots import Slot
from concierge.domain.errors import SlotTaken
from concierge.journey.consult.booking import actions, page, queries
from concierge.journey.consult.booking.calendar import calendar_response
from concierge.journey.consult.booking.forms import ActForm, CallForm, WishForm
from concierge.models import Case, PlannedCall
from concierge.web.access import current_actor, portal, portal_case, signed_in_account
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("call_portal", __name__)


def _zone(case: Case) -> str:
    return page.reader_zone(case, signed_in_account().timezone)


@bp.get("/portal/<pid>/call")
@portal(Area.MESSAGES)
def call(pid: str):
    """The call that is booked, with both clocks; without one, the free times."""
    case, _part = portal_case(pid)
    booked = queries.booked_call(db.session(), case.id)
    if booked is None:
        return redirect(url_for("call_portal.times", pid=pid))
    return render_template(
        "journey/consult/booking/portal/call.html", case=case, call=booked, zone=_zone(case),
        at=page.at_text(booked.starts_at),
        interpreter=queries.interpreters_at(db.session(), [booked]).get(booked.id),
        moves=page.moves_until(booked, now(), _zone(case)), is_over=booked.ends_at <= now(),
    )  # fmt: skip


@bp.get("/portal/<pid>/call/times")
@portal(Area.MESSAGES)
def times(pid: str):
    """A week of days, and the times of one of them."""
    return _times(portal_case(pid)[0], WishForm())


def _times(case: Case, form: WishForm):
    offer = queries.offer_for(db.session(), case, now=now())
    week = page.week_of(
        offer, _zone(case),
        lambda **values: url_for("call_portal.times", pid=case.public_id, **values),
        lambda **values: url_for("call_portal.book", pid=case.public_id, **values),
    )  # fmt: skip
    html = render_template(
        "journey/consult/booking/portal/times.html", case=case, offer=offer, week=week, form=form, zone=_zone(case),
        wish=queries.open_wish(db.session(), case.id), refusal=page.refusal(case),
    )  # fmt: skip
    return html, 422 if form.errors else 200


@bp.route("/portal/<pid>/call/book", methods=["GET", "POST"])
@portal(Area.MESSAGES)
def book(pid: str):
    """The time is chosen; what we need to know to call. For a call that is booked: another time, other facts."""
    case, _part = portal_case(pid)
    offer, starts_at = queries.offer_for(db.session(), case, now=now()), page.asked_at()
    if starts_at is None:
        return redirect(url_for("call_portal.times", pid=pid))
    form = CallForm(case, offer.booked, **queries.form_facts(db.session(), case))

    def work(session: Session) -> str:
        locked = lock(session, case.id)
        _book(session, locked, form.order(starts_at, offer.minutes))
        return url_for("call_portal.call", pid=pid)

    nearest: tuple[Slot, ...] = ()
    if form.validate_on_submit():
        try:
            if done := submit(form, work):
                return done
        except SlotTaken:
            form.refuse("form", "call_time_taken")
            nearest = queries.offer_for(db.session(), case, now=now()).nearest(starts_at)
    html = render_template(
        "journey/consult/booking/portal/book.html", case=case, offer=offer, starts_at=starts_at,
        at=page.at_text(starts_at), form=form,
        zone=_zone(case), nearest=_choices(case, nearest),
    )  # fmt: skip
    return html, 409 if nearest else 422 if form.errors or form.form_errors else 200


def _choices(case: Case, slots: tuple[Slot, ...]) -> list[page.Choice]:
    def url(at: str) -> str:
        return url_for("call_portal.book", pid=case.public_id, at=at)

    return [page.choice_of(slot, case.hospital.timezone, _zone(case), url) for slot in slots]


def _book(session: Session, case: Case, order: actions.CallOrder) -> None:
    booked = queries.booked_call(session, case.id)
    if booked is None:
        actions.book_call(session, case, order, actor=current_actor(), now=now())
        flash(_("Your call is booked."), "success")
    else:
        actions.change_call(session, case, booked, order, actor=current_actor(), now=now())
        flash(_("Your call is changed."), "success")


@bp.route("/portal/<pid>/call/cancel", methods=["GET", "POST"])
@portal(Area.MESSAGES)
def cancel(pid: str):
    case, _part = portal_case(pid)
    booked, form = queries.booked_call(db.session(), case.id), ActForm()
    if booked is None:
        return redirect(url_for("call_portal.times", pid=pid))

    def work(session: Session) -> str:
        locked, call_now = lock(session, case.id), session.get_one(PlannedCall, booked.id)
        actions.cancel_call(session, locked, call_now, actor=current_actor(), now=now())
        flash(_("Your call is cancelled."), "success")
        return url_for("call_portal.times", pid=pid)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return render_template(
        "journey/consult/booking/portal/cancel.html", case=case, call=booked, zone=_zone(case), form=form
    )


@bp.route("/portal/<pid>/call/wish", methods=["GET", "POST"])
@portal(Area.MESSAGES)
def wish(pid: str):
    """No time suits: the family says which hours would."""
    case, _part = portal_case(pid)
    form = WishForm()
    place = url_for("call_portal.times", pid=pid)

    def work(session: Session) -> str:
        actions.ask_for_hours(
            session, lock(session, case.id), text=form.text.data, actor=current_actor(), now=now()
        )
        flash(_("Thank you. We look for a time and write to you."), "success")
        return place

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return _times(case, form) if form.is_submitted() else redirect(place)


@bp.get("/portal/<pid>/call/call.ics")
@portal(Area.MESSAGES)
def call_ics(pid: str):
    case, _part = portal_case(pid)
    booked = queries.booked_call(db.session(), case.id)
    if booked is None:
        return redirect(url_for("call_portal.times", pid=pid))
    url = url_for("call_portal.call", pid=pid, _external=True)
    return calendar_response(booked, _zone(case), now(), url)
