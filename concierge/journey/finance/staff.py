"""Step 3 as advocates see it: the Money tab of a case, all letters of guarantee."""

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.journey.finance import actions, queries, words
from concierge.journey.finance.forms import ActForm, GuaranteeForm, ReasonForm
from concierge.journey.finance.money_page import alarms_of, judged
from concierge.journey.finance.tab import act, show_money, who
from concierge.models import Case, Guarantee
from concierge.web.access import my_hospitals, staff, staff_case
from concierge.web.clock import now

bp = Blueprint("finance_staff", __name__)


@bp.get("/c/<ref>/money")
@staff(Right.SEE_MONEY)
def money(ref: str):
    """S13 to S15 of one case."""
    return show_money(staff_case(ref))


# --- letters of guarantee --------------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/guarantees/record", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def guarantee_record(ref: str):
    case = staff_case(ref)
    form = GuaranteeForm().prepare(case.hospital.currency)

    def work(session: Session, locked: Case) -> None:
        actions.record_guarantee(session, locked, **form.facts, **who())
        flash(_("The letter is noted. A second person accepts or refuses it."), "success")

    return act(case, form, work, "guarantees", slot="guarantee")


def _letter(session: Session, case: Case, gid: str) -> Guarantee:
    letter = queries.find_guarantee(session, case.id, gid)
    if letter is None:
        abort(404)
    return letter


@bp.route("/c/<ref>/money/guarantees/<gid>/accept", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def guarantee_accept(ref: str, gid: str):
    def work(session: Session, locked: Case) -> None:
        actions.accept_guarantee(session, locked, _letter(session, locked, gid), **who())
        flash(_("The letter is accepted."), "success")

    return act(staff_case(ref), ActForm(), work, "guarantees")


@bp.route("/c/<ref>/money/guarantees/<gid>/refuse", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def guarantee_refuse(ref: str, gid: str):
    form = ReasonForm.of(gid)

    def work(session: Session, locked: Case) -> None:
        actions.refuse_guarantee(
            session, locked, _letter(session, locked, gid), reason=form.reason.data, **who()
        )

    return act(staff_case(ref), form, work, "guarantees", slot=f"reason-{gid}")


# --- across cases ----------------------------------------------------------------------------------------------


@bp.get("/finance/guarantees")
@staff(Right.SEE_MONEY)
def guarantees():
    """S14: every letter with its limit against the estimate, the first to end first."""
    tab = request.args.get("tab", "waiting")
    if tab not in queries.GUARANTEE_TABS:
        abort(404)
    today = now().date()
    page = queries.guarantees_page(db.session(), my_hospitals(), tab, today, request.args.get("after", ""))
    issued = queries.issued_by_case(db.session(), [case.id for _letter, case in page.rows])
    rows = []
    for letter, case in page.rows:
        codes, used = judged(letter, case, issued.get(case.id))
        reasons = [words.NOT_COVERED.get(code, code) for code in codes if code != "not_accepted"]
        rows.append((letter, case, reasons, used, alarms_of(letter, case, used)))
    return render_template(
        "journey/finance/staff/guarantees.html", rows=rows, after=page.after, tab=tab, tabs=words.GUARANTEE_TABS
    )  # fmt: skip
