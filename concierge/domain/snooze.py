"""Until when a talk is usually put out of sight, always at an hour at which somebody is there."""

from datetime import datetime, timedelta

from concierge.domain.clocks import WorkingCalendar, local_day

LATER_HOURS = 3


def choices(calendar: WorkingCalendar, now: datetime) -> dict[str, datetime]:
    """Code → instant, in this order: `later` after three open hours, `next_day` and `next_week` at opening time."""
    today = local_day(now, calendar.timezone)
    next_day = calendar.add_working_days(today, 1)
    next_week = calendar.add_working_days(today + timedelta(days=7 - today.weekday()), 0)
    return {
        "later": calendar.add_working_hours(now, LATER_HOURS),
        "next_day": calendar.hours_of(next_day)[0],
        "next_week": calendar.hours_of(next_week)[0],
    }
