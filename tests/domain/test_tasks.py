"""Task templates: each fits its programme, each is due in working time, and each can lose its sense."""

from dataclasses import replace
from datetime import date, time

import pytest

from concierge.domain.access import Role
from concierge.domain.clocks import WorkingCalendar, local_day
from concierge.domain.journey import LAST_STEP, Step, steps_of, travels
from concierge.domain.tasks import BY_CODE, TEMPLATES, due_at, is_senseless, templates_for, was_in_time
from concierge.domain.vocabulary import Programme
from concierge.web.happenings import TASK
from tests.support.clock import START

CALENDAR = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)


def codes(step: Step, programme: Programme) -> set[str]:
    return {template.code for template in templates_for(step, programme)}


def test_every_template_has_words_and_a_reason_and_one_code():
    assert len(BY_CODE) == len(TEMPLATES)
    assert all(all(str(text) for text in TASK[code]) for code in BY_CODE)


@pytest.mark.parametrize("programme", list(Programme))
def test_no_template_stands_behind_the_last_step_of_its_programme(programme):
    for template in TEMPLATES:
        if programme in template.programmes:
            assert template.step in steps_of(programme)
    assert len(steps_of(programme)) == LAST_STEP[programme].number == (6 if travels(programme) else 4)


def test_a_programme_has_its_own_tasks():
    assert "agree_opinion_delivery" in codes(Step.CONSULT, Programme.SECOND_OPINION)
    assert "check_country_rule" in codes(Step.CONSULT, Programme.TELEHEALTH)
    assert not {"agree_opinion_delivery", "check_country_rule"} & codes(Step.CONSULT, Programme.TREATMENT)
    assert codes(Step.ACCEPTANCE, Programme.TREATMENT) == {"check_passport", "ask_who_travels"}
    assert codes(Step.ACCEPTANCE, Programme.SECOND_OPINION) == set()


def test_due_days_are_working_days_and_a_holiday_is_none():
    """Tuesday; Thursday is a holiday: two working days later is Friday, at closing time."""
    template = BY_CODE["explain_refund_rule"]
    due = due_at(template, START, CALENDAR)
    assert template.days == 2
    assert local_day(due, CALENDAR.timezone) == date(2026, 11, 27)
    assert due == CALENDAR.closing_of(date(2026, 11, 27))
    assert due_at(replace(template, days=1), START, CALENDAR) < due


def test_a_task_loses_its_sense_with_its_step_or_its_programme():
    assert not is_senseless("ask_home_doctor", Step.CONSULT, Programme.TREATMENT)
    assert is_senseless("ask_home_doctor", Step.FINANCE, Programme.TREATMENT)
    assert is_senseless("ask_referral_letter", Step.CONTACT, Programme.TREATMENT)
    assert is_senseless("offer_interpreter", Step.FINANCE, Programme.TREATMENT)
    assert not is_senseless("ask_referral_letter", Step.FINANCE, Programme.TREATMENT)
    assert is_senseless("agree_opinion_delivery", Step.CONSULT, Programme.TREATMENT)
    assert not is_senseless("", Step.EVALUATION, Programme.TREATMENT)


def test_a_promise_is_kept_up_to_its_last_second():
    assert was_in_time(START, START)
    assert not was_in_time(START, START.replace(second=1))


def test_owners_are_roles_that_work_on_cases():
    assert {template.owner for template in TEMPLATES} <= {
        Role.SPECIALIST, Role.ADVOCATE, Role.REVIEWER, Role.COORDINATOR, Role.CARE_MANAGER,
    }  # fmt: skip
