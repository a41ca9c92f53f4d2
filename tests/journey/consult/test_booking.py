"""A call is booked, changed and cancelled; everybody is told once, reminded in time, and nobody has a time twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import actions as cases
from concierge.conversation.actions import note_call
from concierge.db import transaction
from concierge.domain.access import Right
from concierge.domain.errors import AlreadyTaken, InvalidInput, NotAllowed, SlotTaken
from concierge.domain.journey import CaseState, Exit, Step
from concierge.domain.vocabulary import (
    CallMode,
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    PlannedCallState,
    Programme,
)
from concierge.jobs.remind import enqueue_due
from concierge.journey.consult.booking import actions, queries
from concierge.models import Call, CallWish, Case, CaseEvent, OutboxMessage, PlannedCall, Reminder, SlotLedger
from tests.factories import actor_of, staff
from tests.journey.consult.scenes import WEEK, at, book, family, order
from tests.support.clock import START


@pytest.fixture
def case(open_case):
    return open_case(step=Step.CONSULT)


@pytest.fixture
def maria(session):
    with transaction() as writing:
        return actor_of(staff(writing, "maria@alder-coast.example"), None, Right.EDIT_CASE)


def act(session, verb, case, *args, **more):
    """A verb in a transaction of its own, on the newest rows."""
    with transaction() as writing:
        rows = [writing.get_one(type(row), row.id) if hasattr(row, "id") else row for row in args]
        result = verb(writing, cases.lock(writing, case.id), *rows, now=more.pop("now", START), **more)
    session.rollback()
    session.expire_all()
    return result


def mails(session, case) -> list[str]:
    rows = session.scalars(
        sa.select(OutboxMessage.event).where(OutboxMessage.case_id == case.id).order_by(OutboxMessage.id)
    )
    return [event for event in rows if event.startswith("call") and not event.endswith("_staff")]


def reminders(session, case, state="planned") -> list:
    rows = session.scalars(sa.select(Reminder).where(Reminder.case_id == case.id, Reminder.state == state))
    return sorted(row.due_at for row in rows if row.kind.startswith("call"))


def taken(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(SlotLedger))


def test_a_booked_call_is_told_reminded_of_and_due_at_its_minute(session, case):
    call = book(session, case)
    assert mails(session, case) == ["call_booked"]
    assert session.get_one(Case, case.id).next_due_at == call.starts_at
    assert reminders(session, case) == [at(9) - timedelta(days=1), at(9) - timedelta(hours=1)]
    assert taken(session) == 6  # three quarter-hours of the specialist and three of the patient


def test_the_day_before_is_kept_out_of_the_night_and_the_hour_before_is_not(session, case):
    book(session, case, starts_at=at(14))  # one in the night in Riyadh
    first, second = reminders(session, case)
    assert first == at(14) - timedelta(hours=24) + timedelta(hours=7)  # eight in the morning in Riyadh
    assert second == at(13)


def test_a_call_that_moves_frees_its_time_and_is_reminded_of_anew(session, case, clock):
    call = book(session, case)
    clock.set(at(9) - timedelta(hours=23))
    assert enqueue_due() == 1
    act(session, actions.change_call, case, call, order(at(8) + WEEK), actor=family(case), now=clock())
    assert mails(session, case) == ["call_booked", "call_reminder", "call_moved"]
    assert reminders(session, case) == [at(8) + WEEK - timedelta(days=1), at(8) + WEEK - timedelta(hours=1)]
    assert taken(session) == 6
    moved = session.get_one(PlannedCall, call.id)
    assert (moved.starts_at, moved.booked_at) == (at(8) + WEEK, clock())


def test_other_facts_of_the_same_time_are_no_news(session, case):
    call = book(session, case)
    changed = order(mode=CallMode.WHATSAPP, who_joins="my son")
    act(session, actions.change_call, case, call, changed, actor=family(case))
    assert mails(session, case) == ["call_booked"]
    assert session.get_one(PlannedCall, call.id).who_joins == "my son"
    assert taken(session) == 6


def test_a_cancelled_call_gives_its_time_back_and_the_talk_is_due_as_promised(session, case):
    promised = session.get_one(Case, case.id).next_due_at
    call = book(session, case)
    act(session, actions.cancel_call, case, call, actor=family(case))
    act(session, actions.cancel_call, case, call, actor=family(case))
    assert mails(session, case) == ["call_booked", "call_cancelled"]
    assert (taken(session), reminders(session, case)) == (0, [])
    assert session.get_one(Case, case.id).next_due_at == promised


def test_nobody_is_reminded_of_a_call_whose_hour_has_passed(session, case, clock):
    book(session, case)
    clock.set(at(9, 1))
    enqueue_due()
    assert mails(session, case) == ["call_booked"]
    assert len(reminders(session, case, "cancelled")) == 2


def test_a_case_has_one_call_ahead_and_a_specialist_one_family_at_a_time(session, case, open_case):
    book(session, case)
    with pytest.raises(AlreadyTaken) as refused:
        book(session, case, starts_at=at(11))
    assert refused.value.code == "call_is_booked"
    other = open_case(step=Step.CONSULT, email="other@family.example")
    with pytest.raises(SlotTaken):
        book(session, other, starts_at=at(9, 30))
    free = queries.offer_for(session, other, now=START).nearest(at(9, 30))
    assert [slot.starts_at for slot in free] == [at(8), at(10), at(10, 30)]


@pytest.mark.parametrize("hour", [7, 17])
def test_a_time_outside_the_hours_is_refused(session, case, hour):
    with pytest.raises(SlotTaken):
        book(session, case, starts_at=at(hour))


def test_a_phone_call_needs_a_number_and_a_call_a_specialist(session, case, open_case):
    with pytest.raises(InvalidInput) as refused:
        book(session, case, number="")
    assert (refused.value.field, refused.value.code) == ("number", "number_needed")
    with pytest.raises(NotAllowed):
        book(session, open_case(step=Step.CONTACT, is_taken=False, email="new@family.example"))


def test_booking_wakes_a_case_that_rests_and_closing_it_frees_the_time(session, case, maria):
    def hold(writing, locked, **more):
        cases.hold(writing, locked, until=at(9).date() + WEEK, reason="", **more)

    act(session, hold, case, actor=maria)
    call = book(session, case)
    assert session.get_one(Case, case.id).state is CaseState.OPEN

    def close(writing, locked, **more):
        cases.close(writing, locked, exit=Exit.WITHDRAWN, reason="", **more)

    act(session, close, case, actor=maria)
    assert session.get_one(PlannedCall, call.id).state is PlannedCallState.CANCELLED
    assert taken(session) == 0


def test_who_is_missed_gets_a_kind_mail_and_the_talk_is_due_again(session, case, maria, clock):
    call = book(session, case)
    with pytest.raises(InvalidInput):
        act(session, actions.miss_call, case, call, actor=maria, now=at(8, 59))
    act(session, actions.miss_call, case, call, actor=maria, now=at(9, 20))
    assert mails(session, case)[-1] == "call_missed"
    assert session.scalars(sa.select(Call.outcome)).all() == [CallOutcome.NO_ANSWER]
    fresh = session.get_one(Case, case.id)
    assert fresh.next_code == "hold_call"
    assert fresh.next_due_at > at(9, 20)
    again = book(session, case, now=at(9, 30), starts_at=at(9) + WEEK)
    act(session, actions.miss_call, case, again, actor=maria, now=at(9, 20) + WEEK)
    assert queries.missed_calls(session, case.id) == 2
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds.count("call_missed") == 2


def test_a_wish_for_other_hours_stands_until_it_is_answered_by_a_booking(session, case):
    act(session, actions.ask_for_hours, case, text="After 20:00", actor=family(case))
    assert [wish.text for wish in queries.wishes(session, (case.hospital_id,))] == ["After 20:00"]
    book(session, case)
    assert queries.open_wish(session, case.id) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(CallWish)) == 1
    with pytest.raises(InvalidInput):
        act(session, actions.ask_for_hours, case, text="  ", actor=family(case))


def test_a_call_that_moves_goes_to_the_new_specialist_of_the_case(session, case):
    call = book(session, case)
    with transaction() as writing:
        writing.get_one(Case, case.id).specialist_id = staff(writing, "amal@alder-coast.example").id
    act(session, actions.change_call, case, call, order(at(10)), actor=family(case))
    moved = session.get_one(PlannedCall, call.id)
    assert moved.specialist.name == "Amal Haddad"
    subjects = set(session.scalars(sa.select(SlotLedger.subject)))
    assert subjects == {f"staff:{moved.specialist_id}", f"case:{case.id}"}


@pytest.mark.parametrize(
    ("hours_before", "state"), [(1, PlannedCallState.HELD), (13, PlannedCallState.BOOKED)]
)
def test_a_call_noted_by_hand_was_the_planned_one_when_it_lies_near(session, case, hours_before, state):
    call = book(session, case)
    talked_at = at(9) - timedelta(hours=hours_before)
    with transaction() as writing:
        actions.noted_call(writing, writing.get_one(Case, case.id), at=talked_at, now=talked_at)
    session.rollback()
    assert session.get_one(PlannedCall, call.id, populate_existing=True).state is state


def test_the_specialist_gets_one_mail_for_what_a_family_does_and_none_for_what_the_team_does(session, case, maria):
    call = book(session, case)
    act(session, actions.change_call, case, call, order(at(9) + WEEK), actor=family(case))
    act(session, actions.change_call, case, call, order(at(9) + WEEK, who_joins="my son"), actor=family(case))
    act(session, actions.cancel_call, case, call, actor=family(case))
    act(session, actions.book_call, case, order(), actor=maria)
    rows = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.event == "call_by_family_staff").order_by(OutboxMessage.id)
    ).all()
    assert [row.context["happening"] for row in rows] == [
        "call_booked", "call_moved", "call_facts_changed", "call_cancelled",
    ]  # fmt: skip
    assert {row.recipient for row in rows} == {"maria@alder-coast.example"}


def telehealth(session, case, country: str) -> None:
    with transaction() as writing:
        row = writing.get_one(Case, case.id)
        row.programme, row.present_country, row.hospital.telehealth_countries = Programme.TELEHEALTH, country, ["SA"]
    session.rollback()


@pytest.mark.parametrize(("country", "code"), [("", "call_place_unknown"), ("FR", "call_place_without_rule")])
def test_a_telehealth_call_is_booked_and_noted_only_where_a_rule_allows_it(session, case, maria, country, code):
    facts = {
        "purpose": CallPurpose.CONSULT, "at": START, "minutes": 30, "participants": "Noura", "notes": "",
        "interpreter": InterpreterUse.NOT_NEEDED, "actor": maria,
    }  # fmt: skip
    telehealth(session, case, country)
    for actor, told in ((family(case), f"{code}_family"), (maria, code)):
        with pytest.raises(InvalidInput) as refused:
            act(session, actions.book_call, case, order(), actor=actor)
        assert (refused.value.field, refused.value.code) == ("mode", told)
    with pytest.raises(InvalidInput) as refused:
        act(session, note_call, case, outcome=CallOutcome.HELD, **facts)
    assert (refused.value.field, refused.value.code) == ("at", code)
    act(session, note_call, case, outcome=CallOutcome.NO_ANSWER, **facts)
    telehealth(session, case, "SA")
    act(session, note_call, case, outcome=CallOutcome.HELD, **facts)
    act(session, actions.book_call, case, order(), actor=family(case))
    telehealth(session, case, country)
    with pytest.raises(InvalidInput):
        act(session, actions.change_call, case, queries.booked_call(session, case.id), order(at(9) + WEEK), actor=maria)
    assert session.scalars(sa.select(PlannedCall.starts_at)).all() == [at(9)]
