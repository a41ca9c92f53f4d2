"""What can be held only once: nights of a room, and quarter-hours of people and things."""

from datetime import date, datetime, timedelta

from concierge.domain.errors import InvalidInput

MAX_NIGHTS = 90
QUARTER = timedelta(minutes=15)
MAX_LENGTH = timedelta(hours=12)


def nights(arrive_on: date, leave_on: date) -> tuple[date, ...]:
    """The nights of a stay in date order; the day of leaving is none of them.

    The order matters: rows inserted in another order deadlock two bookers. Raises InvalidInput("leave_on",
    code): leaves_before_arrival, stay_too_long (more than 90 nights).
    """
    count = (leave_on - arrive_on).days
    if count < 1:
        raise InvalidInput("leave_on", "leaves_before_arrival")
    if count > MAX_NIGHTS:
        raise InvalidInput("leave_on", "stay_too_long", nights=MAX_NIGHTS)
    return tuple(arrive_on + timedelta(days=i) for i in range(count))


def up_to_quarter_at(at: datetime) -> datetime:
    """The next quarter-hour, or this one."""
    begun = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (QUARTER - begun if begun else timedelta())


def quarter_hours(starts_at: datetime, ends_at: datetime) -> tuple[datetime, ...]:
    """The quarter-hours of a booking in order (UTC); the end is not among them.

    Raises InvalidInput("starts_at" or "ends_at", code): not_on_quarter, ends_before_start, too_long (over 12
    hours).
    """
    for field, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        if at.minute % 15 or at.second or at.microsecond:
            raise InvalidInput(field, "not_on_quarter")
    if ends_at <= starts_at:
        raise InvalidInput("ends_at", "ends_before_start")
    if ends_at - starts_at > MAX_LENGTH:
        raise InvalidInput("ends_at", "too_long", hours=12)
    return tuple(starts_at + QUARTER * i for i in range((ends_at - starts_at) // QUARTER))
