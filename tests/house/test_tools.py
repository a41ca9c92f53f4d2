"""The tools that the other tests stand on do what they promise."""

import socket
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.models import UsedForm
from concierge.web.clock import now
from tests.support.clock import START, StillClock
from tests.support.pages import faults_of
from tests.support.sockets import OutsideConnection

GOOD_PAGE = '<!doctype html><html lang="ar" dir="rtl"><title>t</title><h1 id="a">h</h1></html>'


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_an_empty_database(session: Session, turn: int) -> None:
    assert session.scalar(sa.select(sa.func.count()).select_from(UsedForm)) == 0
    with transaction() as writing:
        writing.add(UsedForm(token=f"{turn}" * 24, used_at=now(), led_to="/"))


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_the_settings_as_they_were(app: Flask, turn: int) -> None:
    assert "LEFT_BEHIND" not in app.config
    app.config["LEFT_BEHIND"] = turn


def test_the_clock_stands_still_until_it_is_moved(app: Flask, clock: StillClock) -> None:
    with app.app_context():
        assert now() == START
        assert clock.forward(days=1) == now()
        clock.set(datetime(2027, 1, 1, tzinfo=UTC))
        assert now().year == 2027


def test_a_request_does_not_share_the_context_of_the_test(app: Flask) -> None:
    with app.app_context():
        g.language = "of the test"
        seen = []
        app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(g.get("language")))
        try:
            app.test_client().get("/static/concierge.css").close()
        finally:
            app.before_request_funcs[None].pop()
    assert seen == [None]


def test_postgresql_knows_the_letters_of_every_script(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        ctype = session.scalar(sa.text("SELECT datctype FROM pg_database WHERE datname = current_database()"))
        assert ctype != "C"
        assert session.scalar(sa.text("SELECT lower('АЛМАТЫ')")) == "алматы"


@pytest.mark.parametrize("address", [("203.0.113.9", 443), ("example.org", 80)])
def test_a_connection_to_the_outside_is_refused(address: tuple[str, int], outside_tries: list[str]) -> None:
    with pytest.raises(OutsideConnection), socket.socket() as probe:
        probe.connect(address)
    assert outside_tries.pop() == address[0]


def test_a_good_page_has_no_faults() -> None:
    assert faults_of(GOOD_PAGE) == []
    assert faults_of("<li>a fragment</li>") == []


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (GOOD_PAGE.replace(' lang="ar"', ""), "<html> has no lang"),
        (GOOD_PAGE.replace(' dir="rtl"', ""), "<html> has no dir"),
        (GOOD_PAGE.replace("h1", "h2"), "0 h1 instead of one"),
        (GOOD_PAGE.replace("</h1>", '</h1><p id="a">'), "ids given twice: a"),
        (
            GOOD_PAGE.replace("</h1>", '</h1><form method="post" action="/x"></form>'),
            "forms without csrf_token: /x",
        ),
        (GOOD_PAGE.replace("</h1>", '</h1><p style="color:red">'), "forbidden by our content policy: style"),
    ],
)
def test_a_spoilt_page_is_caught(spoilt: str, fault: str) -> None:
    assert faults_of(spoilt) == [fault]
