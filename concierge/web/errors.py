"""Error pages: what happened, what to do, a phone and a reference; in the reader's language, never a dead end."""

import secrets

import structlog
from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from concierge.domain.errors import AlreadyTaken, DomainError, GateClosed, InvalidInput, NotAllowed, Stale
from concierge.web.labels import action_text, error_text

log = structlog.get_logger()


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
            _("Send files of at most 150 MB each. A photo of the page is enough."),
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


def _page(status: int, *, detail: str = "", reasons: tuple = (), back: str = ""):
    title, text = _texts().get(status, _texts()[500])
    reference = secrets.token_hex(4)
    if status >= 500:
        log.error("error_page", status=status, path=request.path, reference=reference)
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
        return _page(error.code or 500)

    @app.errorhandler(CSRFError)
    def _csrf(_error):
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
        return _page(503)

    @app.errorhandler(500)
    def _crash(_error):
        return _page(500)
