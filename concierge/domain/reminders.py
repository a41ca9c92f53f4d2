"""Which reminders a case should have right now, each at an hour at which the family may be written to.

The plan is made anew whenever a fact changes: unsent rows that are no longer in it are cancelled, moved ones
re-dated.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from concierge.domain.clocks import at_local, local_day
from concierge.domain.vocabulary import DepositState

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
_USUAL_HOUR = time(10)
_EVENING = time(18)


class ReminderKind(StrEnum):
    ESTIMATE_READY = "estimate_ready"
    DEPOSIT_DUE = "deposit_due"
    MISSING_DOCUMENT = "missing_document"
    EVALUATION_DAY = "evaluation_day"
    CALL_DAY = "call_day"
    CALL_HOUR = "call_hour"


@dataclass(frozen=True)
class CallAhead:
    """A talk that is agreed. `key` changes when it is moved, because the new time is reminded of anew."""

    key: str
    starts_at: datetime


@dataclass(frozen=True)
class ReminderFacts:
    """Facts of one case.

    `timezone` is the recipient's; a reason that does not exist is None, empty or False.
    """

    timezone: str
    hospital_timezone: str
    is_open: bool = True  # False when closed, on hold or died: nothing is sent
    estimate_number: int = 0
    estimate_issued_at: datetime | None = None
    is_estimate_opened: bool = False
    deposit_requested_at: datetime | None = None
    deposit_due_on: date | None = None
    deposit_state: DepositState | None = None
    is_deposit_settled_otherwise: bool = False  # money waits for its second person, or a letter covers the costs
    documents_asked_at: datetime | None = None
    has_missing_documents: bool = False
    evaluation_days: tuple[date, ...] = ()
    call: CallAhead | None = None


@dataclass(frozen=True)
class PlannedReminder:
    """`key` is unique within the case and stays the same when the date moves."""

    key: str
    kind: ReminderKind
    due_at: datetime


def planned_reminders(facts: ReminderFacts) -> tuple[PlannedReminder, ...]:
    """All reminders of the case in order of time; () for a case that is closed or whose patient has died.

    Estimate ready: 3 days after it, unless opened. Deposit: 3 days before, on the day, 2 days after, until money is
    announced, here, or not needed because of a letter. Missing documents: days 2, 5 and 10. Evaluation day: 18:00
    hospital time the evening before. A talk: the day before, and an hour before at whatever hour that is, because it
    was agreed. One a day at most, except what belongs to an evaluation day or a talk; deposits go before documents
    before estimates.
    """
    if not facts.is_open:
        return ()
    daily = [*_deposit(facts), *_documents(facts), *_estimate(facts)]
    planned = [*_one_a_day(daily, facts.timezone), *_evenings(facts), *_call(facts)]
    return tuple(sorted(planned, key=lambda r: (r.due_at, r.key)))


def outside_quiet_hours(at: datetime, timezone: str) -> datetime:
    """`at`, or the next 08:00 if it falls between 21:00 and 08:00 in that zone (UTC)."""
    local = at.astimezone(ZoneInfo(timezone))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    on = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return at_local(on, QUIET_UNTIL, timezone)


def _deposit(facts: ReminderFacts) -> list[PlannedReminder]:
    waits = facts.deposit_state in (DepositState.REQUESTED, DepositState.PART_PAID)
    waits = waits and not facts.is_deposit_settled_otherwise
    if not waits or facts.deposit_due_on is None or facts.deposit_requested_at is None:
        return []
    planned = [
        PlannedReminder(
            f"deposit_due:{days:+d}",
            ReminderKind.DEPOSIT_DUE,
            _at_usual_hour(facts, facts.deposit_due_on, days),
        )
        for days in (-3, 0, 2)
    ]
    return [reminder for reminder in planned if reminder.due_at > facts.deposit_requested_at]


def _documents(facts: ReminderFacts) -> list[PlannedReminder]:
    if facts.documents_asked_at is None or not facts.has_missing_documents:
        return []
    asked_on = local_day(facts.documents_asked_at, facts.timezone)
    return [
        PlannedReminder(
            f"missing_document:{days}", ReminderKind.MISSING_DOCUMENT, _at_usual_hour(facts, asked_on, days)
        )
        for days in (2, 5, 10)
    ]


def _estimate(facts: ReminderFacts) -> list[PlannedReminder]:
    if facts.estimate_issued_at is None or facts.is_estimate_opened:
        return []
    issued_on = local_day(facts.estimate_issued_at, facts.timezone)
    key = f"estimate_ready:{facts.estimate_number}"
    return [PlannedReminder(key, ReminderKind.ESTIMATE_READY, _at_usual_hour(facts, issued_on, 3))]


def _evenings(facts: ReminderFacts) -> list[PlannedReminder]:
    """The family is in the hospital's city by then, so its evening is theirs and no quiet hour."""
    return [
        PlannedReminder(
            f"evaluation_day:{on.isoformat()}",
            ReminderKind.EVALUATION_DAY,
            at_local(on - timedelta(days=1), _EVENING, facts.hospital_timezone),
        )
        for on in sorted(set(facts.evaluation_days))
    ]


def _call(facts: ReminderFacts) -> list[PlannedReminder]:
    if facts.call is None:
        return []
    starts_at = facts.call.starts_at
    day_before = outside_quiet_hours(starts_at - timedelta(days=1), facts.timezone)
    return [
        PlannedReminder(f"call_day:{facts.call.key}", ReminderKind.CALL_DAY, day_before),
        PlannedReminder(f"call_hour:{facts.call.key}", ReminderKind.CALL_HOUR, starts_at - timedelta(hours=1)),
    ]


def _at_usual_hour(facts: ReminderFacts, on: date, days: int) -> datetime:
    return outside_quiet_hours(
        at_local(on + timedelta(days=days), _USUAL_HOUR, facts.timezone), facts.timezone
    )


def _one_a_day(reminders: list[PlannedReminder], timezone: str) -> list[PlannedReminder]:
    """Earlier ones in the list keep their day, later ones move to the next free day."""
    taken: set[date] = set()
    spread = []
    for reminder in reminders:
        due_at = reminder.due_at
        while local_day(due_at, timezone) in taken:
            due_at = at_local(local_day(due_at, timezone) + timedelta(days=1), _USUAL_HOUR, timezone)
        taken.add(local_day(due_at, timezone))
        spread.append(PlannedReminder(reminder.key, reminder.kind, due_at))
    return spread
