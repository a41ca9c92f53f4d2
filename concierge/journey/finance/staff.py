"""Step 3 as advocates see it: the Money tab of a case, all deposits."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.errors import Stale
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import EstimateState
from concierge.gateways.payments import PaymentError
from concierge.journey.finance import actions, papers, queries, reconcile, words
from concierge.journey.finance.costs_page import costs_page
from concierge.journey.finance.forms import (
    ActForm,
    AddLineForm,
    IssueForm,
    PaymentForm,
    ReasonForm,
    TextsForm,
    lines_form,
)
from concierge.journey.finance.money_page import first_texts
from concierge.journey.finance.tab import act, show_money, who
from concierge.models import CardEvent, Case, Deposit, Estimate, Payment, Tariff
from concierge.web.access import current_actor, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.i18n import direction_of, tag_of
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("finance_staff", __name__)


@bp.get("/c/<ref>/money")
@staff(Right.SEE_MONEY)
def money(ref: str):
    """S13 to S15 of one case."""
    return show_money(staff_case(ref))


# --- estimate --------------------------------------------------------------------------------------------------


def _draft(session: Session, case: Case) -> Estimate:
    """The open draft; Stale when somebody issued it meanwhile."""
    draft = queries.find_draft(session, case.id)
    if draft is None:
        raise Stale("estimate_is_issued")
    return draft


@bp.route("/c/<ref>/money/estimate/draft", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def estimate_draft(ref: str):
    case = staff_case(ref)
    texts = first_texts(case)

    def work(session: Session, locked: Case) -> None:
        actions.draft_estimate(session, locked, texts=texts, **who())

    return act(case, ActForm(), work, "estimate")


@bp.route("/c/<ref>/money/estimate/lines", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def estimate_lines(ref: str):
    """Quantities, or one line taken out."""
    case = staff_case(ref)
    draft = queries.find_draft(db.session(), case.id)
    form = lines_form(draft) if draft else ActForm()
    removed = whole(request.form.get("remove"))

    def work(session: Session, locked: Case) -> None:
        kept: dict[str, Any] = {"version": form.shown_version, **who()}
        if removed is not None:
            actions.remove_line(session, locked, _draft(session, locked), removed, **kept)
            return
        typed = {int(name.removeprefix("quantity_")): field.number for name, field in form._fields.items()
                 if name.startswith("quantity_")}  # fmt: skip
        actions.change_quantities(session, locked, _draft(session, locked), typed, **kept)
        flash(_("The quantities are saved."), "success")

    return act(case, form, work, "estimate", slot="lines")


@bp.route("/c/<ref>/money/estimate/add", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def estimate_add(ref: str):
    case = staff_case(ref)
    form = AddLineForm().offer(actions.valid_tariffs(db.session(), case, now()))

    def work(session: Session, locked: Case) -> None:
        tariff = session.get_one(Tariff, int(form.tariff.data))
        kept: dict[str, Any] = {
            "tariff": tariff,
            "quantity": form.quantity.number,
            "version": form.shown_version,
        }
        actions.add_line(session, locked, _draft(session, locked), **kept, **who())

    return act(case, form, work, "estimate", slot="add")


@bp.route("/c/<ref>/money/estimate/texts", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def estimate_texts(ref: str):
    form = TextsForm()

    def work(session: Session, locked: Case) -> None:
        texts = actions.Texts(
            form.included.data, form.not_included.data, form.could_change.data, form.text_language.data
        )
        draft = _draft(session, locked)
        actions.change_texts(session, locked, draft, texts, version=form.shown_version, **who())
        flash(_("The texts are saved."), "success")

    return act(staff_case(ref), form, work, "estimate", slot="texts")


@bp.route("/c/<ref>/money/estimate/issue", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def estimate_issue(ref: str):
    form = IssueForm()

    def work(session: Session, locked: Case) -> None:
        kept: dict[str, Any] = {"valid_until": form.issue_until.day, "version": form.shown_version}
        actions.issue_estimate(session, locked, _draft(session, locked), **kept, **who())
        flash(_("The estimate is issued. The family is told in their language."), "success")

    return act(staff_case(ref), form, work, "estimate", slot="issue")


def _version(case: Case, eid: str) -> Estimate:
    estimate = queries.find_estimate(db.session(), case.id, eid)
    if estimate is None:
        abort(404)
    return estimate


@bp.get("/c/<ref>/money/estimate/<eid>/preview")
@staff(Right.SEE_MONEY)
def estimate_preview(ref: str, eid: str):
    """The very page of the family, in the patient's language."""
    case = staff_case(ref)
    estimate, language = _version(case, eid), first_texts(case).language
    file = case_page(case).file
    note = _("Preview: the family reads this page in their language. They see it after you issue it.")
    back = url_for("finance_staff.money", ref=case.reference, _anchor="estimate")
    g.shown_hospital = case.hospital
    with force_locale(language):
        return render_template(
            "journey/finance/staff/estimate_preview.html", page=costs_page(file, estimate), case=case, note=note,
            back_url=back, note_lang=tag_of(current_staff_language()), note_dir=direction_of(current_staff_language()),
            deposit=file.deposit,
        )  # fmt: skip


def current_staff_language() -> str:
    """The workspace's language, also while a page is rendered in the patient's."""
    return str(g.saved_language)


@bp.get("/c/<ref>/money/estimate/<eid>.pdf")
@staff(Right.SEE_MONEY)
def estimate_pdf(ref: str, eid: str):
    """A version as it was issued; a draft is no paper yet."""
    case = staff_case(ref)
    estimate = _version(case, eid)
    if estimate.state is EstimateState.DRAFT:
        abort(404)
    return papers.estimate_paper(case, estimate, first_texts(case).language)


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
