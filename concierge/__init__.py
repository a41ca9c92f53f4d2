"""Concierge: from a first message, in the patient's own language, to a 3-5 day evaluation and safely home.

`create_app()` reads like a table of contents; blueprints are registered here and nowhere else.
"""

from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from concierge.db import db
from config import ROOT, Config

csrf = CSRFProtect()

# In the order of the patient's journey; each module has `bp`.
VIEWS = (
    "concierge.portal.public",
    "concierge.accounts.staff",
    "concierge.accounts.portal",
    "concierge.accounts.referrer",
    "concierge.portal.portal",
    "concierge.cases.staff",
    "concierge.cases.tasks.staff",
    "concierge.cases.programme.staff",
    "concierge.cases.handover.staff",
    "concierge.cases.merge.staff",
    "concierge.journey.contact.public",
    "concierge.journey.contact.staff",
    "concierge.journey.contact.intake.staff",
    "concierge.journey.contact.referral.public",
    "concierge.journey.contact.referral.referrer",
    "concierge.journey.contact.referral.staff",
    "concierge.journey.contact.referral.one_click",
    "concierge.journey.contact.chat.public",
    "concierge.journey.contact.chat.poll",
    "concierge.journey.contact.oncall.staff",
    "concierge.journey.contact.payers.public",
    "concierge.journey.contact.bulletin.public",
    "concierge.journey.contact.bulletin.machine",
    "concierge.journey.contact.bulletin.staff",
    "concierge.journey.contact.requests.public",
    "concierge.journey.contact.requests.staff",
    "concierge.journey.consult.staff",
    "concierge.journey.consult.booking.portal",
    "concierge.journey.consult.booking.public",
    "concierge.journey.consult.booking.staff",
    "concierge.journey.consult.hours.staff",
    "concierge.journey.consult.talk.staff",
    "concierge.journey.finance.staff",
    "concierge.journey.finance.prices.staff",
    "concierge.journey.finance.estimates.staff",
    "concierge.journey.finance.estimates.portal",
    "concierge.journey.finance.deposits.staff",
    "concierge.journey.finance.deposits.portal",
    "concierge.journey.finance.deposits.public",
    "concierge.journey.finance.estimator.public",
    "concierge.journey.finance.estimator.staff",
    "concierge.journey.finance.cards.staff",
    "concierge.journey.finance.cards.portal",
    "concierge.journey.finance.cards.public",
    "concierge.journey.finance.cards.webhook",
    "concierge.journey.finance.guarantees.staff",
    "concierge.journey.finance.payers.staff",
    "concierge.journey.finance.insurance.staff",
    "concierge.journey.finance.insurance.portal",
    "concierge.journey.finance.bank.staff",
    "concierge.journey.finance.refunds.staff",
    "concierge.journey.finance.journal.staff",
    "concierge.journey.finance.journal.portal",
    "concierge.journey.clinical.staff",
    "concierge.journey.acceptance.staff",
    "concierge.journey.acceptance.portal",
    "concierge.journey.acceptance.public",
    "concierge.journey.evaluation.staff",
    "concierge.journey.evaluation.portal",
    "concierge.conversation.staff",
    "concierge.conversation.inbox.staff",
    "concierge.conversation.inbound.staff",
    "concierge.conversation.inbound.hooks",
    "concierge.conversation.reply_templates.staff",
    "concierge.conversation.portal",
    "concierge.conversation.live.staff",
    "concierge.conversation.translation.staff",
    "concierge.conversation.translation.portal",
    "concierge.records.staff",
    "concierge.records.portal",
    "concierge.booking.needs.staff",
    "concierge.booking.needs.portal",
    "concierge.booking.travel.staff",
    "concierge.booking.travel.portal",
    "concierge.booking.lodging.staff",
    "concierge.booking.interpreters.staff",
    "concierge.booking.interpreters.people.staff",
    "concierge.booking.costs.staff",
    "concierge.booking.itinerary.staff",
    "concierge.booking.itinerary.moves.staff",
    "concierge.booking.itinerary.portal",
    "concierge.booking.itinerary.public",
    "concierge.booking.dispatch.staff",
    "concierge.booking.dispatch.public",
    "concierge.booking.rides.staff",
    "concierge.booking.rides.portal",
    "concierge.booking.rides.fleet.staff",
    "concierge.web.mailbox",
)
WITHOUT_CSRF = (
    "concierge.journey.finance.cards.webhook",
    "concierge.journey.contact.bulletin.machine",
    "concierge.journey.contact.referral.one_click",
    "concierge.conversation.inbound.hooks",
)


def create_app(config: Config) -> Flask:
    """The web application. It opens no connection and starts no job."""
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(Path(__file__).parent / "static")
    )
    _configure_settings(app, config)
    _configure_database(app)
    _configure_web(app)
    _configure_gateways(app, config)
    _configure_views(app)
    return app


def _configure_settings(app: Flask, config: Config) -> None:
    from concierge.web.clock import system_clock

    app.config.update(
        CONCIERGE=config,
        SECRET_KEY=config.secret_key,
        CLOCK=system_clock,
        GROUP_NAME=config.group_name,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config.database_url),
        TRANSLATIONS=str(ROOT / "translations"),
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_NAME="concierge_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.cookies_secure,
        FASTEST_FORM_SECONDS=config.fastest_form_seconds,
        WTF_I18N_ENABLED=False,  # our own sentences; WTForms would read its catalogue for each request
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session cookie; a page left open over lunch must still be sendable
    )
    app.config.update(config.extra)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[config.trusted_proxies] * 3)  # type: ignore[method-assign]


def _engine_options(url: str) -> dict:
    options: dict = {"pool_pre_ping": not url.startswith("sqlite"), "pool_size": 10, "max_overflow": 10}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 15, "check_same_thread": False}
    else:
        # Our statements are short: compiling one would cost more than running it (bench.names, docs/performance.md).
        options["connect_args"] = {"options": "-c jit=off"}
    return options


def _configure_database(app: Flask) -> None:
    import concierge.models  # noqa: F401  (registers every table)

    db.init_app(app)
    Migrate(
        app, db, directory=str(Path(__file__).parent / "migrations"), render_as_batch=True, compare_type=True
    )


def _configure_web(app: Flask) -> None:
    from concierge.web import addresses, errors, filters, headers, i18n, session, ui

    csrf.init_app(app)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (session, addresses, i18n, filters, ui, errors, headers):
        part.init(app)


def _configure_gateways(app: Flask, config: Config) -> None:
    from concierge.web.vendors import Gateways

    app.extensions["concierge.gateways"] = Gateways(config)


def _configure_views(app: Flask) -> None:
    for path in VIEWS:
        module = import_module(path)
        app.register_blueprint(module.bp)
        if path in WITHOUT_CSRF:
            csrf.exempt(module.bp)
