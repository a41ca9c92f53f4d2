"""The calendar that a phone asks for by itself, every hour or so, without signing in."""

from datetime import timedelta

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale

from concierge.booking.itinerary.calendar import trip_calendar
from concierge.booking.itinerary.cards import cards_by_day
from concierge.booking.itinerary.feeds import read_feed
from concierge.booking.itinerary.queries import trip_rows
from concierge.db import db, transaction
from concierge.models import TripFeed
from concierge.web import signed
from concierge.web.access import by_calendar_link, by_link
from concierge.web.clock import now
from concierge.web.throttle import allows

bp = Blueprint("itinerary_public", __name__)

LINK = "trip-calendar"  # the kind of the signed link
# Calendars ask every fifteen minutes at most; a link that is asked more often stands on a public page.
MOST_AN_HOUR = 60
LOGGED_EVERY = timedelta(days=1)


@bp.get("/calendar/<token>.ics")
@by_link
def calendar(token: str):
    """The trip as it is now, in the language and with the clock of the reader whose link this is. 410: it was ended."""
    public_id = signed.read(LINK, token)
    if public_id is None:
        abort(404)
    found = read_feed(db.session(), public_id)
    if found is None:
        return Response("", 410, content_type="text/plain; charset=utf-8")
    feed, case, account = found
    is_due = feed.read_at is None or now() - feed.read_at >= LOGGED_EVERY
    if not _note(feed, is_due):
        return Response("", 429, {"Retry-After": "3600"}, content_type="text/plain; charset=utf-8")
    by_calendar_link(case, account, is_logged=is_due)
    with force_locale(account.language):
        rows = trip_rows(db.session(), case.id)
        text = trip_calendar(case, cards_by_day(case, rows), account.timezone, now(), is_feed=True)
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.set_etag(f"{rows.fingerprint}-{account.language}")
    return answer.make_conditional(request)


def _note(feed: TripFeed, is_due: bool) -> bool:
    """Count the question; once a day the reader learns on the trip page that their calendar has asked."""
    with transaction() as session:
        may = allows(session, f"trip-feed:{feed.id}", most=MOST_AN_HOUR, window=timedelta(hours=1), now=now())
        if may and is_due:
            session.get_one(TripFeed, feed.id).read_at = now()
    return may
