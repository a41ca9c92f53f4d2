"""The call screen: notes survive, the call is noted, what is private is not sent, and what comes next."""

import re

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    PatientKnows,
    PlannedCallState,
    TranslationState,
)
from concierge.models import Call, CallSheet, Case, Message, OutboxMessage, PlannedCall, SlotLedger
from tests.journey.consult.scenes import WEEK, at, book
from tests.journey.consult.test_booking_pages import text_of
from tests.support.clock import START

NOTES = {
    "topic_people": "The son decides. The mother does not know.",
    "topic_hopes": "They ask whether an operation is possible.",
    "topic_next": "They send the report by Friday.",
}


@pytest.fixture
def case(open_case):
    return open_case(step=Step.CONSULT)


def fresh(session, model, **where):
    session.rollback()
    found = sa.select(model).filter_by(**where).execution_options(populate_existing=True)
    return session.scalars(found).one()


def save(client, place, act="save", **fields):
    return client.submit(client.get(place), action="/notes", button=act, **fields)


def test_the_guide_shows_what_is_known_and_who_is_expected(client, sign_in, session, case):
    book(session, case, who_joins="my daughter Salma")
    sign_in("maria")
    shown = text_of(client.get(f"/c/{case.reference}/call")).replace("\u202f", " ")
    assert "9:00 AM Los Angeles" in shown
    assert "8:00 PM Riyadh" in shown
    assert "my daughter Salma" in shown
    assert "قصة قصيرة" in shown
    assert 'href="tel:+966501234567"' in client.get(f"/c/{case.reference}/call").get_data(as_text=True)


def test_every_press_keeps_the_notes_and_two_writers_do_not_lose_each_others(client, sign_in, session, case):
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    stale = client.get(place)
    assert save(client, place, **NOTES).location == place
    assert fresh(session, CallSheet).notes["hopes"] == NOTES["topic_hopes"]
    refused = client.submit(stale, action="/notes", button="save", topic_money="Embassy pays.")
    assert refused.status_code == 422
    assert "Embassy pays." in refused.get_data(as_text=True)
    assert "money" not in fresh(session, CallSheet).notes
    assert client.submit(refused, action="/notes", button="save").status_code == 303
    assert fresh(session, CallSheet).notes == {"money": "Embassy pays."}


def test_a_finished_call_is_noted_with_its_facts_and_the_summary_leaves_out_what_is_private(
    client, sign_in, session, case, clock
):
    planned = book(session, case)
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    clock.set(at(9))
    client.get(place)
    done = save(
        client, place, "finish", participants="Noura, Salma", interpreter="relative_after_decline", **NOTES
    )
    assert done.location == f"{place}/finish"
    clock.set(at(9, 40))
    page = client.get(f"{place}/finish")
    html = page.get_data(as_text=True)
    draft = re.search(r'<textarea[^>]*name="summary"[^>]*>(.*?)</textarea>', html, re.DOTALL)[1]
    assert "whether an operation is possible" in draft
    assert "does not know" not in draft
    done = client.submit(page, knows="does_not", who="The son decides.")
    assert done.location == f"{place}/next"
    call = fresh(session, Call)
    assert (call.purpose, call.outcome, call.at, call.minutes) == (
        CallPurpose.CONSULT,
        CallOutcome.HELD,
        at(9),
        40,
    )
    assert call.interpreter is InterpreterUse.RELATIVE_AFTER_DECLINE
    assert "The mother does not know" in call.notes
    assert fresh(session, PlannedCall, id=planned.id).state is PlannedCallState.HELD
    now = fresh(session, Case, id=case.id)
    assert (now.patient_knows, now.who_knows) == (PatientKnows.DOES_NOT, "The son decides.")
    assert now.next_code == "note_payer"
    sent = fresh(session, Message)
    assert "Dear Noura" in sent.body
    assert sent.language == "en"
    assert sent.translation_state is TranslationState.NOT_TRANSLATED
    assert client.get(f"{place}/finish").status_code == 302


def test_the_next_action_is_asked_for_and_can_be_given_a_day(client, sign_in, session, case, clock):
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    save(client, place, "finish", **NOTES)
    clock.forward(minutes=30)
    client.submit(client.get(f"{place}/finish"), participants="Noura", is_sent=None)
    assert session.scalars(sa.select(Message)).all() == []
    page = client.get(f"{place}/next")
    assert "Note who pays" in text_of(page)
    due = START.date() + WEEK
    assert client.submit(page, due_on="2020-01-01").status_code == 422
    assert client.submit(client.get(f"{place}/next"), due_on=due.isoformat()).status_code == 303
    assert fresh(session, Case, id=case.id).next_due_at == at(17, on=due)


def test_a_call_held_early_gives_the_rest_of_its_time_back(client, sign_in, session, case):
    book(session, case)
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    save(client, place, "finish", **NOTES)
    client.submit(client.get(f"{place}/finish"), participants="Noura")
    assert session.scalars(sa.select(SlotLedger)).all() == []
    kinds = session.scalars(sa.select(OutboxMessage.event).where(OutboxMessage.case_id == case.id)).all()
    assert "call_cancelled" not in kinds


def test_nobody_came_is_one_press_and_the_second_time_advice(client, sign_in, session, case, clock):
    sign_in("maria")
    place = f"/c/{case.reference}/call"
    for week in range(2):
        planned = book(session, case, now=clock(), starts_at=at(9) + week * WEEK)
        assert "no-show" not in client.get(place).get_data(as_text=True)
        clock.set(at(9, 15) + week * WEEK)
        assert client.submit(client.get(place), action="/no-show").status_code == 303
        assert fresh(session, PlannedCall, id=planned.id).state is PlannedCallState.NO_SHOW
    shown = text_of(client.get(place))
    assert "Nobody answered 2 booked calls" in shown
    mails = session.scalars(sa.select(OutboxMessage.event)).all()
    assert mails.count("call_missed") == 2


def test_a_closed_case_is_read_and_not_written(client, sign_in, session, case):
    sign_in("maria")
    page = client.get(f"/c/{case.reference}/call")
    with transaction() as writing:
        row = writing.get_one(Case, case.id)
        row.state, row.exit = "closed", "withdrawn"
    assert client.submit(page, action="/notes", button="save", **NOTES).status_code == 403
    assert "Finish call" not in text_of(client.get(f"/c/{case.reference}/call"))


def test_who_may_not_edit_reads_the_screen_and_writes_nothing(client, sign_in, session, case):
    book(session, case)
    sign_in("daniel")
    shown = text_of(client.get(f"/c/{case.reference}/call"))
    assert "Agreed for" in shown
    assert "Finish call" not in shown
    assert client.get(f"/c/{case.reference}/call/notes").status_code == 403
