"""What a family wrote first is translated like a message, and read before anybody has taken the enquiry."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases.merge.actions import Wish, merge, undo
from concierge.conversation.translation.story import story_of
from concierge.db import transaction
from concierge.domain.vocabulary import CameBy, HelpWanted, TranslationState, Writer
from concierge.jobs.translate import translate_due
from concierge.journey.contact.actions import NewEnquiry, open_enquiry, take
from concierge.journey.contact.chat.actions import Opening, open_chat
from concierge.journey.contact.referral.actions import Doctor, NewReferral, open_referral
from concierge.models import Enquiry, Message, StaffUser, Translation
from tests import factories as make
from tests.conversation.translation.scene import DEPOSIT, DEPOSIT_AR, MARIA, FakeEngine
from tests.support.clock import START, StillClock

STORY = "كم مبلغ العربون؟"
IN_ENGLISH = "How much is the deposit?"


@pytest.fixture
def fake(app: Flask) -> FakeEngine:
    gateways = app.extensions["concierge.gateways"]
    gateways.translator = FakeEngine()
    yield gateways.translator
    del gateways.translator


@pytest.fixture
def maria(client: FlaskClient, session: Session) -> StaffUser:
    with transaction() as writing:
        user = make.staff(writing, MARIA)
    make.as_staff(client, user, session)
    return user


def written(story: str = STORY, name: str = "نورة المطيري", **facts) -> Enquiry:
    with transaction() as writing:
        hospital = make.hospitals(writing)["alder-coast"].id
        data = NewEnquiry(
            hospital, Writer.PATIENT, HelpWanted.TREATMENT, name, story=story, **({"language": "ar"} | facts)
        )
        return open_enquiry(writing, data, now=START)


def rows(session: Session) -> list[Translation]:
    session.rollback()
    return list(session.scalars(sa.select(Translation).order_by(Translation.id)))


def bubble(page) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser").select_one(".msg")


def test_the_intake_and_the_talk_show_the_translation_with_the_original_beneath(
    client: FlaskClient, session: Session, maria: StaffUser, fake: FakeEngine
) -> None:
    enquiry = written()
    intake, talk = f"/desk/queue/{enquiry.public_id}", f"/c/{enquiry.case.reference}"
    assert "Not translated" in bubble(client.get(intake)).get_text()
    assert [translate_due(), translate_due()] == [1, 0]
    for address in (intake, talk, f"/inbox?list=unassigned&case={enquiry.case.reference}"):
        shown = bubble(client.get(address))
        assert shown.select_one(".b").get_text() == IN_ENGLISH
        assert shown.select_one('.o [lang="ar"]').get_text() == STORY
        assert "Machine translation · \u2068fake engine\u2069" in shown.get_text()
    (row,) = rows(session)
    assert (row.engine, row.drafted_at, row.message_id) == ("fake engine", START, None)


def test_the_same_words_of_another_family_cost_no_request(session: Session, fake: FakeEngine) -> None:
    for name in ("نورة", "سارة"):
        written(name=name)
    assert translate_due() == 2
    assert fake.asked == [STORY]
    assert [row.draft for row in rows(session)] == [IN_ENGLISH, IN_ENGLISH]


def test_an_engine_that_is_away_is_asked_again(session: Session, fake: FakeEngine, clock: StillClock) -> None:
    enquiry = written()
    fake.fails = "unreachable"
    translate_due()
    assert [(row.state, row.attempts) for row in rows(session)] == [("queued", 1)]
    assert story_of(session, enquiry).translation_state is TranslationState.NOT_TRANSLATED
    fake.fails = ""
    clock.forward(seconds=4)
    translate_due()
    assert [row.state for row in rows(session)] == ["done"]


def test_a_number_that_was_lost_is_said(
    client: FlaskClient, session: Session, maria: StaffUser, fake: FakeEngine
) -> None:
    fake.known[DEPOSIT_AR] = DEPOSIT.replace("10,000", "1,000")
    enquiry = written(DEPOSIT_AR)
    translate_due()
    said = bubble(client.get(f"/desk/queue/{enquiry.public_id}")).get_text()
    assert "Numbers differ" in said
    assert "check with an interpreter before you act on it" in said
    assert "Numbers differ" not in client.get("/translations").text


def test_whoever_takes_it_and_reads_no_english_gets_another_language(
    session: Session, fake: FakeEngine
) -> None:
    enquiry = written()
    translate_due()
    with transaction() as writing:
        user = make.staff(writing, MARIA)
        user.language, user.speaks = "zh_Hans", ["zh_Hans"]
        take(writing, enquiry.id, user, actor=make.actor_of(user), now=START)
    (row,) = rows(session)
    assert (row.target, row.state, row.draft) == ("zh_Hans", "queued", "")
    translate_due()
    assert [(row.state, row.error) for row in rows(session)] == [("none", "pair")]


def test_what_is_read_here_is_not_translated(session: Session) -> None:
    written("Hello", language="en")
    written("", language="ar")
    assert rows(session) == []


def test_a_chat_is_translated_once_as_its_first_message(session: Session, fake: FakeEngine) -> None:
    with transaction() as writing:
        hospital = make.hospitals(writing)["alder-coast"].id
        chat = open_chat(writing, Opening("secret", hospital, STORY, "نورة", Writer.PATIENT, "ar"), now=START)
    translate_due()
    (row,) = rows(session)
    assert (row.enquiry_id, fake.asked) == (None, [STORY])
    enquiry = session.scalars(sa.select(Enquiry).where(Enquiry.case_id == chat.case_id)).one()
    assert enquiry.came_by is CameBy.CHAT
    assert story_of(session, enquiry).translation == IN_ENGLISH


def test_a_doctors_words_are_asked_for_in_the_doctors_language(session: Session) -> None:
    with transaction() as writing:
        hospital, doctor = make.hospitals(writing)["alder-coast"].id, Doctor("Dr. Haddad", language="ar")
        data = NewReferral(hospital, doctor, "Noura", STORY, "en", question=DEPOSIT_AR)
        referral = open_referral(writing, data, now=START)
    (row,) = rows(session)
    assert (row.enquiry_id, row.source, row.target) == (referral.enquiry_id, "ar", "en")
    assert referral.enquiry.story == f"{STORY}\n\n{DEPOSIT_AR}"


def test_merged_into_another_case_it_keeps_its_translation_and_undone_it_is_as_before(
    session: Session, fake: FakeEngine
) -> None:
    first, second = written("Hello", language="en"), written()
    translate_due()
    with transaction() as writing:
        maria = make.actor_of(make.staff(writing, MARIA))
        made = merge(writing, first.case_id, second.case_id, Wish(), actor=maria, now=START)
    session.rollback()
    brought = session.scalars(sa.select(Message)).one()
    assert (brought.case_id, brought.body, brought.translation) == (first.case_id, STORY, IN_ENGLISH)
    assert brought.translation_state is TranslationState.MACHINE
    with transaction() as writing:
        undo(writing, made.id, actor=maria, now=START)
    assert [(row.case_id, row.enquiry_id) for row in rows(session)] == [(second.case_id, second.id)]
    assert session.scalars(sa.select(Message)).all() == []
