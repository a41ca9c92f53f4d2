"""The gates: what each step asks for, who owns it, and that nothing else moves a case."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.access import Role
from concierge.domain.journey import (
    LAST_STEP,
    CaseFacts,
    Step,
    WaitingOn,
    blockers,
    next_action,
    step_after,
)
from concierge.domain.vocabulary import DepositGate, Programme

CONTACT_DONE = {
    "is_taken", "is_replied", "has_language", "has_channel", "has_timezone", "has_health_consent", "is_who_knows_noted",
}  # fmt: skip
CONSULT_DONE = {"is_call_held", "is_payer_known", "is_payer_letter_known", "are_records_agreed"}
FINANCE_DONE = {"has_estimate_issued", "is_estimate_understood", "is_deposit_requested"}
ACCEPTANCE_DONE = {
    "is_answer_told",
    "said_yes",
    "are_dates_held",
    "is_cleared",
    "has_appointments",
    "is_trip_confirmed",
}
EVALUATION_DONE = {
    "is_evaluation_held", "is_plan_written", "is_plan_explained", "is_plan_acknowledged", "has_choice",
    "is_folder_handed_over",
}  # fmt: skip
DONE = {
    Step.CONTACT: CONTACT_DONE,
    Step.CONSULT: CONSULT_DONE,
    Step.FINANCE: FINANCE_DONE,
    Step.CLINICAL: {"is_decision_signed"},
    Step.ACCEPTANCE: ACCEPTANCE_DONE,
    Step.EVALUATION: EVALUATION_DONE,
}


def facts(names, **more) -> CaseFacts:
    return CaseFacts(**dict.fromkeys(names, True), **more)


def codes(step, known) -> list[str]:
    return [blocker.code for blocker in blockers(step, known)]


@pytest.mark.parametrize("step", list(Step))
def test_a_step_opens_when_all_its_facts_are_there(step):
    assert blockers(step, facts(DONE[step])) == ()


@pytest.mark.parametrize(("step", "fact"), [(step, fact) for step in Step for fact in sorted(DONE[step])])
def test_each_fact_is_needed(step, fact):
    assert blockers(step, facts(DONE[step] - {fact}))


def test_a_letter_of_guarantee_is_the_other_door_of_finance():
    assert codes(Step.FINANCE, facts({"is_covered_by_letter"})) == []
    assert "understand_estimate" in codes(Step.FINANCE, facts({"has_estimate_issued"}))


def test_the_hospital_decides_when_the_deposit_must_be_paid():
    early = facts(FINANCE_DONE, deposit_gate=DepositGate.BEFORE_CLINICAL)
    assert codes(Step.FINANCE, early) == ["pay_deposit"]
    assert codes(Step.FINANCE, early.with_(is_cleared=True)) == []
    assert codes(Step.FINANCE, facts(FINANCE_DONE)) == []
    assert "pay_deposit" in codes(Step.ACCEPTANCE, facts(ACCEPTANCE_DONE - {"is_cleared"}))


def test_whose_turn_it_is_follows_the_money():
    waiting = facts(ACCEPTANCE_DONE - {"is_cleared"})
    assert blockers(Step.ACCEPTANCE, waiting)[0].waiting_on is WaitingOn.PATIENT
    assert (
        blockers(Step.ACCEPTANCE, waiting.with_(is_deposit_on_its_way=True))[0].waiting_on is WaitingOn.PAYER
    )
    odd = blockers(Step.ACCEPTANCE, waiting.with_(is_money_odd=True, is_deposit_on_its_way=True))[0]
    assert (odd.code, odd.owner, odd.waiting_on) == ("settle_payment", Role.ADVOCATE, WaitingOn.US)


def test_not_for_us_never_leaves_the_review_by_itself():
    declined = facts({"is_decision_signed"}, is_declined=True)
    assert codes(Step.CLINICAL, declined) == ["tell_declined"]


@pytest.mark.parametrize("programme", [Programme.SECOND_OPINION, Programme.TELEHEALTH])
def test_an_opinion_without_travel_ends_only_when_it_was_told(programme):
    signed = facts({"is_decision_signed", "is_accepted"}, programme=programme)
    assert codes(Step.CLINICAL, signed) == ["tell_answer"]
    assert codes(Step.CLINICAL, signed.with_(is_answer_told=True)) == []


def test_an_open_question_keeps_the_answer_with_us():
    asked = facts(ACCEPTANCE_DONE - {"said_yes"}, has_questions=True)
    assert next_action(Step.ACCEPTANCE, asked).code == "answer_questions"
    assert next_action(Step.ACCEPTANCE, asked).waiting_on is WaitingOn.US


def test_a_visa_letter_is_asked_for_only_where_one_is_needed():
    assert "send_visa_letter" not in codes(Step.ACCEPTANCE, facts(ACCEPTANCE_DONE))
    assert codes(Step.ACCEPTANCE, facts(ACCEPTANCE_DONE, is_visa_needed=True)) == ["send_visa_letter"]


@pytest.mark.parametrize("programme", list(Programme))
def test_each_programme_ends_at_its_last_step(programme):
    assert step_after(LAST_STEP[programme], programme) is None
    walked, step = [Step.CONTACT], Step.CONTACT
    while following := step_after(step, programme):
        walked.append(following)
        step = following
    assert walked == list(Step)[: LAST_STEP[programme].number]


@given(
    st.fixed_dictionaries({f.name: st.booleans() for f in fields(CaseFacts) if f.type in (bool, "bool")}),
    st.sampled_from(Step),
)
def test_every_case_has_exactly_one_next_action_and_it_is_the_first_blocker(known, step):
    case = CaseFacts(**known)
    action, found = next_action(step, case), blockers(step, case)
    assert action.code
    if found:
        assert (action.code, action.owner, action.waiting_on) == (
            found[0].code,
            found[0].owner,
            found[0].waiting_on,
        )
    else:
        assert action.code in {"move_on", "close_case"}
    assert len({blocker.code for blocker in found}) == len(found)


@pytest.mark.parametrize(("step", "before"), [(Step.ACCEPTANCE, "say_yes"), (Step.EVALUATION, "choose")])
def test_a_new_estimate_after_step_three_is_understood_before_the_family_decides(step, before):
    changed = CaseFacts(has_estimate_issued=True, is_answer_told=True)
    codes = [blocker.code for blocker in blockers(step, changed)]
    assert codes.index("understand_estimate") + 1 == codes.index(before)
    for facts in (changed.with_(is_estimate_understood=True), changed.with_(is_covered_by_letter=True)):
        assert "understand_estimate" not in [blocker.code for blocker in blockers(step, facts)]
    assert "understand_estimate" not in [blocker.code for blocker in blockers(Step.CLINICAL, changed)]
