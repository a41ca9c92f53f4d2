"""Reminders whose hour has come become messages, in the same transaction, once."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.db import transaction
from concierge.domain.access import Area
from concierge.domain.clocks import local_day
from concierge.domain.reminders import ReminderKind
from concierge.domain.vocabulary import PlannedCallState
from concierge.journey.consult.booking.actions import mail_context
from concierge.models import Appointment, Case, Deposit, PlannedCall, Reminder
from concierge.web.clock import now
from concierge.web.filters import plain_money

BATCH = 50
_BOOKED = sa.select(PlannedCall).where(
    PlannedCall.case_id == sa.bindparam("case_id"), PlannedCall.state == PlannedCallState.BOOKED
)
EVENT = {
    ReminderKind.ESTIMATE_READY: ("estimate_ready", Area.MONEY),
    ReminderKind.DEPOSIT_DUE: ("deposit_due", Area.MONEY),
    ReminderKind.MISSING_DOCUMENT: ("documents_needed", Area.DOCUMENTS),
    ReminderKind.EVALUATION_DAY: ("evaluation_evening", Area.TRIP),
    ReminderKind.CALL_DAY: ("call_reminder", Area.MESSAGES),
    ReminderKind.CALL_HOUR: ("call_reminder", Area.MESSAGES),
}


def enqueue_due() -> int:
    """Turn up to one batch of due reminders into outbox rows; the number of reminders."""
    at = now()
    with transaction() as session:
        due = session.scalars(
            sa.select(Reminder)
            .where(Reminder.state == "planned", Reminder.due_at <= at)
            .order_by(Reminder.due_at, Reminder.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for reminder in due:
            reminder.state = "enqueued" if _enqueue(session, reminder, at) else "cancelled"
        return len(due)


def _enqueue(session: Session, reminder: Reminder, at: datetime) -> bool:
    """False for what is over: nobody is reminded of a talk whose hour has passed."""
    case = session.get_one(Case, reminder.case_id)
    event, area = EVENT[ReminderKind(reminder.kind)]
    fact = f"reminder-{reminder.key.split(':', 1)[1]}"
    context = _context(session, case, reminder, at)
    if context is None:
        return False
    outbox.tell(session, case, event=event, fact=fact, area=area, now=at, context=context)
    return True


def _context(session: Session, case: Case, reminder: Reminder, now: datetime) -> dict | None:
    if reminder.kind in {ReminderKind.CALL_DAY, ReminderKind.CALL_HOUR}:
        call = session.scalar(_BOOKED, {"case_id": case.id})
        return mail_context(call) if call and call.starts_at > now else None
    if reminder.kind == ReminderKind.DEPOSIT_DUE:
        deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == case.id)).one()
        return {"amount": plain_money(deposit.amount), "due_on": deposit.due_on.isoformat()}
    if reminder.kind == ReminderKind.EVALUATION_DAY:
        tomorrow = local_day(reminder.due_at, case.hospital.timezone) + timedelta(days=1)
        return {"appointments": _appointments(session, case, tomorrow)}
    return {}


def _appointments(session: Session, case: Case, on) -> list[dict]:
    rows = session.scalars(
        sa.select(Appointment)
        .where(Appointment.case_id == case.id, Appointment.is_cancelled.is_(False))
        .order_by(Appointment.starts_at)
    )
    return [
        {
            "at": row.starts_at.isoformat(),
            "kind": row.kind,
            "place": row.room.name if row.room else "",
            "preparation": "" if row.preparation == "none" else row.preparation,
        }
        for row in rows
        if local_day(row.starts_at, case.hospital.timezone) == on
    ]
