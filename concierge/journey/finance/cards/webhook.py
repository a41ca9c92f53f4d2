"""The card service calls here. A signed event is written down and nothing more; `events.py` looks the truth up."""

from flask import Blueprint, Response, abort, request

from concierge.db import transaction
from concierge.gateways.payments import BadSignature
from concierge.journey.finance.cards import actions
from concierge.web.access import machine
from concierge.web.clock import now
from concierge.web.vendors import gateways

bp = Blueprint("cards_webhook", __name__)


@bp.post("/webhooks/stripe")
@machine
def card_event() -> Response:
    """200 when the event is written down (or was before), 400 without a good signature."""
    payments = gateways().payments
    if payments is None:
        abort(404)
    try:
        event = payments.read_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        abort(400)
    with transaction() as session:
        actions.note_event(session, event, now=now())
    return Response(status=200)
