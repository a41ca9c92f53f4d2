"""The plan is spoken before it is read; a whole evaluation ends the case."""

from datetime import date

import pytest
import sqlalchemy as sa

from concierge.domain import vocabulary as v
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journey import CaseState, Exit, Step
from concierge.journey.evaluation import actions, plans
from concierge.models import Answer, CaseEvent, OutboxMessage, Plan
from tests.factories import a_case
from tests.journey.evaluation.conftest import a_talk, family
from tests.support.clock import START

TEXTS = {"text": "Three cycles.", "warning_signs": "Fever.", "contacts": "+1 213 555 0100"}


@pytest.fixture
def case(session):
    made = a_case(session, step=Step.EVALUATION)
    session.commit()
    return made


def _write(session, case, actor, **changes):
    plan = session.get(Plan, case.id)
    version = changes.pop("version", plan.version if plan else 0)
    texts = plans.PlanTexts(**(TEXTS | changes))
    return plans.write_plan(session, case, texts, version=version, actor=actor, now=START)


def _explain(session, case, actor, outcome=v.CallOutcome.HELD):
    version = session.get(Plan, case.id).version
    return plans.explain_plan(
        session, case, a_talk(outcome), language="ar", version=version, actor=actor, now=START
    )


def _acknowledge(session, case):
    version = session.get(Plan, case.id).version
    plans.acknowledge_plan(session, case, version=version, actor=family(session, case), now=START)


def _choose(session, case, choice=v.Choice.AT_HOME, return_on=None):
    plans.choose(session, case, choice=choice, return_on=return_on, actor=family(session, case), now=START)


def _events(session, case):
    rows = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [row.event for row in rows if row.case_id == case.id]


def test_a_whole_evaluation_closes_the_case(session, case, nora):
    seen = [case.next_code]
    actions.mark_evaluation_held(session, case, is_early=True, actor=nora, now=START)
    seen.append(case.next_code)
    _write(session, case, nora)
    seen.append(case.next_code)
    _explain(session, case, nora)
    seen.append(case.next_code)
    _acknowledge(session, case)
    seen.append(case.next_code)
    _choose(session, case, v.Choice.RETURN_LATER, date(2027, 1, 12))
    seen.append(case.next_code)
    version = session.get(Plan, case.id).version
    plans.hand_over_folder(session, case, version=version, actor=nora, now=START)
    assert seen == [
        "hold_evaluation", "write_plan", "explain_plan", "acknowledge_plan", "choose", "hand_over_folder",
    ]  # fmt: skip
    assert (case.state, case.exit) == (CaseState.CLOSED, Exit.COMPLETED)
    assert _events(session, case) == ["plan_ready", "folder_ready"]
    assert {row.state for row in session.scalars(sa.select(OutboxMessage))} == {"queued"}


def test_an_evaluation_that_ends_early_must_be_meant(session, case, nora):
    with pytest.raises(InvalidInput, match="held_before_end"):
        actions.mark_evaluation_held(session, case, actor=nora, now=START)
    session.get(Answer, case.id).evaluation_to = START.date()
    session.flush()
    for _again in range(2):
        actions.mark_evaluation_held(session, case, actor=nora, now=START)
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds.count("evaluation_held") == 1


def test_a_plan_has_two_writers_only_one_after_the_other(session, case, nora):
    _write(session, case, nora)
    with pytest.raises(Stale):
        _write(session, case, nora, version=0, text="Other words.")
    first = session.get(Plan, case.id).version
    _write(session, case, nora, text="Second words.")
    with pytest.raises(Stale):
        _write(session, case, nora, version=first, text="Third words.")
    assert session.get(Plan, case.id).text == "Second words."


def test_a_translation_names_who_checked_it(session, case, nora):
    with pytest.raises(InvalidInput) as refused:
        _write(session, case, nora, translation={"text": "ثلاث دورات"})
    assert (refused.value.field, refused.value.code) == ("checked_by", "checked_by_needed")
    session.rollback()
    plan = _write(
        session,
        case,
        nora,
        translation={"text": "ثلاث دورات", "medicines": "", "x": "y"},
        checked_by="Hala Mansour",
    )
    assert plan.translation == {"text": "ثلاث دورات"}


def test_a_talk_that_did_not_take_place_publishes_nothing(session, case, nora):
    _write(session, case, nora)
    assert not _explain(session, case, nora, v.CallOutcome.NO_ANSWER)
    assert session.get(Plan, case.id).explained_at is None and _events(session, case) == []


def test_an_unwritten_plan_cannot_be_explained(session, case, nora):
    with pytest.raises(NotAllowed, match="write_plan_first"):
        plans.explain_plan(session, case, a_talk(), language="ar", version=1, actor=nora, now=START)


def test_other_words_must_be_explained_again_a_translation_must_not(session, case, nora):
    _write(session, case, nora)
    _explain(session, case, nora)
    _acknowledge(session, case)
    _choose(session, case)
    _write(session, case, nora, translation={"text": "ثلاث دورات"}, checked_by="Hala Mansour")
    assert session.get(Plan, case.id).choice is v.Choice.AT_HOME
    _write(session, case, nora, text="Four cycles.")
    plan = session.get(Plan, case.id)
    assert (plan.explained_at, plan.acknowledged_at, plan.choice) == (None, None, None)


def test_nobody_confirms_words_that_have_changed_since(session, case, nora):
    _write(session, case, nora)
    with pytest.raises(NotAllowed, match="explain_plan_first"):
        _acknowledge(session, case)
    _explain(session, case, nora)
    old = session.get(Plan, case.id).version
    _write(session, case, nora, translation={"text": "x"}, checked_by="Hala Mansour")
    with pytest.raises(Stale):
        plans.acknowledge_plan(session, case, version=old, actor=family(session, case), now=START)


@pytest.mark.parametrize(
    ("return_on", "code"),
    [
        (None, "return_day_needed"),
        (START.date(), "date_must_be_future"),
        (date(2020, 2, 29), "date_must_be_future"),
        (date(2099, 1, 1), "day_too_far"),
    ],
)
def test_who_comes_back_names_a_day(session, case, nora, return_on, code):
    _write(session, case, nora)
    _explain(session, case, nora)
    _acknowledge(session, case)
    with pytest.raises(InvalidInput) as refused:
        _choose(session, case, v.Choice.RETURN_LATER, return_on)
    assert (refused.value.field, refused.value.code) == ("return_on", code)


def test_a_choice_can_be_changed_until_the_folder_names_it(session, case, nora):
    _write(session, case, nora)
    _explain(session, case, nora)
    with pytest.raises(NotAllowed, match="acknowledge_first"):
        _choose(session, case)
    _acknowledge(session, case)
    _choose(session, case, v.Choice.RETURN_LATER, date(2027, 1, 12))
    _choose(session, case, v.Choice.START_NOW, date(2027, 1, 12))
    assert session.get(Plan, case.id).return_on is None
    version = session.get(Plan, case.id).version
    plans.hand_over_folder(session, case, version=version, actor=nora, now=START)
    with pytest.raises(NotAllowed, match="folder_is_handed_over"):
        _choose(session, case)


def test_a_folder_does_not_leave_before_the_talk(session, case, nora):
    _write(session, case, nora)
    with pytest.raises(NotAllowed, match="explain_plan_first"):
        plans.hand_over_folder(session, case, version=2, actor=nora, now=START)


def test_a_closed_case_is_left_alone(session, case, nora):
    case.state, case.exit = CaseState.CLOSED, Exit.DIED
    for act in (
        lambda: _write(session, case, nora, version=0),
        lambda: actions.mark_evaluation_held(session, case, is_early=True, actor=nora, now=START),
        lambda: _choose(session, case),
    ):
        with pytest.raises(NotAllowed, match="case_not_open"):
            act()
