"""What a message, a note and a call change, and whom they tell."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import close
from concierge.conversation import actions
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    MessageKind,
    Relation,
    TranslationState,
)
from concierge.models import Call, Case, CaseEvent, Message, OutboxMessage
from tests import factories as make
from tests.support.clock import START

MARIA = "maria@alder-coast.example"


def a_talk(session: Session, step: Step = Step.CONTACT, **facts) -> tuple[Case, Actor, Actor]:
    """(case, its specialist, its patient) of an Arabic-speaking family."""
    case = make.a_case(session, step=step, is_taken=True, **facts)
    patient = make.patient_of(session, case)
    return case, make.actor_of(case.specialist, case.hospital_id), Actor("portal", patient.id, patient.name)


def say(
    session: Session, case: Case, actor: Actor, body: str = "Good morning", language: str = "en", now=START
):
    return actions.send_message(session, case, body=body, language=language, actor=actor, now=now)


def mails(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.event, row.recipient, row.language) for row in rows]


def test_the_first_message_of_the_team_is_the_first_reply(session: Session) -> None:
    with transaction() as writing:
        case, specialist, patient = a_talk(writing)
        say(writing, case, patient, "صباح الخير", "ar")
        assert (case.replied_at, case.next_code) == (None, "reply_first")
        say(writing, case, specialist)
        assert case.replied_at == START
        assert case.next_code == "record_health_consent"
        say(writing, case, specialist, now=START + timedelta(hours=1))
        assert case.replied_at == START
        kinds = writing.scalars(sa.select(CaseEvent.kind).where(CaseEvent.kind == "message_sent")).all()
    assert len(kinds) == 3


def test_the_family_is_told_once_until_somebody_has_read(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        first, _second = say(writing, case, specialist), say(writing, case, specialist)
        assert len(mails(writing)) == 1
        read = writing.scalars(sa.select(Message.id)).all()
        actions.mark_read(writing, case, message_ids=list(read), now=START)
        say(writing, case, specialist)
        assert [event for event, *_ in mails(writing)] == ["new_message", "new_message"]
        mail = writing.scalars(sa.select(OutboxMessage)).first()
        assert "Good morning" not in f"{mail.context}"
        writing.refresh(first)
        assert first.read_at == START


def test_only_those_who_may_read_messages_are_told_each_in_their_language(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        son, aunt = (
            make.account(writing, "son@f.example", language="en"),
            make.account(writing, "aunt@f.example"),
        )
        make.takes_part(writing, case, son, Relation.CHILD, can_messages=True)
        make.takes_part(writing, case, aunt, Relation.SIBLING, can_money=True)
        say(writing, case, specialist)
        told = {(recipient, language) for _event, recipient, language in mails(writing)}
    assert told == {(case.person.email, "ar"), ("son@f.example", "en")}


def test_a_message_of_the_family_reaches_the_specialist(session: Session) -> None:
    with transaction() as writing:
        case, _specialist, patient = a_talk(writing)
        say(writing, case, patient, "سؤال", "ar")
        say(writing, case, patient, "سؤال", "ar")
        assert mails(writing) == [("new_message_staff", case.specialist.email, case.specialist.language)]


def test_a_message_is_marked_not_translated_where_the_other_side_reads_another_language(
    session: Session,
) -> None:
    with transaction() as writing:
        case, specialist, patient = a_talk(writing)
        assert case.specialist.email == MARIA
        states = [
            say(writing, case, specialist, language="en").translation_state,
            say(writing, case, specialist, "صباح الخير", language="ar").translation_state,
            say(writing, case, patient, "صباح الخير", language="ar").translation_state,
            say(writing, case, patient, language="es").translation_state,
        ]
    foreign, plain = TranslationState.NOT_TRANSLATED, TranslationState.NOT_NEEDED
    assert states == [foreign, plain, foreign, plain]


def test_a_note_tells_nobody_and_is_no_reply(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        note = actions.write_note(
            writing, case, body="The son decides", language="en", actor=specialist, now=START
        )
        assert note.kind is MessageKind.NOTE
        assert (mails(writing), case.replied_at) == ([], None)


def test_after_a_death_nothing_is_sent_but_a_note_may_be_kept(session: Session) -> None:
    with transaction() as writing:
        case, specialist, patient = a_talk(writing)
        close(writing, case, exit=Exit.DIED, reason="", actor=SYSTEM, now=START)
        for actor in (specialist, patient):
            with pytest.raises(NotAllowed):
                say(writing, case, actor)
        actions.write_note(writing, case, body="Called the son", language="en", actor=specialist, now=START)


def test_an_empty_message_is_refused(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        with pytest.raises(InvalidInput) as refused:
            say(writing, case, specialist, " \n ")
    assert (refused.value.field, refused.value.code) == ("message", "message_empty")


# --- calls ------------------------------------------------------------------------------------------------------


def call(session: Session, case: Case, actor: Actor, **changes) -> Call:
    facts = {
        "purpose": CallPurpose.CONSULT, "outcome": CallOutcome.HELD, "at": START - timedelta(hours=1), "minutes": 40,
        "participants": "Noura, Khalid", "interpreter": InterpreterUse.PROFESSIONAL, "notes": "Talked about costs",
    }  # fmt: skip
    return actions.note_call(session, case, **{**facts, **changes}, actor=actor, now=START)


def test_a_call_that_was_held_opens_the_gate_of_the_talk(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing, Step.CONSULT)
        assert case.next_code == "hold_call"
        noted = call(writing, case, specialist, interpreter=InterpreterUse.RELATIVE_AFTER_DECLINE)
        assert noted.interpreter is InterpreterUse.RELATIVE_AFTER_DECLINE
        assert case.next_code == "note_payer"
        event = writing.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "call_noted")).one()
        assert event.data == {"purpose": "consult", "outcome": "held"}


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.NO_CONTACT_POSSIBLE])
def test_a_call_that_nobody_took_is_noted_and_opens_nothing(session: Session, outcome: CallOutcome) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing, Step.CONSULT)
        call(writing, case, specialist, outcome=outcome, minutes=0)
        assert case.next_code == "hold_call"


def test_a_call_is_a_first_reply_too(session: Session) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        call(writing, case, specialist)
        assert case.replied_at == START


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": START + timedelta(minutes=1)}, "at"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 601}, "minutes"),
    ],
)
def test_an_impossible_call_is_refused(session: Session, wrong: dict, field: str) -> None:
    with transaction() as writing:
        case, specialist, _patient = a_talk(writing)
        with pytest.raises(InvalidInput) as refused:
            call(writing, case, specialist, **wrong)
    assert refused.value.field == field


def test_only_staff_note_calls(session: Session) -> None:
    with transaction() as writing:
        case, _specialist, patient = a_talk(writing)
        with pytest.raises(NotAllowed):
            call(writing, case, patient)
