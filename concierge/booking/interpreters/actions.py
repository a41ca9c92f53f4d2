"""Interpreters by quarter-hour, free for the patient: only people with the language and a valid credential."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.interpreters.queries import facts_of
from concierge.cases import ledger
from concierge.cases.actions import check_open
from concierge.domain.access import Actor
from concierge.domain.booking import Occasion, interpreter_misfits
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import AppointmentKind, BookingState, Modality, ResourceKind
from concierge.models import Appointment, Case, InterpreterAssignment, Resource

# What is said in an appointment of this kind, as far as it decides whether somebody should sit in the room.
OCCASIONS = {
    AppointmentKind.PLAN_MEETING: (Occasion.FAMILY_MEETING,),
    AppointmentKind.BIOPSY: (Occasion.CONSENT,),
}


@dataclass(frozen=True)
class AssignmentOrder:
    """Whom, for what and when. Times are UTC on quarter-hours; with `appointment_id` they are the appointment's."""

    interpreter_id: int
    language: str
    modality: Modality
    starts_at: datetime
    ends_at: datetime
    appointment_id: int | None = None


def assign_interpreter(
    session: Session, case: Case, order: AssignmentOrder, *, actor: Actor, now: datetime
) -> InterpreterAssignment:
    """Assign somebody who fits. Raises SlotTaken when they are busy, and InvalidInput.

    A gender wish does not stand in the way here: the person who assigns has seen it.
    """
    check_open(case)
    person = _checked_interpreter(session, case, order)
    _check_appointment(session, case, order)
    if order.starts_at < now:
        raise InvalidInput("starts_at", "time_in_past")
    assignment = InterpreterAssignment(
        case_id=case.id, interpreter=person, appointment_id=order.appointment_id, language=order.language,
        modality=order.modality, starts_at=order.starts_at, ends_at=order.ends_at, booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    subjects = (ledger.resource_subject(order.interpreter_id),)
    with session.begin_nested():
        session.add(assignment)
        session.flush()
        ledger.claim(session, subjects, order.starts_at, order.ends_at, holder(assignment))
    trip_changed(
        session, case, "interpreter_assigned", actor, now, assignment=assignment.public_id, name=person.name
    )
    return assignment


def cancel_assignment(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Let the interpreter go. Cancelling twice changes nothing. Raises InvalidInput for another case's assignment."""
    assignment = booking_of(session, InterpreterAssignment, case, public_id)
    if assignment.state is BookingState.CANCELLED:
        return
    assignment.state = BookingState.CANCELLED
    ledger.release(session, holder(assignment))
    trip_changed(session, case, "interpreter_cancelled", actor, now, assignment=public_id)


def holder(assignment: InterpreterAssignment) -> str:
    return f"assignment:{assignment.id}"


def _checked_interpreter(session: Session, case: Case, order: AssignmentOrder) -> Resource:
    person = session.get(Resource, order.interpreter_id)
    is_ours = person is not None and person.hospital_id == case.hospital_id and person.is_active
    if person is None or not is_ours or person.kind is not ResourceKind.INTERPRETER:
        raise InvalidInput("interpreter_id", "unknown_interpreter")
    on = local_day(order.starts_at, case.hospital.timezone)
    misfits = interpreter_misfits(facts_of(person), language=order.language, modality=order.modality, on=on)
    if misfits:
        raise InvalidInput("interpreter_id", misfits[0])
    return person


def _check_appointment(session: Session, case: Case, order: AssignmentOrder) -> None:
    if order.appointment_id is None:
        return
    visit = session.get(Appointment, order.appointment_id)
    if visit is None or visit.case_id != case.id or visit.is_cancelled:
        raise InvalidInput("appointment", "unknown_appointment")
    if (visit.starts_at, visit.ends_at) != (order.starts_at, order.ends_at):
        raise InvalidInput("appointment", "appointment_moved")


def move_assignment(
    session: Session,
    case: Case,
    *,
    public_id: str,
    starts_at: datetime,
    ends_at: datetime,
    interpreter_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> InterpreterAssignment:
    """Another time, or another interpreter. Raises SlotTaken when they are busy, InvalidInput."""
    check_open(case)
    assignment = booking_of(session, InterpreterAssignment, case, public_id)
    if starts_at < now:
        raise InvalidInput("starts_at", "time_in_past")
    chosen = interpreter_id or assignment.interpreter_id
    with session.begin_nested():
        ledger.release(session, holder(assignment))
        assignment.interpreter_id, assignment.starts_at, assignment.ends_at = chosen, starts_at, ends_at
        session.flush()
        ledger.claim(session, (ledger.resource_subject(chosen),), starts_at, ends_at, holder(assignment))
    trip_changed(session, case, "interpreter_moved", actor, now, assignment=public_id)
    return assignment
