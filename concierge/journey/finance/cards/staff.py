"""What the card service told us, for advocates: events, disputes, and the button that asks it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.domain.access import Right
from concierge.gateways.payments import PaymentError
from concierge.journey.finance import queries as money
from concierge.journey.finance.cards import actions, queries, reconcile, words
from concierge.journey.finance.cards.events import ask_of_disputes, work
from concierge.journey.finance.forms import ActForm
from concierge.models import CardEvent, Case
from concierge.web.access import (
    current_actor,
    hospitals_with,
    my_hospitals,
    signed_in_staff,
    staff,
    staff_case,
)
from concierge.web.clock import now
from concierge.web.once import submit
from concierge.web.vendors import gateways

bp = Blueprint("cards_staff", __name__)


@bp.route("/c/<ref>/money/payments/ask", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def ask(ref: str):
    """*Ask the card service* about the open payment and the disputes of a case: for a webhook that is late."""
    case = staff_case(ref)
    payments, deposit = gateways().payments, money.deposit_of(db.session(), case.id)
    if payments and deposit and ActForm().validate_on_submit():
        try:
            reconcile.ask_card_service(payments, deposit.id)
            ask_of_disputes(payments, case.id)
            flash(_("The card service was asked. This is the newest state."), "success")
        except PaymentError:
            flash(_("The card service does not answer. It is asked again every 10 minutes."), "warning")
    return redirect(url_for("finance_staff.money", ref=case.reference, _anchor="deposit"), 303)


@bp.get("/finance/card-events")
@staff(Right.SEE_MONEY)
def events():
    """Everything the card service told us; first what a person must look into."""
    tab = request.args.get("tab", "look")
    if tab not in words.TABS:
        abort(404)
    after, mine = request.args.get("after", ""), my_hospitals()
    refunds: dict[str, str] = {}
    if tab == "disputes":
        page = queries.disputes_page(db.session(), mine, after)
    else:
        page = queries.events_page(db.session(), mine, tab, after)
        refunds = queries.refunds_told(db.session(), [event for event, _case in page.rows])
    return render_template(
        "journey/finance/cards/staff/events.html", rows=page.rows, after=page.after, tab=tab, words=words, act=ActForm,
        refunds=refunds, may_ask=_may(Right.EDIT_MONEY), may_look=_may(Right.CONFIRM_MONEY),
    )  # fmt: skip


def _may(right: Right) -> bool:
    """On a page without a case: in one hospital at least."""
    return bool(hospitals_with(signed_in_staff(), frozenset({right})))


def _event(session: Session, event_id: str) -> CardEvent:
    """The event, locked, if it belongs to no case or to one of my hospitals; else 404."""
    event = session.get(CardEvent, event_id, with_for_update=True)
    if event is None:
        abort(404)
    case = session.get(Case, event.case_id) if event.case_id else None
    if case is not None and case.hospital_id not in my_hospitals():
        abort(404)
    return event


@bp.route("/finance/card-events/<event_id>/handled", methods=["GET", "POST"])
@staff(Right.CONFIRM_MONEY)
def event_handled(event_id: str):
    """Somebody looked into what the program could not settle."""
    form = ActForm()

    def run(session: Session) -> str:
        actions.look_into(session, _event(session, event_id), actor=current_actor(), now=now())
        return url_for("cards_staff.events")

    if form.validate_on_submit() and (done := submit(form, run)):
        return done
    return redirect(url_for("cards_staff.events"), 303)


@bp.route("/finance/card-events/<event_id>/again", methods=["GET", "POST"])
@staff(Right.EDIT_MONEY)
def event_again(event_id: str):
    """Look it up now, instead of when its turn comes."""
    payments = gateways().payments
    if payments and ActForm().validate_on_submit():
        with transaction() as session:
            actions.ask_again(session, _event(session, event_id), now=now())
        try:
            work(payments, event_id)
            flash(_("The card service was asked. This is the newest state."), "success")
        except PaymentError:
            flash(_("The card service does not answer. It is asked again every 10 minutes."), "warning")
    return redirect(url_for("cards_staff.events", tab="all"), 303)
