"""What the demo card service knows and allows: intents, hosted pages, refunds, test cards. No network."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Body = dict[str, Any]

# docs.stripe.com/testing; None: the card pays, else Stripe's decline code.
TEST_CARDS: dict[str, str | None] = {
    "4242424242424242": None,
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000259": None,
    "4000000000007726": None,
    "4000000000005126": None,
}
DISPUTED, REFUND_PENDS, REFUND_FAILS = "4000000000000259", "4000000000007726", "4000000000005126"
_TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
}
_MAX_UNITS = 99_999_999
_SESSION_SECONDS = 24 * 3600
_EVIDENCE_SECONDS = 7 * 24 * 3600
REFUND_SECONDS = 5  # until a refund that is not settled at once is decided
_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answer
    (key TEXT PRIMARY KEY, request TEXT NOT NULL, code INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event
    (id TEXT PRIMARY KEY, body TEXT NOT NULL, is_delivered INTEGER NOT NULL DEFAULT 0);
"""


class Refusal(Exception):
    """An answer that is not 200, in Stripe's words."""

    def __init__(
        self, status: int, message: str, *, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Body = {"error": {"type": kind, "message": message, **more}}


class Book:
    """All objects in one small SQLite file (or in memory), one verb at a time.

    `on_event(event_id)` is called after the commit, `page_url(session_id)` when a hosted page is made.
    """

    def __init__(
        self,
        path: Path | None,
        on_event: Callable[[str], None],
        page_url: Callable[[str], str],
        refund_seconds: float = REFUND_SECONDS,
    ) -> None:
        self._refund_seconds = refund_seconds
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._on_event, self._page_url = on_event, page_url
        self._new_events: list[str] = []

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def answer(self, verb: Callable[[], Body], *, key: str | None, request: str) -> tuple[int, Body, bool]:
        """(status, body, was it a replay): `verb` runs at most once for a `key`, as at Stripe.

        Refused requests that changed nothing are not remembered; a declined card is.
        """
        with self._lock:
            known = self._remembered(key, request)
            if known:
                return *known, True
            try:
                with self._db:
                    status, body = self._run(verb)
                    if key and status in (200, 402):
                        self._db.execute(
                            "INSERT INTO answer VALUES (?, ?, ?, ?)", (key, request, status, json.dumps(body))
                        )
            except BaseException:
                self._new_events.clear()
                raise
            events, self._new_events = self._new_events, []
        for event_id in events:
            self._on_event(event_id)
        return status, body, False

    def _remembered(self, key: str | None, request: str) -> tuple[int, Body] | None:
        row = self._db.execute("SELECT request, code, body FROM answer WHERE key = ?", (key,)).fetchone()
        if row and row[0] != request:
            message = "This idempotency key was first used with other parameters."
            return 400, Refusal(400, message, kind="idempotency_error").body
        return (row[1], json.loads(row[2])) if row else None

    @staticmethod
    def _run(verb: Callable[[], Body]) -> tuple[int, Body]:
        try:
            return 200, verb()
        except Refusal as refusal:
            return refusal.status, refusal.body

    def _get(self, object_id: str, prefix: str, param: str = "id") -> Body:
        row = self._db.execute("SELECT body FROM object WHERE id = ?", (object_id,)).fetchone()
        if not row or not object_id.startswith(prefix):
            raise Refusal(404, "No such object", code="resource_missing", param=param)
        return json.loads(row[0])

    def _every(self, prefix: str) -> list[Body]:
        """The newest first."""
        rows = self._db.execute(
            "SELECT body FROM object WHERE id LIKE ? ORDER BY json_extract(body, '$.created') DESC, id",
            (f"{prefix}%",),
        )
        return [json.loads(row[0]) for row in rows]

    def _put(self, body: Body, *event_kinds: str) -> Body:
        self._db.execute("INSERT OR REPLACE INTO object VALUES (?, ?)", (body["id"], json.dumps(body)))
        for kind in event_kinds:
            self._record_event(kind, body)
        return body

    def _record_event(self, kind: str, body: Body) -> None:
        event_id = _new_id("evt")
        event: Body = {"id": event_id, "object": "event", "type": kind, "created": _now(), "livemode": False}
        event["data"] = {"object": body}
        self._db.execute("INSERT INTO event (id, body) VALUES (?, ?)", (event_id, json.dumps(event)))
        self._new_events.append(event_id)

    def event(self, event_id: str) -> Body:
        with self._lock:
            row = self._db.execute("SELECT body FROM event WHERE id = ?", (event_id,)).fetchone()
        return json.loads(row[0])

    def undelivered(self) -> list[str]:
        with self._lock:
            rows = self._db.execute("SELECT id FROM event WHERE NOT is_delivered ORDER BY rowid")
            return [row[0] for row in rows]

    def mark_delivered(self, event_id: str) -> None:
        with self._lock, self._db:
            self._db.execute("UPDATE event SET is_delivered = 1 WHERE id = ?", (event_id,))

    def get_intent(self, intent_id: str) -> Body:
        return self._get(intent_id, "pi_", "intent")

    def create_intent(self, params: Body) -> Body:
        allowed = "amount currency description metadata automatic_payment_methods payment_method_types"
        _check(params, allowed, required="amount currency")
        body = self._new_intent(_units(params["amount"], "amount"), _currency(params["currency"]), params)
        return self._put(body, "payment_intent.created")

    def _new_intent(self, units: int, currency: str, params: Body) -> Body:
        intent_id = _new_id("pi")
        return {
            "id": intent_id,
            "object": "payment_intent",
            "amount": units,
            "amount_received": 0,
            "currency": currency,
            "status": "requires_payment_method",
            "client_secret": f"{intent_id}_secret_{secrets.token_urlsafe(12)}",
            "description": params.get("description"),
            "metadata": params.get("metadata", {}),
            "last_payment_error": None,
            "latest_charge": None,
            "created": _now(),
            "livemode": False,
        }

    def confirm_intent(self, intent_id: str, params: Body) -> Body:
        """Charges the card. A declined one raises the 402 and leaves the intent open for another card."""
        _check(params, "payment_method payment_method_data return_url")
        intent = self.get_intent(intent_id)
        if intent["status"] != "requires_payment_method":
            raise _unexpected_state(intent)
        number = _card_number(params)
        decline = TEST_CARDS[number]
        charge_id = _new_id("ch")
        intent["latest_charge"] = charge_id
        if decline:
            error = {"code": "card_declined", "decline_code": decline, "charge": charge_id}
            intent["last_payment_error"] = {"type": "card_error", **error}
            self._put(intent, "payment_intent.payment_failed")
            raise Refusal(402, "Your card was declined.", kind="card_error", **error, payment_intent=intent)
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        charge = {"id": charge_id, "object": "charge", "amount": intent["amount"], "amount_refunded": 0}
        charge |= {"currency": intent["currency"], "payment_intent": intent_id, "refunded": False}
        charge |= {"metadata": intent["metadata"], "status": "succeeded"}
        charge |= {"card": number}
        self._put(charge, "charge.succeeded")
        self._put(intent, "payment_intent.succeeded")
        if number == DISPUTED:
            self._put(self._new_dispute(charge), "charge.dispute.created", "charge.dispute.funds_withdrawn")
        return intent

    def cancel_intent(self, intent_id: str, params: Body) -> Body:
        _check(params, "cancellation_reason")
        intent = self.get_intent(intent_id)
        if intent["status"] in ("succeeded", "canceled"):
            raise _unexpected_state(intent)
        intent |= {"status": "canceled", "cancellation_reason": params.get("cancellation_reason")}
        return self._put(intent, "payment_intent.canceled")

    def get_session(self, session_id: str) -> Body:
        return self._expired(self._get(session_id, "cs_", "session"))

    def _expired(self, session: Body) -> Body:
        if session["status"] == "open" and session["expires_at"] <= _now():
            session |= {"status": "expired", "url": None}
        return session

    def create_session(self, params: Body) -> Body:
        copied = "locale client_reference_id metadata payment_intent_data line_items success_url cancel_url"
        _check(params, f"mode {copied}", required="mode line_items success_url")
        if params["mode"] != "payment":
            raise Refusal(400, "The demo card service knows the mode payment only.", param="mode")
        currency, units = _line_total(params["line_items"])
        session_id = _new_id("cs_test")
        session = {
            "id": session_id,
            "object": "checkout.session",
            "mode": "payment",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": units,
            "currency": currency,
            "url": self._page_url(session_id),
            "created": _now(),
            "expires_at": _now() + _SESSION_SECONDS,
            "livemode": False,
        }
        return self._put(session | {name: params.get(name) for name in copied.split()})

    def expire_session(self, session_id: str, params: Body) -> Body:
        _check(params, "")
        session = self.get_session(session_id)
        if session["status"] != "open":
            raise Refusal(400, "Only an open Checkout Session can be expired.", param="session")
        return self._put(session | {"status": "expired", "url": None}, "checkout.session.expired")

    def pay_session(self, session_id: str, number: str) -> Body:
        """What the hosted page does: the intent comes into being with the first card that is tried."""
        session = self.get_session(session_id)
        if session["status"] != "open":
            raise Refusal(400, "This page is not open any more.", param="session")
        if session["payment_intent"] is None:
            details = session["payment_intent_data"] or {}
            intent = self._put(self._new_intent(session["amount_total"], session["currency"], details))
            session["payment_intent"] = intent["id"]
            self._put(session)
        self.confirm_intent(session["payment_intent"], {"payment_method_data": {"card": {"number": number}}})
        paid = {"status": "complete", "payment_status": "paid", "url": None}
        return self._put(session | paid, "checkout.session.completed")

    # --- refunds ---

    def get_refund(self, refund_id: str) -> Body:
        return self._get(refund_id, "re_", "refund")

    def list_refunds(self, params: Body) -> Body:
        _check(params, "payment_intent limit", required="payment_intent")
        found = [one for one in self._every("re_") if one["payment_intent"] == params["payment_intent"]]
        return {"object": "list", "data": found[:100], "has_more": False}

    def create_refund(self, params: Body) -> Body:
        _check(params, "payment_intent amount reason metadata", required="payment_intent")
        intent = self._get(params["payment_intent"], "pi_", "payment_intent")
        if intent["status"] != "succeeded":
            raise Refusal(400, "There is no successful charge to refund.", param="payment_intent")
        charge = self._get(intent["latest_charge"], "ch_")
        left = charge["amount"] - charge["amount_refunded"]
        if not left:
            raise Refusal(400, "The charge has already been refunded.", code="charge_already_refunded")
        units = _units(params.get("amount", left), "amount")
        if units > left:
            raise Refusal(400, "Refund amount is greater than unrefunded amount on charge", param="amount")
        refund = {"id": _new_id("re"), "object": "refund", "amount": units, "currency": charge["currency"]}
        refund |= {"charge": charge["id"], "payment_intent": intent["id"], "reason": params.get("reason")}
        refund |= {"metadata": params.get("metadata", {}), "created": _now(), "failure_reason": None}
        refund |= {"status": "pending" if charge["card"] == REFUND_PENDS else "succeeded"}
        if charge["card"] in (REFUND_PENDS, REFUND_FAILS):
            refund["settles_at"] = time.time() + self._refund_seconds
        self._put(self._with_refunded(charge, units), "charge.refunded")
        return self._put(refund, "refund.created")

    @staticmethod
    def _with_refunded(charge: Body, units: int) -> Body:
        refunded = charge["amount_refunded"] + units
        return charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}

    def settle_refunds(self) -> Body:
        """What the banks decide later: a pending refund arrives, or one that was on its way comes back."""
        due = [one for one in self._every("re_") if one.get("settles_at", time.time() + 1) <= time.time()]
        for refund in due:
            del refund["settles_at"]
            charge = self._get(refund["charge"], "ch_")
            if charge["card"] == REFUND_PENDS:
                self._put(refund | {"status": "succeeded"}, "refund.updated")
                continue
            self._put(self._with_refunded(charge, -refund["amount"]))
            failed = {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            self._put(refund | failed, "refund.updated", "refund.failed")
        return {"object": "list", "data": due}

    # --- disputes ---

    def _new_dispute(self, charge: Body) -> Body:
        taken = {"id": _new_id("txn"), "object": "balance_transaction", "amount": -charge["amount"]}
        return {
            "id": _new_id("dp"),
            "object": "dispute",
            "amount": charge["amount"],
            "currency": charge["currency"],
            "charge": charge["id"],
            "payment_intent": charge["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
            "evidence_details": {"due_by": _now() + _EVIDENCE_SECONDS},
            "balance_transactions": [taken],
            "metadata": {},
            "created": _now(),
        }

    def get_dispute(self, dispute_id: str) -> Body:
        return self._get(dispute_id, "dp_", "dispute")

    def answer_dispute(self, dispute_id: str, params: Body) -> Body:
        """As in Stripe's test mode: `winning_evidence` wins, any other words lose."""
        _check(params, "evidence submit", required="evidence")
        if params["evidence"].get("uncategorized_text") != "winning_evidence":
            return self.close_dispute(dispute_id, {})
        dispute = self._undecided(dispute_id)
        back = {"id": _new_id("txn"), "object": "balance_transaction", "amount": dispute["amount"]}
        dispute["balance_transactions"].append(back)
        won = dispute | {"status": "won"}
        return self._put(won, "charge.dispute.funds_reinstated", "charge.dispute.closed")

    def close_dispute(self, dispute_id: str, params: Body) -> Body:
        _check(params, "")
        return self._put(self._undecided(dispute_id) | {"status": "lost"}, "charge.dispute.closed")

    def _undecided(self, dispute_id: str) -> Body:
        dispute = self.get_dispute(dispute_id)
        if dispute["status"] != "needs_response":
            raise Refusal(400, "This dispute is already closed.", param="dispute")
        return dispute

    def list_events(self, params: Body) -> Body:
        _check(params, "types delivery_success created limit starting_after")
        kinds, since = params.get("types") or [], int((params.get("created") or {}).get("gte", 0))
        missed = "WHERE NOT is_delivered" if params.get("delivery_success") == "false" else ""
        rows = self._db.execute(f"SELECT body FROM event {missed} ORDER BY rowid DESC")  # noqa: S608
        found = [body for body in (json.loads(row[0]) for row in rows) if body["created"] >= since]
        found = [body for body in found if not kinds or body["type"] in kinds]
        ids, limit = [body["id"] for body in found], int(params.get("limit", 10))
        begin = ids.index(params["starting_after"]) + 1 if params.get("starting_after") in ids else 0
        return {
            "object": "list",
            "data": found[begin : begin + limit],
            "has_more": len(found) > begin + limit,
        }


def _now() -> int:
    return int(time.time())


def _new_id(prefix: str) -> str:
    return f"{prefix}_demo{secrets.token_hex(10)}"


def _check(params: Body, allowed: str, required: str = "") -> None:
    for name in params.keys() - {*allowed.split()}:
        raise Refusal(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    for name in required.split():
        if not params.get(name):
            raise Refusal(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def _units(value: object, param: str) -> int:
    if not str(value).isascii() or not str(value).isdigit():
        raise Refusal(400, f"Invalid integer: {param}", code="parameter_invalid_integer", param=param)
    if not 0 < int(str(value)) <= _MAX_UNITS:
        code = "amount_too_large" if int(str(value)) else "amount_too_small"
        raise Refusal(400, "Amount is outside of what a card can carry.", code=code, param=param)
    return int(str(value))


def _currency(value: object) -> str:
    if not isinstance(value, str) or len(value) != 3 or not value.isalpha():
        raise Refusal(400, "Invalid currency", param="currency")
    return value.lower()


def _line_total(lines: list[Body]) -> tuple[str, int]:
    try:
        units = sum(
            _units(line["price_data"]["unit_amount"], "unit_amount") * int(line["quantity"]) for line in lines
        )
        (currency,) = {_currency(line["price_data"]["currency"]) for line in lines}
    except (TypeError, KeyError, ValueError, AttributeError):
        message = "Lines need a quantity and price_data in one currency."
        raise Refusal(400, message, param="line_items") from None
    return currency, _units(units, "line_items")


def _card_number(params: Body) -> str:
    try:
        method = params.get("payment_method")
        number = _TEST_METHODS[method] if method else params["payment_method_data"]["card"]["number"]
    except (KeyError, TypeError):
        message = "No such payment method"
        raise Refusal(400, message, code="resource_missing", param="payment_method") from None
    if number not in TEST_CARDS:
        raise Refusal(402, "Only test cards are taken here.", kind="card_error", code="incorrect_number")
    return number


def _unexpected_state(intent: Body) -> Refusal:
    message = f"This PaymentIntent has a status of {intent['status']}."
    return Refusal(400, message, code="payment_intent_unexpected_state", payment_intent=intent)
