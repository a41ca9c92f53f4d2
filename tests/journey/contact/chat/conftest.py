"""A visitor in front of the chat, and the specialist at the other end."""

import pytest
import sqlalchemy as sa

from concierge.cases.actions import lock
from concierge.conversation.actions import send_message, write_note
from concierge.db import transaction
from concierge.domain.vocabulary import MessageChannel
from concierge.journey.contact.actions import take
from concierge.models import ChatSession, Enquiry
from tests.factories import actor_of, hospitals, staff
from tests.support.clock import START

FIRST = "مرحبا، هل تقرؤون تقارير أبي؟"


@pytest.fixture
def houses(session, app):
    """Both hospitals, committed; nobody has to wait before they send a form."""
    app.config["FASTEST_FORM_SECONDS"] = 0
    with transaction() as writing:
        hospitals(writing)


@pytest.fixture
def opened(client, houses):
    """The answer to the first message in Arabic, from the usual visitor."""
    return open_chat(client)


@pytest.fixture
def maria(session, houses):
    return staff(session, "maria@alder-coast.example")


def open_chat(client, lang="ar", **changes):
    given = {"message": FIRST, "called": "خالد", "writer": "family", "hospital": "alder-coast", "consent": "y",
             "zone": "Asia/Riyadh"}  # fmt: skip
    return client.submit(client.get(f"/{lang}/chat"), **given | changes)


def the_chat(session) -> ChatSession:
    session.rollback()
    return session.scalars(sa.select(ChatSession).execution_options(populate_existing=True)).one()


def say(client, text, lang="ar", **fields):
    return client.submit(client.get(f"/{lang}/chat/talk"), action="/chat/talk", message=text, **fields)


def answer(session, user, text, now=START, **options):
    """What the specialist writes on the talk page."""
    case_id = the_chat(session).case_id
    with transaction() as writing:
        case = lock(writing, case_id)
        return send_message(
            writing,
            case,
            body=text,
            language="en",
            actor=actor_of(user, case.hospital_id),
            now=now,
            **options,
        )


def note(session, user, text, now=START):
    with transaction() as writing:
        case = lock(writing, the_chat(session).case_id)
        write_note(writing, case, body=text, language="en", actor=actor_of(user, case.hospital_id), now=now)


def taken(session, user, now=START):
    session.rollback()
    enquiry_id = session.scalars(sa.select(Enquiry.id)).one()
    with transaction() as writing:
        take(writing, enquiry_id, user, actor=actor_of(user), now=now)


def mark_of(response) -> str:
    return response.get_data(as_text=True).split('data-mark="')[1].split('"')[0]


IN_THE_CHAT = MessageChannel.CHAT
