"""How a flight stands today, behind one door: a feed over HTTP, invented news for a demonstration, or none."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import requests

from concierge.domain.vocabulary import FlightState

TIMEOUT_SECONDS = 5.0
DEMO = "demo"  # in place of an address


class FeedUnavailable(Exception):
    """No news now. `code`: timeout, unreachable, busy, key or answer. Carries neither number nor key."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class FlightStatus:
    """Expected times in UTC, None where the feed says nothing of them; `late` where it says only that."""

    state: FlightState
    departs_at: datetime | None = None
    arrives_at: datetime | None = None
    late: timedelta | None = None


class FlightFeed(Protocol):
    """`on` is the day of departure where the flight departs."""

    def status(self, number: str, on: date) -> FlightStatus | None:
        """None for a flight that the feed does not know. Raises FeedUnavailable."""


class HttpFeed:
    """A feed that answers as AeroAPI 4 does: `GET /flights/{ident}` with its key in the header `x-apikey`."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key

    def status(self, number: str, on: date) -> FlightStatus | None:
        start = datetime.combine(on, time(), UTC) - timedelta(days=1)
        asked = {"ident_type": "designator", "start": _iso(start), "end": _iso(start + timedelta(days=3))}
        answer = self._answer(f"{self._url}/flights/{number.replace(' ', '')}", asked)
        try:
            flights = answer["flights"] if answer else []
            found = next((one for one in flights if _day(one) == on), None)
            return _status(found) if found else None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise FeedUnavailable("answer") from None

    def _answer(self, url: str, asked: dict[str, str]) -> Any:
        """The JSON of a 200, None of a 404. No redirect is followed: it would carry the key to another place."""
        try:
            response = requests.get(
                url,
                params=asked,
                headers={"x-apikey": self._key},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.Timeout:
            raise FeedUnavailable("timeout") from None
        except requests.RequestException:
            raise FeedUnavailable("unreachable") from None
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            code = {401: "key", 403: "key", 429: "busy"}.get(response.status_code, "answer")
            raise FeedUnavailable(code)
        try:
            return response.json()
        except ValueError:
            raise FeedUnavailable("answer") from None


class DemoFeed:
    """News of invented flights: a file that says by number how each stands."""

    def __init__(self, path: Path) -> None:
        self._news: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["news"]

    def status(self, number: str, on: date) -> FlightStatus | None:
        news = self._news.get(number)
        return (
            FlightStatus(FlightState(news["state"]), late=timedelta(minutes=news["late"])) if news else None
        )


def from_config(*, url: str, key: str, demo_news: Path) -> FlightFeed | None:
    """None where no feed is configured: then people type delays by hand."""
    if url == DEMO:
        return DemoFeed(demo_news)
    return HttpFeed(url, key) if url else None


def _status(flight: dict[str, Any]) -> FlightStatus:
    departs_at, arrives_at = _expected(flight, "out", "off"), _expected(flight, "in", "on")
    if flight.get("cancelled"):
        return FlightStatus(FlightState.CANCELLED)
    if flight.get("diverted"):
        return FlightStatus(FlightState.DIVERTED, departs_at, arrives_at)
    if flight.get("actual_on") or flight.get("actual_in"):
        return FlightStatus(FlightState.LANDED, departs_at, arrives_at)
    planned = _time(flight, "scheduled_in") or _time(flight, "scheduled_on")
    is_late = planned is not None and arrives_at is not None and arrives_at - planned >= timedelta(minutes=15)
    return FlightStatus(FlightState.DELAYED if is_late else FlightState.SCHEDULED, departs_at, arrives_at)


def _expected(flight: dict[str, Any], *ends: str) -> datetime | None:
    """At the gate where the feed knows it, else on the runway."""
    names = [f"{sure}_{end}" for sure in ("actual", "estimated") for end in ends]
    return next((at for name in names if (at := _time(flight, name))), None)


def _time(flight: dict[str, Any], name: str) -> datetime | None:
    text = flight.get(name)
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _day(flight: dict[str, Any]) -> date | None:
    """The day of departure on the clock of its own airport."""
    at = _time(flight, "scheduled_out") or _time(flight, "scheduled_off")
    zone = (flight.get("origin") or {}).get("timezone") or "UTC"
    return at.astimezone(ZoneInfo(zone)).date() if at else None


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
