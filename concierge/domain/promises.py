"""When the next action is due: each hospital's own promises, counted in its working time.

Source of the defaults: docs/journey.md, *time promises seen in the field*.
"""

from dataclasses import dataclass
from datetime import datetime

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.journey import WaitingOn


@dataclass(frozen=True)
class Promises:
    """Working hours to the first reply, then working days for each kind of answer."""

    first_reply_hours: int = 4
    call_days: int = 1
    records_days: int = 3
    decision_days: int = 7
    estimate_days: int = 3
    refund_days: int = 10


_FIELD = {
    "hold_call": "call_days",
    "check_records": "records_days",
    "issue_estimate": "estimate_days",
    "review_letter": "estimate_days",
    "sign_decision": "decision_days",
    "second_review": "decision_days",
}
_FIRST_REPLY = {"take_enquiry", "reply_first"}
_OURS, _THEIRS = (
    2,
    5,
)  # working days for an action without a promise of its own: ours, and before we ask again


def usual(code: str, waiting_on: WaitingOn, promises: Promises) -> tuple[int, int]:
    """How long this action may take: (working hours, working days), one of them zero."""
    if code in _FIRST_REPLY:
        return promises.first_reply_hours, 0
    if code in _FIELD:
        return 0, getattr(promises, _FIELD[code])
    return 0, _OURS if waiting_on is WaitingOn.US else _THEIRS


def due_at(
    code: str, waiting_on: WaitingOn, since: datetime, promises: Promises, calendar: WorkingCalendar
) -> datetime:
    """When this action is due if it became the next one at `since`. Aware UTC."""
    hours, days = usual(code, waiting_on, promises)
    return calendar.add_working_hours(since, hours) if hours else calendar.promise_due(since, days=days)
