"""All gateways of one process, each built on first use from the configuration. Tests put fakes in their place."""

from functools import cached_property

from config import Config


class Gateways:
    """`payments`, `mailer`, `storage`, `translator`: one object each; replace an attribute to fake it."""

    def __init__(self, config: Config):
        self._config = config

    @cached_property
    def payments(self):
        from concierge.gateways.payments import StripePayments

        c = self._config
        return StripePayments(
            c.stripe_secret_key,
            c.stripe_webhook_secret,
            base_url=c.stripe_api_url or None,
            publishable_key=c.stripe_publishable_key,
        )

    @cached_property
    def mailer(self):
        from concierge.gateways.mail import MailboxMailer, SmtpMailer

        c = self._config
        if not c.smtp_host:
            return MailboxMailer(c.mailbox)
        return SmtpMailer(c.smtp_host, c.smtp_port, c.smtp_user, c.smtp_password, c.smtp_tls, c.mail_sender)

    @cached_property
    def storage(self):
        from concierge.gateways.storage import EncryptedFolder

        return EncryptedFolder(self._config.storage, self._config.storage_key)

    @cached_property
    def translator(self):
        from concierge.gateways.translator import LibreTranslateEngine, OffEngine

        c = self._config
        return LibreTranslateEngine(c.translator_url, c.translator_key) if c.translator_url else OffEngine()
