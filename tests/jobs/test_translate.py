"""The engine is asked once for each message, whatever happens to it; and no message waits for the engine."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from concierge.conversation.translation import engine
from concierge.conversation.translation.memory import key_of, remember
from concierge.db import transaction
from concierge.domain.vocabulary import DeskReason, DeskState, TranslationState
from concierge.gateways.translator import OffEngine
from concierge.jobs.translate import translate_due
from concierge.models import Message, TranslationMemory
from tests.conversation.translation.scene import DEPOSIT, DEPOSIT_AR, FakeEngine, a_talk, row_of, say
from tests.support.clock import START, StillClock


@pytest.fixture
def fake(app: Flask) -> FakeEngine:
    gateways = app.extensions["concierge.gateways"]
    gateways.translator = FakeEngine()
    yield gateways.translator
    del gateways.translator


def said(body: str = "Good morning.", language: str = "en", by: str = "team", **more) -> Message:
    with transaction() as writing:
        case, maria, noura = a_talk(writing)
        return say(writing, case, maria if by == "team" else noura, body, language, **more)


def again(session: Session, message: Message) -> Message:
    session.rollback()
    return session.get_one(Message, message.id, populate_existing=True)


def test_a_message_is_translated_once_and_the_next_same_one_costs_no_request(
    session: Session, fake: FakeEngine
) -> None:
    message = said()
    assert message.translation_state is TranslationState.NOT_TRANSLATED
    assert [translate_due(), translate_due()] == [1, 0]
    kept = again(session, message)
    assert (kept.translation, kept.translation_language) == ("صباح الخير.", "ar")
    assert (kept.translation_state, kept.translation_engine) == (TranslationState.MACHINE, "fake engine")
    same = said()
    translate_due()
    assert again(session, same).translation == "صباح الخير."
    assert fake.asked == ["Good morning."]


@pytest.mark.parametrize("code", ["unreachable", "timeout", "busy"])
def test_an_engine_that_is_away_is_asked_again_with_growing_patience_and_translates_once(
    session: Session, fake: FakeEngine, clock: StillClock, code: str
) -> None:
    message, other = said(), said("Please come at 14:30.")
    fake.fails = code
    assert translate_due() == 1, "the first failure ends the batch"
    session.rollback()
    first, second = row_of(session, message), row_of(session, other)
    assert (first.state, first.due_at, first.attempts) == ("queued", START + timedelta(seconds=4), 1)
    assert (second.state, second.due_at, second.attempts) == ("queued", START, 0)
    clock.forward(seconds=4)
    translate_due()
    translate_due()
    session.rollback()
    assert row_of(session, message).due_at == clock() + timedelta(seconds=8)
    fake.fails = ""
    fake.asked.clear()
    clock.forward(seconds=60)
    while translate_due():
        pass
    assert sorted(fake.asked) == ["Good morning.", "Please come at 14:30."]
    assert again(session, message).translation_state is TranslationState.MACHINE


def test_what_the_engine_cannot_do_stays_not_translated_and_goes_to_nobody_by_itself(
    session: Session, fake: FakeEngine
) -> None:
    message = said("Nobody knows this sentence.")
    assert [translate_due(), translate_due()] == [1, 0]
    session.rollback()
    row = row_of(session, message)
    assert (row.state, row.error, row.desk) == ("none", "refused", DeskState.NONE)


def test_with_the_engine_off_nothing_is_claimed(session: Session, app: Flask, fake: FakeEngine) -> None:
    app.extensions["concierge.gateways"].translator = OffEngine()
    message = said()
    assert translate_due() == 0
    session.rollback()
    assert row_of(session, message).state == "queued"


def test_after_days_without_an_engine_a_message_is_left_as_it_is(
    session: Session, fake: FakeEngine, clock: StillClock
) -> None:
    message = said()
    clock.forward(days=4)
    fake.fails = "timeout"
    translate_due()
    session.rollback()
    assert row_of(session, message).state == "none"


def test_a_lost_number_is_shown_and_routed_and_the_message_is_not_held(
    session: Session, fake: FakeEngine
) -> None:
    fake.known["Please come at 14:30."] = "يُرجى الحضور الساعة 14."
    message = said("Please come at 14:30.")
    translate_due()
    kept = again(session, message)
    row = row_of(session, kept)
    assert not kept.is_held
    assert kept.translation_state is TranslationState.MACHINE
    assert row.alarms == [{"code": "numbers", "source": ["30"], "target": []}]
    assert (row.desk, row.reason) == (DeskState.WAITING, DeskReason.WORDING)


def test_the_draft_of_a_critical_message_is_for_the_translator_only(
    session: Session, fake: FakeEngine
) -> None:
    message = said(DEPOSIT)
    translate_due()
    kept = again(session, message)
    assert (kept.is_held, kept.translation) == (True, "")
    assert (row_of(session, kept).draft, row_of(session, kept).engine) == (DEPOSIT_AR, "fake engine")


def test_a_critical_question_of_a_family_is_shown_at_once_with_its_machine_translation(
    session: Session, fake: FakeEngine
) -> None:
    message = said("كم مبلغ العربون؟", "ar", by="family")
    translate_due()
    kept = again(session, message)
    assert (kept.is_held, kept.critical, kept.translation) == (False, "money", "How much is the deposit?")


def test_an_answer_that_comes_too_late_is_not_stored(session: Session, fake: FakeEngine) -> None:
    message = said()
    with transaction() as writing:
        (row_id,) = engine.claim(writing, START)
        late = engine.read(writing, row_id)
    with transaction() as writing:
        assert engine.claim(writing, START) == []
        assert engine.claim(writing, START + timedelta(minutes=6)) == [row_id], "the lease has run out"
    with transaction() as writing:
        engine.store(writing, late, text="too late", engine="fake engine", now=START)
    assert again(session, message).translation == ""
    assert session.scalar(sa.select(sa.func.count()).select_from(TranslationMemory)) == 0


def test_a_checked_translation_goes_before_the_engine(session: Session, fake: FakeEngine) -> None:
    message = said()
    with transaction() as writing:
        key = key_of(row_of(writing, message).hospital_id, "Good morning.", "en", "ar")
        remember(writing, key, "أسعد الله صباحكم.", now=START, checked_by="Samir Khoury")
    translate_due()
    kept = again(session, message)
    assert (kept.translation_state, kept.checked_by) == (TranslationState.CHECKED, "Samir Khoury")
    assert fake.asked == []
