"""The pages in front of the door: who we are, the one way in, languages, and the two quiet pages below."""

from dataclasses import dataclass
from datetime import time

import sqlalchemy as sa
import structlog
from babel import Locale, dates, lists
from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.domain.journey import Step
from concierge.models import Hospital, PortalAccount, Referrer, StaffUser
from concierge.web.access import current_account, current_referrer, current_staff, public
from concierge.web.addresses import local_path
from concierge.web.filters import city_of, language_name
from concierge.web.i18n import BY_TAG, current_code, current_tag, remember_choice
from concierge.web.labels import patient_step

bp = Blueprint("public", __name__)
log = structlog.get_logger()


@dataclass(frozen=True)
class Door:
    """What the first page says of one hospital, free of the database, so that it outlives it."""

    slug: str
    names: dict
    cities: dict
    phone: str
    email: str
    timezone: str
    working_days: tuple[int, ...]
    opens: time
    closes: time
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names.get(current_code()) or self.names["en"]

    @property
    def city(self) -> str:
        return self.cities.get(current_code()) or self.cities["en"]

    @property
    def hours(self) -> str:
        """`Monday to Friday, 8:00 AM to 5:00 PM. Time in Los Angeles.`"""
        locale = Locale.parse(current_code())
        opens, closes = (
            dates.format_time(clock, "short", locale=locale) for clock in (self.opens, self.closes)
        )
        return _(
            "%(days)s, from %(opens)s to %(closes)s. Time in %(city)s.",
            days=_days(self.working_days, locale),
            opens=opens,
            closes=closes,
            city=city_of(self.timezone, current_code()),
        )

    @property
    def spoken(self) -> str:
        """`English, Spanish and Arabic`"""
        names = [language_name(code.split("_")[0], current_code()) for code in self.languages]
        return lists.format_list(names, locale=current_code())


def _days(weekdays: tuple[int, ...], locale: Locale) -> str:
    names = [locale.days["stand-alone"]["wide"][day] for day in sorted(weekdays)]
    is_run = len(weekdays) > 2 and max(weekdays) - min(weekdays) == len(weekdays) - 1
    if is_run:
        return _("%(first)s to %(last)s", first=names[0], last=names[-1])
    return lists.format_list(names, locale=locale)


_last_seen: tuple[Door, ...] = ()


def _doors() -> tuple[Door, ...]:
    """Both hospitals; as they were last seen when the database does not answer: this page must not fall with it."""
    global _last_seen
    try:
        rows = db.session.scalars(sa.select(Hospital).order_by(Hospital.id)).all()
        _last_seen = tuple(_door(row) for row in rows)
    except SQLAlchemyError as error:
        log.error("database", error=type(error).__name__, page="home")
        db.session.rollback()
    return _last_seen


def _door(row: Hospital) -> Door:
    return Door(
        row.slug, dict(row.name), dict(row.city), row.phone, row.email, row.timezone,
        tuple(row.working_days), row.opens, row.closes, tuple(row.languages),
    )  # fmt: skip


def _steps() -> list[tuple[int, object, str, str]]:
    """The six steps in the patient's words, each with what happens."""
    notes = {
        Step.CONTACT: _("You write to us. A named person answers you, in your language."),
        Step.CONSULT: _("You tell your story once. An interpreter joins if you wish. It is free."),
        Step.FINANCE: _("You get a written estimate and we explain it. You pay nothing before you understand it."),
        Step.CLINICAL: _("Doctors read your records and say if we can help. We tell you the day of their answer."),
        Step.ACCEPTANCE: _("We tell you the answer in person. After your yes we plan dates, visa, flight and a room."),
        Step.EVALUATION: _("You meet your doctors, have the tests and leave with a written plan. Then you decide."),
    }  # fmt: skip
    return [(step.number, patient_step(step), "next", notes[step]) for step in Step]


@bp.get("/")
@public
def root():
    """To the visitor's own language. Temporary, because the next visitor reads another one."""
    return redirect(url_for("public.home", lang=current_tag()), 302)


@bp.get("/<lang:lang>/")
@public
def home(lang: str):
    is_demo = current_app.config["CONCIERGE"].is_demo
    return render_template("portal/public/home.html", doors=_doors(), steps=_steps(), is_demo=is_demo)


@bp.get("/<lang:lang>/languages")
@public
def languages(lang: str):
    return render_template("portal/public/languages.html", back_to=_next_path())


@bp.get("/<lang:lang>/privacy")
@public
def privacy(lang: str):
    return render_template("portal/public/privacy.html", doors=_doors())


@bp.get("/<lang:lang>/accessibility")
@public
def accessibility(lang: str):
    return render_template("portal/public/accessibility.html", doors=_doors())


@bp.get("/language/<lang:tag>")
@public
def choose_language(tag: str):
    """Keep the choice for a year, and for whoever is signed in; then back to the page, in that language."""
    signed_in = ((StaffUser, current_staff()), (PortalAccount, current_account()), (Referrer, current_referrer()))
    if any(row for _model, row in signed_in):
        with transaction() as session:
            _save_choice(session, BY_TAG[tag].code, signed_in)
    response = make_response(redirect(_in_language(_next_path(), tag), 302))
    return remember_choice(response, tag)


def _save_choice(session: Session, code: str, signed_in: tuple) -> None:
    for model, row in signed_in:
        if row:
            session.execute(sa.update(model).where(model.id == row.id).values(language=code))


def _in_language(path: str, tag: str) -> str:
    """The local page in that language; the first page where there is none."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    if first in BY_TAG:
        return f"/{tag}/{rest}"
    return path or url_for("public.home", lang=tag)


def _next_path() -> str:
    """Where the reader came from, if that is a page of ours and not the switch itself; else ""."""
    path = local_path(request.args.get("next"))
    return "" if path.startswith("/language/") else path
