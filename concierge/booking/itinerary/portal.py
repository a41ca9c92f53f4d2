"""The trip in the family's hand (T13): a page that begins with today, online and offline; a paper; a calendar."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking.itinerary.actions import mark_seen
from concierge.booking.itinerary.calendar import trip_calendar
from concierge.booking.itinerary.cards import Card, CardDay, cards_by_day
from concierge.booking.itinerary.editions import unpublished
from concierge.booking.itinerary.feeds import end_feed, feed_of, make_feed
from concierge.booking.itinerary.news import news_of
from concierge.booking.itinerary.papers import trip_pdf as print_trip
from concierge.booking.itinerary.public import LINK
from concierge.booking.itinerary.queries import TripRows, trip_rows
from concierge.booking.together import has_rides
from concierge.cases.actions import lock
from concierge.cases.trip_costs import own_costs
from concierge.db import db
from concierge.domain.access import Area, may_see
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import PatientAnswer, RunKind
from concierge.models import Answer, Case, TripFeed
from concierge.web import signed
from concierge.web.access import current_actor, portal, portal_case, public, signed_in_account
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.paper import pdf_response

bp = Blueprint("itinerary_portal", __name__)


@bp.get("/portal/<pid>/trip")
@portal(Area.TRIP)
def trip(pid: str):
    """Today first, then what comes; what is over is folded away."""
    case, part = portal_case(pid)
    answer = db.session.get(Answer, case.id)
    rows = trip_rows(db.session(), case.id)
    days, today = cards_by_day(case, rows), local_day(now(), case.hospital.timezone)
    news = news_of(db.session(), case, signed_in_account(), days)
    return render_template(
        "booking/itinerary/portal/trip.html", case=case, today=today, reader_timezone=_reader_timezone(), as_of=now(),
        own_costs=own_costs(db.session(), case.id) if may_see(part.standing, Area.MONEY) else None,
        following=_following(days), news=news, changed={one.key: one for one in news}, seen=Form(formdata=None),
        unconfirmed={change.key for change in unpublished(db.session(), case, rows)} - _own_places(rows),
        more=_more(case, said_yes=_said_yes(answer)),
        coming=[day for day in days if day.on >= today], past=[day for day in days if day.on < today],
        is_confirmed=_is_confirmed(answer), said_yes=_said_yes(answer),
    )  # fmt: skip


def _more(case: Case, *, said_yes: bool) -> list[tuple[str, str, str, str, str]]:
    """What the family can tell and arrange itself, as components/page.html `tasks` takes it."""
    rows = []
    if said_yes:
        rows.append((_("What you need for your trip"), "needs_portal.travel"))
    if case.state is not CaseState.CLOSED:
        rows.append((_("Tell us your flight"), "travel_portal.flight"))
    if has_rides(db.session(), case, now()):
        rows.append((_("Rides and trips together"), "rides_portal.rides"))
    return [(text, url_for(endpoint, pid=case.public_id), "", "", "") for text, endpoint in rows]


def _own_places(rows: TripRows) -> set[str]:
    """Places on a shuttle or an outing, which the family took itself: they are sure without being published."""
    return {ride.public_id for ride in rows.rides if ride.run and ride.run.kind in {RunKind.SHUTTLE, RunKind.OUTING}}


def _said_yes(answer: Answer | None) -> bool:
    return answer is not None and answer.reply is PatientAnswer.YES


def _following(days: list[CardDay]) -> Card | None:
    """The next thing that happens, while it is no further away than tomorrow."""
    ahead = (card for day in days for card in day.cards if card.ends_at > now())
    card = next(ahead, None)
    return card if card and card.at - now() < timedelta(days=2) else None


@bp.route("/portal/<pid>/trip/seen", methods=["GET", "POST"])
@portal(Area.TRIP)
def seen(pid: str):
    """*I have seen this*: what is struck and bold becomes plain again for this reader."""
    case, _part = portal_case(pid)
    form = Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _seen(session, case, pid))):
        return done
    return redirect(url_for("itinerary_portal.trip", pid=pid), 303)


def _seen(session: Session, case: Case, pid: str) -> str:
    mark_seen(session, lock(session, case.id), signed_in_account(), actor=current_actor(), now=now())
    return url_for("itinerary_portal.trip", pid=pid)


@bp.get("/portal/trip-worker.js")
@public
def worker():
    """What keeps a trip on a phone. It lies here because a worker only minds the addresses beside its own."""
    answer = current_app.send_static_file("trip_worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.route("/portal/<pid>/trip/calendar", methods=["GET", "POST"])
@portal(Area.TRIP)
def feed(pid: str):
    """The link by which a calendar keeps itself up to date: make one, see it again, end it."""
    case, _part = portal_case(pid)
    form, stop = Form(), Form(formdata=None)
    if form.validate_on_submit() and (done := submit(form, lambda session: _make(session, case, pid))):
        return done
    live = feed_of(db.session(), case, signed_in_account())
    address = _address(live) if live else ""
    return render_template(
        "booking/itinerary/portal/feed.html", case=case, live=live, form=form, stop=stop, address=address,
        subscribe="webcal" + address[address.find("://") :], reader_timezone=_reader_timezone(),
    )  # fmt: skip


def _address(live: TripFeed) -> str:
    return url_for("itinerary_public.calendar", token=signed.sign(LINK, live.public_id), _external=True)


def _make(session: Session, case: Case, pid: str) -> str:
    make_feed(session, case, signed_in_account(), now())
    return url_for("itinerary_portal.feed", pid=pid)


@bp.route("/portal/<pid>/trip/calendar/stop", methods=["GET", "POST"])
@portal(Area.TRIP)
def feed_stop(pid: str):
    """The link was given away, or is not wanted any more."""
    case, _part = portal_case(pid)
    form = Form()
    if form.validate_on_submit() and (done := submit(form, lambda session: _stop(session, case, pid))):
        return done
    return redirect(url_for("itinerary_portal.feed", pid=pid), 303)


def _stop(session: Session, case: Case, pid: str) -> str:
    end_feed(session, case, signed_in_account(), now())
    flash(_("The calendar link does not work any more."), "success")
    return url_for("itinerary_portal.feed", pid=pid)


@bp.get("/portal/<pid>/trip.pdf")
@portal(Area.TRIP)
def trip_pdf(pid: str):
    case, _part = portal_case(pid)
    paper = print_trip(
        case,
        _days(case),
        is_confirmed=_is_confirmed(db.session.get(Answer, case.id)),
        reader_timezone=_reader_timezone(),
        now=now(),
    )
    return pdf_response(paper, f"{case.reference}-trip.pdf")


@bp.get("/portal/<pid>/trip.ics")
@portal(Area.TRIP)
def trip_ics(pid: str):
    case, _part = portal_case(pid)
    entries = trip_calendar(case, _days(case), _reader_timezone(), now())
    response = Response(entries, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{case.reference}-trip.ics")
    response.headers["Cache-Control"] = "no-store"
    return response


def _days(case: Case) -> list[CardDay]:
    return cards_by_day(case, trip_rows(db.session(), case.id))


def _is_confirmed(answer: Answer | None) -> bool:
    return answer is not None and answer.trip_confirmed_at is not None


def _reader_timezone() -> str:
    return signed_in_account().timezone
