"""The demo's mailbox exists in the demo only."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from concierge.gateways.mail import Mail, MailboxMailer
from concierge.web.vendors import Gateways

BOX = "/dev/mailbox"


@pytest.fixture
def demo(app: Flask, tmp_path: Path) -> Flask:
    """The application as `make run` starts it, with one mail in its box."""
    config = replace(app.config["CONCIERGE"], is_demo=True, instance=tmp_path)
    app.config["CONCIERGE"] = config
    before = app.extensions["concierge.gateways"]
    app.extensions["concierge.gateways"] = Gateways(config)
    MailboxMailer(config.mailbox).send(
        Mail(
            to="noura@family.example", subject="رسالة جديدة", text="افتح http://localhost/portal", language="ar",
            direction="rtl", html='<p style="color:red">افتح</p><script>alert(1)</script>', message_id="new_message:1",
        )
    )  # fmt: skip
    yield app
    app.extensions["concierge.gateways"] = before


def test_outside_of_a_demo_nothing_is_there(app: Flask) -> None:
    client = app.test_client()
    for path in (BOX, f"{BOX}/{'0' * 32}", f"{BOX}/{'0' * 32}/page"):
        assert client.get(path).status_code == 404


def test_with_a_mail_server_nothing_is_there(demo: Flask) -> None:
    demo.config["CONCIERGE"] = replace(demo.config["CONCIERGE"], smtp_host="mail.example")
    assert demo.test_client().get(BOX).status_code == 404


def test_the_demo_shows_its_mails_and_says_that_it_is_a_demo(demo: Flask) -> None:
    client = demo.test_client()
    page = client.get(BOX).text
    assert "only in the demo" in page
    assert "رسالة جديدة" in page
    key = page.split(f"{BOX}/")[1][:32]
    mail = client.get(f"{BOX}/{key}").text
    assert '<a href="http://localhost/portal"' in mail
    assert "<script>alert" not in mail
    assert " sandbox " in mail


def test_the_page_of_a_mail_can_run_nothing(demo: Flask) -> None:
    key = next(demo.config["CONCIERGE"].mailbox.glob("*.eml")).stem
    with demo.test_request_context():
        answer = demo.view_functions["mailbox.mail_page"](key=key)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("key", ["..%2f..%2fsecrets", "x", "0" * 32])
def test_an_unknown_mail_is_not_found(demo: Flask, key: str) -> None:
    assert demo.test_client().get(f"{BOX}/{key}").status_code == 404
