import json
import subprocess
import sys

import pytest
import requests

from concierge.domain.money import Money
from concierge.gateways import demo_cards
from concierge.gateways.demo_cards import parse_form
from concierge.gateways.demo_cards_book import Refusal
from concierge.gateways.demo_cards_client import DemoCards, DemoCardsUnavailable
from concierge.gateways.payments import StripePayments
from tests.gateways.conftest import API_KEY, WEBHOOK_SECRET
from tests.gateways.http_sink import HttpSink

DEPOSIT = Money(1_250_000, "USD")


def test_forms_are_read_like_stripes():
    assert parse_form("a=1&b[c]=2&d[0][e]=3&d[1][e]=4&m[x-y]=&q[r][]=5") == {
        "a": "1",
        "b": {"c": "2"},
        "d": [{"e": "3"}, {"e": "4"}],
        "m": {"x-y": ""},
        "q": {"r": {"": "5"}},
    }
    with pytest.raises(Refusal):
        parse_form("a=1&a[b]=2")


def post(url: str, form: dict[str, str], path: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    return requests.post(url + path, form, headers=headers, timeout=5, allow_redirects=False)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"amount": "5", "currency": "usd", "amnt": "5"}, "parameter_unknown"),
        ({"currency": "usd"}, "parameter_missing"),
        ({"amount": "5.5", "currency": "usd"}, "parameter_invalid_integer"),
        ({"amount": "100000000", "currency": "usd"}, "amount_too_large"),
    ],
)
def test_wrong_parameters_are_refused_in_stripes_words(card_service, form, code):
    answer = post(card_service.url, form, "/v1/payment_intents")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_the_hosted_page_takes_a_test_card_and_sends_the_payer_back(payments, webhook, card_service):
    page = payments.create_checkout_session(
        DEPOSIT,
        "D-26-1041",
        "<D-26-1041>",
        success_url="https://concierge.example/en/paid?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://concierge.example/en/pay",
        locale="en",
        idempotency_key="key-1",
    )
    shown = requests.get(page.url, timeout=5).text
    assert "Demo card service" in shown
    assert "&lt;D-26-1041&gt;" in shown
    refused = post(page.url, {"number": "4000 0000 0000 0002"})
    assert (refused.status_code, 'role="alert"' in refused.text) == (200, True)
    assert payments.find_checkout_session(page.id).payment_status == "unpaid"
    paid = post(page.url, {"number": "4242 4242 4242 4242"})
    assert (paid.status_code, paid.headers["Location"]) == (
        303,
        f"https://concierge.example/en/paid?session={page.id}",
    )
    after = payments.find_checkout_session(page.id)
    assert (after.status, after.payment_status) == ("complete", "paid")
    assert payments.find_payment_intent(after.intent_id).reference == "D-26-1041"
    kinds = [json.loads(received.body)["type"] for received in webhook.wait_for(4)]
    assert kinds[-1] == "checkout.session.completed"
    assert post(page.url, {"number": "4242 4242 4242 4242"}).status_code == 404


def test_a_restart_forgets_neither_objects_nor_keys_nor_undelivered_events(tmp_path, webhook: HttpSink):
    given = {"webhook_secret": WEBHOOK_SECRET, "api_key": API_KEY, "db": tmp_path / "cards.sqlite"}
    before = demo_cards.start(webhook_url="http://127.0.0.1:9", retry_delays=(), **given)
    intent = create(before.url)
    before.stop()
    after = demo_cards.start(webhook_url=webhook.url, **given)
    try:
        assert create(after.url) == intent
        assert json.loads(webhook.wait_for(1)[0].body)["data"]["object"]["id"] == intent.id
        assert (
            DemoCards(after.url, API_KEY).confirm_with_card(intent.id, "4242424242424242").failure_code
            is None
        )
    finally:
        after.stop()


def create(url: str):
    payments = StripePayments(API_KEY, WEBHOOK_SECRET, url)
    return payments.create_payment_intent(DEPOSIT, "D-26-1041", "Deposit D-26-1041", "key-1")


def test_a_service_that_does_not_run_or_refuses_our_key_is_said_so(card_service):
    for client in (DemoCards("http://127.0.0.1:9", API_KEY), DemoCards(card_service.url, "sk_test_other")):
        with pytest.raises(DemoCardsUnavailable):
            client.confirm_with_card("pi_1", "4242424242424242")


def test_it_runs_as_a_program(webhook: HttpSink):
    arguments = [
        "--port",
        "0",
        "--webhook-url",
        webhook.url,
        "--webhook-secret",
        WEBHOOK_SECRET,
        "--api-key",
        API_KEY,
    ]
    command = [sys.executable, "-m", "concierge.gateways.demo_cards", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            url = program.stdout.readline().split()[4].rstrip(";")
            assert create(url).status == "requires_payment_method"
            webhook.wait_for(1)
        finally:
            program.terminate()
