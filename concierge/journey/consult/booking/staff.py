"""Staff book for a family, and see all calls ahead: with both clocks, and where an interpreter is still missing."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.cases.day import add_part
from concierge.cases.lists import day_ends_at
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.call_slots import LENGTHS
from concierge.domain.errors import SlotTaken
from concierge.journey.consult.booking import actions, page, queries
from concierge.journey.consult.booking.forms import ActForm, StaffCallForm
from concierge.models import Case, PlannedCall, StaffUser
from concierge.web.access import (
    current_actor,
    hospitals_with,
    my_hospitals,
    signed_in_staff,
    staff,
    staff_case,
)
from concierge.web.clock import now
from concierge.web.once import submit

bp = Blueprint("call_staff", __name__)

TAB = "consult_staff.consult"


def _page(case: Case):
    g.case_tab = TAB
    return case_page(case)


def _minutes(booked: PlannedCall | None) -> int:
    """The length in the address, where it is one of ours."""
    asked = request.args.get("minutes", "")
    return int(asked) if asked in {str(length) for length in LENGTHS} else booked.minutes if booked else 0


def _offer(case: Case) -> queries.Offer:
    minutes = _minutes(queries.booked_call(db.session(), case.id))
    return queries.offer_for(db.session(), case, now=now(), is_staff=True, minutes=minutes)


@bp.get("/c/<ref>/call/times")
@staff(Right.EDIT_CASE)
def times(ref: str):
    """The free times of the case's specialist, on the family's clock with ours beside it."""
    case = staff_case(ref)
    offer = _offer(case)
    week = page.week_of(
        offer, page.reader_zone(case, ""),
        lambda **values: url_for("call_staff.times", ref=ref, minutes=offer.minutes, **values),
        lambda **values: url_for("call_staff.book", ref=ref, minutes=offer.minutes, **values),
    )  # fmt: skip
    lengths = [
        (
            length,
            url_for("call_staff.times", ref=ref, minutes=length, on=week.shown_on),
            length == offer.minutes,
        )
        for length in LENGTHS
    ]
    return render_template(
        "journey/consult/booking/staff/times.html", page=_page(case), offer=offer, week=week, lengths=lengths,
        wish=queries.open_wish(db.session(), case.id), act_form=ActForm(formdata=None),
        refusal=page.refusal(case, is_staff=True),
    )  # fmt: skip


@bp.route("/c/<ref>/call/book", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def book(ref: str):
    case, starts_at = staff_case(ref), page.asked_at()
    if starts_at is None:
        return redirect(url_for("call_staff.times", ref=ref))
    offer = _offer(case)
    form = StaffCallForm(case, offer.booked, **queries.form_facts(db.session(), case))

    def work(session: Session) -> str:
        order = form.order(starts_at, offer.minutes, video_url=form.video_url.data)
        _book(session, lock(session, case.id), order)
        return url_for("talk_staff.call", ref=ref)

    nearest: tuple = ()
    if form.validate_on_submit():
        try:
            if done := submit(form, work):
                return done
        except SlotTaken:
            form.refuse("form", "call_time_taken")
            nearest = _offer(case).nearest(starts_at)
    html = render_template(
        "journey/consult/booking/staff/book.html", page=_page(case), offer=offer, starts_at=starts_at,
        at=page.at_text(starts_at), form=form,
        zone=page.reader_zone(case, ""), nearest=_choices(case, nearest, offer.minutes),
    )  # fmt: skip
    return html, 409 if nearest else 422 if form.errors or form.form_errors else 200


def _choices(case: Case, slots: tuple, minutes: int) -> list[page.Choice]:
    def url(at: str) -> str:
        return url_for("call_staff.book", ref=case.reference, at=at, minutes=minutes)

    return [page.choice_of(slot, case.hospital.timezone, page.reader_zone(case, ""), url) for slot in slots]


def _book(session: Session, case: Case, order: actions.CallOrder) -> None:
    booked = queries.booked_call(session, case.id)
    if booked is None:
        actions.book_call(session, case, order, actor=current_actor(), now=now())
        flash(_("The call is booked, and the family is told."), "success")
    else:
        actions.change_call(session, case, booked, order, actor=current_actor(), now=now())
        flash(_("The call is changed."), "success")


@bp.route("/c/<ref>/call/cancel", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def cancel(ref: str):
    case = staff_case(ref)
    booked, form = queries.booked_call(db.session(), case.id), ActForm()
    if booked is None:
        return redirect(url_for("talk_staff.call", ref=ref))

    def work(session: Session) -> str:
        locked, call_now = lock(session, case.id), session.get_one(PlannedCall, booked.id)
        actions.cancel_call(session, locked, call_now, actor=current_actor(), now=now())
        flash(_("The call is cancelled, and the family is told."), "success")
        return url_for("talk_staff.call", ref=ref)

    if form.validate_on_submit() and (done := submit(form, work)):
        return done
    return render_template(
        "journey/consult/booking/staff/cancel.html", page=_page(case), call=booked, form=form,
        zone=page.reader_zone(case, ""),
    )  # fmt: skip


@bp.route("/c/<ref>/call/wish", methods=["GET", "POST"])
@staff(Right.EDIT_CASE)
def wish(ref: str):
    """The wish for other hours is answered: somebody spoke with the family."""
    case, form = staff_case(ref), ActForm()
    place = url_for("call_staff.times", ref=ref)

    def work(session: Session) -> str:
        actions.answer_wish(session, lock(session, case.id), actor=current_actor(), now=now())
        return place

    done = submit(form, work) if form.validate_on_submit() else None
    return done or redirect(place)


@bp.get("/desk/calls")
@staff(Right.SEE_CASES)
def calls():
    """Every call ahead, in order of time; wishes for other hours first."""
    hospitals = my_hospitals()
    found = queries.calls_ahead(db.session(), hospitals, after=_after())
    shown = found[: queries.PAGE]
    last = shown[-1] if len(found) > queries.PAGE else None
    return render_template(
        "journey/consult/booking/staff/calls.html", calls=shown, now=now(),
        may_book=bool(hospitals_with(signed_in_staff(), frozenset({Right.TAKE_ENQUIRIES}))),
        interpreters=queries.interpreters_at(db.session(), shown),
        owners=queries.coordinators(db.session(), shown),
        wishes=[] if request.args.get("after") else queries.wishes(db.session(), hospitals),
        more_url=url_for("call_staff.calls", after=f"{page.at_text(last.starts_at)}-{last.id}") if last else "",
    )  # fmt: skip


@add_part
def calls_today(reader: StaffUser) -> str:
    """For My day: the reader's own calls of this day, those past their hour until somebody notes them."""
    session, ends_at = db.session(), day_ends_at(reader)
    begins_at, mine = ends_at - timedelta(days=1), my_hospitals(Right.SEE_CASES)
    found = queries.calls_of_day(session, mine, reader.id, begins_at, ends_at)
    if not found:
        return ""
    return render_template(
        "journey/consult/booking/staff/_calls_today.html", calls=found, now=now(),
        interpreters=queries.interpreters_at(session, found), owners=queries.coordinators(session, found),
    )  # fmt: skip


def _after() -> tuple[datetime, int] | None:
    """The place in the list that the address names."""
    at, _sign, row = request.args.get("after", "").partition("-")
    found = page.parsed_at(at)
    return (found, int(row)) if found and row.isascii() and row.isdecimal() and len(row) <= 9 else None
