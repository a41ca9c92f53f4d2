"""Two specialists and one family: each sees what the other does, and a note can never become a reply."""

import re

from concierge.domain.access import Actor
from concierge.domain.journey import Step
from config import ROOT
from tests.stories.conftest import Cast
from tests.stories.test_at_once import a_case_now, count, scene
from tests.support.live import LiveServer


def test_keys_never_mix_reply_and_note_and_a_colleague_is_seen_typing(cast: Cast, house: LiveServer) -> None:
    import sqlalchemy as sa
    from playwright.sync_api import expect

    from concierge.cli.reply_templates import load_templates
    from concierge.conversation.actions import send_message
    from concierge.models import Message
    from concierge.web.clock import now
    from tests import factories as make

    amal, maria = cast.staff("amal@alder-coast.example"), cast.staff("maria@alder-coast.example")
    with scene(house) as session:
        case = a_case_now(session, step=Step.CONSULT)
        case.specialist_id = make.staff(session, maria.email).id
        case_id, ref = case.id, case.reference
        load_templates(session, ROOT / "demo" / "templates.json")
        send_message(session, case, body="متى نأتي؟", language="ar", actor=Actor("portal", 1, "نورة"), now=now())

    def written(kind: str) -> int:
        return count(house, sa.select(Message.id).where(Message.case_id == case_id, Message.kind == kind))

    maria.goes("/inbox")
    maria.page.keyboard.press("j")
    maria.presses("Enter")
    assert ref in maria.page.url
    amal.opens(ref)

    amal.page.keyboard.press("r")
    amal.page.keyboard.type("سنتصل بكم")
    maria.page.locator("[data-present]", has_text="Amal").wait_for(timeout=5000)

    maria.page.keyboard.press("n")
    maria.page.keyboard.type("The son decides")
    maria.page.keyboard.press("Control+Enter")
    maria.page.wait_for_timeout(300)
    assert (written("portal"), written("note")) == (1, 0), "a note went out with the key of a reply"
    with maria.moving():
        maria.page.keyboard.press("Alt+Enter")
    assert (written("portal"), written("note")) == (1, 1)
    amal.page.keyboard.press("Alt+Enter")
    amal.page.wait_for_timeout(300)
    assert (written("portal"), written("note")) == (1, 1), "a reply was kept with the key of a note"
    with amal.moving():
        amal.page.keyboard.press("Control+Enter")
    assert (written("portal"), written("note")) == (2, 1)

    maria.page.keyboard.press("r")
    maria.page.keyboard.press("/")
    maria.page.keyboard.press("Enter")
    expect(maria.page.locator("#message")).to_have_value(re.compile("^Dear Noura"))
    maria.page.locator("h1").click()
    maria.page.keyboard.press("h")
    maria.page.locator("form[action*='/snooze'] button").wait_for(state="visible")
