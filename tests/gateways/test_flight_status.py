"""The feed of flights over HTTP: what it is asked, what is believed of its answers."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from concierge.domain.vocabulary import FlightState
from concierge.gateways.flight_status import FeedUnavailable, FlightStatus, HttpFeed, from_config
from config import ROOT
from tests.gateways.http_sink import HttpSink, Received

KEY, ON = "key-7f3", date(2026, 12, 8)
FLIGHT = {
    "ident": "SVA41", "origin": {"timezone": "Asia/Riyadh"}, "scheduled_out": "2026-12-08T05:30:00Z",
    "estimated_out": "2026-12-08T06:50:00Z", "scheduled_in": "2026-12-08T21:40:00Z",
    "estimated_in": "2026-12-08T23:15:00Z", "cancelled": False, "diverted": False,
}  # fmt: skip
DAY_BEFORE = FLIGHT | {"scheduled_out": "2026-12-07T05:30:00Z", "actual_in": "2026-12-07T21:40:00Z"}


@pytest.fixture
def answers() -> list[tuple[int, bytes]]:
    return []


@pytest.fixture
def server(answers) -> Iterator[HttpSink]:
    with HttpSink(lambda _received: answers[-1]) as sink:
        yield sink


def _said(*flights: dict) -> tuple[int, bytes]:
    return 200, json.dumps({"flights": flights}).encode()


def test_the_flight_of_that_day_is_asked_for_with_the_key_in_a_header(server, answers):
    answers.append(_said(DAY_BEFORE, FLIGHT))
    news = HttpFeed(server.url, KEY).status("SV 41", ON)
    late = datetime(2026, 12, 8, 6, 50, tzinfo=UTC), datetime(2026, 12, 8, 23, 15, tzinfo=UTC)
    assert news == FlightStatus(FlightState.DELAYED, *late)
    asked: Received = server.received[-1]
    assert asked.path.startswith("/flights/SV41?")
    assert KEY not in asked.path


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"estimated_in": "2026-12-08T21:45:00Z"}, FlightState.SCHEDULED),
        ({"actual_in": "2026-12-08T21:30:00Z"}, FlightState.LANDED),
        ({"cancelled": True}, FlightState.CANCELLED),
        ({"diverted": True}, FlightState.DIVERTED),
    ],
)
def test_each_state_is_told_apart(server, answers, changes, state):
    answers.append(_said(FLIGHT | changes))
    news = HttpFeed(server.url, KEY).status("SV 41", ON)
    assert news and news.state is state


def test_an_unknown_flight_is_none_and_a_bad_answer_is_no_news(server, answers):
    feed = HttpFeed(server.url, KEY)
    for answer in ((404, b"{}"), _said(), _said(DAY_BEFORE)):
        answers.append(answer)
        assert feed.status("SV 41", ON) is None
    for answer, code in (
        ((200, b"<html>"), "answer"), ((200, b'{"flights": [7]}'), "answer"), ((401, b""), "key"), ((429, b""), "busy"),
        ((302, b""), "answer"), (_said(FLIGHT | {"estimated_in": "soon"}), "answer"),
    ):  # fmt: skip
        answers.append(answer)
        with pytest.raises(FeedUnavailable) as missing:
            feed.status("SV 41", ON)
        assert missing.value.code == code


def test_without_an_address_there_is_no_feed_and_the_demo_has_invented_news():
    news = ROOT / "demo" / "flights.json"
    assert from_config(url="", key="", demo_news=news) is None
    feed = from_config(url="demo", key="", demo_news=news)
    assert feed and feed.status("SV 41", ON) is None
    assert feed.status("XX 143", ON) == FlightStatus(FlightState.DELAYED, late=timedelta(minutes=95))
