"""Keeps the planned reminders of a case equal to what its facts ask for.

New ones are added, moved ones re-dated, others cancelled.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.facts import CaseFile, covering_letter
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState
from concierge.domain.reminders import CallAhead, PlannedReminder, ReminderFacts, planned_reminders
from concierge.domain.vocabulary import PaymentState, RecordState
from concierge.models import Appointment, Case, Reminder

_WANTED = {
    RecordState.MISSING,
    RecordState.ASKED,
    RecordState.UNREADABLE,
    RecordState.TOO_OLD,
    RecordState.WRONG_PERSON,
}


def plan(session: Session, file: CaseFile, now: datetime) -> None:
    """Write the difference between the plan of now and the rows that are still planned."""
    case = file.case
    wanted = {f"{case.id}:{reminder.key}": reminder for reminder in planned_reminders(_facts(session, file, now))}
    rows = session.scalars(sa.select(Reminder).where(Reminder.case_id == case.id))
    for row in rows:
        reminder = wanted.pop(row.key, None)
        if row.state != "planned":
            continue
        if reminder is None:
            row.state = "cancelled"
        else:
            row.due_at = reminder.due_at
    session.add_all(_row(case, key, reminder) for key, reminder in wanted.items() if reminder.due_at > now)
    session.flush()


def _row(case: Case, key: str, reminder: PlannedReminder) -> Reminder:
    return Reminder(key=key, case_id=case.id, kind=reminder.kind, due_at=reminder.due_at, context={})


def _facts(session: Session, file: CaseFile, now: datetime) -> ReminderFacts:
    case, issued, deposit = file.case, file.issued, file.deposit
    asked_at = [item.asked_at for item in file.checklist if item.state in _WANTED and item.asked_at]
    return ReminderFacts(
        timezone=case.person.timezone or case.hospital.timezone,
        hospital_timezone=case.hospital.timezone,
        is_open=case.state is CaseState.OPEN,
        estimate_number=issued.number if issued else 0,
        estimate_issued_at=issued.issued_at if issued else None,
        is_estimate_opened=bool(issued and issued.understood_at),
        deposit_requested_at=deposit.requested_at if deposit else None,
        deposit_due_on=deposit.due_on if deposit else None,
        deposit_state=deposit.state if deposit else None,
        is_deposit_settled_otherwise=_is_settled_otherwise(file, now),
        documents_asked_at=min(asked_at, default=None),
        has_missing_documents=bool(asked_at),
        evaluation_days=_evaluation_days(session, file),
        call=_call(file),
    )


def _is_settled_otherwise(file: CaseFile, now: datetime) -> bool:
    """Nobody is reminded of money that we hold already, or that a letter of guarantee stands for."""
    if file.deposit is None:
        return False
    is_waiting = any(payment.state is PaymentState.RECORDED for payment in file.deposit.payments)
    return is_waiting or covering_letter(file, now) is not None


def _call(file: CaseFile) -> CallAhead | None:
    booked = file.planned_call
    return CallAhead(f"{booked.public_id}.{booked.version}", booked.starts_at) if booked else None


def _evaluation_days(session: Session, file: CaseFile) -> tuple:
    if not file.appointments:
        return ()
    starts = session.scalars(
        sa.select(Appointment.starts_at).where(
            Appointment.case_id == file.case.id, Appointment.is_cancelled.is_(False)
        )
    )
    return tuple(sorted({local_day(at, file.case.hospital.timezone) for at in starts}))
