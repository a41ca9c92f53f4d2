"""Our answer: spoken before it is shown, replied to once, dated with the hospital's own calendar."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.cases import facts
from concierge.domain import vocabulary as v
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journey import CaseState, Exit, Step, WaitingOn, blockers
from concierge.journey.acceptance import actions
from concierge.journey.acceptance.queries import letter_of, review_day, told_decision
from concierge.models import Answer, CaseEvent, Message, OutboxMessage
from tests.factories import a_case, account, actor_of, patient_of, staff, takes_part
from tests.journey.acceptance.conftest import MARIA, TOM, a_call, decision_of, sign
from tests.support.clock import START


@pytest.fixture
def maria(session):
    return actor_of(staff(session, MARIA))


@pytest.fixture
def tom(session):
    return actor_of(staff(session, TOM))


def _portal(session, case):
    who = patient_of(session, case)
    return Actor("portal", who.id, who.name)


def _tell(session, case, actor, outcome=v.CallOutcome.HELD):
    decision = decision_of(session, case)
    return actions.tell_answer(
        session, case, a_call(outcome), decision_id=decision.id, actor=actor, now=START
    )


def _mails(session, event):
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == event)).all()


def _kinds(session, case):
    return session.scalars(
        sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    ).all()


def test_an_acceptance_is_published_by_the_call_that_told_it(session, accepted, maria):
    assert _tell(session, accepted, maria)
    decision = told_decision(session, accepted)
    assert decision.told_at == START and decision.told_call_id
    assert accepted.next_code == "say_yes" and accepted.waiting_on is WaitingOn.PATIENT
    assert _kinds(session, accepted)[-2:] == ["call_noted", "answer_told"]
    assert [mail.recipient for mail in _mails(session, "answer_ready")] == [accepted.person.email]


def test_a_call_that_nobody_answered_publishes_nothing(session, accepted, maria):
    assert not _tell(session, accepted, maria, v.CallOutcome.NO_ANSWER)
    assert told_decision(session, accepted) is None
    assert not _mails(session, "answer_ready")
    assert accepted.next_code == "tell_answer"


def test_an_answer_not_for_us_is_told_then_ends_the_case(session, reviewing, maria):
    sign(session, reviewing, v.DecisionOutcome.NOT_FOR_US)
    assert reviewing.next_code == "tell_declined"
    _tell(session, reviewing, maria, v.CallOutcome.NO_CONTACT_POSSIBLE)
    assert (reviewing.state, reviewing.exit) == (CaseState.CLOSED, Exit.NOT_ACCEPTED)
    assert [mail.state for mail in _mails(session, "answer_ready")] == ["queued"]


def test_more_records_are_told_without_ending_anything(session, reviewing, maria):
    sign(session, reviewing, v.DecisionOutcome.NEED_MORE, asked_records=["pathology"])
    _tell(session, reviewing, maria)
    assert reviewing.state is CaseState.OPEN
    assert told_decision(session, reviewing).outcome is v.DecisionOutcome.NEED_MORE


def test_a_wish_for_a_second_reviewer_is_nobodys_news(session, reviewing, maria):
    sign(session, reviewing, v.DecisionOutcome.SECOND_REVIEWER)
    with pytest.raises(NotAllowed, match="nothing_to_tell"):
        _tell(session, reviewing, maria)


def test_a_decision_signed_during_the_call_is_not_told_by_mistake(session, reviewing, maria):
    first = sign(session, reviewing, v.DecisionOutcome.NEED_MORE, asked_records=["pathology"])
    sign(session, reviewing, v.DecisionOutcome.NOT_FOR_US)
    with pytest.raises(Stale):
        actions.tell_answer(session, reviewing, a_call(), decision_id=first.id, actor=maria, now=START)
    assert told_decision(session, reviewing) is None


def test_an_answer_is_told_once(session, accepted, maria):
    _tell(session, accepted, maria)
    with pytest.raises(NotAllowed, match="nothing_to_tell"):
        _tell(session, accepted, maria)


def test_the_days_of_reviewing_do_not_show_that_something_was_signed(session, reviewing):
    before = review_day(session, reviewing, START)
    sign(session, reviewing, v.DecisionOutcome.ACCEPT)
    assert before == review_day(session, reviewing, START) == 1


def test_only_those_with_the_decision_area_hear_of_the_answer(session, accepted, maria):
    takes_part(
        session, accepted, account(session, "trip@family.example"), v.Relation.CHILD, can_messages=True
    )
    takes_part(session, accepted, account(session, "son@family.example"), v.Relation.CHILD, can_decision=True)
    _tell(session, accepted, maria)
    assert {mail.recipient for mail in _mails(session, "answer_ready")} == {
        accepted.person.email,
        "son@family.example",
    }


# --- the reply ----------------------------------------------------------------------------------------------


def test_nobody_replies_to_what_was_not_told(session, accepted):
    with pytest.raises(NotAllowed, match="no_answer_yet"):
        actions.reply(
            session, accepted, choice=v.PatientAnswer.YES, actor=_portal(session, accepted), now=START
        )


def test_a_yes_moves_the_case_to_its_dates_and_tells_the_specialist(session, accepted, maria):
    _tell(session, accepted, maria)
    for _again in range(2):
        actions.reply(
            session, accepted, choice=v.PatientAnswer.YES, actor=_portal(session, accepted), now=START
        )
    assert accepted.next_code == "hold_dates" and accepted.waiting_on is WaitingOn.US
    assert [mail.recipient for mail in _mails(session, "answer_reply")] == [accepted.specialist.email]
    assert _kinds(session, accepted).count("patient_replied") == 1


def test_a_question_waits_for_us_and_is_asked_again_after_our_answer(session, accepted, maria):
    _tell(session, accepted, maria)
    portal = _portal(session, accepted)
    with pytest.raises(InvalidInput, match="question_needed"):
        actions.reply(session, accepted, choice=v.PatientAnswer.ASK, question=" ", actor=portal, now=START)
    actions.reply(
        session,
        accepted,
        choice=v.PatientAnswer.ASK,
        question="كم يوما؟",
        language="ar",
        actor=portal,
        now=START,
    )
    assert accepted.next_code == "answer_questions" and accepted.waiting_on is WaitingOn.US
    actions.answer_question(session, accepted, body="Four days.", language="en", actor=maria, now=START)
    assert accepted.next_code == "say_yes"
    assert [m.body for m in session.scalars(sa.select(Message).order_by(Message.id))] == [
        "كم يوما؟",
        "Four days.",
    ]
    with pytest.raises(NotAllowed, match="no_question"):
        actions.answer_question(session, accepted, body="Again.", language="en", actor=maria, now=START)


def test_not_now_closes_the_case_as_withdrawn(session, accepted, maria):
    _tell(session, accepted, maria)
    actions.reply(session, accepted, choice=v.PatientAnswer.NO, actor=_portal(session, accepted), now=START)
    assert (accepted.state, accepted.exit, accepted.next_code) == (CaseState.CLOSED, Exit.WITHDRAWN, None)


def test_after_a_yes_the_portal_cannot_take_it_back(session, accepted, maria):
    _tell(session, accepted, maria)
    portal = _portal(session, accepted)
    actions.reply(session, accepted, choice=v.PatientAnswer.YES, actor=portal, now=START)
    with pytest.raises(NotAllowed, match="answered_already"):
        actions.reply(session, accepted, choice=v.PatientAnswer.NO, actor=portal, now=START)


# --- dates --------------------------------------------------------------------------------------------------


def _hold(session, case, first, last, actor, version=0):
    actions.hold_dates(session, case, first_on=first, last_on=last, version=version, actor=actor, now=START)


@pytest.mark.parametrize(
    ("first", "last", "field", "code", "holiday"),
    [
        (date(2026, 11, 23), date(2026, 11, 25), "first_on", "day_past", None),
        (date(2026, 12, 9), date(2026, 12, 8), "last_on", "days_upside_down", None),
        (date(2026, 12, 8), date(2026, 12, 9), "last_on", "days_too_few", None),
        (date(2026, 12, 7), date(2026, 12, 14), "last_on", "days_too_many", None),
        (date(2026, 12, 12), date(2026, 12, 16), "first_on", "day_closed", None),
        (date(2026, 11, 26), date(2026, 12, 1), "first_on", "day_closed_holiday", "Thanksgiving"),
        (date(2026, 12, 24), date(2026, 12, 28), "last_on", "days_too_few_holiday", "Christmas Day"),
    ],
)
def test_dates_that_are_no_evaluation_are_refused_with_the_reason(
    session, accepted, maria, tom, first, last, field, code, holiday
):
    _tell(session, accepted, maria)
    with pytest.raises(InvalidInput) as refused:
        _hold(session, accepted, first, last, tom)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert refused.value.data.get("holiday") == holiday


@pytest.mark.parametrize(
    ("slug", "first", "last"),
    [
        (
            "alder-coast",
            date(2026, 11, 24),
            date(2026, 11, 27),
        ),  # from today, over Thanksgiving: 3 working days
        ("alder-coast", date(2026, 12, 10), date(2026, 12, 16)),  # 5 over a weekend
        ("jinghe", date(2026, 12, 10), date(2026, 12, 14)),  # Saturday is a working day there: 4
    ],
)
def test_three_to_five_working_days_are_held(session, slug, first, last):
    case = a_case(session, step=Step.ACCEPTANCE, slug=slug)
    caller = actor_of(staff(session, MARIA if slug == "alder-coast" else "chen@jinghe.example"))
    _tell(session, case, caller)
    _hold(session, case, first, last, caller)
    held = session.get(Answer, case.id)
    assert (held.evaluation_from, held.evaluation_to, held.dates_held_at) == (first, last, START)


def test_dates_are_not_held_before_the_answer_was_told(session, accepted, tom):
    with pytest.raises(NotAllowed, match="tell_first"):
        _hold(session, accepted, date(2026, 12, 8), date(2026, 12, 11), tom)


def test_a_stale_page_does_not_move_dates(session, accepted, maria, tom):
    _tell(session, accepted, maria)
    _hold(session, accepted, date(2026, 12, 8), date(2026, 12, 11), tom)
    with pytest.raises(Stale):
        _hold(session, accepted, date(2026, 12, 14), date(2026, 12, 17), tom)


def test_the_family_hears_of_other_dates_once_its_trip_was_confirmed(session, accepted, maria, tom):
    _tell(session, accepted, maria)
    _hold(session, accepted, date(2026, 12, 8), date(2026, 12, 11), tom)
    held = session.get(Answer, accepted.id)
    assert not _mails(session, "evaluation_changed")
    held.trip_confirmed_at = START
    session.flush()
    _hold(session, accepted, date(2026, 12, 14), date(2026, 12, 17), tom, held.version)
    assert len(_mails(session, "evaluation_changed")) == 1


# --- the letter for the visa --------------------------------------------------------------------------------


def test_a_visa_letter_lives_until_it_is_withdrawn_or_the_dates_move(session, accepted, maria, tom):
    _tell(session, accepted, maria)
    with pytest.raises(NotAllowed, match="hold_dates_first"):
        actions.send_visa_letter(session, accepted, actor=tom, now=START)
    _hold(session, accepted, date(2026, 12, 8), date(2026, 12, 11), tom)
    first_code = actions.send_visa_letter(session, accepted, actor=tom, now=START).visa_code
    assert letter_of(session, first_code)[2]
    held = session.get(Answer, accepted.id)
    _hold(session, accepted, date(2026, 12, 14), date(2026, 12, 17), tom, held.version)
    assert not letter_of(session, first_code)[2]
    second_code = actions.send_visa_letter(session, accepted, actor=tom, now=START).visa_code
    assert letter_of(session, first_code) is None and letter_of(session, second_code)[2]
    actions.withdraw_visa_letter(session, accepted, actor=tom, now=START)
    assert not letter_of(session, second_code)[2]
    with pytest.raises(NotAllowed, match="no_letter"):
        actions.withdraw_visa_letter(session, accepted, actor=tom, now=START)


def test_a_case_that_needs_a_visa_waits_for_its_letter(session, accepted, maria, tom):
    accepted.is_visa_needed = True
    _tell(session, accepted, maria)
    actions.reply(session, accepted, choice=v.PatientAnswer.YES, actor=_portal(session, accepted), now=START)
    _hold(session, accepted, date(2026, 12, 8), date(2026, 12, 11), tom)
    assert "send_visa_letter" in _open(session, accepted)
    actions.send_visa_letter(session, accepted, actor=tom, now=START)
    assert "send_visa_letter" not in _open(session, accepted)


def _open(session, case):
    return [b.code for b in blockers(case.step, facts.facts_of(facts.load(session, case), START))]
