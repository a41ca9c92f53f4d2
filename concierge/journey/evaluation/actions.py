"""Verbs of the evaluation days: appointments that nobody has twice, and the end of the days.

The plan and the way home are in plans.py.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import publishing
from concierge.cases.actions import check_open, check_version, record, settle
from concierge.cases.appointments import (
    PLACES,
    check_resource,
    check_time,
    claim,
    is_published,
    live_appointment,
    note_moved,
    release,
)
from concierge.domain.access import Actor, Area
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.vocabulary import AppointmentKind, Preparation, ResourceKind
from concierge.models import Answer, Appointment, Case, Plan


@dataclass(frozen=True)
class AppointmentOrder:
    """What, when and with whom. Times are aware UTC on quarter-hours; `note` says why in one line for the family."""

    kind: AppointmentKind
    starts_at: datetime
    ends_at: datetime
    preparation: Preparation = Preparation.NONE
    clinician_id: int | None = None
    room_id: int | None = None
    note: str = ""


def set_appointment(
    session: Session, case: Case, order: AppointmentOrder, *, actor: Actor, now: datetime
) -> Appointment:
    """Set one appointment and take its quarter-hours of patient, clinician and room.

    Raises SlotTaken when one of them is busy; InvalidInput (`day`, `start`, `clinician`, `room`, or the ledger's
    `starts_at` and `ends_at`): outside the held days or the opening hours, in the past, not on a quarter-hour.
    """
    check_open(case)
    _check(session, case, order, now)
    visit = Appointment(case_id=case.id, kind=order.kind, starts_at=order.starts_at, ends_at=order.ends_at)
    _fill(visit, order)
    session.add(visit)
    session.flush()
    claim(session, case, visit)
    _changed(session, case, visit, "appointment_set", actor, now)
    return visit


def move_appointment(
    session: Session,
    case: Case,
    public_id: str,
    order: AppointmentOrder,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Appointment:
    """Change an appointment. What was told to the family stays visible beside the new time, once it was published.

    Raises as `set_appointment`, and Stale when it was changed or cancelled since `version`.
    """
    check_open(case)
    visit = live_appointment(session, case, public_id)
    check_version(visit, version)
    _check(session, case, order, now)
    release(session, visit)
    note_moved(session, case, visit, order.starts_at)
    visit.kind, visit.starts_at, visit.ends_at = order.kind, order.starts_at, order.ends_at
    _fill(visit, order)
    session.flush()
    claim(session, case, visit)
    _changed(session, case, visit, "appointment_moved", actor, now)
    return visit


def cancel_appointment(
    session: Session, case: Case, public_id: str, *, version: int, actor: Actor, now: datetime
) -> None:
    """Take an appointment out and give its hours back. Raises Stale when it was changed or cancelled before."""
    check_open(case)
    visit = live_appointment(session, case, public_id)
    check_version(visit, version)
    visit.is_cancelled = True
    release(session, visit)
    session.flush()
    _changed(session, case, visit, "appointment_cancelled", actor, now)


def mark_evaluation_held(
    session: Session, case: Case, *, is_early: bool = False, actor: Actor, now: datetime
) -> None:
    """Note that the evaluation took place. Before its last day that must be said on purpose (`is_early`).

    Raises InvalidInput("is_early", "held_before_end").
    """
    check_open(case)
    answer = session.get(Answer, case.id)
    if answer is None or answer.evaluation_to is None:
        raise NotAllowed("hold_dates_first")
    if local_day(now, case.hospital.timezone) < answer.evaluation_to and not is_early:
        raise InvalidInput("is_early", "held_before_end")
    plan = plan_of(session, case)
    if plan.evaluation_held_at is None:
        plan.evaluation_held_at = now
        record(session, case, "evaluation_held", actor, now)
    settle(session, case, actor, now)


def plan_of(session: Session, case: Case) -> Plan:
    """The plan row of the case, made when it is first needed. Call it with the case locked."""
    plan = session.get(Plan, case.id, populate_existing=True)
    if plan is None:
        plan = Plan(case_id=case.id)
        session.add(plan)
        session.flush()
    return plan


def _check(session: Session, case: Case, order: AppointmentOrder, now: datetime) -> None:
    check_time(session, case, order.starts_at, order.ends_at, now)
    check_resource(session, case, "clinician", order.clinician_id, (ResourceKind.CLINICIAN,))
    check_resource(session, case, "room", order.room_id, PLACES)


def _fill(visit: Appointment, order: AppointmentOrder) -> None:
    visit.preparation, visit.note = order.preparation, order.note
    visit.clinician_id, visit.room_id = order.clinician_id, order.room_id


def _changed(
    session: Session, case: Case, visit: Appointment, event: str, actor: Actor, now: datetime
) -> None:
    """The event, the news to a family that knows the times already, and the next action."""
    record(session, case, event, actor, now, appointment=visit.public_id)
    settle(session, case, actor, now)
    if is_published(session, case):
        fact = f"{visit.public_id}-{visit.version}"
        outbox.tell(session, case, event="evaluation_changed", fact=fact, area=Area.TRIP, now=now)
        publishing.remember(session, case, now)
