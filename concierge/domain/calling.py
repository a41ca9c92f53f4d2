"""Whether it is a good moment to telephone somebody: the hour where they are, not where we are.

Source: quiet hours and the family's own wish (experience.md, *messages to families*; the contact form asks for it).
"""

from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from concierge.domain.reminders import QUIET_FROM, QUIET_UNTIL
from concierge.domain.vocabulary import GoodHours

_WISHED = {
    GoodHours.MORNING: (QUIET_UNTIL, time(12)),
    GoodHours.AFTERNOON: (time(12), time(17)),
    GoodHours.EVENING: (time(17), QUIET_FROM),
}


class CallHour(StrEnum):
    """*other*: awake, but they asked for another time of day; *quiet*: night or late evening, nobody is called."""

    GOOD = "good"
    OTHER = "other"
    QUIET = "quiet"
    UNKNOWN = "unknown"


def call_hour(at: datetime, timezone: str, wished: GoodHours | None) -> CallHour:
    """What `at` (aware) is for a person in this IANA zone; "" when nobody knows where they are."""
    if not timezone:
        return CallHour.UNKNOWN
    clock = at.astimezone(ZoneInfo(timezone)).time()
    if not QUIET_UNTIL <= clock < QUIET_FROM:
        return CallHour.QUIET
    begins, ends = _WISHED.get(wished or GoodHours.ANY, (QUIET_UNTIL, QUIET_FROM))
    return CallHour.GOOD if begins <= clock < ends else CallHour.OTHER
