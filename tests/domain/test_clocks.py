from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.clocks import (
    WorkingCalendar,
    at_local,
    last_safe_day,
    local_day,
    two_clocks,
)

LOS_ANGELES = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)
SHANGHAI = WorkingCalendar("Asia/Shanghai", frozenset(range(6)), time(8, 30), time(17, 30))
calendars = st.sampled_from([LOS_ANGELES, SHANGHAI])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def la(*parts):
    return at_local(date(*parts[:3]), time(*parts[3:]), "America/Los_Angeles")


@pytest.mark.parametrize(
    ("start_at", "hours", "due_at"),
    [
        (la(2026, 11, 23, 9, 0), 4, la(2026, 11, 23, 13, 0)),
        (la(2026, 11, 23, 15, 0), 4, la(2026, 11, 24, 10, 0)),
        (la(2026, 11, 23, 13, 0), 4, la(2026, 11, 23, 17, 0)),
        (la(2026, 11, 25, 16, 0), 4, la(2026, 11, 27, 11, 0)),  # Thursday is a holiday
        (la(2026, 11, 20, 23, 0), 4, la(2026, 11, 23, 12, 0)),  # Friday night
        (la(2026, 11, 22, 3, 0), 0, la(2026, 11, 23, 8, 0)),
        (la(2026, 3, 6, 16, 0), 4, la(2026, 3, 9, 11, 0)),  # summer time begins on the Sunday between
        (la(2026, 11, 23, 9, 0), 40, la(2026, 11, 30, 13, 0)),
    ],
)
def test_a_promise_counts_only_the_hours_in_which_the_hospital_is_open(start_at, hours, due_at):
    assert LOS_ANGELES.add_working_hours(start_at, hours) == due_at


def test_a_promise_in_days_falls_due_when_the_doors_close():
    assert LOS_ANGELES.promise_due(la(2026, 11, 24, 22, 0), days=2) == la(2026, 11, 27, 17, 0)
    assert LOS_ANGELES.promise_due(la(2026, 11, 23, 9, 0), 4) == la(2026, 11, 23, 13, 0)


@given(calendars, moments, st.integers(0, 200))
def test_a_promise_falls_due_inside_working_hours_and_never_early(calendar, start_at, hours):
    due_at = calendar.add_working_hours(start_at, hours)
    opens_at, closes_at = calendar.hours_of(local_day(due_at, calendar.timezone))
    assert opens_at <= due_at <= closes_at
    assert opens_at < closes_at
    assert due_at - start_at >= timedelta(hours=hours)


@given(calendars, moments, st.integers(0, 40), st.integers(0, 40))
def test_two_promises_in_a_row_are_one_long_promise(calendar, start_at, first, second):
    chained = calendar.add_working_hours(calendar.add_working_hours(start_at, first), second)
    assert chained == calendar.add_working_hours(start_at, first + second) or second == 0


@given(calendars, days, st.integers(1, 40))
def test_adding_and_taking_away_working_days_comes_back(calendar, on, count):
    later_on = calendar.add_working_days(on, count)
    assert calendar.is_working_day(later_on)
    assert calendar.working_days_between(on + timedelta(days=1), later_on) == count
    if calendar.is_working_day(on):
        assert calendar.add_working_days(later_on, -count) == on


@given(calendars, days, st.integers(1, 10))
def test_a_payment_started_on_the_last_safe_day_arrives_and_a_day_later_does_not(calendar, due_on, lead):
    safe_on = last_safe_day(due_on, lead, calendar)
    assert calendar.add_working_days(safe_on, lead) <= due_on
    assert calendar.add_working_days(calendar.add_working_days(safe_on, 1), lead) > due_on


def test_a_card_may_be_used_on_the_due_day_itself():
    sunday = date(2026, 11, 29)
    assert last_safe_day(sunday, 0, LOS_ANGELES) == sunday
    assert last_safe_day(sunday, 3, LOS_ANGELES) == date(2026, 11, 23)


def test_both_clocks_show_one_moment_with_its_own_weekday():
    clocks = two_clocks(la(2026, 11, 24, 14, 30), "America/Los_Angeles", "Asia/Riyadh")
    assert (clocks.home.hour, clocks.reader.hour, clocks.reader.minute) == (14, 1, 30)
    assert clocks.differ
    assert clocks.home.date() != clocks.reader.date()


def test_summer_time_moves_the_far_clock_and_not_the_hospitals():
    summer = two_clocks(la(2026, 10, 30, 14, 30), "America/Los_Angeles", "Asia/Riyadh")
    winter = two_clocks(la(2026, 11, 2, 14, 30), "America/Los_Angeles", "Asia/Riyadh")
    assert (summer.reader.hour, winter.reader.hour) == (0, 1)


def test_two_names_of_one_time_do_not_differ():
    at = la(2026, 11, 24, 14, 30)
    assert not two_clocks(at, "America/Los_Angeles", "America/Tijuana").differ
    assert not two_clocks(at, "America/Los_Angeles", "").differ


def test_a_skipped_hour_is_moved_on_and_a_doubled_hour_is_the_first():
    assert at_local(date(2026, 3, 8), time(2, 30), "America/Los_Angeles") == datetime(
        2026, 3, 8, 10, 30, tzinfo=UTC
    )
    assert at_local(date(2026, 11, 1), time(1, 30), "America/Los_Angeles") == datetime(
        2026, 11, 1, 8, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(("working_days", "opens", "closes"), [((), 8, 17), ((7,), 8, 17), ((0,), 17, 8)])
def test_an_impossible_calendar_is_a_programming_error(working_days, opens, closes):
    with pytest.raises(ValueError):
        WorkingCalendar("UTC", frozenset(working_days), time(opens), time(closes))


def test_a_calendar_that_never_opens_says_so():
    closed = WorkingCalendar(
        "UTC",
        frozenset({0}),
        time(8),
        time(9),
        frozenset(date(2026, 1, 5) + timedelta(days=7 * i) for i in range(600)),
    )
    with pytest.raises(ValueError):
        closed.add_working_days(date(2026, 1, 1), 1)
    with pytest.raises(ValueError):
        closed.add_working_hours(datetime(2026, 1, 1, tzinfo=UTC), -1)
    with pytest.raises(ValueError):
        closed.add_working_hours(datetime(2026, 1, 1, tzinfo=UTC), 1)


def test_the_hospital_is_open_from_its_first_minute_to_its_last():
    assert LOS_ANGELES.is_open(la(2026, 11, 24, 8, 0))
    assert not LOS_ANGELES.is_open(la(2026, 11, 24, 17, 0))
    assert not LOS_ANGELES.is_open(la(2026, 11, 26, 12, 0))
