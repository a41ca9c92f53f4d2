"""What `make run` decides for a newcomer: folder, secrets, ports. The environment wins over all of it."""

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from concierge.gateways.demo_translator import NAME as DEMO_TRANSLATOR
from concierge.gateways.flight_status import DEMO as DEMO_FLIGHTS
from config import ROOT

DEMO_CARD_KEY = "sk_test_demo"


class CannotStart(RuntimeError):
    """A sentence for the person at the terminal: what is in the way and what to do."""


def kept_secrets(instance: Path) -> dict[str, str]:
    """The secrets of this installation: made once at random, then read back. Only the owner may read them."""
    path = instance / "secrets.json"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return json.loads(path.read_text(encoding="utf-8"))
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STORAGE_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "STRIPE_WEBHOOK_SECRET": "whsec_" + secrets.token_hex(24),
    }
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=1)
    return made


def run_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process.

    DEMO is on unless DEMO=0; the local card service stands in where no key of the real one is given, the local
    translation service where no engine is.
    """
    values = dict(given)
    values.setdefault("HOST", "127.0.0.1")
    values.setdefault("PORT", "8000")
    values.setdefault("DEMO", "1")
    instance = Path(values.setdefault("INSTANCE", str(ROOT / "instance"))).absolute()
    values["INSTANCE"] = str(instance)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = kept_secrets(instance)
    for name in ("SECRET_KEY", "STORAGE_KEY"):
        values.setdefault(name, kept[name])
    if has_demo_cards(values):
        port = values.setdefault("DEMO_CARDS_PORT", str(int(values["PORT"]) + 1))
        values["STRIPE_SECRET_KEY"] = DEMO_CARD_KEY
        values["STRIPE_PUBLISHABLE_KEY"] = "pk_test_demo"
        values["STRIPE_API_URL"] = f"http://127.0.0.1:{port}"
        values["STRIPE_WEBHOOK_SECRET"] = kept["STRIPE_WEBHOOK_SECRET"]
    if values["DEMO"] != "0" and not values.get("TRANSLATOR_URL"):
        port = values.setdefault("DEMO_TRANSLATOR_PORT", str(int(values["PORT"]) + 2))
        values["TRANSLATOR_URL"] = f"http://127.0.0.1:{port}"
        values["TRANSLATOR_NAME"] = DEMO_TRANSLATOR
    if values["DEMO"] != "0":
        values.setdefault("FLIGHT_FEED_URL", DEMO_FLIGHTS)
    return values


def has_demo_cards(values: Mapping[str, str]) -> bool:
    """True when the local card service has to run: a demonstration without a key for the real one."""
    return values.get("DEMO") != "0" and values.get("STRIPE_SECRET_KEY", DEMO_CARD_KEY) in {"", DEMO_CARD_KEY}


def has_demo_translator(values: Mapping[str, str]) -> bool:
    """True when the local translation service has to run: a demonstration without an engine of its own."""
    return values.get("TRANSLATOR_NAME") == DEMO_TRANSLATOR and "DEMO_TRANSLATOR_PORT" in values


def require_free_port(host: str, port: int, name: str) -> None:
    """Raises CannotStart when something else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"{host}:{port} is not free ({error.strerror})."
            raise CannotStart(f"{reason} Choose another: make run {name}={port + 10}") from error
