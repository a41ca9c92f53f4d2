"""The United States clock of an estimate: from the first question about costs, and from the day it was scheduled."""

from datetime import date, timedelta

import sqlalchemy as sa

from concierge.cases import facts, good_faith
from concierge.cases.actions import settle
from concierge.db import transaction
from concierge.domain.vocabulary import HelpWanted
from concierge.jobs.good_faith import plan_good_faith_estimates
from concierge.models import Answer, Case, CaseTask, Enquiry
from tests.journey.finance.scenes import advocate, in_finance, issued
from tests.support.clock import START

# START is Tuesday 24 November 2026 at the hospital; the Thursday after it is a holiday.


def asked_about_costs(session, slug="alder-coast") -> Case:
    case = in_finance(session, slug)
    session.execute(
        sa.update(Enquiry)
        .where(Enquiry.case_id == case.id)
        .values(help_wanted=HelpWanted.COST, received_at=START)
    )
    return case


def due_on(session, case):
    return good_faith.due_on(facts.load(session, case))


def test_a_question_about_costs_makes_the_next_action_due_in_three_working_days(session):
    case = asked_about_costs(session)
    case.next_due_at = START + timedelta(days=30)
    settle(session, case, advocate(session, case), START)
    assert due_on(session, case) == date(2026, 11, 30)
    assert case.next_due_at == case.hospital.calendar.closing_of(date(2026, 11, 30))
    issued(session, case)
    assert due_on(session, case) is None
    assert due_on(session, asked_about_costs(session, "jinghe")) is None


def test_dates_that_are_held_ask_for_an_estimate_that_names_them_and_make_one_task(session, clock):
    with transaction() as writing:
        case = in_finance(writing)
        issued(writing, case)
        writing.add(Answer(case_id=case.id, dates_held_at=START, evaluation_from=date(2026, 12, 21)))
    assert due_on(session, case) == date(2026, 11, 30)
    assert [plan_good_faith_estimates(), plan_good_faith_estimates()] == [1, 0]
    session.expire_all()
    (task,) = session.scalars(sa.select(CaseTask).where(CaseTask.code == "good_faith_estimate")).all()
    assert task.due_at == case.hospital.calendar.closing_of(date(2026, 11, 30))
    with transaction() as writing:
        case = writing.get(Case, case.id)
        named = issued(writing, case)
        assert named.service_on == date(2026, 12, 21)
        assert due_on(writing, case) is None
    session.expire_all()
    assert session.get(CaseTask, task.id).state == "done"
    assert plan_good_faith_estimates() == 0
