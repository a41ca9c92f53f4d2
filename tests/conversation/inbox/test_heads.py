"""Whose turn it is follows from what was written, called, closed and handed over; a snooze ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.conversation import actions as talk
from concierge.conversation.inbox import actions, queries
from concierge.conversation.inbox.queries import Mailbox
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import CallOutcome, CallPurpose, Channel, InterpreterUse, MessageChannel
from concierge.jobs.inbox import wake_talks
from concierge.models import Case, OutboxMessage, ThreadHead
from tests import factories as make
from tests.support.clock import START, StillClock

FAMILY = Actor("portal", 1, "Noura")
LATER = START + timedelta(minutes=5)


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        return make.a_case(writing, step=Step.CONSULT)


def maria(session: Session) -> Actor:
    return make.actor_of(make.staff(session, "maria@alder-coast.example"))


def says(session: Session, case: Case, actor: Actor, text: str = "Hello", at=START) -> None:
    talk.send_message(session, case, body=text, language="en", actor=actor, now=at)


def head(session: Session, case: Case) -> ThreadHead:
    found = queries.head_of(session, case)
    assert found is not None
    return found


def listed(session: Session, case: Case, box: Mailbox) -> list[int]:
    rows, _more = queries.talks(session, box, (case.hospital_id,), case.specialist_id or 0)
    return [row.case_id for row in rows]


def test_the_first_unanswered_word_counts_and_an_answer_turns_the_talk(session: Session, case: Case) -> None:
    says(session, case, FAMILY)
    says(session, case, FAMILY, "Still there?", LATER)
    assert (head(session, case).us_since, head(session, case).unread) == (START, 2)
    assert listed(session, case, Mailbox.MINE) == [case.id]
    says(session, case, maria(session), at=LATER)
    assert (head(session, case).us_since, head(session, case).family_since) == (None, LATER)
    assert listed(session, case, Mailbox.MINE) == []
    assert listed(session, case, Mailbox.WAITING) == [case.id]


def test_a_note_answers_nobody_and_a_call_that_took_place_does(session: Session, case: Case) -> None:
    says(session, case, FAMILY)
    talk.write_note(session, case, body="The son decides", language="en", actor=maria(session), now=LATER)
    assert head(session, case).us_since == START

    def calls(outcome: CallOutcome) -> None:
        talk.note_call(
            session, case, purpose=CallPurpose.OTHER, outcome=outcome, at=LATER, minutes=3, participants="Noura",
            interpreter=InterpreterUse.NOT_NEEDED, notes="", actor=maria(session), now=LATER,
        )  # fmt: skip

    calls(CallOutcome.NO_ANSWER)
    assert head(session, case).us_since == START
    calls(CallOutcome.HELD)
    assert head(session, case).us_since is None


def test_the_talk_goes_with_its_specialist(session: Session, case: Case) -> None:
    says(session, case, FAMILY)
    amal = make.staff(session, "amal@alder-coast.example")
    with pytest.raises(InvalidInput):
        actions.hand_over(
            session,
            case,
            make.staff(session, "chen@jinghe.example"),
            note="",
            language="en",
            actor=maria(session),
            now=LATER,
        )
    before = case.specialist_id
    other = amal if before != amal.id else make.staff(session, "maria@alder-coast.example")
    actions.hand_over(
        session, case, other, note="She wants a call", language="en", actor=maria(session), now=LATER
    )
    assert head(session, case).specialist_id == other.id
    assert listed(session, case, Mailbox.MINE) == [case.id]


def test_words_to_a_closed_case_are_seen_until_somebody_answers(session: Session, case: Case) -> None:
    says(session, case, FAMILY)
    cases.close(session, case, exit=Exit.COST, reason="", actor=SYSTEM, now=LATER)
    assert (head(session, case).us_since, head(session, case).family_since) == (None, None)
    asked = LATER + timedelta(hours=1)
    says(session, case, FAMILY, "We found the money", asked)
    talk.mark_read(session, case, message_ids=queries_unread(session, case), now=asked)
    assert (head(session, case).us_since, head(session, case).unread) == (asked, 0)
    says(session, case, maria(session), at=asked)
    assert head(session, case).us_since is None


def queries_unread(session: Session, case: Case) -> list[int]:
    from concierge.conversation.queries import unread

    return unread(session, case, is_staff=True)


# --- snooze -------------------------------------------------------------------------------------------------------


def test_a_snoozed_talk_wakes_when_the_family_writes(session: Session, case: Case) -> None:
    says(session, case, FAMILY)
    with pytest.raises(InvalidInput, match="time_in_past"):
        actions.snooze(session, case, until=START, actor=maria(session), now=START)
    actions.snooze(session, case, until=START + timedelta(days=1), actor=maria(session), now=START)
    assert listed(session, case, Mailbox.MINE) == []
    assert listed(session, case, Mailbox.SNOOZED) == [case.id]
    assert head(session, case).snoozed_by == "Maria Castillo"
    says(session, case, FAMILY, "One more thing", LATER)
    assert listed(session, case, Mailbox.MINE) == [case.id]


def test_a_snoozed_talk_wakes_when_its_time_has_come(session: Session, case: Case, clock: StillClock) -> None:
    with transaction() as writing:
        case = cases.lock(writing, case.id)
        says(writing, case, maria(writing))
        actions.snooze(writing, case, until=START + timedelta(hours=3), actor=maria(writing), now=START)
    clock.forward(hours=2)
    assert wake_talks() == 0
    clock.forward(hours=2)
    assert wake_talks() == 1
    session.rollback()
    assert head(session, case).us_since == clock()  # nobody wrote, but somebody wanted to think of it now
    assert listed(session, case, Mailbox.MINE) == [case.id]
    assert wake_talks() == 0


# --- presence -----------------------------------------------------------------------------------------------------


def test_presence_ends_by_itself_and_a_note_is_not_told_to_the_family(session: Session, case: Case) -> None:
    amal, reader = make.actor_of(make.staff(session, "amal@alder-coast.example")), maria(session)
    actions.writes(session, case, kind="note", actor=amal, now=START)
    assert queries.present(session, case, START, but=reader.id) == [("Amal Haddad", "note")]
    assert queries.who_is_writing(session, case, START) == []
    actions.writes(session, case, kind="reply", actor=amal, now=START)
    assert queries.who_is_writing(session, case, START + timedelta(seconds=19)) == ["Amal Haddad"]
    assert queries.present(session, case, START, but=amal.id) == []
    assert queries.who_is_writing(session, case, START + timedelta(seconds=20)) == []


# --- mail that did not arrive ---------------------------------------------------------------------------------------


def failed(session: Session, case: Case) -> OutboxMessage:
    says(session, case, maria(session))
    mail = session.query(OutboxMessage).filter_by(case_id=case.id, event="new_message").one()
    mail.state, mail.error, mail.attempts = "failed", "SMTPRecipientsRefused 550", 1
    session.flush()
    return mail


def test_what_did_not_arrive_waits_for_us_until_it_is_sent_again_once(session: Session, case: Case) -> None:
    mail = failed(session, case)
    assert head(session, case).us_since == START
    assert queries.talks(session, Mailbox.MINE, (case.hospital_id,), case.specialist_id)[0][0].is_undelivered
    make.patient_of(session, case).email = "corrected@family.example"
    assert actions.retry(session, case, mail.public_id, actor=maria(session), now=LATER)
    assert (mail.state, mail.attempts, mail.recipient) == ("queued", 0, "corrected@family.example")
    assert not actions.retry(session, case, mail.public_id, actor=maria(session), now=LATER)
    assert (head(session, case).us_since, head(session, case).family_since) == (None, START)


def test_another_channel_settles_what_did_not_arrive(session: Session, case: Case) -> None:
    mail = failed(session, case)
    actions.switch_channel(session, case, mail.public_id, Channel.PHONE, actor=maria(session), now=LATER)
    assert (mail.state, case.person.channel, head(session, case).us_since) == (
        "cancelled",
        Channel.PHONE,
        None,
    )


# --- words that came another way ------------------------------------------------------------------------------------


def test_words_from_a_messenger_are_words_of_the_family(session: Session, case: Case) -> None:
    def adds(at):
        return actions.add_words(
            session, case, channel=MessageChannel.WHATSAPP, body="هل وصلت التقارير؟", language="ar", at=at,
            sender="Noura", actor=maria(session), now=LATER,
        )  # fmt: skip

    with pytest.raises(InvalidInput, match="words_in_future"):
        adds(LATER + timedelta(minutes=1))
    message = adds(START)
    assert (message.author_kind, message.channel) == ("portal", MessageChannel.WHATSAPP)
    assert head(session, case).us_since == START


def test_a_long_list_comes_in_pages_and_the_longest_wait_first(session: Session) -> None:
    cases_ = [make.a_case(session, step=Step.CONSULT) for _ in range(queries.PAGE + 2)]
    for number, case in enumerate(cases_):
        says(session, case, FAMILY, at=START - timedelta(minutes=number))
    specialist, where = cases_[0].specialist_id, (cases_[0].hospital_id,)
    first, more = queries.talks(session, Mailbox.MINE, where, specialist)
    second, end = queries.talks(session, Mailbox.MINE, where, specialist, more)
    assert [row.case_id for row in [*first, *second]] == [case.id for case in reversed(cases_)]
    assert end == ""
    counted = queries.counts(session, (Mailbox.MINE, Mailbox.ALL), where, specialist)
    assert counted == {Mailbox.MINE: len(cases_), Mailbox.ALL: len(cases_)}
