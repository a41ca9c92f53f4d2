"""The gateways of this process, each built on first use.

Views reach them through `gateways()`, actions get an argument.
"""

from functools import cached_property

from flask import current_app

from concierge.gateways import demo_cards_client, flight_status, mail, payments, sms, storage, translator
from config import ROOT, Config


class Gateways:
    """`payments` (None without a card service), `demo_cards`, `mailer`, `sms`, `storage`, `translator`,
    `flights` (None without a feed).

    A test replaces an attribute to fake it.
    """

    def __init__(self, config: Config):
        self._config = config

    @cached_property
    def payments(self) -> payments.StripePayments | None:
        c = self._config
        return payments.from_config(
            secret_key=c.stripe_secret_key,
            webhook_secret=c.stripe_webhook_secret,
            base_url=c.stripe_api_url or None,
            publishable_key=c.stripe_publishable_key,
        )

    @cached_property
    def demo_cards(self) -> demo_cards_client.DemoCards | None:
        """What our own page pays with where the demo card service stands in; None with the real one."""
        c = self._config
        return demo_cards_client.DemoCards(c.stripe_api_url, c.stripe_secret_key) if c.has_demo_cards else None

    @cached_property
    def mailer(self) -> mail.Mailer:
        c = self._config
        return mail.from_config(
            sender=c.mail_sender,
            host=c.smtp_host,
            port=c.smtp_port,
            user=c.smtp_user,
            password=c.smtp_password,
            tls=c.smtp_tls,
            folder=c.mailbox,
        )

    @cached_property
    def sms(self) -> sms.SmsSender:
        c = self._config
        return sms.from_config(url=c.sms_url, token=c.sms_token, sender=c.sms_sender, folder=c.mailbox)

    @cached_property
    def storage(self) -> storage.Storage:
        return storage.from_config(root=self._config.storage, key=self._config.storage_key)

    @cached_property
    def translator(self) -> translator.Engine:
        c = self._config
        return translator.from_config(
            url=c.translator_url, key=c.translator_key, is_ours=True, name=c.translator_name
        )

    @cached_property
    def flights(self) -> flight_status.FlightFeed | None:
        c = self._config
        return flight_status.from_config(
            url=c.flight_feed_url, key=c.flight_feed_key, demo_news=ROOT / "demo" / "flights.json"
        )


def gateways() -> Gateways:
    """The gateways of the running application."""
    return current_app.extensions["concierge.gateways"]
