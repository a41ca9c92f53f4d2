"""The decision: who may sign it, what it needs, what it sets in motion, and that nobody changes it."""

import pytest
import sqlalchemy as sa

from concierge.domain.errors import AlreadyTaken, GateClosed, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Step, WaitingOn
from concierge.domain.vocabulary import DecisionOutcome, RecordKind, RecordState
from concierge.journey.clinical import actions
from concierge.models import CaseEvent, ChecklistItem, Decision, OutboxMessage
from tests.factories import a_case, actor_of, staff
from tests.support.clock import START

O = DecisionOutcome  # noqa: E741
WORDS = {"reason": "Stage III, fit for surgery", "patient_text": "We can help you."}


@pytest.fixture
def case(session):
    return a_case(session, step=Step.CLINICAL)


@pytest.fixture
def ellis(session):
    return actor_of(staff(session, "dr.ellis@alder-coast.example"))


@pytest.fixture
def nair(session):
    return actor_of(staff(session, "dr.nair@alder-coast.example"))


def complete(session, case):
    session.execute(
        sa.update(ChecklistItem)
        .where(ChecklistItem.case_id == case.id)
        .values(state=RecordState.RECEIVED)
        .execution_options(synchronize_session="fetch")
    )


def sign(session, case, actor, outcome, **words):
    return actions.sign_decision(session, case, outcome=outcome, actor=actor, now=START, **words)


def test_accept_moves_the_case_on_and_stays_untold(session, case, ellis):
    complete(session, case)
    decision = sign(session, case, ellis, O.ACCEPT, proposed_tests="PET-CT", proposed_days=5, **WORDS)
    assert case.step is Step.ACCEPTANCE
    assert decision.told_at is None
    assert (decision.signed_by_name, decision.signed_at) == (ellis.name, START)
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "decision_signed")).one()
    assert event.data == {"outcome": "accept"}


def test_nobody_is_accepted_on_half_a_file(session, case, ellis):
    with pytest.raises(GateClosed) as closed:
        sign(session, case, ellis, O.ACCEPT, **WORDS)
    assert [blocker.code for blocker in closed.value.blockers] == ["send_records"]
    assert set(closed.value.data["missing"]) == {
        RecordKind.SUMMARY,
        RecordKind.PATHOLOGY,
        RecordKind.PASSPORT,
    }


def test_need_more_asks_the_family_for_exactly_those_records(session, case, ellis):
    complete(session, case)
    sign(
        session,
        case,
        ellis,
        O.NEED_MORE,
        asked_records=[RecordKind.PATHOLOGY, RecordKind.LABS],
        patient_text="HER2, please",
    )
    items = {item.kind: item for item in session.scalars(sa.select(ChecklistItem))}
    assert items[RecordKind.PATHOLOGY].state is items[RecordKind.LABS].state is RecordState.ASKED
    assert items[RecordKind.LABS].note == "HER2, please"
    letters = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "documents_needed")).all()
    assert len(letters) == 1
    assert case.waiting_on is WaitingOn.PATIENT


def test_need_more_names_at_least_one_record(session, case, ellis):
    with pytest.raises(InvalidInput) as refused:
        sign(session, case, ellis, O.NEED_MORE)
    assert refused.value.field == "asked_records"


def test_a_second_reviewer_is_another_person(session, case, ellis, nair):
    complete(session, case)
    sign(session, case, ellis, O.SECOND_REVIEWER, reason="Please look at the liver")
    assert (case.next_code, case.reviewer_id) == ("second_review", None)
    with pytest.raises(NotAllowed):
        sign(session, case, ellis, O.ACCEPT, **WORDS)
    with pytest.raises(NotAllowed):
        actions.take_review(session, case, actor=ellis, now=START)
    sign(session, case, nair, O.ACCEPT, **WORDS)
    assert (case.step, case.reviewer_id) == (Step.ACCEPTANCE, nair.id)


@pytest.mark.parametrize(
    ("outcome", "words", "field"),
    [
        (O.ACCEPT, {"reason": "Fit"}, "patient_text"),
        (O.NOT_FOR_US, {"reason": "No trial"}, "patient_text"),
        (O.NOT_FOR_US, {"patient_text": "We are sorry"}, "reason"),
        (O.SECOND_REVIEWER, {}, "reason"),
        (O.NEED_MORE, {"asked_records": [RecordKind.LABS], "proposed_days": 0}, "proposed_days"),
    ],
)
def test_each_outcome_needs_its_words(session, case, ellis, outcome, words, field):
    complete(session, case)
    with pytest.raises(InvalidInput) as refused:
        sign(session, case, ellis, outcome, **words)
    assert refused.value.field == field


def test_not_for_us_reaches_nobody_before_the_call(session, case, ellis):
    before = session.scalar(sa.select(sa.func.count(OutboxMessage.id)))
    decision = sign(session, case, ellis, O.NOT_FOR_US, alternatives="Care close to home", **WORDS)
    assert decision.told_at is None
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == before
    assert case.step is Step.CLINICAL
    blocked_by = {"tell_declined", "send_records"}
    assert case.next_code in blocked_by


def test_a_decision_on_a_file_that_has_changed_is_not_signed(session, case, ellis, nair):
    complete(session, case)
    sign(session, case, nair, O.NOT_FOR_US, seen="", **WORDS)
    with pytest.raises(Stale):
        sign(session, case, ellis, O.ACCEPT, seen="", **WORDS)
    assert len(session.scalars(sa.select(Decision)).all()) == 1


def test_only_a_reviewer_signs(session, case):
    for email in ("maria@alder-coast.example", "lena@alder-coast.example", "daniel@alder-coast.example"):
        with pytest.raises(NotAllowed):
            sign(session, case, actor_of(staff(session, email)), O.NOT_FOR_US, **WORDS)


@pytest.mark.parametrize("step", [Step.CONSULT, Step.FINANCE, Step.ACCEPTANCE])
def test_a_decision_is_signed_in_the_review_step_only(session, ellis, step):
    elsewhere = a_case(session, step=step)
    with pytest.raises(NotAllowed):
        sign(session, elsewhere, ellis, O.NOT_FOR_US, **WORDS)


def test_the_first_who_takes_the_review_has_it(session, case, ellis, nair):
    case.reviewer_id = None
    actions.take_review(session, case, actor=nair, now=START)
    assert case.reviewer_id == nair.id
    with pytest.raises(AlreadyTaken):
        actions.take_review(session, case, actor=ellis, now=START)


def test_who_signs_an_untaken_review_becomes_its_reviewer(session, case, nair):
    case.reviewer_id = None
    sign(session, case, nair, O.NOT_FOR_US, **WORDS)
    assert case.reviewer_id == nair.id
