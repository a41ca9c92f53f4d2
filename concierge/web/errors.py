"""Error pages: what happened, what to do, a phone and a reference; in the reader's language, never a dead end."""


import secrets
import time

import flask_babel
import structlog
from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from concierge.db import is_deadlock
from concierge.domain.errors import AlreadyTaken, DomainError, GateClosed, InvalidInput, NotAllowed, Stale
from concierge.web import access
from concierge.web.happenings import action_text
from concierge.web.refusals import error_text

log = structlog.get_logger()

_MOST_DROPPED = 300 * 1024 * 1024
_DROP_SECONDS = 60


def _texts() -> dict[int, tuple[str, str]]:
    return {
        400: (_("This page could not be read"), _("Go back, open the page anew and send it again.")),
        403: (
            _("This page is for another role"),
            _("Ask a lead of your hospital if you need it for your work."),
        ),
        404: (_("We cannot find this page"), _("Check the address, or start again from the first page.")),
        405: (_("This page could not be read"), _("Go back, open the page anew and send it again.")),
        409: (
            _("Somebody was faster"),
            _("Nothing was done twice and nothing is lost. See the newest state and go on from there."),
        ),
        413: (
            _("This file is too large"),
            _("Send at most 150 MB at a time. A photo of the page is enough."),
        ),
        429: (_("Too many tries"), _("Wait 15 minutes and try again, or call us.")),
        500: (
            _("Something went wrong on our side"),
            _("Your data is safe. Try again in a minute, or call us and give the reference below."),
        ),
        503: (
            _("We are not reachable for a moment"),
            _("Your data is safe. Try again in a minute, or call us."),
        ),
    }


def _know_reader() -> None:
    """A request refused before its view has asked nobody who they are; the page still speaks their language."""
    if "area" in g:
        return
    is_portal = request.path.startswith("/portal/")
    reader = access.current_account() if is_portal else access.current_staff()
    if reader:
        g.area, g.saved_language = "portal" if is_portal else "staff", reader.language
        flask_babel.refresh()


def _drop_the_rest() -> None:
    """Most browsers read no answer while they still send: take what comes, within limits, and keep nothing of it."""
    stream, left, ends = request.environ["wsgi.input"], _MOST_DROPPED, time.monotonic() + _DROP_SECONDS
    while left > 0 and time.monotonic() < ends and (piece := stream.read(1024 * 1024)):
        left -= len(piece)


def _page(status: int, *, detail: str = "", reasons: tuple = (), back: str = ""):
    title, text = _texts().get(status, _texts()[500])
    reference = secrets.token_hex(4)
    if status >= 500:
        # The rule, not the address: a private link is its own key.
        log.error("error_page", status=status, path=str(request.url_rule or ""), reference=reference)
    area = g.get("area", "public")
    template = "layouts/error_staff.html" if area == "staff" and g.get("staff") else "layouts/error.html"
    html = render_template(
        template,
        title=title,
        text=detail or text,
        reasons=reasons,
        back=back,
        reference=reference if status >= 500 else "",
    )
    return html, status


def init(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException):
        if error.code and error.code < 400:
            return error
        if error.code == 413:
            _know_reader()
            _drop_the_rest()
        return _page(error.code or 500)

    @app.errorhandler(CSRFError)
    def _csrf(_error):
        _know_reader()
        return _page(400, detail=error_text("form_too_old"), back=request.path)

    @app.errorhandler(StaleDataError)
    def _stale_row(_error):
        return _page(409, detail=error_text("stale"), back=request.path)

    @app.errorhandler(DomainError)
    def _domain(error: DomainError):
        reasons = tuple(action_text(b.code) for b in error.blockers) if isinstance(error, GateClosed) else ()
        is_conflict = isinstance(error, Stale | AlreadyTaken | GateClosed)
        status = (
            409
            if is_conflict
            else 403
            if isinstance(error, NotAllowed)
            else 422
            if isinstance(error, InvalidInput)
            else 400
        )
        return _page(
            status if status in _texts() else 400,
            detail=error_text(error.code),
            reasons=reasons,
            back=request.path,
        )

    @app.errorhandler(OperationalError)
    def _database(error):
        log.error("database", error=type(error).__name__)
        if is_deadlock(error):
            return _page(409, back=request.path)
        return _page(503)

    @app.errorhandler(500)
    def _crash(_error):
        return _page(500)
