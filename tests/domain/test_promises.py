"""When the next action is due, in the hospital's own time."""

from datetime import UTC, date, datetime, time

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.journey import WaitingOn
from concierge.domain.promises import Promises, due_at

LOS_ANGELES = WorkingCalendar(
    "America/Los_Angeles", frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)})
)
FRIDAY_AFTERNOON = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)  # 15:00 in Los Angeles


def test_the_first_reply_is_counted_in_open_hours():
    due = due_at("reply_first", WaitingOn.US, FRIDAY_AFTERNOON, Promises(first_reply_hours=4), LOS_ANGELES)
    assert due == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday 10:00: two hours were left on Friday


def test_a_holiday_is_no_working_day():
    due = due_at("issue_estimate", WaitingOn.US, FRIDAY_AFTERNOON, Promises(estimate_days=4), LOS_ANGELES)
    assert due == datetime(
        2026, 11, 28, 1, 0, tzinfo=UTC
    )  # Friday the 27th at closing: Thursday was a holiday


def test_what_we_wait_for_is_asked_again_after_five_working_days_and_ours_is_due_in_two():
    theirs = due_at("say_yes", WaitingOn.PATIENT, FRIDAY_AFTERNOON, Promises(), LOS_ANGELES)
    ours = due_at("hold_dates", WaitingOn.US, FRIDAY_AFTERNOON, Promises(), LOS_ANGELES)
    assert (LOS_ANGELES.working_days_between(date(2026, 11, 21), theirs.astimezone(UTC).date())) >= 5
    assert ours < theirs
