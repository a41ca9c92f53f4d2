"""The Travel page of a case (S16): the panels of the rooms of booking, and the one way their forms are answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.booking.costs import panel as costs_panel
from concierge.booking.interpreters import panel as interpreters
from concierge.booking.itinerary.desk import desk
from concierge.booking.itinerary.forms import ConfirmForm
from concierge.booking.lodging import panel as lodging
from concierge.booking.needs.panel import build as needs
from concierge.booking.rides import panel as rides
from concierge.booking.travel.panel import build as flights
from concierge.cases.actions import lock
from concierge.cases.page import CasePage, case_page
from concierge.db import db
from concierge.models import Case
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

PAGE = "itinerary_staff.travel"
Work = Callable[[Session, Case], str | None]
Failing = dict[str, Form]


@dataclass(frozen=True)
class Panel:
    """One section of the page: its id, its heading, its template, and what that template calls `shown`.

    `build(page, failing)` reads what the panel shows; `failing` are the forms of this request that come back, by slot:
    refused ones, and those that only looked what is free. A panel for which it returns None is left out.
    """

    anchor: str
    title: object
    template: str
    build: Callable[[CasePage, Failing], object]


PANELS: tuple[Panel, ...] = (
    Panel("needs", _l("Needs"), "booking/needs/_panel.html", needs),
    Panel("flights", _l("Flights and trains"), "booking/travel/_panel.html", flights),
    Panel("lodging", _l("Lodging"), "booking/lodging/staff/_panel.html", lodging.build),
    Panel("rides", _l("Rides"), "booking/rides/_panel.html", rides.build),
    Panel("interpreters", _l("Interpreters"), "booking/interpreters/_panel.html", interpreters.build),
    Panel("pays", _l("Who pays for the trip"), "booking/costs/_panel.html", costs_panel.build),
)


def show_travel(case: Case, *, status: int = 200, **failing: Form) -> tuple[str, int]:
    """S16 of one case; `failing` are the forms that were refused or that only looked, by slot."""
    g.case_tab = PAGE
    page, refused = case_page(case), failing.get("confirm")
    confirm = refused if isinstance(refused, ConfirmForm) else None
    return render_template(
        "booking/itinerary/staff/travel.html", page=page, desk=desk(db.session(), case, confirm),
        panels=panels_of(page, failing),
        failing=[form for form in failing.values() if form.errors or form.form_errors],
    ), status  # fmt: skip


def panels_of(page: CasePage, failing: Failing) -> list[tuple[Panel, object]]:
    """The panels in order, each with what it shows; those without anything to show are left out."""
    built = ((panel, panel.build(page, failing)) for panel in PANELS)
    return [(panel, shown) for panel, shown in built if shown is not None]


def act(case: Case, form: Form, work: Work, anchor: str, *, slot: str = "") -> Response | tuple[str, int]:
    """One POST of the page: the work in one transaction, or the page again with what was refused.

    `work` may return a sentence that says what was done. `anchor` is the panel to which the answer returns; `slot` is
    the name under which a refused form is shown again. Somebody else was faster (AlreadyTaken): call `show_travel`
    with status 409 and what is still free.
    """
    if not form.is_submitted():
        return redirect(url_for(PAGE, ref=case.reference))

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        done = work(session, locked)
        if done:
            flash(done, "success")
        return url_for(PAGE, ref=locked.reference, _anchor=anchor)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return show_travel(case, status=422, **{slot or anchor: form})


def who() -> dict[str, Any]:
    """Actor and now, for a verb."""
    return {"actor": current_actor(), "now": now()}
