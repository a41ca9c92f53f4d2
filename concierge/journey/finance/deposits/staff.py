"""The deposit of a case on the Money tab, and S15: the deposits of all cases."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.journey.finance import queries
from concierge.journey.finance.cards import reconcile
from concierge.journey.finance.deposits import actions, words
from concierge.journey.finance.deposits.forms import AgainForm, CancelForm, ExportForm, PaymentForm
from concierge.journey.finance.deposits.queries import (
    DEPOSIT_TABS,
    MOST_COUNTED,
    counts,
    deposits_page,
    find_export,
    for_export,
)
from concierge.journey.finance.forms import ActForm, ReasonForm
from concierge.journey.finance.tab import act, who
from concierge.models import Case, Deposit, Payment
from concierge.web.access import my_hospitals, signed_in_staff, staff, staff_case
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("deposits_staff", __name__)
READY_FOR = timedelta(minutes=15)


# --- of one case -----------------------------------------------------------------------------------------------


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


@bp.route("/c/<ref>/money/deposit/again", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def deposit_again(ref: str):
    """By the rule of today; what was asked for before stays readable."""
    form = AgainForm()

    def work(session: Session, locked: Case) -> None:
        deposit = _deposit(session, locked)
        actions.request_again(session, locked, deposit, reason=form.again_reason.data, **who())
        flash(_("The deposit is requested. The family is told in their language."), "success")

    return act(staff_case(ref), form, work, "deposit", slot="again")


@bp.route("/c/<ref>/money/deposit/cancel", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def deposit_cancel(ref: str):
    form = CancelForm()

    def work(session: Session, locked: Case) -> None:
        deposit = _deposit(session, locked)
        actions.cancel_deposit(session, locked, deposit, reason=form.cancel_reason.data, **who())
        flash(_("The deposit is cancelled."), "success")

    return act(staff_case(ref), form, work, "deposit", slot="cancel")


# --- across cases ----------------------------------------------------------------------------------------------


@bp.route("/finance/deposits", methods=["GET", "POST"])
@staff(Right.SEE_MONEY)
def deposits():
    """S15: what is due, on its way, odd, or waiting for a second person; and the list to take along."""
    tab = request.args.get("tab", "due")
    if tab not in DEPOSIT_TABS:
        abort(404)
    form, session = ExportForm(), db.session()
    if form.validate_on_submit() and (done := submit(form, lambda writing: _note_export(writing, tab, form))):
        return done
    page = deposits_page(session, my_hospitals(), tab, request.args.get("after", ""))
    today = {case.hospital_id: local_day(now(), case.hospital.timezone) for _deposit, case in page.rows}
    return render_template(
        "journey/finance/deposits/staff/deposits.html", rows=page.rows, after=page.after, tab=tab,
        tabs=words.DEPOSIT_TABS, today=today, attention=words.ATTENTION, act=ActForm, form=form,
        counts=counts(session, my_hospitals()), most=MOST_COUNTED,
    ), 422 if form.errors else 200  # fmt: skip


def _note_export(session: Session, tab: str, form: ExportForm) -> str:
    noted = actions.note_export(session, signed_in_staff().id, tab=tab, purpose=form.purpose.data, now=now())
    return url_for("deposits_staff.export", public_id=noted.public_id)


@bp.get("/finance/deposits/export/<public_id>")
@staff(Right.SEE_MONEY)
def export(public_id: str):
    """The file, for the one who gave the purpose and for a quarter of an hour."""
    noted = find_export(db.session(), public_id) if public_id.isprintable() else None
    if noted is None or noted.staff_id != signed_in_staff().id or noted.at < now() - READY_FOR:
        abort(404)
    text = io.StringIO()
    csv.writer(text).writerows(_lines(noted.tab))
    headers = {"Content-Disposition": "attachment; filename=deposits.csv", "Cache-Control": "no-store"}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _lines(tab: str) -> Iterator[tuple]:
    """Without names: reference and amounts are enough to agree with the bank."""
    yield (
        "case",
        "payment_reference",
        "state",
        "currency",
        "amount",
        "received",
        "requested_at",
        "due_on",
        "paid_at",
    )
    for deposit, case in for_export(db.session(), my_hospitals(), tab):
        paid_at = deposit.paid_at.isoformat() if deposit.paid_at else ""
        yield (
            case.reference, deposit.reference, deposit.state.value, deposit.currency, deposit.amount.amount,
            actions.received(deposit).amount, deposit.requested_at.isoformat(), deposit.due_on.isoformat(), paid_at,
        )  # fmt: skip
