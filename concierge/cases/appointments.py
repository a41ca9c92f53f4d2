"""What an appointment occupies, and how it is moved: shared by the evaluation days and the itinerary.

The quarter-hours of patient, clinician and room stand in the slot ledger under `appointment:<id>`.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor
from concierge.domain.booking import quarter_hours
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.evaluation import check_hours
from concierge.domain.vocabulary import ResourceKind
from concierge.models import Answer, Appointment, Case, Resource

PLACES = (ResourceKind.ROOM, ResourceKind.SCANNER)


def appointments_of(session: Session, case: Case) -> list[Appointment]:
    """What is on, in order of time, with clinician and room."""
    return list(
        session.scalars(
            sa.select(Appointment)
            .where(Appointment.case_id == case.id, Appointment.is_cancelled.is_(False))
            .order_by(Appointment.starts_at, Appointment.id)
        )
    )


def find_appointment(session: Session, case: Case, public_id: str) -> Appointment | None:
    """This case's appointment, cancelled or not."""
    return session.scalar(
        sa.select(Appointment)
        .where(Appointment.case_id == case.id, Appointment.public_id == public_id)
        .execution_options(populate_existing=True)
    )


def live_appointment(session: Session, case: Case, public_id: str) -> Appointment:
    """Raises Stale(`appointment_gone`) for one that was cancelled meanwhile."""
    visit = find_appointment(session, case, public_id)
    if visit is None or visit.is_cancelled:
        raise Stale("appointment_gone")
    return visit


def shift_appointment(
    session: Session, case: Case, *, public_id: str, starts_at: datetime, ends_at: datetime, actor: Actor, now: datetime
) -> Appointment:
    """Move an appointment to another time with the same clinician and room; its own hours are never in its way.

    Raises SlotTaken with the conflicts, Stale for a cancelled one, and InvalidInput as `check_time`. The family is told
    by whoever moves the trip.
    """
    check_open(case)
    visit = live_appointment(session, case, public_id)
    check_time(session, case, starts_at, ends_at, now)
    release(session, visit)
    note_moved(session, case, visit, starts_at)
    visit.starts_at, visit.ends_at = starts_at, ends_at
    session.flush()
    claim(session, case, visit)
    record(session, case, "appointment_shifted", actor, now, appointment=visit.public_id)
    settle(session, case, actor, now)
    return visit


def check_time(session: Session, case: Case, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Within the held days and the opening hours, ahead, on quarter-hours.

    Raises NotAllowed(`hold_dates_first`) and InvalidInput (`day`, `start`, or the ledger's `starts_at`, `ends_at`).
    """
    answer = session.get(Answer, case.id)
    if answer is None or answer.evaluation_from is None or answer.evaluation_to is None:
        raise NotAllowed("hold_dates_first")
    quarter_hours(starts_at, ends_at)
    on = local_day(starts_at, case.hospital.timezone)
    if not answer.evaluation_from <= on <= answer.evaluation_to:
        raise InvalidInput("day", "outside_dates")
    check_hours(starts_at, ends_at, case.hospital.calendar)
    if starts_at < now:
        raise InvalidInput("start", "day_past")


def check_resource(
    session: Session, case: Case, field: str, resource_id: int | None, kinds: tuple[ResourceKind, ...]
) -> None:
    """Only what belongs to this hospital: the ledger would take any number."""
    if resource_id is None:
        return
    found = session.get(Resource, resource_id)
    if (
        found is None
        or found.hospital_id != case.hospital_id
        or found.kind not in kinds
        or not found.is_active
    ):
        raise InvalidInput(field, "unknown_resource")


def note_moved(session: Session, case: Case, visit: Appointment, starts_at: datetime) -> None:
    """What was told to the family stays visible beside the new time, once it was published."""
    if is_published(session, case) and visit.starts_at != starts_at:
        visit.moved_from_at = visit.moved_from_at or visit.starts_at
        if visit.moved_from_at == starts_at:
            visit.moved_from_at = None


def is_published(session: Session, case: Case) -> bool:
    """Whether the family knows the times: the trip was confirmed."""
    answer = session.get(Answer, case.id)
    return answer is not None and answer.trip_confirmed_at is not None


def holder(visit: Appointment) -> str:
    """The name of an appointment in the slot ledger."""
    return f"appointment:{visit.id}"


def claim(session: Session, case: Case, visit: Appointment) -> None:
    """Take its hours. Raises SlotTaken with what is in the way."""
    ledger.claim(session, subjects_of(case, visit), visit.starts_at, visit.ends_at, holder(visit))


def release(session: Session, visit: Appointment) -> None:
    """Give its hours back."""
    ledger.release(session, holder(visit))


def subjects_of(case: Case, visit: Appointment) -> list[str]:
    """Who and what an appointment occupies in the slot ledger."""
    things = [one for one in (visit.clinician_id, visit.room_id) if one is not None]
    return [ledger.case_subject(case.id), *(ledger.resource_subject(one) for one in things)]


def drop_appointment(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Take an appointment out with the trip and give its hours back. Raises Stale for one that is gone already."""
    check_open(case)
    visit = live_appointment(session, case, public_id)
    visit.is_cancelled = True
    release(session, visit)
    session.flush()
    record(session, case, "appointment_cancelled", actor, now, appointment=visit.public_id)
    settle(session, case, actor, now)
