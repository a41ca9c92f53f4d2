"""Who pays one booking, answered on the Travel page; and what people approved against the rule, across cases."""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.booking import benefits as rule
from concierge.booking import tab
from concierge.booking.costs import actions, queries
from concierge.booking.costs.forms import RULE
from concierge.booking.costs.panel import SIDE, form_of
from concierge.booking.words import who_pays_lines, why_paid
from concierge.cases.trip_costs import PATIENT
from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.models import BenefitDecision, Case, ReadLog
from concierge.web.access import my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.months import last_months, month_span
from concierge.web.spreadsheet import csv_response, plain

bp = Blueprint("costs_staff", __name__)
bp.add_app_template_filter(who_pays_lines)
HEAD = (
    "at",
    "case",
    "service",
    "people",
    "amount",
    "currency",
    "rule_said",
    "why_not",
    "paid_by",
    "reason",
    "by",
)


@bp.route("/c/<ref>/travel/pays/<booking>", methods=["GET", "POST"])
@staff(Right.BOOK_TRAVEL, Right.APPROVE_BENEFITS)
def pays(ref: str, booking: str):
    """The family itself, the rule, or a lead against the rule."""
    case, session = staff_case(ref), db.session()
    try:
        cost = actions.find(session, case, booking)
    except InvalidInput:
        abort(404)
    form = form_of(cost, rule.is_refused_by_law(session, case))

    def work(writing: Session, locked: Case) -> str:
        who, kept = form.who.data, tab.who()
        if who in (RULE, PATIENT):
            actions.pay_by_rule(writing, locked, booking, is_own_cost=who == PATIENT, **kept)
            return _("It is written down who pays.")
        actions.approve(writing, locked, booking, paid_by=who, why=form.why.data or "", **kept)
        return _("The approval is written down, and listed for compliance.")

    return tab.act(case, form, work, "pays", slot=f"pays-{booking}")


# --- for compliance --------------------------------------------------------------------------------------------


@bp.get("/travel/benefits")
@staff(Right.APPROVE_BENEFITS)
def benefits():
    """What was paid against the rule in one month, in all hospitals where I may approve."""
    month = _month()
    page = queries.decisions(db.session(), my_hospitals(), *month_span(month), after=request.args.get("after", ""))
    return render_template(
        "booking/costs/staff/benefits.html", rows=page.rows, after=page.after, month=month, months=_months(),
        timezone=signed_in_staff().timezone, side=SIDE, why_paid=why_paid,
    )  # fmt: skip


@bp.get("/travel/benefits.csv")
@staff(Right.APPROVE_BENEFITS)
def benefits_csv():
    """The same month as a file; each case in it counts as read."""
    month, user = _month(), signed_in_staff()
    page = queries.decisions(db.session(), my_hospitals(), *month_span(month), size=queries.MOST_ROWS)
    lines = list(_lines(page.rows))
    cases = sorted({case.id for _decision, case in page.rows})
    who = {
        "actor_kind": "staff",
        "actor_id": user.id,
        "actor_name": user.name,
        "page": request.endpoint,
        "at": now(),
    }
    db.session.rollback()
    if cases:
        with transaction() as session:
            session.execute(sa.insert(ReadLog), [{"case_id": case_id, **who} for case_id in cases])
    return csv_response(HEAD, lines, f"benefits-{month}.csv")


def _lines(rows: list[tuple[BenefitDecision, Case]]) -> Iterator[tuple]:
    """Without names: reference and amounts are enough to look it up."""
    for one, case in rows:
        cost = one.cost
        yield (
            one.at.isoformat(), case.reference, one.benefit.value, one.people, cost.amount if cost else "",
            cost.currency if cost else "", one.standing.value, one.reason, one.paid_by, plain(one.why), plain(one.by),
        )  # fmt: skip


def _month() -> str:
    """The month that is asked for, else this one; 404 for none of the list."""
    months = _months()
    month = request.args.get("month") or months[0]
    return month if month in months else abort(404)


def _months() -> list[str]:
    """The last two years, the newest first, as "2026-11"."""
    return last_months(local_day(now(), signed_in_staff().timezone))
