"""The driver's page: whoever holds the private link sees today's runs, and says who was picked up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.dispatch import actions, papers, queries, words
from concierge.booking.dispatch.forms import PressForm
from concierge.booking.dispatch.queries import RunRow
from concierge.booking.rides.actions import note_outcome
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import RideOutcome
from concierge.models import DriverLink, Ride
from concierge.web import i18n
from concierge.web.access import by_link
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.paper import pdf_response
from concierge.web.throttle import allows

bp = Blueprint("dispatch_public", __name__)

PHONE_BEFORE = PHONE_AFTER = timedelta(hours=2)
WRONG_TRIES, WINDOW = 30, timedelta(minutes=15)


@bp.after_request
def _private(response: Response) -> Response:
    """Who is driven where must not come back from a phone's cache, and no search engine keeps it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True)
class Stop:
    """One family of a run as its driver sees it. `phone` is there only around the hour of the ride."""

    ride: Ride
    name: str
    people: str
    phone: str
    can_undo: bool


@dataclass(frozen=True)
class Way:
    """One run with its stops, in order."""

    row: RunRow
    stops: list[Stop]


@bp.get("/drive/<token>")
@by_link
def driver(token: str):
    """Today's runs in order."""
    link = _link(token)
    return link if isinstance(link, tuple) else _page(link, token)


def _page(link: DriverLink, token: str, form: PressForm | None = None):
    rows = queries.runs_of_driver(db.session(), link.driver_id, link.hospital, link.on)
    return render_template(
        "booking/dispatch/public/driver.html", link=link, token=token, ways=[_way(row, now()) for row in rows],
        form=form or PressForm(formdata=None), home=link.hospital.timezone,
    ), 422 if form else 200  # fmt: skip


def _link(token: str) -> DriverLink | tuple[str, int]:
    """The live link in the driver's language, else the quiet page: 404 for what never was one, 410 for what ended.

    Guesses are counted by address, so that nobody tries their way in.
    """
    found = queries.link_of(db.session(), token)
    if found is None:
        db.session.rollback()
        with transaction() as session:
            key = f"drive:{hash_token(request.remote_addr or '')}"
            if not allows(session, key, most=WRONG_TRIES, window=WINDOW, now=now()):
                abort(429)
        return render_template("booking/dispatch/public/_gone.html"), 404
    g.shown_hospital = found.hospital
    if request.cookies.get(i18n.COOKIE, "") not in i18n.BY_TAG:
        g.saved_language = words.language_of(found.driver)
    if not found.is_live(now()):
        return render_template("booking/dispatch/public/_gone.html"), 410
    return found


def _way(row: RunRow, at: datetime) -> Way:
    has_phone = row.run.starts_at - PHONE_BEFORE <= at <= row.run.ends_at + PHONE_AFTER
    return Way(row, [
        Stop(
            ride, papers.name_for_driver(ride, case), papers.people_text(ride), case.person.phone if has_phone else "",
            ride.outcome_at is not None and at - ride.outcome_at <= actions.UNDO,
        )
        for ride, case in row.riders
    ])  # fmt: skip


@bp.route("/drive/<token>/ride/<ride_id>/<outcome>", methods=["GET", "POST"])
@by_link
def outcome(token: str, ride_id: str, outcome: str):
    """*Picked up*, *not found*, or the last answer taken back."""
    link = _link(token)
    if isinstance(link, tuple):
        return link
    ride = _ride(link, ride_id)
    if ride is None or outcome not in {*RideOutcome, "undo"}:
        abort(404)
    form = PressForm()
    if form.validate_on_submit() and (done := submit(form, partial(_note, link, token, ride.id, outcome))):
        return done
    return _page(link, token, form if form.is_submitted() else None)


def _ride(link: DriverLink, ride_id: str) -> Ride | None:
    """A ride of this driver's own day."""
    rows = queries.runs_of_driver(db.session(), link.driver_id, link.hospital, link.on)
    mine = (ride for row in rows for ride, _case in row.riders)
    return next((ride for ride in mine if ride.public_id == ride_id), None)


def _note(link: DriverLink, token: str, ride_id: int, outcome: str, session: Session) -> str:
    ride = session.get_one(Ride, ride_id)
    who: dict[str, Any] = {"actor": Actor("driver", 0, link.driver.name), "now": now()}
    if outcome == "undo":
        actions.undo_outcome(session, ride, **who)
        flash(_("Your answer is taken back."), "success")
    else:
        note_outcome(session, ride, RideOutcome(outcome), **who)
        flash(_("Thank you. We know."), "success")
    return url_for("dispatch_public.driver", token=token, _anchor=f"ride-{ride.public_id}")


@bp.get("/drive/<token>/signs.pdf")
@by_link
def signs(token: str):
    """The names of this driver's day, to hold up."""
    link = _link(token)
    if isinstance(link, tuple):
        return link
    rows = queries.runs_of_driver(db.session(), link.driver_id, link.hospital, link.on)
    return pdf_response(papers.signs(link.hospital, rows, now()), f"signs-{link.on.isoformat()}.pdf")
