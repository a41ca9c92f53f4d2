from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.clocks import at_local, local_day
from concierge.domain.reminders import ReminderFacts, ReminderKind, outside_quiet_hours, planned_reminders
from concierge.domain.vocabulary import DepositState

RIYADH, LOS_ANGELES = "Asia/Riyadh", "America/Los_Angeles"
NOTHING = ReminderFacts(RIYADH, LOS_ANGELES)


def riyadh(day, hour=10, minute=0):
    return at_local(date(2026, 11, day), time(hour, minute), RIYADH)


DEPOSIT = replace(
    NOTHING,
    deposit_requested_at=riyadh(10),
    deposit_due_on=date(2026, 11, 20),
    deposit_state=DepositState.REQUESTED,
)
ESTIMATE = replace(NOTHING, estimate_number=2, estimate_issued_at=riyadh(10, 23))
DOCUMENTS = replace(NOTHING, documents_asked_at=riyadh(10), has_missing_documents=True)
DAYS = replace(NOTHING, evaluation_days=(date(2026, 11, 24), date(2026, 11, 23)))
ALL = replace(
    DEPOSIT,
    estimate_issued_at=riyadh(14),
    documents_asked_at=riyadh(12),
    has_missing_documents=True,
    evaluation_days=DAYS.evaluation_days,
)


def plan(facts):
    return [(reminder.key, reminder.due_at) for reminder in planned_reminders(facts)]


def test_without_a_reason_there_is_no_reminder():
    assert plan(NOTHING) == []


def test_a_deposit_is_reminded_before_on_and_after_its_day():
    assert plan(DEPOSIT) == [
        ("deposit_due:-3", riyadh(17)),
        ("deposit_due:+0", riyadh(20)),
        ("deposit_due:+2", riyadh(22)),
    ]


def test_a_reminder_never_comes_before_the_request_itself():
    late = replace(DEPOSIT, deposit_requested_at=riyadh(18))
    assert [key for key, _ in plan(late)] == ["deposit_due:+0", "deposit_due:+2"]


@pytest.mark.parametrize("state", list(DepositState))
def test_money_that_is_announced_or_here_is_not_asked_for(state):
    is_asked = bool(plan(replace(DEPOSIT, deposit_state=state)))
    assert is_asked == (state in (DepositState.REQUESTED, DepositState.PART_PAID))


def test_an_unopened_estimate_is_reminded_once_after_three_days():
    assert plan(ESTIMATE) == [("estimate_ready:2", riyadh(13))]
    assert plan(replace(ESTIMATE, is_estimate_opened=True)) == []


def test_missing_documents_are_asked_for_on_days_two_five_and_ten():
    assert [due_at for _, due_at in plan(DOCUMENTS)] == [riyadh(12), riyadh(15), riyadh(20)]
    assert plan(replace(DOCUMENTS, has_missing_documents=False)) == []


def test_the_evening_before_is_six_o_clock_at_the_hospital():
    assert plan(DAYS) == [
        ("evaluation_day:2026-11-23", at_local(date(2026, 11, 22), time(18), LOS_ANGELES)),
        ("evaluation_day:2026-11-24", at_local(date(2026, 11, 23), time(18), LOS_ANGELES)),
    ]


def test_a_case_that_is_closed_or_whose_patient_died_gets_none():
    assert planned_reminders(replace(ALL, is_open=False)) == ()


def test_at_most_one_a_day_and_the_deposit_keeps_its_day():
    found = [r for r in planned_reminders(ALL) if r.kind is not ReminderKind.EVALUATION_DAY]
    days = [local_day(reminder.due_at, RIYADH) for reminder in found]
    assert len(days) == len(set(days)) == 7
    assert {"deposit_due:-3", "deposit_due:+0", "deposit_due:+2"} <= {
        r.key for r in found if r.due_at in (riyadh(17), riyadh(20), riyadh(22))
    }


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([RIYADH, LOS_ANGELES, "Asia/Shanghai", "Asia/Kolkata"]),
)
def test_nobody_is_written_to_at_night(at, timezone):
    moved_at = outside_quiet_hours(at, timezone)
    wall = moved_at.astimezone(ZoneInfo(timezone)).time()
    assert time(8) <= wall < time(21)
    assert timedelta() <= moved_at - at <= timedelta(hours=12)


def test_an_evening_message_waits_for_the_morning():
    assert outside_quiet_hours(riyadh(10, 21), RIYADH) == riyadh(11, 8)
    assert outside_quiet_hours(riyadh(10, 7, 59), RIYADH) == riyadh(10, 8)
    assert outside_quiet_hours(riyadh(10, 20, 59), RIYADH) == riyadh(10, 20, 59)


def test_money_that_waits_for_its_second_person_or_a_letter_stops_the_reminders():
    assert plan(replace(DEPOSIT, is_deposit_settled_otherwise=True)) == []
