"""Settings: everything comes from the environment, is typed here once, and fails loudly when it is missing.

There is no default secret. `make run` writes its own into the instance folder and exports them.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class LocaleInfo:
    """One shipped language: gettext code, URL and `lang` tag, its own name."""

    code: str
    tag: str
    autonym: str


LOCALES = (
    LocaleInfo("en", "en", "English"),
    LocaleInfo("ar", "ar", "العربية"),
    LocaleInfo("zh_Hans", "zh-Hans", "简体中文"),
    LocaleInfo("es", "es", "Español"),
)


class ConfigError(RuntimeError):
    """A setting is missing or cannot be read; the message names the variable."""


def _text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ConfigError(f"{name} is not set. `make run` sets it; see docs/operations.md.")
    return value


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ConfigError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _switch(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ConfigError(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


@dataclass(frozen=True)
class Config:
    """All settings of one process."""

    database_url: str
    secret_key: str
    storage_key: str
    instance: Path
    base_url: str = "http://127.0.0.1:8000"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = True
    mail_sender: str = "Concierge <no-reply@concierge.invalid>"
    sms_url: str = ""
    sms_token: str = ""
    sms_sender: str = "Concierge"
    stripe_secret_key: str = ""
    stripe_publishable_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_url: str = ""
    translator_url: str = ""
    translator_key: str = ""
    flight_feed_url: str = ""
    flight_feed_key: str = ""
    inbound_secret: str = ""  # signs calls with mail and SMS from outside; empty: there is no such door
    translator_name: str = "LibreTranslate"
    cookies_secure: bool = False
    trusted_proxies: int = 0
    is_demo: bool = False
    fastest_form_seconds: float = 2.0
    group_name: str = "Lumen Hospitals"
    max_upload_bytes: int = 150 * 1024 * 1024
    extra: dict = field(default_factory=dict)

    @classmethod
    def from_env(cls) -> "Config":
        """Read the environment; raises ConfigError naming the variable that is missing or wrong."""
        instance = Path(_text("INSTANCE", str(ROOT / "instance")))
        base_url = _text("BASE_URL", f"http://127.0.0.1:{_number('PORT', 8000)}").rstrip("/")
        return cls(
            database_url=_text("DATABASE_URL", f"sqlite:///{instance / 'concierge.db'}"),
            secret_key=_text("SECRET_KEY"),
            storage_key=_text("STORAGE_KEY"),
            instance=instance,
            base_url=base_url,
            smtp_host=_text("SMTP_HOST", ""),
            smtp_port=_number("SMTP_PORT", 587),
            smtp_user=_text("SMTP_USER", ""),
            smtp_password=_text("SMTP_PASSWORD", ""),
            smtp_tls=_switch("SMTP_TLS", True),
            mail_sender=_text("MAIL_SENDER", cls.mail_sender),
            sms_url=_text("SMS_URL", ""),
            sms_token=_text("SMS_TOKEN", ""),
            sms_sender=_text("SMS_SENDER", cls.sms_sender),
            stripe_secret_key=_text("STRIPE_SECRET_KEY", ""),
            stripe_publishable_key=_text("STRIPE_PUBLISHABLE_KEY", ""),
            stripe_webhook_secret=_text("STRIPE_WEBHOOK_SECRET", ""),
            stripe_api_url=_text("STRIPE_API_URL", ""),
            translator_url=_text("TRANSLATOR_URL", ""),
            translator_key=_text("TRANSLATOR_KEY", ""),
            flight_feed_url=_text("FLIGHT_FEED_URL", ""),
            flight_feed_key=_text("FLIGHT_FEED_KEY", ""),
            inbound_secret=_text("INBOUND_SECRET", ""),
            translator_name=_text("TRANSLATOR_NAME", cls.translator_name)[:40],
            cookies_secure=_switch("COOKIES_SECURE", base_url.startswith("https:")),
            trusted_proxies=_number("TRUSTED_PROXIES", 0),
            is_demo=_switch("DEMO", False),
            fastest_form_seconds=float(_number("FASTEST_FORM_SECONDS", 2)),
            group_name=_text("GROUP_NAME", cls.group_name),
        )

    @property
    def has_demo_cards(self) -> bool:
        """True where card payments go to the local stand-in, which every page must call *demo card service*."""
        return bool(self.stripe_api_url)

    @property
    def mailbox(self) -> Path:
        """Where mail and text messages land when no SMTP server or no SMS provider is configured."""
        return self.instance / "mailbox"

    @property
    def storage(self) -> Path:
        """Encrypted documents; never below the web root."""
        return self.instance / "documents"
