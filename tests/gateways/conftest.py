from collections.abc import Iterator

import pytest

from concierge.gateways import demo_cards
from concierge.gateways.demo_cards_client import DemoCards
from concierge.gateways.payments import StripePayments
from tests.gateways.http_sink import HttpSink

API_KEY, WEBHOOK_SECRET = "sk_test_demo", "whsec_demo"


@pytest.fixture
def webhook() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink


@pytest.fixture
def card_service(webhook: HttpSink) -> Iterator[demo_cards.Handle]:
    handle = demo_cards.start(
        webhook_url=webhook.url,
        webhook_secret=WEBHOOK_SECRET,
        api_key=API_KEY,
        retry_delays=(0.01, 0.02, 0.03),
    )
    yield handle
    handle.stop()


@pytest.fixture
def payments(card_service: demo_cards.Handle) -> StripePayments:
    return StripePayments(API_KEY, WEBHOOK_SECRET, card_service.url)


@pytest.fixture
def cards(card_service: demo_cards.Handle) -> DemoCards:
    return DemoCards(card_service.url, API_KEY)
