"""Mail and SMS services call here. Signed over the raw body, taken once, answered before anybody looks at it."""

from flask import Blueprint, Response, abort, current_app, jsonify, request

from concierge.conversation.inbound.actions import take
from concierge.db import transaction
from concierge.domain import inbound
from concierge.domain.vocabulary import MessageChannel
from concierge.web.access import machine
from concierge.web.clock import now

bp = Blueprint("inbound_hooks", __name__)
CHANNELS = {"mail": MessageChannel.EMAIL, "sms": MessageChannel.SMS}


@bp.post("/hooks/inbound/<kind>")
@machine
def receive(kind: str) -> Response:
    """200 with what came of it; 400 without a good signature, 413 and 422 for what nobody can read, 404 when off.

    `X-Timestamp` are seconds since 1970, `X-Signature` is HMAC-SHA256 of `timestamp.body` with INBOUND_SECRET. A mail
    comes raw (`message/rfc822`) or as JSON, an SMS as JSON.
    """
    secret, channel = current_app.config["CONCIERGE"].inbound_secret, CHANNELS.get(kind)
    if not secret or channel is None:
        abort(404)
    request.max_content_length = inbound.LARGEST  # Flask answers 413
    raw = request.get_data()
    stamp, signature = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not inbound.is_signed(secret, stamp, signature, raw, now()):
        abort(400)
    try:
        is_mail = channel is MessageChannel.EMAIL and not request.is_json
        arrived = inbound.read_mail(raw) if is_mail else inbound.read_json(raw)
    except inbound.Unreadable:
        abort(422)
    with transaction() as session:
        outcome = take(session, arrived, channel, now=now())
    return jsonify(outcome=outcome)
