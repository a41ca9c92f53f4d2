"""The one clock of the web process; tests replace it through `app.config["CLOCK"]`."""

from datetime import UTC, datetime

from flask import current_app


def system_clock() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """Aware UTC."""
    return current_app.config["CLOCK"]()
