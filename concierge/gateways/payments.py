"""Card payments by Stripe. Only an amount and a deposit reference leave the house: no person, no illness."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from concierge.domain.money import Money
from concierge.gateways.payment_amounts import from_provider, to_provider

CONNECT_SECONDS, ANSWER_SECONDS = 3.05, 12.0
MAX_RETRIES = 2
MAX_AGE_SECONDS = 300
# Stripe's hosted page has no Arabic: "auto" follows the reader's browser, which may name a second language.
_SAME_CODE = "de en es fr id it ja ko ms nl pl pt ru th tr vi"
_BOTH = {code: code for code in _SAME_CODE.split()}
_CHECKOUT_LOCALES = _BOTH | {"zh_Hans": "zh", "zh_Hant": "zh-TW", "hi": "hi-IN"}
# The form on our page (Elements) knows more: docs.stripe.com/js/appendix/supported_locales.
_ELEMENT_LOCALES = _BOTH | {"zh_Hans": "zh", "zh_Hant": "zh-TW", "ar": "ar", "he": "he"}
MOST_MISSED = 2000
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


class PaymentError(Exception):
    """Something about a card payment went wrong; subclasses say what a caller can do about it."""


class Declined(PaymentError):
    """The card was refused. `code` is Stripe's decline code, such as `insufficient_funds`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Rejected(PaymentError):
    """Stripe did not accept the request as it is; trying again will not help. `param` may be None."""

    def __init__(self, code: str, param: str | None = None) -> None:
        super().__init__(f"{code} {param or ''}".strip())
        self.code, self.param = code, param

    @property
    def is_about_amount(self) -> bool:
        """The amount is less or more than a card payment can be; the limits of each currency are Stripe's."""
        return self.code in {"amount_too_small", "amount_too_large"}


class PaymentsUnavailable(PaymentError):
    """Not reachable, too busy, or our key is refused. The same call and key may be tried again later."""


class IdempotencyConflict(PaymentError):
    """The idempotency key was used before with other data."""


class BadSignature(PaymentError):
    """The event was not signed by Stripe, is too old, or is no event."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent. `received` is what Stripe has; `client_secret` belongs to the payer's page only."""

    id: str
    status: str
    client_secret: str
    money: Money
    received: Money
    reference: str
    failure_code: str | None
    payment: str = ""  # public id of our payment, as we gave it along

    @property
    def is_paid(self) -> bool:
        return self.status == "succeeded"


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """A hosted page. `url` is None once it is used or expired, `intent_id` None until a card was tried."""

    id: str
    url: str | None
    status: str
    payment_status: str
    intent_id: str | None
    money: Money
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardRefund:
    """`status`: pending, requires_action, succeeded, failed or canceled. `refund` is our own id, where we made it."""

    id: str
    status: str
    money: Money
    intent_id: str | None
    failure_code: str | None
    refund: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """The card holder's bank wants the money back. `status`: docs.stripe.com/api/disputes/object.

    `is_withdrawn`: the money was taken from us, as it is unless this is only an inquiry. `due_by`: the last moment
    for our answer.
    """

    id: str
    status: str
    money: Money
    intent_id: str | None
    reason: str
    due_by: datetime | None
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an object, as Stripe tells it: look up the truth by its id before acting.

    `intent_id` is the payment that a charge, a refund or a dispute belongs to, empty where there is none.
    """

    id: str
    kind: str
    object_id: str
    intent_id: str
    created_at: datetime


class StripePayments:
    """All but `read_event` ask Stripe, so PaymentsUnavailable, Rejected, IdempotencyConflict may come."""

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        base_url: str | None = None,
        publishable_key: str | None = None,
        max_retries: int = MAX_RETRIES,
    ) -> None:
        self.publishable_key = publishable_key
        self.is_demo = base_url is not None
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": base_url.rstrip("/")} if base_url else None,
            max_network_retries=max_retries,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        )

    def create_payment_intent(
        self,
        money: Money,
        reference: str,
        description: str,
        idempotency_key: str,
        metadata: Mapping[str, str] | None = None,
    ) -> Intent:
        """An intent to pay for the deposit `reference`. After AmountNotPayable nothing was sent."""
        params = {
            "amount": to_provider(money),
            "currency": money.currency.lower(),
            "description": _discreet(description, reference),
            "metadata": _metadata(reference, metadata),
            "automatic_payment_methods": {"enabled": True},
        }
        intents = self._client.v1.payment_intents
        return _intent(_asked(intents.create, params, options={"idempotency_key": idempotency_key}))

    def find_payment_intent(self, intent_id: str) -> Intent | None:
        """The truth about an intent, or None if Stripe does not know it."""
        found = _found(self._client.v1.payment_intents.retrieve, intent_id)
        return _intent(found) if found else None

    def cancel_payment_intent(self, intent_id: str) -> Intent:
        """Closes an intent, for example when a bank transfer came first. Raises Rejected if already paid."""
        params = {"cancellation_reason": "abandoned"}
        return _intent(_asked(self._client.v1.payment_intents.cancel, intent_id, params))

    def create_checkout_session(
        self,
        money: Money,
        reference: str,
        description: str,
        *,
        success_url: str,
        cancel_url: str,
        locale: str,
        idempotency_key: str,
        metadata: Mapping[str, str] | None = None,
    ) -> CheckoutPage:
        """A hosted page that takes the card without JavaScript. The payer reads `description` there."""
        kept = _metadata(reference, metadata)
        name = _discreet(description, reference)
        price = {
            "currency": money.currency.lower(),
            "unit_amount": to_provider(money),
            "product_data": {"name": name},
        }
        params = {
            "mode": "payment",
            "locale": checkout_locale(locale),
            "line_items": [{"quantity": 1, "price_data": price}],
            "client_reference_id": reference,
            "metadata": kept,
            "payment_intent_data": {"description": name, "metadata": kept},
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        sessions = self._client.v1.checkout.sessions
        return _page(_asked(sessions.create, params, options={"idempotency_key": idempotency_key}))

    def find_checkout_session(self, session_id: str) -> CheckoutPage | None:
        """The truth about a hosted page, or None if Stripe does not know it."""
        found = _found(self._client.v1.checkout.sessions.retrieve, session_id)
        return _page(found) if found else None

    def expire_checkout_session(self, session_id: str) -> CheckoutPage:
        """Closes a hosted page that must not be paid any more. Raises Rejected if it was completed."""
        return _page(_asked(self._client.v1.checkout.sessions.expire, session_id))

    def refund(
        self,
        intent_id: str,
        money: Money,
        *,
        reference: str,
        idempotency_key: str,
        metadata: Mapping[str, str] | None = None,
    ) -> CardRefund:
        """Gives `money` back to the card that paid. Raises Rejected if more than is left of the payment."""
        params = {
            "payment_intent": intent_id,
            "amount": to_provider(money),
            "reason": "requested_by_customer",
            "metadata": _metadata(reference, metadata),
        }
        refunds = self._client.v1.refunds
        return _refund(_asked(refunds.create, params, options={"idempotency_key": idempotency_key}))

    def find_refund(self, refund_id: str) -> CardRefund | None:
        """The truth about a refund, or None if Stripe does not know it."""
        found = _found(self._client.v1.refunds.retrieve, refund_id)
        return _refund(found) if found else None

    def list_refunds(self, intent_id: str) -> list[CardRefund]:
        """The newest refunds of a payment, whoever made them, the newest first."""
        answer = _asked(self._client.v1.refunds.list, {"payment_intent": intent_id, "limit": 100})
        return [_refund(body) for body in answer["data"]]

    def find_dispute(self, dispute_id: str) -> Dispute | None:
        """The truth about a dispute, or None if Stripe does not know it."""
        found = _found(self._client.v1.disputes.retrieve, dispute_id)
        return _dispute(found) if found else None

    def list_missed_events(self, kinds: Sequence[str], since: datetime) -> list[Event]:
        """Events of these kinds that our webhook has not taken yet, the newest first, up to MOST_MISSED."""
        params = {
            "types": list(kinds), "delivery_success": False, "created": {"gte": int(since.timestamp())}, "limit": 100,
        }  # fmt: skip
        found: list[Event] = []
        while len(found) < MOST_MISSED:
            page = _asked(self._client.v1.events.list, params)
            found += [_event(body) for body in page["data"]]
            if not page["has_more"]:
                break
            params["starting_after"] = found[-1].id
        return found

    def read_event(self, payload: bytes, signature: str) -> Event:
        """The event in a raw body, signed in the header `Stripe-Signature`. Raises BadSignature."""
        try:
            text = payload.decode()
            stripe.WebhookSignature.verify_header(text, signature, self._webhook_secret, MAX_AGE_SECONDS)
            return _event(json.loads(text))
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError,
                OverflowError, RecursionError):  # fmt: skip
            # The body may hold a payer's name: neither it nor the library's message is chained.
            raise BadSignature("not a signed event") from None


def from_config(
    *, secret_key: str, webhook_secret: str, base_url: str | None = None, publishable_key: str | None = None
) -> StripePayments | None:
    """Card payments, or None when no key is set: then deposits are paid by bank transfer only."""
    if not secret_key:
        return None
    if not webhook_secret:
        raise ValueError("a webhook secret is needed with a Stripe key: payments would never be confirmed")
    return StripePayments(secret_key, webhook_secret, base_url or None, publishable_key or None)


def checkout_locale(code: str) -> str:
    """Stripe's name for our locale on its hosted page; where it has none, it follows the reader's browser."""
    return _CHECKOUT_LOCALES.get(code, "auto")


def element_locale(code: str) -> str:
    """Stripe's name for our locale in the form on our page."""
    return _ELEMENT_LOCALES.get(code, "auto")


def _asked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    try:
        return call(*args, **kwargs).to_dict()
    except stripe.StripeError as error:
        raise _ours(error) from None


def _found(call: Callable[..., Any], object_id: str) -> dict[str, Any] | None:
    try:
        return _asked(call, object_id)
    except Rejected as refusal:
        if refusal.code == "resource_missing":
            return None
        raise


def _ours(error: stripe.StripeError) -> PaymentError:
    """Our exception for Stripe's. Its messages may hold what a payer typed, so none is carried on."""
    if isinstance(error, stripe.CardError):
        detail = error.error.to_dict() if error.error else {}
        return Declined(detail.get("decline_code") or error.code or "card_declined")
    if isinstance(error, stripe.IdempotencyError):
        return IdempotencyConflict()
    if isinstance(error, stripe.InvalidRequestError):
        return Rejected(error.code or "invalid_request", error.param)
    return PaymentsUnavailable(type(error).__name__)


def _metadata(reference: str, metadata: Mapping[str, str] | None) -> dict[str, str]:
    kept = {**(metadata or {}), "reference": reference}
    if not all(_REFERENCE.fullmatch(value) for value in kept.values()):
        raise ValueError("metadata holds references only, never words about a person")
    return kept


def _discreet(description: str, reference: str) -> str:
    if reference not in description or len(description) > len(reference) + 40:
        raise ValueError("a payment description is the deposit reference with a word or two")
    return description


def _intent(body: dict[str, Any]) -> Intent:
    failure = body.get("last_payment_error") or {}
    return Intent(
        id=body["id"],
        status=body["status"],
        client_secret=body.get("client_secret") or "",
        money=from_provider(body["amount"], body["currency"]),
        received=from_provider(body.get("amount_received") or 0, body["currency"]),
        reference=(body.get("metadata") or {}).get("reference", ""),
        failure_code=failure.get("decline_code") or failure.get("code"),
        payment=(body.get("metadata") or {}).get("payment", ""),
    )


def _page(body: dict[str, Any]) -> CheckoutPage:
    return CheckoutPage(
        id=body["id"],
        url=body.get("url"),
        status=body["status"],
        payment_status=body["payment_status"],
        intent_id=body.get("payment_intent"),
        money=from_provider(body["amount_total"], body["currency"]),
        expires_at=datetime.fromtimestamp(body["expires_at"], UTC),
    )


def _refund(body: dict[str, Any]) -> CardRefund:
    return CardRefund(
        id=body["id"],
        status=body["status"],
        money=from_provider(body["amount"], body["currency"]),
        intent_id=body.get("payment_intent"),
        failure_code=body.get("failure_reason"),
        refund=(body.get("metadata") or {}).get("refund", ""),
    )


def _dispute(body: dict[str, Any]) -> Dispute:
    due_by = (body.get("evidence_details") or {}).get("due_by")
    return Dispute(
        id=body["id"],
        status=body["status"],
        money=from_provider(body["amount"], body["currency"]),
        intent_id=body.get("payment_intent"),
        reason=body.get("reason") or "",
        due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        is_withdrawn=bool(body.get("balance_transactions")) or body["status"] == "lost",
    )


def _event(body: dict[str, Any]) -> Event:
    data = body["data"]["object"]
    is_intent = data.get("object") == "payment_intent"
    object_id = data.get("id") or ""  # a few kinds, such as those of a balance, have none
    intent_id = object_id if is_intent else data.get("payment_intent") or ""
    created_at = datetime.fromtimestamp(body["created"], UTC)
    codes = (body["id"], body["type"], object_id, intent_id)
    if not all(isinstance(code, str) and code.isprintable() for code in codes):
        raise ValueError("ids and kinds are printable text")
    return Event(*codes, created_at)
