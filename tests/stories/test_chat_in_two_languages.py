"""An Arabic chat on a phone becomes a case; the specialist answers in English, the patient reads Arabic.

What is said about the deposit waits for the translation desk, and then arrives as checked by a person.
"""

import re

import pytest

from tests.stories.conftest import Cast
from tests.stories.people import Someone
from tests.support.live import LiveServer

QUESTION, QUESTION_EN = "كم يستغرق التقييم؟", "How long does the evaluation take?"
ANSWER, ANSWER_AR = "The evaluation takes 3 to 5 days.", "يستغرق التقييم من 3 إلى 5 أيام."
DEPOSIT = "The deposit is USD 10,000, and you get it back if our doctors cannot help."
DEPOSIT_AR = "مبلغ العربون USD 10,000، ونعيده إليكم إذا كان أطباؤنا لا يستطيعون المساعدة."
NOURA = "noura.chats@family.example"
SOON = (
    20_000  # milliseconds; chat and engine are asked every two seconds, on a machine that has other work too
)


@pytest.mark.slow
def test_a_chat_in_arabic_and_english(cast: Cast, house: LiveServer) -> None:
    noura = cast.patient("noura", "ar", "Asia/Riyadh", NOURA)
    maria = cast.staff("maria@alder-coast.example")

    _begins(noura)
    maria.goes("/desk/queue?show=all").follows("main table a:has-text('نورة')")
    maria.sends("/take" if maria.form("/take").count() else "/start")
    ref = maria.reference
    maria.goes(f"/c/{ref}")
    maria.page.get_by_text(QUESTION_EN).wait_for(timeout=SOON)

    _answers(maria, ANSWER)
    noura.page.get_by_text(ANSWER_AR).wait_for(timeout=SOON)
    bubble = noura.page.locator(".msg", has_text=ANSWER_AR)
    assert ANSWER in bubble.inner_text()
    assert "ترجمة آلية" in bubble.inner_text()
    noura.looks("ar")

    _answers(maria, DEPOSIT)
    assert maria.page.locator(".msg.held", has_text=DEPOSIT).count() == 1
    noura.page.wait_for_timeout(5_000)
    assert DEPOSIT not in noura.page.content() and DEPOSIT_AR not in noura.page.content()

    samir = cast.staff("samir@alder-coast.example")
    samir.goes("/translations").follows("table a[href*='/translations/']")
    samir.reads(DEPOSIT)
    assert samir.page.locator("[name=text]").input_value() == DEPOSIT_AR
    samir.sends("text")
    noura.page.get_by_text(DEPOSIT_AR).wait_for(timeout=SOON)
    checked = noura.page.locator(".msg", has_text=DEPOSIT_AR)
    assert "Samir Khoury" in checked.inner_text()
    assert DEPOSIT in checked.inner_text()
    noura.looks("ar")
    assert re.fullmatch(r"C-\d{4}-\d{5}", ref)


def _begins(noura: Someone) -> None:
    """The first message, by somebody who has read the page before."""
    noura.goes("/ar/").follows("main a[href*='/chat']")
    form = noura.page.locator("form[data-chat-open]")
    form.locator("[name=message]").fill(QUESTION)
    form.locator("[name=called]").fill("نورة")
    form.locator("[name=writer][value=patient]").check()
    form.locator("[name=hospital][value=alder-coast]").check()
    form.locator("[name=email]").evaluate("e => { const d = e.closest('details'); if (d) d.open = true; }")
    form.locator("[name=email]").fill(NOURA)
    form.locator("[name=consent]").check()
    with noura.moving():
        form.locator(".actions button").last.click()
    noura.page.wait_for_url("**/chat/talk")


def _answers(maria: Someone, text: str) -> None:
    maria.sends("/messages", press="button:not([name=then])", message=text, language="en")
