"""By which day a good-faith estimate of a case is due, where its hospital has the United States rule."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from concierge.cases.facts import CaseFile
from concierge.domain.clocks import local_day
from concierge.domain.estimate import changed_estimate_due_on, good_faith_due_on
from concierge.domain.vocabulary import EstimateState, HelpWanted
from concierge.models import Appointment, CaseEvent, Enquiry

_FIRST_AT = sa.select(sa.func.min(Appointment.starts_at)).where(
    Appointment.case_id == sa.bindparam("case_id"), Appointment.is_cancelled.is_(False)
)
_SET_AT = sa.select(sa.func.min(CaseEvent.at)).where(
    CaseEvent.case_id == sa.bindparam("case_id"), CaseEvent.kind == "appointment_set"
)


@dataclass(frozen=True)
class Schedule:
    """When the evaluation is, and when that was set; None where it is not."""

    scheduled_on: date | None = None
    service_on: date | None = None


def schedule_of(file: CaseFile) -> Schedule:
    """From the dates held, else from the first appointment."""
    case, answer, zone = file.case, file.answer, file.case.hospital.timezone
    if answer and answer.dates_held_at and answer.evaluation_from:
        return Schedule(local_day(answer.dates_held_at, zone), answer.evaluation_from)
    first_at, set_at = (file.session.scalar(found, {"case_id": case.id}) for found in (_FIRST_AT, _SET_AT))
    if first_at is None or set_at is None:
        return Schedule()
    return Schedule(local_day(set_at, zone), local_day(first_at, zone))


def due_on(file: CaseFile) -> date | None:
    """The last day for the next estimate, or None: rule off, or nothing asked or scheduled since the last one.

    Scheduling counts until a version names the day; a request until a version follows it; an open draft of a changed
    scope is due a working day before the service.
    """
    case, issued = file.case, file.issued
    if not case.hospital.has_us_estimate_rules:
        return None
    calendar, zone, schedule = case.hospital.calendar, case.hospital.timezone, schedule_of(file)
    is_named = issued is not None and issued.service_on is not None
    asked_at = issued.renewal_asked_at if issued else _asked_about_costs(file)
    due = [
        good_faith_due_on(
            calendar,
            scheduled_on=None if is_named else schedule.scheduled_on,
            service_on=None if is_named else schedule.service_on,
            requested_on=local_day(asked_at, zone) if asked_at else None,
        )
    ]
    if is_named and schedule.service_on and any(e.state is EstimateState.DRAFT for e in file.estimates):
        due.append(changed_estimate_due_on(calendar, schedule.service_on))
    return min((day for day in due if day), default=None)


def _asked_about_costs(file: CaseFile) -> datetime | None:
    """When the family first asked what it would cost."""
    return file.session.scalar(
        sa.select(sa.func.min(Enquiry.received_at)).where(
            Enquiry.case_id == file.case.id, Enquiry.help_wanted == HelpWanted.COST
        )
    )
