import inspect
import json
import time
from datetime import UTC, datetime

import pytest
import requests
import stripe

from concierge.domain.money import Money
from concierge.gateways import demo_cards
from concierge.gateways.demo_cards_client import DemoCards, NotATestCard
from concierge.gateways.demo_cards_courier import signature_header
from concierge.gateways.payment_amounts import AmountNotPayable, from_provider, to_provider
from concierge.gateways.payments import (
    BadSignature,
    IdempotencyConflict,
    Intent,
    PaymentsUnavailable,
    Rejected,
    StripePayments,
    element_locale,
    from_config,
)
from config import LOCALES
from tests.gateways.conftest import API_KEY, WEBHOOK_SECRET
from tests.gateways.contract import call_problems
from tests.gateways.http_sink import HttpSink

DEPOSIT = Money(1_250_000, "USD")
PAYS, DECLINED, NO_FUNDS = "4242 4242 4242 4242", "4000000000000002", "4000000000009995"


def new_intent(payments: StripePayments, key: str = "key-1", money: Money = DEPOSIT) -> Intent:
    return payments.create_payment_intent(money, "D-26-1041", "Deposit D-26-1041", key)


def test_a_deposit_is_paid_and_the_truth_can_be_looked_up(payments, cards):
    intent = new_intent(payments)
    assert (intent.status, intent.money, intent.reference) == (
        "requires_payment_method",
        DEPOSIT,
        "D-26-1041",
    )
    assert intent.client_secret.startswith(intent.id)
    assert cards.confirm_with_card(intent.id, PAYS).failure_code is None
    paid = payments.find_payment_intent(intent.id)
    assert paid.is_paid
    assert paid.received == DEPOSIT


@pytest.mark.parametrize(
    ("number", "code"), [(DECLINED, "generic_decline"), (NO_FUNDS, "insufficient_funds")]
)
def test_a_declined_card_leaves_the_intent_open_for_another(payments, cards, number, code):
    intent = new_intent(payments)
    assert cards.confirm_with_card(intent.id, number).failure_code == code
    after = payments.find_payment_intent(intent.id)
    assert (after.status, after.failure_code) == ("requires_payment_method", code)
    assert cards.confirm_with_card(intent.id, PAYS).failure_code is None


def test_a_test_card_may_be_typed_in_arabic_digits(payments, cards):
    intent = new_intent(payments)
    assert cards.confirm_with_card(intent.id, "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢").failure_code is None


def test_a_number_that_may_be_a_real_card_goes_nowhere():
    with pytest.raises(NotATestCard):
        DemoCards("http://127.0.0.1:9", API_KEY).confirm_with_card("pi_1", "4111 1111 1111 1111")


def test_the_same_key_gives_the_same_intent(payments):
    assert new_intent(payments).id == new_intent(payments).id
    assert new_intent(payments, "key-2").id != new_intent(payments).id


def test_the_same_key_with_another_amount_is_a_conflict(payments):
    new_intent(payments)
    with pytest.raises(IdempotencyConflict):
        new_intent(payments, money=Money(1, "USD") + DEPOSIT)


def test_an_unknown_intent_is_none(payments):
    assert payments.find_payment_intent("pi_unknown") is None


def test_a_cancelled_intent_takes_no_card_and_a_paid_one_is_not_cancelled(payments, cards):
    closed, paid = new_intent(payments), new_intent(payments, "key-2")
    assert payments.cancel_payment_intent(closed.id).status == "canceled"
    assert cards.confirm_with_card(closed.id, PAYS).failure_code == "payment_intent_unexpected_state"
    cards.confirm_with_card(paid.id, PAYS)
    with pytest.raises(Rejected):
        payments.cancel_payment_intent(paid.id)


def test_no_more_can_be_refunded_than_was_paid(payments, cards):
    intent = new_intent(payments)
    cards.confirm_with_card(intent.id, PAYS)
    part = Money(1_000_000, "USD")
    refund = payments.refund(intent.id, part, reference="R-1", idempotency_key="r-1")
    assert (refund.status, refund.money, refund.intent_id) == ("succeeded", part, intent.id)
    assert payments.refund(intent.id, part, reference="R-1", idempotency_key="r-1") == refund
    with pytest.raises(Rejected) as refusal:
        payments.refund(intent.id, part, reference="R-2", idempotency_key="r-2")
    assert refusal.value.param == "amount"
    assert payments.find_refund(refund.id) == refund


DISPUTED, REFUND_PENDS, REFUND_FAILS = "4000000000000259", "4000000000007726", "4000000000005126"


@pytest.mark.parametrize(
    ("number", "first", "last"), [(REFUND_PENDS, "pending", "succeeded"), (REFUND_FAILS, "succeeded", "failed")]
)
def test_a_bank_may_decide_later_what_becomes_of_a_refund(webhook, number, first, last):
    handle = demo_cards.start(
        webhook_url=webhook.url, webhook_secret=WEBHOOK_SECRET, api_key=API_KEY, refund_seconds=0.05
    )
    payments = StripePayments(API_KEY, WEBHOOK_SECRET, handle.url)
    intent = new_intent(payments)
    DemoCards(handle.url, API_KEY).confirm_with_card(intent.id, number)
    refund = payments.refund(intent.id, DEPOSIT, reference="R-1", idempotency_key="r-1", metadata={"refund": "r1"})
    assert (refund.status, refund.refund) == (first, "r1")
    while payments.find_refund(refund.id).status == first:
        time.sleep(0.02)
    (known,) = payments.list_refunds(intent.id)
    assert (known.status, bool(known.failure_code)) == (last, last == "failed")
    again = {"reference": "R-2", "idempotency_key": "r-2"}
    if last == "failed":
        assert payments.refund(intent.id, DEPOSIT, **again).money == DEPOSIT  # what came back can be sent anew
    else:
        with pytest.raises(Rejected):
            payments.refund(intent.id, DEPOSIT, **again)
    handle.stop()


def test_a_disputed_payment_can_be_looked_up_until_it_is_decided(payments, cards, card_service, webhook):
    webhook.answer = lambda received: (500, b"")
    intent = new_intent(payments)
    cards.confirm_with_card(intent.id, DISPUTED)
    (made,) = payments.list_missed_events(["charge.dispute.created"], datetime(2026, 1, 1, tzinfo=UTC))
    dispute = payments.find_dispute(made.object_id)
    assert (dispute.money, dispute.intent_id, dispute.status) == (DEPOSIT, intent.id, "needs_response")
    assert dispute.is_withdrawn and dispute.due_by is not None and made.intent_id == intent.id
    answer_dispute(card_service.url, dispute.id, "winning_evidence")
    assert payments.find_dispute(dispute.id).status == "won"
    assert payments.find_dispute("dp_unknown") is None


def test_missed_events_are_read_to_the_last_page(payments, webhook):
    webhook.answer = lambda received: (500, b"")
    intents = {new_intent(payments, f"key-{number}").id for number in range(101)}
    missed = payments.list_missed_events(["payment_intent.created"], datetime(2026, 1, 1, tzinfo=UTC))
    assert len(missed) == 101 and {event.intent_id for event in missed} == intents


def answer_dispute(url: str, dispute_id: str, words: str) -> None:
    form = {"evidence[uncategorized_text]": words}
    requests.post(f"{url}/v1/disputes/{dispute_id}", form, auth=(API_KEY, ""), timeout=5).raise_for_status()


def test_an_unpaid_intent_cannot_be_refunded(payments):
    with pytest.raises(Rejected):
        payments.refund(new_intent(payments).id, DEPOSIT, reference="R-1", idempotency_key="r-1")


def new_page(payments: StripePayments, locale: str = "en"):
    return payments.create_checkout_session(
        DEPOSIT,
        "D-26-1041",
        "عربون D-26-1041",
        success_url="https://concierge.example/en/paid?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://concierge.example/en/pay",
        locale=locale,
        idempotency_key="page-1",
    )


def test_a_hosted_page_can_be_closed_once(payments):
    page = new_page(payments)
    assert (page.status, page.payment_status, page.money) == ("open", "unpaid", DEPOSIT)
    assert payments.expire_checkout_session(page.id).url is None
    assert payments.find_checkout_session(page.id).status == "expired"
    with pytest.raises(Rejected):
        payments.expire_checkout_session(page.id)


def test_stripe_out_of_reach_is_said_so_without_the_key():
    payments = StripePayments("sk_test_secret", WEBHOOK_SECRET, "http://127.0.0.1:9", max_retries=0)
    with pytest.raises(PaymentsUnavailable) as error:
        new_intent(payments)
    assert "sk_test_secret" not in repr(error.value)
    assert error.value.__cause__ is None


def test_a_refused_key_is_payments_unavailable(card_service):
    with pytest.raises(PaymentsUnavailable):
        new_intent(StripePayments("sk_test_other", WEBHOOK_SECRET, card_service.url))


@pytest.mark.parametrize(
    ("description", "metadata"),
    [
        ("Deposit for Layla Haddad", {}),
        ("Deposit D-26-1041 for Layla Haddad, breast surgery and radiotherapy", {}),
        ("Deposit D-26-1041", {"patient": "Layla Haddad"}),
    ],
)
def test_words_about_a_person_are_refused_before_they_leave(payments, description, metadata):
    with pytest.raises(ValueError):
        payments.create_payment_intent(DEPOSIT, "D-26-1041", description, "key-1", metadata)


def signed(body: dict, secret: str = WEBHOOK_SECRET, at: float | None = None) -> tuple[bytes, str]:
    payload = json.dumps(body).encode()
    return payload, signature_header(payload, secret, int(at or time.time()))


EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "created": 1_795_242_400,
    "data": {"object": {"id": "pi_1", "status": "succeeded"}},
}


def test_a_signed_event_is_read(payments):
    event = payments.read_event(*signed(EVENT))
    assert (event.id, event.kind, event.object_id) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert event.created_at.isoformat() == "2026-11-21T06:26:40+00:00"


def test_an_event_about_nothing_with_an_id_is_read_and_left_alone(payments):
    body = EVENT | {"type": "balance.available", "data": {"object": {"object": "balance"}}}
    assert payments.read_event(*signed(body)).object_id == ""


def test_one_good_signature_of_several_is_enough(payments):
    """While a secret is changed, Stripe signs with both."""
    payload, ours = signed(EVENT)
    stamp, own = ours.split(",")
    _stamp, other = signed(EVENT, secret="whsec_next")[1].split(",")
    assert payments.read_event(payload, f"{stamp},{other},{own}").id == "evt_1"
    assert payments.read_event(payload, f"{stamp},v0=aa,{own}").id == "evt_1"
    with pytest.raises(BadSignature):
        payments.read_event(payload, f"{stamp},{other},v0={own[3:]}")


@pytest.mark.parametrize("odd", [7, "evt\x00", "evt\ud800", None, ["evt"]])
def test_a_signed_event_without_readable_ids_is_refused(payments, odd):
    for body in (EVENT | {"id": odd}, EVENT | {"type": odd}, EVENT | {"created": 10**30}):
        with pytest.raises(BadSignature):
            payments.read_event(*signed(body))


def test_events_that_nobody_signed_are_refused(payments):
    payload, signature = signed(EVENT)
    for forged in [
        (payload + b" ", signature),
        (payload, ""),
        (payload, "t=1,v1=00"),
        (b"\xff", signature),
        signed(EVENT, secret="whsec_other"),
        signed(EVENT, at=time.time() - 3600),
        signed({"object": "event"}),
        signed([]),
    ]:
        with pytest.raises(BadSignature):
            payments.read_event(*forged)


@pytest.mark.parametrize(
    ("money", "units"),
    [
        (Money(1250, "USD"), 1250),
        (Money(5000, "JPY"), 5000),
        (Money(12_340, "KWD"), 12_340),
        (Money(5000, "ISK"), 500_000),
        (Money(5000, "MGA"), 50),
    ],
)
def test_minor_units_are_told_in_stripes_own_way(money, units):
    assert to_provider(money) == units
    assert from_provider(units, money.currency.lower()) == money


@pytest.mark.parametrize(
    "money", [Money(12_341, "KWD"), Money(5050, "MGA"), Money(0, "USD"), Money(-5, "USD")]
)
def test_an_amount_that_would_be_rounded_is_not_charged(money):
    with pytest.raises(AmountNotPayable):
        to_provider(money)


def test_no_key_means_no_card_payments():
    assert from_config(secret_key="", webhook_secret="") is None
    with pytest.raises(ValueError):
        from_config(secret_key="sk_live", webhook_secret="")
    assert from_config(secret_key="sk_test", webhook_secret="whsec").is_demo is False


class Watched:
    """Passes each call on to the real client and keeps what is wrong with its parameters."""

    def __init__(self, inner: object, name: str, calls: dict[str, list[str]]) -> None:
        self._inner, self._name, self._calls = inner, name, calls

    def __getattr__(self, name: str) -> object:
        return Watched(getattr(self._inner, name), f"{self._name}.{name}", self._calls)

    def __call__(self, *args: object, **kwargs: object) -> object:
        given = inspect.signature(self._inner).bind(*args, **kwargs).arguments
        self._calls[self._name] = call_problems(self._inner, given.get("params"))
        return self._inner(*args, **kwargs)


def test_every_call_agrees_with_the_installed_clients_own_types(payments, cards):
    calls: dict[str, list[str]] = {}
    payments._client = Watched(payments._client, "", calls)
    intent, other = new_intent(payments), new_intent(payments, "key-2")
    cards.confirm_with_card(intent.id, PAYS)
    refund = payments.refund(intent.id, DEPOSIT, reference="R-1", idempotency_key="r-1")
    page = new_page(payments, locale="ar")
    payments.find_payment_intent(intent.id)
    payments.find_refund(refund.id)
    payments.list_refunds(intent.id)
    payments.find_dispute("dp_unknown")
    payments.list_missed_events(["refund.failed", "charge.dispute.created"], datetime(2026, 11, 21, tzinfo=UTC))
    payments.cancel_payment_intent(other.id)
    payments.find_checkout_session(page.id)
    payments.expire_checkout_session(page.id)
    assert len(calls) == len(public_verbs()), calls
    assert not any(calls.values()), calls


def public_verbs() -> set[str]:
    verbs = {name for name, _ in inspect.getmembers(StripePayments, inspect.isfunction) if name[0] != "_"}
    return verbs - {"read_event"}


def test_the_form_on_our_page_speaks_every_language_that_we_ship():
    assert {element_locale(info.code) for info in LOCALES} | {"es"} >= {"en", "ar", "zh", "es"}
    assert "auto" not in {element_locale(code) for code in [*(info.code for info in LOCALES), "es"]}
    assert element_locale("xx") == "auto"


@pytest.mark.parametrize("locale", [*(info.code for info in LOCALES), "es", "hi", "xx"])
def test_each_locale_of_ours_is_one_of_the_hosted_pages(payments, locale):
    calls: dict[str, list[str]] = {}
    payments._client = Watched(payments._client, "", calls)
    new_page(payments, locale)
    assert calls == {".v1.checkout.sessions.create": []}


@pytest.mark.parametrize(
    ("service", "params", "problem"),
    [
        ("payment_intents", {"amnt": 1, "amount": 1, "currency": "usd"}, "$.amnt: unknown parameter"),
        ("payment_intents", {"currency": "usd"}, "$.amount: missing"),
        ("payment_intents", {"amount": "1", "currency": "usd"}, "$.amount: '1' is no int"),
        (
            "payment_intents",
            {"amount": 1, "currency": "usd", "metadata": {"a": 1}},
            "$.metadata.a: 1 is no str",
        ),
        ("refunds", {"idempotency_key": "r-1"}, "$.idempotency_key: unknown parameter"),
        ("checkout.sessions", {"line_items": [{"quantity": "1"}]}, "$.line_items[0].quantity: '1' is no int"),
    ],
)
def test_a_wrong_parameter_is_found(service, params, problem):
    found = stripe.StripeClient("sk_test").v1
    for name in service.split("."):
        found = getattr(found, name)
    assert problem in call_problems(found.create, params)


def test_a_word_that_stripe_does_not_have_is_found():
    found = call_problems(
        stripe.StripeClient("sk_test").v1.checkout.sessions.create, {"mode": "pay", "locale": "ar"}
    )
    assert {problem.split(":")[0] for problem in found} == {"$.mode", "$.locale"}


def test_events_arrive_signed_and_again_until_they_are_taken(payments, cards, webhook: HttpSink):
    webhook.answer = lambda received: (500 if len(webhook.received) < 3 else 200, b"")
    intent = new_intent(payments)
    first, second, third, fourth = webhook.wait_for(4)
    assert first.body == second.body == third.body == fourth.body
    event = payments.read_event(fourth.body, fourth.headers["Stripe-Signature"])
    assert (event.kind, event.object_id) == ("payment_intent.created", intent.id)
    cards.confirm_with_card(intent.id, PAYS)
    kinds = {json.loads(received.body)["type"] for received in webhook.wait_for(6)[4:]}
    assert kinds == {"charge.succeeded", "payment_intent.succeeded"}
