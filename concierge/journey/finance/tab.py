"""The Money tab of a case: the panels of the rooms of finance, and the one way their forms are answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from concierge.cases.actions import lock
from concierge.cases.page import CasePage, case_page
from concierge.journey.finance.cards.panel import build as disputes
from concierge.journey.finance.deposits.panel import build as deposit_panel
from concierge.journey.finance.estimates import panel as estimate_panel
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.guarantees.panel import build as letters_panel
from concierge.journey.finance.insurance import panel as insurance
from concierge.journey.finance.journal import panel as journal
from concierge.journey.finance.prices import panel as prices
from concierge.journey.finance.refunds import panel as refunds
from concierge.models import Case
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit

Work = Callable[[Session, Case], None]
Failing = dict[str, Form]


@dataclass(frozen=True)
class Panel:
    """One section of the tab: its id, its heading, its template, and what that template calls `shown`.

    `build(page, failing)` reads what the panel shows; `failing` are refused forms of this request, by slot. A panel
    for which it returns None is left out.
    """

    anchor: str
    title: object
    template: str
    build: Callable[[CasePage, Failing], object]


PANELS = (
    Panel("estimate", _l("Estimate"), "journey/finance/estimates/_panel.html", estimate_panel.build),
    Panel("payers", _l("Who pays"), "journey/finance/insurance/_panel.html", insurance.build),
    Panel("deposit", _l("Deposit"), "journey/finance/deposits/_panel.html", deposit_panel),
    Panel("disputes", _l("Disputed card payments"), "journey/finance/cards/staff/_disputes.html", disputes),
    Panel("refunds", _l("Refunds"), "journey/finance/refunds/staff/_panel.html", refunds.build),
    Panel("guarantees", _l("Letters of guarantee"), "journey/finance/guarantees/_panel.html", letters_panel),
    Panel("journal", _l("Journal"), "journey/finance/journal/staff/_panel.html", journal.build),
    Panel("actual", _l("What it really cost"), "journey/finance/prices/_actual.html", prices.build),
)


def show_money(case: Case, **failing: Form) -> str:
    """S13 to S15 of one case; `failing` are the forms that were refused, by slot."""
    g.case_tab = "finance_staff.money"
    page = case_page(case)
    built = ((panel, panel.build(page, failing)) for panel in PANELS)
    errors = [form for form in failing.values() if form.errors or form.form_errors]
    return render_template(
        "journey/finance/staff/money.html", page=page, act=ActForm,
        panels=[(panel, shown) for panel, shown in built if shown is not None],
        has_errors=bool(errors), failing=errors,
    )  # fmt: skip


def act(case: Case, form: Form, work: Work, anchor: str, *, slot: str = "") -> Response | tuple[str, int]:
    """One POST of the Money tab: the work in one transaction, or the page again with what was refused.

    `anchor` is the panel to which the answer returns; `slot` is the name under which a refused form is shown again.
    """
    if not form.is_submitted():
        return redirect(url_for("finance_staff.money", ref=case.reference))

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        work(session, locked)
        return url_for("finance_staff.money", ref=locked.reference, _anchor=anchor)

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return show_money(case, **{slot or anchor: form}), 422


def who() -> dict[str, Any]:
    """Actor and now, for a verb."""
    return {"actor": current_actor(), "now": now()}
