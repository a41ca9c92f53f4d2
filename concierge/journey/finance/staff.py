"""Step 3 as advocates see it: the Money tab of a case, all deposits, all letters of guarantee."""


from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.gateways.payments import PaymentError
from concierge.journey.finance import actions, queries, reconcile, words
from concierge.journey.finance.forms import (
    ActForm,
    GuaranteeForm,
    PaymentForm,
    ReasonForm,
)
from concierge.journey.finance.money_page import alarms_of, judged
from concierge.journey.finance.tab import act, show_money, who
from concierge.models import CardEvent, Case, Deposit, Guarantee, Payment
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


# --- deposit ---------------------------------------------------------------------------------------------------


@bp.route("/c/<ref>/money/deposit/request", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def deposit_request(ref: str):
    def work(session: Session, locked: Case) -> None:
        actions.request_deposit(session, locked, **who())
        flash(_("The deposit is requested. The family is told in their language."), "success")

    return act(staff_case(ref), ActForm(), work, "deposit", slot="request")


def _deposit(session: Session, case: Case) -> Deposit:
    deposit = queries.deposit_of(session, case.id)
    if deposit is None:
        abort(404)
    return deposit


def _payment(deposit: Deposit, public_id: str) -> Payment:
    payment = next((p for p in deposit.payments if p.public_id == public_id), None)
    if payment is None:
        abort(404)
    return payment


@bp.route("/c/<ref>/money/payments/record", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payment_record(ref: str):
    case = staff_case(ref)
    form = PaymentForm().prepare(case, _deposit(db.session(), case).currency)

    def work(session: Session, locked: Case) -> None:
        actions.record_payment(session, locked, _deposit(session, locked), **form.facts, **who())
        flash(_("The payment is noted. It counts when a second person has confirmed it."), "success")

    return act(case, form, work, "deposit", slot="payment")


@bp.route("/c/<ref>/money/payments/<public_id>/confirm", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def payment_confirm(ref: str, public_id: str):
    """Four eyes; then a card page that is still open is closed at the card service."""
    case = staff_case(ref)
    deposit_id = _deposit(db.session(), case).id

    def work(session: Session, locked: Case) -> None:
        deposit = _deposit(session, locked)
        actions.confirm_payment(session, locked, deposit, _payment(deposit, public_id), **who())
        flash(_("The payment is confirmed."), "success")

    done = act(case, ActForm(), work, "deposit")
    if request.method == "POST":
        reconcile.close_unwanted(gateways().payments, deposit_id, at=now())
    return done


@bp.route("/c/<ref>/money/payments/<public_id>/reject", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def payment_reject(ref: str, public_id: str):
    form = ReasonForm.of(public_id)

    def work(session: Session, locked: Case) -> None:
        deposit = _deposit(session, locked)
        payment = _payment(deposit, public_id)
        actions.reject_payment(session, locked, deposit, payment, reason=form.reason.data, **who())

    return act(staff_case(ref), form, work, "deposit", slot=f"reason-{public_id}")


@bp.route("/c/<ref>/money/payments/ask", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def payment_ask(ref: str):
    """*Ask the card service*: for a webhook that is late."""
    case = staff_case(ref)
    payments = gateways().payments
    if payments and ActForm().validate_on_submit():
        try:
            reconcile.ask_card_service(payments, _deposit(db.session(), case).id)
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


@bp.get("/finance/deposits")
@staff(Right.SEE_MONEY)
def deposits():
    """S15: what is due, on its way, odd, or waiting for a second person."""
    tab = request.args.get("tab", "due")
    if tab not in queries.DEPOSIT_TABS:
        abort(404)
    page = queries.deposits_page(db.session(), my_hospitals(), tab, request.args.get("after", ""))
    today = {case.hospital_id: local_day(now(), case.hospital.timezone) for _deposit, case in page.rows}
    return render_template(
        "journey/finance/staff/deposits.html", rows=page.rows, after=page.after, tab=tab, tabs=words.DEPOSIT_TABS,
        today=today, attention=words.ATTENTION, unmatched=queries.unmatched_card_events(db.session()), act=ActForm,
    )  # fmt: skip


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
        return url_for("finance_staff.deposits", tab="attention")

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return redirect(url_for("finance_staff.deposits", tab="attention"), 303)


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
