"""An Arabic chat on a phone and its specialist in a second browser: seen within two seconds, nothing lost offline."""

import time
from urllib.parse import urlsplit

import pytest

from concierge.db import db, transaction
from tests.factories import PASSWORD, hospitals
from tests.support.browser import PHONE, snapshot
from tests.support.page_checks import axe_faults, shape_faults

PATIENCE = 4_000  # the aim is two seconds; the machine of a test may be busy with others


@pytest.fixture
def scene(live_server):
    with live_server.app.app_context():
        with transaction() as session:
            hospitals(session)
        db.session.remove()


def test_a_chat_on_a_phone_survives_a_lost_network_and_a_reload(new_page, scene):
    phone, desk = new_page("ar", size=PHONE, timezone="Asia/Riyadh"), new_page("en")
    _opens_the_chat(phone)
    _takes_it(desk)

    desk.wait_for_load_state()
    desk.fill("#reply textarea", "Hello Khalid, yes. Please send the reports.")
    phone.get_by_text("جارٍ كتابة الرد").wait_for(timeout=2 * PATIENCE)
    desk.click("#reply button.btn")
    phone.get_by_text("Please send the reports").wait_for(timeout=PATIENCE)
    _is_well_made(phone, "chat")

    _says(phone, "شكرا، سأرسلها اليوم")
    began = time.monotonic()
    desk.get_by_text("سأرسلها اليوم").wait_for(timeout=PATIENCE)
    assert time.monotonic() - began < PATIENCE / 1000

    phone.context.set_offline(True)
    _says(phone, "رسالة بلا شبكة")
    phone.locator(".msg.fail button").wait_for()
    _is_well_made(phone, "chat_offline")
    phone.context.set_offline(False)  # the page notices by itself and sends again
    phone.locator("[data-live] .msg", has_text="رسالة بلا شبكة").wait_for(timeout=PATIENCE)
    assert phone.locator(".msg", has_text="رسالة بلا شبكة").count() == 1
    desk.get_by_text("رسالة بلا شبكة").wait_for(timeout=PATIENCE)

    phone.reload()
    assert phone.locator(".msg").count() == 4
    assert urlsplit(phone.url).path == "/ar/chat/talk"


def _opens_the_chat(phone) -> None:
    phone.goto("/ar/chat")
    _is_well_made(phone, "chat_start")
    phone.locator("[data-starter]").first.click()
    assert phone.input_value("[name=message]")
    phone.fill("[name=called]", "خالد")
    phone.check("[name=writer][value=family]")
    phone.check("[name=hospital][value=alder-coast]")
    phone.check("[name=consent]")
    phone.locator("form[data-chat-open] > .actions button").click()
    phone.wait_for_url("**/chat/talk")


def _takes_it(desk) -> None:
    desk.goto("/desk/sign-in")
    desk.fill("[name=email]", "maria@alder-coast.example")
    desk.fill("[name=password]", PASSWORD)
    desk.locator("main form button").last.click()
    desk.goto("/desk/queue?show=all")
    desk.locator("tr", has_text="خالد").locator("button").click()
    desk.locator("#reply textarea").wait_for()


def _says(phone, text: str) -> None:
    phone.fill("#message", text)
    phone.click("[data-chat-send] button")


def _is_well_made(page, name: str) -> None:
    snapshot(page, name)
    faults = [*shape_faults(page, "ar"), *axe_faults(page)]
    assert not faults, "\n".join(faults)
