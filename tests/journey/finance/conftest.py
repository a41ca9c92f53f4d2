"""The rooms of step 3 with a real card service on loopback: our own demo card service, spoken to over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from concierge.gateways import demo_cards
from concierge.gateways.payments import StripePayments
from tests.gateways.http_sink import HttpSink, Received

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.client import HouseClient

API_KEY, WEBHOOK_SECRET = "sk_test_demo", "whsec_demo"
PAYS, DECLINED, NO_FUNDS = "4242 4242 4242 4242", "4000000000000002", "4000000000009995"


@dataclass
class CardService:
    """The running service and what it told our webhook."""

    url: str
    sink: HttpSink

    @property
    def payments(self) -> StripePayments:
        return StripePayments(API_KEY, WEBHOOK_SECRET, self.url, max_retries=0)

    def events(self, kind: str, count: int = 1) -> list[Received]:
        """The first `count` signed deliveries of this kind, once they are here."""
        deadline = 1
        while True:
            found = [r for r in self.sink.wait_for(deadline) if f'"type": "{kind}"'.encode() in r.body]
            if len(found) >= count:
                return found[:count]
            deadline += 1


    def count(self, kind: str) -> int:
        """How many events of this kind were told so far."""
        return sum(f'"type": "{kind}"'.encode() in one.body for one in self.sink.received)

    def deliver_nothing(self) -> None:
        """From now on our webhook takes no event, as while it is out of reach."""
        self.sink.answer = lambda received: (500, b"")


@pytest.fixture
def card_service(app: "Flask", monkeypatch: pytest.MonkeyPatch) -> Iterator[CardService]:
    """The demo card service as this application's card service; events are delivered by the test."""
    from concierge.web.vendors import Gateways

    with HttpSink() as sink:
        handle = demo_cards.start(
            webhook_url=sink.url, webhook_secret=WEBHOOK_SECRET, api_key=API_KEY, refund_seconds=0.1
        )
        config = replace(
            app.config["CONCIERGE"], stripe_secret_key=API_KEY, stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_publishable_key="pk_test_demo", stripe_api_url=handle.url,
        )  # fmt: skip
        monkeypatch.setitem(app.config, "CONCIERGE", config)
        monkeypatch.setitem(app.extensions, "concierge.gateways", Gateways(config))
        yield CardService(handle.url, sink)
        handle.stop()


def tell(client: "HouseClient", event: Received, signature: str | None = None):
    """Hand a signed event to our webhook, as the card service would; it is only written down."""
    headers = {"Stripe-Signature": event.headers["Stripe-Signature"] if signature is None else signature}
    return client.post("/webhooks/stripe", data=event.body, headers=headers, content_type="application/json")


def deliver(client: "HouseClient", event: Received, signature: str | None = None):
    """The same, and the job has its turn."""
    from concierge.jobs.cards import work_card_events

    answer = tell(client, event, signature)
    work_card_events()
    return answer
