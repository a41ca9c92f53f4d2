"""A call by the link of its mail: both clocks, another time, cancel, calendar. No sign-in, and nothing medical."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.db import db
from concierge.domain.access import Actor, Area, may_see
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import PlannedCallState
from concierge.journey.consult.booking import actions, page, queries
from concierge.journey.consult.booking.calendar import calendar_response
from concierge.journey.consult.booking.forms import ActForm
from concierge.models import Case, CaseParticipation, OutboxMessage, PlannedCall, PortalAccount
from concierge.web.access import by_link
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.signed import read

bp = Blueprint("call_public", __name__)


@dataclass(frozen=True)
class Guest:
    """Who holds the link: somebody whom a mail told of this call and who still takes part."""

    call: PlannedCall
    account: PortalAccount

    @property
    def case(self) -> Case:
        return self.call.case

    @property
    def zone(self) -> str:
        return page.reader_zone(self.case, self.account.timezone)

    @property
    def actor(self) -> Actor:
        return Actor("portal", self.account.id, self.account.name)

    @property
    def can_change(self) -> bool:
        return self.call.state is PlannedCallState.BOOKED and self.call.starts_at > now()


def _guest(token: str) -> Guest:
    """The link names a mail; the mail names the call and its reader. 404 for all else."""
    mail_id = read("call", token)
    mail = mail_id and db.session.scalar(sa.select(OutboxMessage).where(OutboxMessage.public_id == mail_id))
    public_id = mail.context.get("call") if mail else None
    if not mail or not public_id:
        abort(404)
    call = db.session.scalar(sa.select(PlannedCall).where(PlannedCall.public_id == public_id))
    part = db.session.scalar(
        sa.select(CaseParticipation)
        .join(CaseParticipation.account)
        .where(CaseParticipation.case_id == mail.case_id, PortalAccount.email == mail.recipient)
    )
    if (
        call is None
        or call.case_id != mail.case_id
        or part is None
        or not may_see(part.standing, Area.MESSAGES)
    ):
        abort(404)
    g.saved_language, g.shown_hospital = part.account.language, call.case.hospital
    return Guest(call, part.account)


def _shown(guest: Guest, **more) -> dict:
    return {
        "call": guest.call,
        "case": guest.case,
        "zone": guest.zone,
        "can_change": guest.can_change,
        **more,
    }


@bp.get("/call/<token>")
@by_link
def call(token: str):
    """When we call, and what can be done about it."""
    guest = _guest(token)
    return render_template(
        "journey/consult/booking/public/call.html", token=token,
        **_shown(guest, moves=page.moves_until(guest.call, now(), guest.zone)),
    )  # fmt: skip


@bp.get("/call/<token>/call.ics")
@by_link
def call_ics(token: str):
    guest = _guest(token)
    return calendar_response(
        guest.call, guest.zone, now(), url_for("call_public.call", token=token, _external=True)
    )


@bp.get("/call/<token>/times")
@by_link
def times(token: str):
    """Other times for the same call."""
    guest = _guest(token)
    if not guest.can_change:
        return redirect(url_for("call_public.call", token=token))
    week = page.week_of(
        queries.offer_for(db.session(), guest.case, now=now()), guest.zone,
        lambda **values: url_for("call_public.times", token=token, **values),
        lambda **values: url_for("call_public.move", token=token, **values),
    )  # fmt: skip
    return render_template(
        "journey/consult/booking/public/times.html",
        token=token,
        **_shown(guest, week=week, refusal=page.refusal(guest.case)),
    )


@bp.route("/call/<token>/move", methods=["GET", "POST"])
@by_link
def move(token: str):
    """Another time is chosen; one button moves the call."""
    guest, form, starts_at = _guest(token), ActForm(), page.asked_at()
    if not guest.can_change or starts_at is None:
        return redirect(url_for("call_public.call", token=token))
    nearest: tuple = ()
    try:
        if done := _done(
            form, guest, token, lambda session, case, row: _move(session, case, row, starts_at, guest)
        ):
            return done
    except SlotTaken:
        form.refuse("form", "call_time_taken")
        nearest = queries.offer_for(db.session(), guest.case, now=now()).nearest(starts_at)
    choices = [
        page.choice_of(
            slot,
            guest.case.hospital.timezone,
            guest.zone,
            lambda at: url_for("call_public.move", token=token, at=at),
        )
        for slot in nearest
    ]
    html = render_template(
        "journey/consult/booking/public/move.html", token=token, form=form,
        **_shown(guest, starts_at=starts_at, nearest=choices),
    )  # fmt: skip
    return html, 409 if nearest else 422 if form.form_errors else 200


@bp.route("/call/<token>/cancel", methods=["GET", "POST"])
@by_link
def cancel(token: str):
    guest, form = _guest(token), ActForm()
    if not guest.can_change:
        return redirect(url_for("call_public.call", token=token))
    if done := _done(form, guest, token, lambda session, case, row: _cancel(session, case, row, guest)):
        return done
    return render_template(
        "journey/consult/booking/public/cancel.html", token=token, form=form, **_shown(guest)
    )


def _done(form: Form, guest: Guest, token: str, act):
    """Run one act on the call, and come back to its page; None while the form is only shown."""

    def work(session: Session) -> str:
        act(session, lock(session, guest.case.id), session.get_one(PlannedCall, guest.call.id))
        return url_for("call_public.call", token=token)

    return submit(form, work) if form.validate_on_submit() else None


def _move(session: Session, case: Case, row: PlannedCall, starts_at, guest: Guest) -> None:
    order = actions.order_of(row, starts_at=starts_at)
    actions.change_call(session, case, row, order, actor=guest.actor, now=now())
    flash(_("Your call is changed."), "success")


def _cancel(session: Session, case: Case, row: PlannedCall, guest: Guest) -> None:
    actions.cancel_call(session, case, row, actor=guest.actor, now=now())
    flash(_("Your call is cancelled."), "success")
