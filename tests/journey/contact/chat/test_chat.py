"""P4 from the visitor's side: the first message, two tabs, a replay, limits, the end, and the ways to go on."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.cases.actions import close, lock
from concierge.conversation import queries
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import CameBy, Channel, MessageChannel, MessageKind, Writer
from concierge.journey.contact.chat import public
from concierge.journey.contact.chat.poll import COOKIE
from concierge.models import CaseParticipation, ChatSession, Enquiry, Message, OutboxMessage, PortalAccount
from tests.factories import as_portal
from tests.journey.contact.chat.conftest import FIRST, answer, mark_of, note, open_chat, say, taken, the_chat


def texts(response) -> list[str]:
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return [body.get_text() for body in page.select(".msg > .b")]


def count(session, model) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


# --- the first message -----------------------------------------------------------------------------------------


def test_the_first_message_opens_a_case_in_the_one_queue_and_is_its_first_message(client, session, opened):
    assert opened.status_code == 303 and opened.location == "/ar/chat/talk"
    chat, enquiry = the_chat(session), session.scalars(sa.select(Enquiry)).one()
    assert (enquiry.came_by, enquiry.story, enquiry.writer, enquiry.writer_name) == (
        CameBy.CHAT, FIRST, Writer.FAMILY, "خالد",
    )  # fmt: skip
    assert (chat.case_id, chat.timezone, chat.language) == (enquiry.case_id, "Asia/Riyadh", "ar")
    assert chat.case.health_consent_at is not None and chat.case.person.display_name == "خالد"
    message = session.scalars(sa.select(Message)).one()
    assert (message.kind, message.channel, message.author_kind, message.author_id, message.author_name) == (
        MessageKind.PORTAL, MessageChannel.CHAT, "portal", None, "خالد",
    )  # fmt: skip
    assert queries.unread(session, chat.case, is_staff=True) == [message.id]
    page = client.get(opened.location)
    assert texts(page) == [FIRST]
    assert "الرياض" in page.get_data(as_text=True) and "لوس أنجلوس" in page.get_data(as_text=True)


def test_before_the_first_message_the_page_says_by_when_somebody_answers_and_what_the_chat_is_not_for(
    client, houses
):
    page = client.get("/en/chat?zone=Asia/Riyadh").get_data(as_text=True)
    assert "not for emergencies" in page and "translated by a machine" in page
    assert "Riyadh" in page and "Los Angeles" in page and page.count("data-starter>") == 3


def test_an_empty_first_message_keeps_what_was_typed(client, session, houses):
    refused = open_chat(client, "en", message="\u2068\u202e\u2069 ", called="Khalid", consent=None)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "Write something first" in page and "Tick the box" in page
    assert 'value="Khalid"' in page and count(session, ChatSession) == 0


def test_the_first_message_sent_again_after_a_lost_answer_opens_one_chat(client, session, houses):
    page = client.get("/en/chat")
    for _again in range(2):
        sent = client.submit(page, message="Hello", called="K", writer="patient", consent="y")
        assert sent.status_code == 303
        assert texts(client.get(sent.location)) == ["Hello"]
    assert count(session, Enquiry) == 1


def test_two_tabs_that_both_send_a_first_message_end_in_one_chat(client, session, houses):
    tabs = [client.get("/en/chat") for _ in range(2)]
    for number, tab in enumerate(tabs):
        client.submit(tab, message=f"Hello {number}", called="K", writer="patient", consent="y")
    assert texts(client.get("/en/chat/talk")) == ["Hello 0", "Hello 1"]
    assert client.get("/en/chat").location == "/en/chat/talk"


def test_a_program_that_fills_the_hidden_box_opens_nothing(client, session, houses):
    assert open_chat(client, website="http://spam.example").status_code == 422
    assert count(session, Enquiry) == 0


def test_one_address_cannot_open_chats_without_end(client, session, houses, monkeypatch):
    monkeypatch.setattr(public, "MOST_CHATS", 2)
    statuses = []
    for _ in range(3):
        client.delete_cookie(COOKIE)
        statuses.append(open_chat(client).status_code)
    assert statuses == [303, 303, 422]
    assert count(session, ChatSession) == 2


# --- the talk --------------------------------------------------------------------------------------------------


def test_without_javascript_the_talk_is_a_form_and_a_link(client, session, opened, maria):
    sent = say(client, "وماذا عن الصور؟")
    assert sent.status_code == 303
    taken(session, maria)
    answer(session, maria, "Yes, please send them.")
    page = client.get("/ar/chat/talk?refresh=1")
    assert texts(page) == [FIRST, "وماذا عن الصور؟", "Yes, please send them."]
    html = page.get_data(as_text=True)
    assert 'http-equiv="refresh"' in html and maria.name in html


def test_a_message_sent_twice_with_one_token_appears_once(client, opened):
    page = client.get("/ar/chat/talk")
    for _again in range(2):
        assert client.submit(page, action="/chat/talk", message="مرة واحدة").status_code == 303
    assert texts(client.get("/ar/chat/talk")) == [FIRST, "مرة واحدة"]


@pytest.mark.parametrize(
    ("text", "is_sent"), [("🙏🏽", True), ("\u2068\u200f\u200d", False), ("ا" * 10_001, False)]
)
def test_odd_messages_have_a_clear_outcome(client, text, is_sent, opened):
    sent = say(client, text)
    assert sent.status_code == (303 if is_sent else 422)
    if len(text) > 10_000:
        assert text in sent.get_data(as_text=True)
    assert len(texts(client.get("/ar/chat/talk"))) == (2 if is_sent else 1)


def test_more_than_a_person_can_type_waits_and_keeps_the_text(client, clock, opened, monkeypatch):
    monkeypatch.setattr(public, "MOST_MESSAGES", 2)
    for number in range(2):
        assert say(client, f"رسالة {number}").status_code == 303
    refused = say(client, "واحدة أخرى")
    assert refused.status_code == 422 and "واحدة أخرى" in refused.get_data(as_text=True)
    clock.forward(minutes=6)
    assert say(client, "واحدة أخرى").status_code == 303


def test_a_visitor_reads_neither_notes_nor_what_is_written_elsewhere(client, session, opened, maria):
    case = the_chat(session).case
    taken(session, maria)
    note(session, maria, "A secret note")
    with transaction() as writing:
        writing.add(Message(
            case_id=case.id, kind=MessageKind.PORTAL, channel=MessageChannel.PORTAL, author_kind="portal",
            author_id=None, author_name="Other", body="From the sister", language="en", at=case.opened_at,
        ))  # fmt: skip
    answer(session, maria, "For the chat")
    for page in (client.get("/en/chat/talk"), client.get("/en/chat/poll")):
        assert texts(page) == [FIRST, "For the chat"]


def test_a_lost_cookie_leads_kindly_to_a_new_chat(client, opened):
    page = client.get("/en/chat/talk")
    client.delete_cookie(COOKIE)
    again = client.get("/en/chat/talk", follow_redirects=True)
    assert again.request.path == "/en/chat" and "We do not find your chat" in again.get_data(as_text=True)
    late = client.submit(page, action="/chat/talk", message="Written too late")
    assert late.status_code == 422 and "Written too late" in late.get_data(as_text=True)
    sent = client.submit(late, called="K", writer="patient", consent="y")
    assert sent.location == "/en/chat/talk" and texts(client.get(sent.location)) == ["Written too late"]
    client.delete_cookie(COOKIE)
    for page in ("elsewhere", "poll", "x" * 32):
        assert client.get(f"/en/chat/{page}").status_code == 404


def test_a_closed_case_says_what_to_do_and_gives_back_the_late_text(client, session, opened):
    page, mark = client.get("/ar/chat/talk"), mark_of(client.get("/ar/chat/poll"))
    chat = the_chat(session)
    with transaction() as writing:
        case = lock(writing, chat.case_id)
        close(writing, case, exit=Exit.WITHDRAWN, reason="asked", actor=SYSTEM, now=chat.opened_at)
    late = client.submit(page, action="/chat/talk", message="نسيت شيئا")
    assert late.status_code == 422 and "نسيت شيئا" in late.get_data(as_text=True)
    assert texts(client.get("/ar/chat/talk")) == [FIRST]
    polled = client.get(f"/ar/chat/poll?after={mark}")
    assert polled.status_code == 200 and mark_of(polled).endswith(".over")
    assert client.get("/ar/chat").status_code == 200


# --- elsewhere -------------------------------------------------------------------------------------------------


def test_the_private_link_goes_on_with_the_chat_on_another_phone_for_30_days(app, client, opened, clock):
    link = BeautifulSoup(client.get("/en/chat/elsewhere").get_data(as_text=True), "html.parser").select_one(
        "[data-copy-text]"
    )
    path = "/" + link.get_text().split("/", 3)[3]
    other = app.test_client()
    assert texts(other.get(path, follow_redirects=True)) == [FIRST]
    assert other.get("/en/chat/poll").status_code == 200
    clock.forward(days=31)
    assert app.test_client().get(path).status_code == 404
    assert other.get("/en/chat/poll").status_code == 404


def test_by_email_the_talk_goes_on_in_the_portal_with_all_that_was_said(client, session, opened, maria):
    taken(session, maria)
    answer(session, maria, "Hello Khalid")
    page = client.get("/en/chat/elsewhere")
    done = client.submit(page, action="/elsewhere/email", email="khalid@family.example")
    assert done.status_code == 303
    ended = client.get("/en/chat/talk").get_data(as_text=True)
    assert "goes on on your own page" in ended and 'action="/en/chat/talk"' not in ended
    account = session.scalars(sa.select(PortalAccount)).one()
    assert session.scalars(sa.select(CaseParticipation.account_id)).all() == [account.id]
    as_portal(client, account, session)
    messages = client.get(f"/portal/{the_chat(session).case.public_id}/messages")
    assert texts(messages) == [FIRST, "Hello Khalid"]
    assert "msg me" in messages.get_data(as_text=True)
    answer(session, maria, "Now in the portal")
    newest = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert newest.channel is MessageChannel.PORTAL
    assert {m.event for m in session.scalars(sa.select(OutboxMessage))} == {"chat_goes_on", "new_message"}


def test_by_whatsapp_the_team_learns_the_number_and_the_chat_stays_open(client, session, opened):
    page = client.get("/en/chat/elsewhere")
    done = client.submit(page, action="/elsewhere/whatsapp", phone="+966 50 123 4567")
    assert done.status_code == 303
    person = the_chat(session).case.person
    assert (person.phone, person.channel) == ("+966501234567", Channel.WHATSAPP)
    assert say(client, "شكرا").status_code == 303


def test_an_answer_is_told_by_mail_once_and_not_when_it_was_seen(app, client, session, maria, houses, clock):
    open_chat(client, email="khalid@family.example")
    taken(session, maria)
    for text in ("First", "Second"):
        answer(session, maria, text)

    def waiting():
        session.rollback()
        told = sa.select(OutboxMessage).where(OutboxMessage.event == "chat_waiting")
        return session.scalars(told.order_by(OutboxMessage.id)).all()

    (mail,) = waiting()
    assert (mail.recipient, mail.language, mail.state) == ("khalid@family.example", "ar", "queued")
    assert session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.event == "new_message")) is None
    other = app.test_client()
    assert other.get(f"/ar/chat/{mail.context['secret']}", follow_redirects=True).status_code == 200
    assert [m.state for m in waiting()] == ["cancelled"]
    answer(session, maria, "Third", now=clock.forward(minutes=5))
    assert [m.state for m in waiting()] == ["cancelled", "queued"]
    client.get("/ar/chat/poll?away=1")  # a page in the background shows nothing to anybody
    assert [m.state for m in waiting()] == ["cancelled", "queued"]
    assert client.get("/ar/chat/poll").status_code == other.get("/ar/chat/poll").status_code == 200
    assert [m.state for m in waiting()] == ["cancelled", "cancelled"]
