"""The one clock of a test: it stands still until the test moves it."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

# A Tuesday: 09:30 in Los Angeles, 01:30 on Wednesday in Shanghai, 20:30 in Riyadh.
START = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)


class StillClock:
    """Callable like the real one; `set` and `forward` move it."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """To an aware moment, earlier or later."""
        assert at.tzinfo is not None, "the clock speaks aware UTC"
        self._at = at.astimezone(UTC)

    def forward(self, **duration: float) -> datetime:
        """By a timedelta's keywords: `clock.forward(days=2, hours=1)`. The new time."""
        self._at += timedelta(**duration)
        return self._at


@pytest.fixture
def clock(app: "Flask") -> StillClock:
    """The application's clock, standing at START."""
    still = StillClock()
    app.config["CLOCK"] = still
    return still


@pytest.fixture(autouse=True)
def _still_clock(request: pytest.FixtureRequest) -> None:
    """No test of the application lives on the machine's time, whether it asks for the clock or not."""
    if "app" in request.fixturenames:
        request.getfixturevalue("clock")
