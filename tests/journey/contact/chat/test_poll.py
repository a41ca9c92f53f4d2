"""What open pages ask again and again: cheap when nothing is new, right when something is, for the right eyes."""

from datetime import timedelta

import sqlalchemy as sa

from concierge.conversation.inbox import actions as inbox
from concierge.db import db, transaction
from concierge.journey.contact.chat.poll import COOKIE
from concierge.models import Case, ReadLog
from tests.factories import actor_of, as_staff, staff
from tests.journey.contact.chat.conftest import FIRST, answer, mark_of, note, open_chat, say, taken, the_chat
from tests.journey.contact.chat.test_chat import texts
from tests.support.clock import START


def test_nothing_new_is_204_and_an_answer_is_200_with_the_text(client, session, opened, maria):
    mark = mark_of(client.get("/ar/chat/talk"))
    quiet = client.get(f"/ar/chat/poll?after={mark}")
    assert (quiet.status_code, quiet.data) == (204, b"")
    taken(session, maria)
    answer(session, maria, "Hello")
    news = client.get(f"/ar/chat/poll?after={mark}")
    assert news.status_code == 200 and texts(news) == [FIRST, "Hello"]
    assert "no-store" in news.headers["Cache-Control"]
    assert client.get(f"/ar/chat/poll?after={mark_of(news)}").status_code == 204


def test_a_note_is_no_news_to_the_visitor(client, session, opened, maria):
    mark = mark_of(client.get("/ar/chat/poll"))
    taken(session, maria)
    note(session, maria, "Only for us")
    assert client.get(f"/ar/chat/poll?after={mark}").status_code == 204


def test_both_tabs_hear_of_what_one_of_them_sends(client, opened):
    first = second = mark_of(client.get("/ar/chat/talk"))
    say(client, "من النافذة الأولى")
    say(client, "من النافذة الثانية")
    for mark in (first, second):
        assert texts(client.get(f"/ar/chat/poll?after={mark}")) == [
            FIRST,
            "من النافذة الأولى",
            "من النافذة الثانية",
        ]


def test_strangers_get_404_with_no_secret_a_foreign_one_or_that_of_another_chat(app, client, opened):
    stranger = app.test_client()
    assert stranger.get("/ar/chat/poll").status_code == 404
    stranger.set_cookie(COOKIE, "x" * 32)
    assert stranger.get("/ar/chat/poll").status_code == 404
    neighbour = app.test_client()
    open_chat(neighbour, message="قصة أخرى")
    assert texts(neighbour.get("/ar/chat/poll")) == ["قصة أخرى"]
    assert texts(client.get("/ar/chat/poll")) == [FIRST]


def test_a_quiet_poll_reads_one_statement_and_writes_only_every_15_seconds(client, session, opened, clock):
    mark = mark_of(client.get("/ar/chat/poll"))
    statements: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        clock.forward(seconds=14)
        client.get(f"/ar/chat/poll?after={mark}")
        assert len(statements) == 1 and statements[0].startswith("SELECT chat_session.id")
        clock.forward(seconds=2)
        client.get(f"/ar/chat/poll?after={mark}")
        assert [one.split()[0] for one in statements[1:]] == ["SELECT", "UPDATE"]
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert the_chat(session).last_seen_at == START + timedelta(seconds=16)


def test_the_visitor_sees_who_writes_a_reply_and_not_who_writes_a_note(client, session, opened, maria, clock):
    def tell(verb, **more):
        with transaction() as writing:
            case = writing.get_one(Case, the_chat(session).case_id)
            verb(writing, case, actor=actor_of(maria, None), **more)

    quiet = mark_of(client.get("/ar/chat/talk"))
    tell(inbox.writes, kind="note", now=START)
    assert client.get(f"/ar/chat/poll?after={quiet}").status_code == 204
    tell(inbox.writes, kind="reply", now=START)
    news = client.get(f"/ar/chat/poll?after={quiet}")
    assert maria.name in news.text and texts(news) == []  # the messages stay where they are
    assert client.get(f"/ar/chat/poll?after={mark_of(news)}").status_code == 204
    assert maria.name in client.get("/ar/chat/talk").text
    clock.forward(seconds=21)
    gone = client.get(f"/ar/chat/poll?after={mark_of(news)}")
    assert (gone.status_code, maria.name in gone.text, mark_of(gone)) == (200, False, quiet)


# --- the team's page -------------------------------------------------------------------------------------------


def views(session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(ReadLog))


def test_the_talk_page_hears_of_new_messages_and_is_read_logged_only_then(
    app, client, session, opened, maria
):
    taken(session, maria)
    reference, desk = the_chat(session).case.reference, app.test_client()
    as_staff(desk, maria, session)
    page = desk.get(f"/c/{reference}")
    logged, mark = views(session), mark_of(page)
    assert "The visitor is in the chat now" in page.get_data(as_text=True)
    asked = f"/c/{reference}/messages/new"
    assert desk.get(asked, query_string={"after": mark}).status_code == 204
    assert views(session) == logged
    say(client, "هل من جديد؟")
    news = desk.get(asked, query_string={"after": mark})
    assert news.status_code == 200 and texts(news) == [FIRST, "هل من جديد؟"]
    assert views(session) == logged + 1


def test_the_team_sees_that_the_visitor_left(app, client, session, opened, maria, clock):
    taken(session, maria)
    reference, desk = the_chat(session).case.reference, app.test_client()
    as_staff(desk, maria, session)
    mark, logged = mark_of(desk.get(f"/c/{reference}")), views(session)
    clock.forward(minutes=3)
    news = desk.get(f"/c/{reference}/messages/new", query_string={"after": mark})
    assert "The visitor left the chat 3 min ago" in news.get_data(as_text=True) and texts(news) == []
    assert views(session) == logged


def test_a_colleague_of_another_hospital_finds_no_talk(app, client, session, opened):
    desk, reference = app.test_client(), the_chat(session).case.reference
    as_staff(desk, staff(session, "chen@jinghe.example"), session)
    assert desk.get(f"/c/{reference}/messages/new").status_code == 404


def test_the_queue_says_that_a_chat_waits_and_whether_its_visitor_is_here(
    app, client, session, opened, maria, clock
):
    desk = app.test_client()
    as_staff(desk, maria, session)
    assert "in the chat now" in desk.get("/desk/queue?show=all").get_data(as_text=True)
    clock.forward(minutes=5)
    page = desk.get("/desk/queue?show=all").get_data(as_text=True)
    assert "Chat" in page and "left the chat 5 min ago" in page


def test_the_reply_of_the_talk_page_goes_back_to_the_chat(app, client, session, opened, maria):
    taken(session, maria)
    desk, reference = app.test_client(), the_chat(session).case.reference
    as_staff(desk, maria, session)
    sent = desk.submit(desk.get(f"/c/{reference}"), action=f"/c/{reference}/messages", message="Yes, gladly.")
    assert sent.status_code == 303
    assert texts(client.get("/ar/chat/poll")) == [FIRST, "Yes, gladly."]
