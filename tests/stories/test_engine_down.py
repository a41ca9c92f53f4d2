"""The engine is down: a message is delivered at once and untranslated; the engine is back: it is translated, once.

And what is said about the deposit waits for a person, whatever the engine can do.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from concierge.domain.journey import Step
from tests.stories.conftest import Cast
from tests.stories.people import Someone
from tests.support.live import LiveServer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

HELLO, HELLO_AR = "Room 12 is ready for you.", "الغرفة 12 جاهزة لكم."
DEPOSIT = "The deposit is USD 10,000, and you get it back if our doctors cannot help."
DEPOSIT_AR = "مبلغ العربون USD 10,000، ونعيده إليكم إذا كان أطباؤنا لا يستطيعون المساعدة."
REPLY = "button:not([name=then])"  # not the one that goes on to the next action
NOURA = "noura.waits@family.example"


@contextmanager
def scene(house: LiveServer) -> "Iterator[Session]":
    """Rows as the factories make them, now."""
    from concierge.db import transaction

    with house.app.app_context(), transaction() as session:
        yield session


def waits_to_read(person: Someone, address: str, text: str, seconds: float = 20) -> None:
    """Opens a page again until the text stands on it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        person.goes(address)
        if text in person.page.locator("main").inner_text():
            return
        time.sleep(0.5)
    raise AssertionError(f"{person.name} never reads {text!r} at {person.page.url}")


@pytest.mark.slow
def test_untranslated_at_once_translated_later_once_and_the_deposit_checked_by_a_person(
    cast: Cast, house: LiveServer
) -> None:
    from concierge.web.clock import now
    from tests.factories import a_case

    with scene(house) as session:
        case = a_case(session, step=Step.CONSULT, email=NOURA, now=now())
        ref, pid = case.reference, case.public_id
    maria, noura = cast.staff("maria@alder-coast.example"), cast.patient("noura", "ar", "Asia/Riyadh", NOURA)
    noura.signs_in()
    messages = f"/portal/{pid}/messages"

    house.translator.is_down = True
    maria.opens(ref).sends("/messages", press=REPLY, message=HELLO, language="en")
    sent = time.monotonic()
    noura.goes(messages)
    assert time.monotonic() - sent < 2
    noura.reads(HELLO)
    noura.reads("غير مترجم")
    time.sleep(2.5)  # the job has asked meanwhile
    noura.goes(messages).reads("غير مترجم")
    assert house.translator.requests == []

    house.translator.is_down = False
    waits_to_read(noura, messages, HELLO_AR)
    noura.reads("demo translation service")
    noura.reads(HELLO)
    assert house.translator.requests == [[HELLO]]

    maria.opens(ref).sends("/messages", press=REPLY, message=DEPOSIT, language="en")
    assert maria.page.locator(".msg.held").count() == 1
    assert DEPOSIT not in noura.goes(messages).page.content()
    known = noura.mails(NOURA)
    samir = cast.staff("samir@alder-coast.example")  # who takes longer to sign in than the engine to answer
    samir.goes("/translations").follows("table a[href*='/translations/']")
    samir.reads(DEPOSIT)
    assert samir.page.locator("[name=text]").input_value() == DEPOSIT_AR
    samir.sends("text")
    noura.waits_for_mail(NOURA, "http", known)
    noura.goes(messages).reads(DEPOSIT_AR)
    noura.reads("Samir Khoury")
    assert [DEPOSIT] in house.translator.requests
    assert len(house.translator.requests) == 2
