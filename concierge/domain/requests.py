"""Who answers a physician's request and by when, in the hospital's working time (domain.md, *small request forms*)."""

from datetime import datetime

from concierge.domain.access import Role
from concierge.domain.clocks import WorkingCalendar
from concierge.domain.vocabulary import RequestKind

# A problem is the lead's; everything else a specialist can answer or pass on.
OWNER = dict.fromkeys(RequestKind, Role.SPECIALIST) | {RequestKind.PROBLEM: Role.LEAD}
_DAYS = {RequestKind.SERVICES: 2, RequestKind.PROBLEM: 1, RequestKind.CONTACT_DATA: 2}


def request_due(
    kind: RequestKind, received_at: datetime, calendar: WorkingCalendar, first_reply_hours: int
) -> datetime:
    """Who wants to speak with somebody hears as soon as a family does; the rest by the close of a working day."""
    if kind is RequestKind.SPEAK:
        return calendar.add_working_hours(received_at, first_reply_hours)
    return calendar.promise_due(received_at, days=_DAYS[kind])
