"""The card service calls here. A signed event is a reason to look the truth up, and nothing more than that."""

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import IntegrityError

from concierge.db import transaction
from concierge.gateways.payments import BadSignature, Event, PaymentError, StripePayments
from concierge.journey.finance import actions, queries, reconcile
from concierge.journey.finance.reconcile import Truth
from concierge.models import CardEvent
from concierge.web.access import machine
from concierge.web.clock import now
from concierge.web.vendors import gateways

bp = Blueprint("finance_webhook", __name__)

_ABOUT_PAYMENTS = (
    "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
    "checkout.session.completed", "checkout.session.expired",
)  # fmt: skip


@bp.post("/webhooks/stripe")
@machine
def card_event() -> Response:
    """200 when the event is done with (or was before), 400 without a good signature, 503 to be told again."""
    payments = gateways().payments
    if payments is None:
        abort(404)
    try:
        event = payments.read_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        abort(400)
    if _is_done(event):
        return Response(status=200)
    try:
        outcome = _outcome_of(payments, event)
    except PaymentError:
        abort(503)
    with transaction() as session:
        actions.file_card_event(session, session.get_one(CardEvent, event.id), outcome)
    return Response(status=200)


def _is_done(event: Event) -> bool:
    """Write the event down; its id is the key of the row, so a repeated delivery finds what came of the first."""
    row = CardEvent(id=event.id, kind=event.kind[:60], object_id=event.object_id[:80], received_at=now())
    try:
        with transaction() as session:
            known = session.get(CardEvent, event.id)
            if known is None:
                session.add(row)
            return known is not None and bool(known.outcome)
    except IntegrityError:
        return (
            False  # the same event, delivered twice at this moment: the lock on the deposit keeps them apart
        )


def _outcome_of(payments: StripePayments, event: Event) -> str:
    if event.kind not in _ABOUT_PAYMENTS:
        return "ignored"
    truth = reconcile.look_up(payments, event.object_id)
    found = _find(event, truth)
    if found is None:
        return "unmatched" if truth.intent is None or truth.intent.is_paid else "ignored"
    deposit_id, payment_id = found
    with transaction() as session:
        case, deposit = queries.lock_deposit(session, deposit_id)
        payment = next((p for p in deposit.payments if p.id == payment_id), None)
        if payment is None and truth.intent:
            payment = next((p for p in deposit.payments if p.provider_id == truth.intent.id), None)
        if payment:
            return reconcile.write_truth(session, case, deposit, payment, truth, now())
        if truth.intent and truth.intent.is_paid:
            return actions.adopt_card_payment(session, case, deposit, intent=truth.intent, now=now())
    return "ignored"


def _find(event: Event, truth: Truth) -> tuple[int, int | None] | None:
    """(deposit id, payment id or None) that an event is about: by its id, by our id in it, by the reference."""
    ours = str((event.data.get("metadata") or {}).get("payment", ""))
    with transaction() as session:
        payment = queries.find_payment_of_card(session, event.object_id, ours)
        if payment:
            return payment.deposit_id, payment.id
        reference = truth.intent.reference if truth.intent else ""
        deposit = queries.find_deposit_by_reference(session, reference) if reference else None
        return (deposit.id, None) if deposit else None
