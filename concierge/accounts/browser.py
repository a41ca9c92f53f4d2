"""What a sign-in page does to the browser: it gets a new token, forgets the former session and goes where it wanted."""

from datetime import datetime, timedelta

from flask import jsonify, redirect, request, session
from werkzeug.wrappers import Response

from concierge.web.access import cookie_options
from concierge.web.addresses import local_path


def wanted(otherwise: str) -> str:
    """Where the reader was on the way to."""
    return local_path(request.args.get("next")) or otherwise


def entered(cookie: str, token: str, lasts: timedelta, target: str) -> Response:
    """Signed in. The former browser session goes, so that nobody keeps a hold on it that was given before."""
    session.clear()
    response = redirect(target, 303)
    response.set_cookie(cookie, token, **cookie_options(int(lasts.total_seconds())))
    return response


def left(cookie: str, target: str) -> Response:
    """Signed out."""
    session.clear()
    response = redirect(target, 303)
    response.delete_cookie(cookie)
    return response


def extended(cookie: str, ends_at: datetime, now: datetime) -> Response:
    """The same token for longer; the page's script reads when the sign-in now ends."""
    response = jsonify(ends_at=ends_at.isoformat())
    lasts = int((ends_at - now).total_seconds())
    response.set_cookie(cookie, request.cookies[cookie], **cookie_options(lasts))
    return response
