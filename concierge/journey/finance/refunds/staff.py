"""Refunds as the team sees them: one with its history and next steps, and the list across cases."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import refunds as automatic
from concierge.cases.actions import lock
from concierge.cases.page import case_page
from concierge.db import db
from concierge.domain import refund as rules
from concierge.domain.access import Right
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import PaymentMethod, RefundState
from concierge.journey.finance.forms import ActForm
from concierge.journey.finance.journal.queries import entries_about
from concierge.journey.finance.journal.words import HAPPENING
from concierge.journey.finance.queries import deposit_of, names_of
from concierge.journey.finance.refunds import actions, card_book, queries, words
from concierge.journey.finance.refunds.forms import (
    CameBackForm,
    EndForm,
    PostponeForm,
    ProposeForm,
    SendForm,
    apart,
    fresh,
)
from concierge.journey.finance.refunds.panel import row_of
from concierge.journey.finance.tab import act, who
from concierge.models import Case, Deposit, Refund
from concierge.web.access import current_actor, has_right, my_hospitals, staff, staff_case
from concierge.web.clock import now
from concierge.web.forms import Form
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("refunds_staff", __name__)
Work = Callable[[Session, Case, Refund, dict[str, Any]], None]
_S = RefundState


@bp.route("/c/<ref>/money/refunds/propose", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def propose(ref: str):
    case = staff_case(ref)
    form = ProposeForm().prepare(_deposit(db.session(), case))

    def work(session: Session, locked: Case) -> None:
        deposit = _deposit(session, locked)
        actions.propose_refund(session, locked, deposit, **form.facts(deposit), **who())
        flash(_("The refund is proposed. A second person approves it."), "success")

    return act(case, form, work, "refunds", slot="refund")


def _deposit(session: Session, case: Case) -> Deposit:
    deposit = deposit_of(session, case.id)
    if deposit is None:
        abort(404)
    return deposit


def _refund(session: Session, case: Case, public_id: str) -> Refund:
    refund = queries.find_refund(session, case.id, public_id)
    if refund is None:
        abort(404)
    return refund


# --- one refund ------------------------------------------------------------------------------------------------


@bp.get("/c/<ref>/money/refunds/<public_id>")
@staff(Right.SEE_MONEY)
def refund(ref: str, public_id: str):
    """Its facts, what happened to it, its entries in the journal, and what this reader may do next."""
    return _show(staff_case(ref), public_id, {})


def _show(case: Case, public_id: str, failing: dict[str, Form]) -> str:
    found = _refund(db.session(), case, public_id)
    is_secret = found.state is _S.PROPOSED and automatic.is_secret(db.session(), case, found.reason)
    g.case_tab = "finance_staff.money"
    people = {found.proposed_by_id, found.approved_by_id, found.sent_by_id, found.ended_by_id}
    return render_template(
        "journey/finance/refunds/staff/refund.html", page=case_page(case), row=row_of(found, case), refund=found,
        names=names_of(db.session(), people), forms=_forms(found, failing, is_secret), failing=list(failing.values()),
        is_secret=is_secret,
        entries=entries_about(db.session(), case.id, f"refund:{found.public_id}:"), rule=words.RULE,
        happening=HAPPENING,
        is_own=found.state is _S.PROPOSED and found.proposed_by_id == current_actor().id,
    )  # fmt: skip


def _forms(found: Refund, failing: dict[str, Form], is_secret: bool) -> dict[str, Form]:
    """What this reader may do with it now, by name; a refused form stands in its place again."""
    forms = {name: failing.get(name) or _made(kind, name) for name, kind in _open_acts(found)}
    if is_secret:
        forms.pop("approve", None)
    for form in forms.values():
        if isinstance(form, ActForm):
            form.version.data = form.version.data or str(found.version)
    return forms


def _made(kind: type[ActForm], name: str) -> Form:
    return apart(fresh(kind), name)


def _open_acts(found: Refund) -> list[tuple[str, type[ActForm]]]:
    acts: list[tuple[str, type[ActForm]]] = []
    is_card = found.method is PaymentMethod.CARD
    if found.state is _S.PROPOSED and has_right(Right.CONFIRM_MONEY):
        acts += (
            [] if found.proposed_by_id == current_actor().id else [("approve", ActForm), ("refuse", EndForm)]
        )
    if not has_right(Right.EDIT_MONEY):
        return acts
    if found.state in {_S.APPROVED, _S.CAME_BACK}:
        acts.append(("card", ActForm) if is_card else ("send", SendForm))
    if found.state in rules.DUE:
        acts.append(("postpone", PostponeForm))
    if found.state is _S.SENT:
        acts.append(("done", ActForm))
    if found.state in rules.GONE and not is_card:
        acts.append(("came_back", CameBackForm))
    if found.state in rules.STOPPABLE:
        acts.append(("withdraw", EndForm))
    return acts


def _do(ref: str, public_id: str, form: ActForm, slot: str, work: Work, told: str):
    """One step of a refund in one transaction, or its page again with what was refused."""
    case = staff_case(ref)
    place = url_for("refunds_staff.refund", ref=case.reference, public_id=public_id)
    if not form.is_submitted():
        return redirect(place)
    apart(form, slot)

    def run(session: Session) -> str:
        locked = lock(session, case.id)
        found = _refund(session, locked, public_id)
        work(session, locked, found, {"version": form.shown_version, **who()})
        flash(told, "success")
        return place

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return _show(case, public_id, {slot: form}), 422


@bp.route("/c/<ref>/money/refunds/<public_id>/approve", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def approve(ref: str, public_id: str):
    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        actions.approve_refund(session, case, found, **kept)

    return _do(ref, public_id, ActForm(), "approve", work, _("The refund is approved."))


@bp.route("/c/<ref>/money/refunds/<public_id>/refuse", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def refuse(ref: str, public_id: str):
    form = EndForm()

    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        actions.refuse_refund(session, case, found, reason=form.reason.data, **kept)

    return _do(ref, public_id, form, "refuse", work, _("The refund is refused."))


@bp.route("/c/<ref>/money/refunds/<public_id>/withdraw", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def withdraw(ref: str, public_id: str):
    form = EndForm()

    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        actions.withdraw_refund(session, case, found, reason=form.reason.data, **kept)

    return _do(ref, public_id, form, "withdraw", work, _("The refund is withdrawn."))


@bp.route("/c/<ref>/money/refunds/<public_id>/send", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def send(ref: str, public_id: str):
    """The bank has carried it out."""
    form = SendForm()

    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        facts = {"on": form.sent_on.day, "bank_reference": form.bank_reference.data}
        actions.send_refund(session, case, found, **facts, **kept)

    return _do(ref, public_id, form, "send", work, _("The refund is noted as sent."))


@bp.route("/c/<ref>/money/refunds/<public_id>/card", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def card(ref: str, public_id: str):
    """Give it to the card service; it is asked after the commit."""

    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        actions.start_card_refund(session, case, found, **kept)

    done = _do(ref, public_id, ActForm(), "card", work, _("The refund goes back to the card."))
    if request.method == "POST":
        card_book.send(gateways().payments, public_id, at=now())
    return done


@bp.route("/c/<ref>/money/refunds/<public_id>/done", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def done(ref: str, public_id: str):
    def work(session: Session, case: Case, found: Refund, _kept: dict[str, Any]) -> None:
        actions.refund_done(session, case, found, **who())

    return _do(ref, public_id, ActForm(), "done", work, _("The refund is noted as arrived."))


@bp.route("/c/<ref>/money/refunds/<public_id>/came-back", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def came_back(ref: str, public_id: str):
    form = CameBackForm()

    def work(session: Session, case: Case, found: Refund, _kept: dict[str, Any]) -> None:
        actions.refund_failed(session, case, found, form.code.data, **who())

    told = _("Noted. The payer is told that it takes longer.")
    return _do(ref, public_id, form, "came_back", work, told)


@bp.route("/c/<ref>/money/refunds/<public_id>/postpone", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def postpone(ref: str, public_id: str):
    form = PostponeForm()

    def work(session: Session, case: Case, found: Refund, kept: dict[str, Any]) -> None:
        actions.postpone_refund(session, case, found, new_day=form.new_day.day, **kept)

    return _do(ref, public_id, form, "postpone", work, _("The payer is told the new day."))


# --- across cases ----------------------------------------------------------------------------------------------


@bp.get("/finance/refunds")
@staff(Right.SEE_MONEY)
def refunds():
    """To approve, to send, past the promise, come back, sent."""
    tab = request.args.get("tab", "to_approve")
    if tab not in queries.TABS:
        abort(404)
    today = local_day(now(), "UTC")
    page = queries.refunds_page(db.session(), my_hospitals(), tab, today, request.args.get("after", ""))
    rows = [(row_of(found, case), case) for found, case in page.rows]
    return render_template(
        "journey/finance/refunds/staff/refunds.html", rows=rows, after=page.after, tab=tab, tabs=words.TABS,
        has_export=bool(my_hospitals(Right.CONFIRM_MONEY)),
    )  # fmt: skip
