"""Step 3 as advocates see it: the Money tab of a case, all letters of guarantee."""


from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.gateways.payments import PaymentError
from concierge.journey.finance import actions, queries, reconcile, words
from concierge.journey.finance.forms import (
    ActForm,
    GuaranteeForm,
    ReasonForm,
)
from concierge.journey.finance.money_page import alarms_of, judged
from concierge.journey.finance.tab import act, show_money, who
from concierge.models import CardEvent, Case, Guarantee
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("finance_staff", __name__)


@bp.get("/c/<ref>/money")
@staff(Right.SEE_MONEY)
def money(ref: str):
    """S13 to S15 of one case."""
    return show_money(staff_case(ref))


# --- card service ----------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/payments/ask", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payment_ask(ref: str):
    """*Ask the card service*: for a webhook that is late."""
    case = staff_case(ref)
    payments, deposit = gateways().payments, queries.deposit_of(db.session(), case.id)
    if payments and deposit and ActForm().validate_on_submit():
        try:
            reconcile.ask_card_service(payments, deposit.id)
            flash(_("The card service was asked. This is the newest state."), "success")
        except PaymentError:
            flash(_("The card service does not answer. It is asked again every 10 minutes."), "warning")
    return redirect(url_for("finance_staff.money", ref=case.reference, _anchor="deposit"), 303)


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


@bp.route("/finance/card-events/<event_id>/handled", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def card_event_handled(event_id: str):
    """Somebody looked into a card payment that matched no deposit."""
    form = ActForm()

    def run(session: Session) -> str:
        event = session.get(CardEvent, event_id, with_for_update=True)
        if event is None:
            abort(404)
        actions.handle_card_event(session, event, actor=current_actor())
        return url_for("deposits_staff.deposits", tab="attention")

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return redirect(url_for("deposits_staff.deposits", tab="attention"), 303)


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
