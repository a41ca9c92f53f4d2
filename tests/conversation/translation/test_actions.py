"""What waits for whom: machine, translator, family."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import close
from concierge.conversation import queries
from concierge.conversation.translation import actions, memory
from concierge.conversation.translation.queries import desk_page
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import DeskReason, DeskState, TranslationState
from concierge.models import Case, Message, OutboxMessage, Translation
from tests import factories as make
from tests.conversation.translation.scene import (
    DEPOSIT,
    DEPOSIT_AR,
    a_talk,
    mails,
    row_of,
    say,
    translator,
)
from tests.support.clock import START

BOTH = {"en", "ar"}


def approve(session: Session, case: Case, message: Message, text: str = DEPOSIT_AR, **more) -> Message:
    _user, samir = translator(session)
    facts = {
        "seen": message.body, "is_confirmed": False, "languages": BOTH, "actor": samir,
        "now": START + timedelta(hours=1),
    } | more  # fmt: skip
    return actions.approve(session, case, row_of(session, message), text=text, **facts)


def family_sees(session: Session, case: Case) -> list[str]:
    return [one.body for one in queries.page_of(session, case, kinds=queries.FAMILY_READS).messages]


def test_a_critical_message_of_the_team_is_nowhere_until_a_person_has_approved_it(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        row = row_of(writing, held)
        assert held.is_held
        assert (row.desk, row.reason, row.target) == (DeskState.WAITING, DeskReason.CRITICAL, "ar")
        assert family_sees(writing, case) == []
        assert queries.unread(writing, case, is_staff=False) == []
        assert (mails(writing), case.replied_at, case.next_code) == ([], None, "reply_first")
        say(writing, case, maria, "Good morning.")
        arrived = approve(writing, case, held)
        assert family_sees(writing, case) == ["Good morning.", DEPOSIT]
        assert (arrived.translation, arrived.translation_state) == (DEPOSIT_AR, TranslationState.CHECKED)
        assert (arrived.checked_by, arrived.at) == ("Samir Khoury", START + timedelta(hours=1))
        assert writing.scalar(sa.select(sa.func.count()).select_from(Message)) == 2


def test_the_first_reply_and_the_mail_come_when_the_message_arrives(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        public_id = held.public_id
        arrived = approve(writing, case, held)
        assert arrived.public_id == public_id
        assert case.replied_at == START + timedelta(hours=1)
        assert mails(writing) == ["new_message"]


def test_the_sender_may_ask_for_a_check_and_may_waive_it_but_not_for_money(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        wanted = say(writing, case, maria, "Good morning.", needs_check=True)
        consent = say(writing, case, maria, "Please sign the consent form.")
        deposit = say(writing, case, maria, DEPOSIT)
        assert (wanted.is_held, consent.is_held, deposit.is_held) == (True, True, True)
        with pytest.raises(NotAllowed, match="amount_needs_check"):
            actions.untick(writing, case, deposit, actor=maria, now=START)
        sent = actions.untick(writing, case, consent, actor=maria, now=START)
        assert sent.translation_state is TranslationState.NOT_TRANSLATED
        assert family_sees(writing, case) == ["Please sign the consent form."]


def test_what_the_family_reads_and_what_they_write_themselves_is_never_held(session: Session) -> None:
    with transaction() as writing:
        case, maria, noura = a_talk(writing)
        assert not say(writing, case, maria, DEPOSIT_AR, "ar").is_held
        question = say(writing, case, noura, "كم مبلغ العربون؟", "ar")
        assert (question.is_held, question.critical) == (False, "money")
        assert row_of(writing, question).target == "en"
        emoji = say(writing, case, maria, "👍 😊")
        assert emoji.translation_state is TranslationState.NOT_NEEDED


@pytest.mark.parametrize("body", ["\u200f\u2067\u2069", "\u200b \u2060", "\u3164\u2800", "\u202e\n\u200e"])
def test_a_message_of_invisible_signs_is_empty(session: Session, body: str) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        with pytest.raises(InvalidInput, match="message_empty"):
            say(writing, case, maria, body)


def test_nothing_arrives_after_a_death(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        close(writing, case, exit=Exit.DIED, reason="", actor=SYSTEM, now=START)
        with pytest.raises(NotAllowed, match="messages_stopped"):
            approve(writing, case, held)
        assert (family_sees(writing, case), mails(writing)) == ([], [])
        closed, other, _patient = a_talk(writing)
        held = say(writing, closed, other, DEPOSIT)
        close(writing, closed, exit=Exit.COST, reason="", actor=SYSTEM, now=START)
        assert not approve(writing, closed, held).is_held


def test_a_person_answers_only_for_what_they_read_and_have_compared(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        with pytest.raises(NotAllowed, match="not_your_languages"):
            approve(writing, case, held, languages={"en", "zh_Hans"})
        with pytest.raises(NotAllowed):
            approve(writing, case, held, actor=maria)
        with pytest.raises(InvalidInput, match="wording_differs"):
            approve(writing, case, held, "مبلغ العربون USD 1,000.")
        actions.change_held(writing, case, held, body="The deposit is USD 12,000.", actor=maria, now=START)
        with pytest.raises(InvalidInput, match="source_changed"):
            approve(writing, case, held, seen=DEPOSIT)
        assert not approve(writing, case, held, "مبلغ العربون USD 1,000.", is_confirmed=True).is_held


def test_a_second_approval_changes_nothing(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        arrived = approve(writing, case, say(writing, case, maria, DEPOSIT))
        with pytest.raises(AlreadyTaken, match="translation_done"):
            approve(writing, case, arrived, "مبلغ العربون USD 10,000!")
        assert (arrived.translation, mails(writing)) == (DEPOSIT_AR, ["new_message"])


def test_a_withdrawn_message_never_leaves(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        actions.withdraw_held(writing, case, held, actor=maria, now=START)
        with pytest.raises(AlreadyTaken):
            approve(writing, case, held)
        assert (family_sees(writing, case), mails(writing)) == ([], [])


def test_what_cannot_be_translated_is_told_to_the_specialist(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        held = say(writing, case, maria, DEPOSIT)
        _user, samir = translator(writing)
        actions.cannot(writing, case, row_of(writing, held), actor=samir, now=START)
        told = writing.scalars(sa.select(OutboxMessage)).one()
        assert (told.event, told.recipient) == ("call_needed_staff", case.specialist.email)
        assert held.is_held


def test_taking_is_soft_and_lapses(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        row = row_of(writing, say(writing, case, maria, DEPOSIT))
        samir, lena = (make.staff(writing, f"{name}@alder-coast.example") for name in ("samir", "lena"))
        actions.take(row, samir, START)
        actions.take(row, samir, START)
        with pytest.raises(AlreadyTaken, match="translation_taken"):
            actions.take(row, lena, START)
        actions.take(row, lena, START + timedelta(minutes=31))
        assert row.taken_by == lena.name


def test_a_checked_translation_is_remembered_in_its_hospital_only(session: Session) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        approve(writing, case, say(writing, case, maria, DEPOSIT))
        keys = [memory.key_of(hospital, DEPOSIT, "en", "ar") for hospital in (case.hospital_id, 99)]
        found = [memory.recall(writing, key, "any engine") for key in keys]
        assert (found[0].text, found[0].checked_by, found[1]) == (DEPOSIT_AR, "Samir Khoury", None)


def test_the_desk_is_ordered_by_risk_and_age(session: Session) -> None:
    with transaction() as writing:
        case, maria, noura = a_talk(writing)
        asked = say(writing, case, noura, "سؤال", "ar")
        assert actions.ask(writing, case, asked, target="en", actor=maria, now=START)
        for minutes in range(45):
            say(writing, case, maria, f"{DEPOSIT} {minutes}", now=START + timedelta(minutes=minutes))
    first = desk_page(session, (case.hospital_id,), ("en", "ar"), "")
    second = desk_page(session, (case.hospital_id,), ("en", "ar"), first.more)
    shown = first.rows + second.rows
    assert [row.message.body.split()[-1] for row in shown] == [*map(str, range(45)), "سؤال"]
    assert second.more == ""
    assert desk_page(session, (case.hospital_id,), ("zh_Hans",), "").rows == []
    assert desk_page(session, (99,), (), "").rows == []


def test_a_chat_without_an_account_is_translated_like_any_other_talk(session: Session) -> None:
    with transaction() as writing:
        case, _maria, _noura = a_talk(writing)
        said = say(writing, case, Actor("portal", None, "Noura"), "صباح الخير.", "ar")
        assert row_of(writing, said).source == "ar"
        assert writing.scalar(sa.select(sa.func.count()).select_from(Translation)) == 1


def test_a_colleague_who_does_not_read_a_message_asks_the_engine_first_and_then_a_person(
    session: Session,
) -> None:
    with transaction() as writing:
        case, maria, _noura = a_talk(writing)
        said = say(writing, case, maria, "صباح الخير.", "ar")
        assert not actions.ask(writing, case, said, target="en", actor=maria, now=START)
        assert row_of(writing, said).desk is DeskState.NONE
        assert actions.ask(writing, case, said, target="en", actor=maria, now=START)
        assert row_of(writing, said).reason is DeskReason.ASKED
