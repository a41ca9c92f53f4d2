"""Interpreters by quarter-hour, free for the patient: only people who fit, who are there and who are free."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.interpreters.people.queries import line_subjects, locked
from concierge.booking.interpreters.queries import judged, need_of
from concierge.cases import ledger
from concierge.cases.actions import check_open, record, settle
from concierge.domain.access import Actor
from concierge.domain.booking import quarter_hours
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.interpreting import OCCASIONS, Need, Proposal, check_modality, soonest
from concierge.domain.vocabulary import BookingState, InterpreterOutcome, Modality, Occasion
from concierge.models import Appointment, Case, InterpreterAssignment, InterpreterProfile


@dataclass(frozen=True)
class AssignmentOrder:
    """Whom, for what and when. Times are UTC on quarter-hours; with `appointment_id` they lie within it.

    `waiver`: why nobody sits in the room although somebody should; `gender_note`: why `gender_wish` is not met.
    """

    interpreter_id: int
    language: str
    modality: Modality
    starts_at: datetime
    ends_at: datetime
    appointment_id: int | None = None
    occasion: Occasion = Occasion.ROUTINE
    waiver: str = ""
    gender_wish: str = ""
    gender_note: str = ""


def assign_interpreter(
    session: Session, case: Case, order: AssignmentOrder, *, actor: Actor, now: datetime
) -> InterpreterAssignment:
    """Assign somebody who fits. Raises SlotTaken when they are busy or away, and InvalidInput."""
    assignment = _book(session, case, order, actor, now)
    trip_changed(
        session, case, "interpreter_assigned", actor, now, assignment=assignment.public_id,
        name=assignment.interpreter.name,
    )  # fmt: skip
    return assignment


def _book(
    session: Session, case: Case, order: AssignmentOrder, actor: Actor, now: datetime
) -> InterpreterAssignment:
    check_open(case)
    visit = _visit_of(session, case, order)
    if order.starts_at < soonest(now):
        raise InvalidInput("starts_at", "time_in_past")
    occasions = {order.occasion, OCCASIONS.get(visit.kind, Occasion.ROUTINE) if visit else Occasion.ROUTINE}
    check_modality(order.modality, occasions, order.ends_at - order.starts_at, order.waiver)
    profile, chosen = _checked_person(session, case, order.interpreter_id, _need(case, order))
    if "gender_wish" in chosen.misfits and not order.gender_note:
        raise InvalidInput("gender_note", "gender_wish_overruled")
    cost = chosen.cost
    assignment = InterpreterAssignment(
        case_id=case.id, interpreter=profile.resource, appointment_id=order.appointment_id, language=order.language,
        modality=order.modality, starts_at=order.starts_at, ends_at=order.ends_at, occasion=order.occasion,
        waiver=order.waiver, gender_wish=order.gender_wish, gender_note=order.gender_note,
        cost_minor=cost.minor if cost else None, currency=cost.currency if cost else None,
        booked_by=actor.name, booked_at=now,
    )  # fmt: skip
    with session.begin_nested():
        session.add(assignment)
        session.flush()
        _claim(session, profile, assignment)
    return assignment


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
    """Another time, and another person where one is given. Raises SlotTaken when busy or away, and InvalidInput."""
    check_open(case)
    assignment = _live(session, case, public_id)
    if starts_at < soonest(now):
        raise InvalidInput("starts_at", "time_in_past")
    quarter_hours(starts_at, ends_at)
    wanted = interpreter_id or assignment.interpreter_id
    if (starts_at, ends_at, wanted) == (
        assignment.starts_at, assignment.ends_at, assignment.interpreter_id,
    ):  # fmt: skip
        return assignment
    check_modality(assignment.modality, {assignment.occasion}, ends_at - starts_at, assignment.waiver)
    need = need_of(
        case, language=assignment.language, modality=assignment.modality, starts_at=starts_at, ends_at=ends_at
    )
    profile, chosen = _checked_person(session, case, wanted, need, but=holder(assignment))
    with session.begin_nested():
        ledger.release(session, holder(assignment))
        assignment.interpreter = profile.resource
        assignment.starts_at, assignment.ends_at = starts_at, ends_at
        assignment.cost_minor = chosen.cost.minor if chosen.cost else None
        assignment.currency = chosen.cost.currency if chosen.cost else None
        session.flush()
        _claim(session, profile, assignment)
    trip_changed(session, case, "interpreter_moved", actor, now, assignment=public_id, name=profile.resource.name)
    return assignment


def cancel_assignment(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Let the interpreter go. Cancelling twice changes nothing. Raises InvalidInput for another case's assignment."""
    assignment = booking_of(session, InterpreterAssignment, case, public_id)
    if assignment.state is BookingState.CANCELLED:
        return
    give_back(session, assignment)
    trip_changed(session, case, "interpreter_cancelled", actor, now, assignment=public_id)


def replace_assignment(
    session: Session,
    case: Case,
    *,
    public_id: str,
    interpreter_id: int,
    modality: Modality | None = None,
    starts_at: datetime | None = None,
    waiver: str = "",
    gender_note: str = "",
    actor: Actor,
    now: datetime,
) -> InterpreterAssignment:
    """Somebody else for what was booked, or for what was taken back; from now on where it has begun.

    Raises as assign_interpreter, and InvalidInput(form, `already_replaced`).
    """
    old = booking_of(session, InterpreterAssignment, case, public_id)
    if old.replaced_by_id is not None:
        raise InvalidInput("form", "already_replaced")
    begins = max(starts_at or old.starts_at, old.starts_at)
    if begins < soonest(now):
        begins = soonest(now)
    if begins >= old.ends_at:
        raise InvalidInput("form", "time_in_past")
    order = AssignmentOrder(
        interpreter_id, old.language, modality or old.modality, begins, old.ends_at, _still_there(session, old),
        old.occasion, waiver or old.waiver, old.gender_wish, gender_note or old.gender_note,
    )  # fmt: skip
    with session.begin_nested():
        if old.state is not BookingState.CANCELLED:
            give_back(session, old, InterpreterOutcome.RELIEVED)
        made = _book(session, case, order, actor, now)
        old.replaced_by_id = made.id
    trip_changed(
        session, case, "interpreter_replaced", actor, now, assignment=made.public_id, name=made.interpreter.name
    )
    return made


def note_no_show(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Nobody stands at the door: the rest of the time is open again, and the next one is looked for at once.

    The family stands there too and is told by whoever is with them, so no message goes out. Raises InvalidInput before
    the time has come.
    """
    assignment = booking_of(session, InterpreterAssignment, case, public_id)
    if assignment.outcome is InterpreterOutcome.NO_SHOW:
        return
    _check_live(assignment)
    if assignment.starts_at > now:
        raise InvalidInput("form", "not_begun")
    give_back(session, assignment, InterpreterOutcome.NO_SHOW)
    record(session, case, "interpreter_no_show", actor, now, assignment=public_id)
    settle(session, case, actor, now)


def note_held(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """It took place as booked."""
    assignment = _live(session, case, public_id)
    if assignment.starts_at > now:
        raise InvalidInput("form", "not_begun")
    if assignment.outcome is InterpreterOutcome.HELD:
        return
    assignment.outcome = InterpreterOutcome.HELD
    record(session, case, "interpreter_held", actor, now, assignment=public_id)
    settle(session, case, actor, now)


def holder(assignment: InterpreterAssignment) -> str:
    return f"assignment:{assignment.id}"


def give_back(
    session: Session, assignment: InterpreterAssignment, outcome: InterpreterOutcome | None = None
) -> None:
    """The time is free again for others."""
    assignment.state, assignment.outcome = BookingState.CANCELLED, outcome
    ledger.release(session, holder(assignment))


def _live(session: Session, case: Case, public_id: str) -> InterpreterAssignment:
    assignment = booking_of(session, InterpreterAssignment, case, public_id)
    _check_live(assignment)
    return assignment


def _check_live(assignment: InterpreterAssignment) -> None:
    if assignment.state is BookingState.CANCELLED:
        raise InvalidInput("form", "unknown_booking")


def _claim(session: Session, profile: InterpreterProfile, assignment: InterpreterAssignment) -> None:
    """The quarter-hours of the person, or of the first line that is free; the key of the ledger decides."""
    subjects = line_subjects(profile.resource_id, profile.lines)
    span = (assignment.starts_at, assignment.ends_at)
    taken = {stretch.subject for stretch in ledger.busy(session, subjects, *span)} if len(subjects) > 1 else set()
    free = next((subject for subject in subjects if subject not in taken), subjects[0])
    ledger.claim(session, (free,), *span, holder(assignment))


def _need(case: Case, order: AssignmentOrder) -> Need:
    return need_of(
        case, language=order.language, modality=order.modality, starts_at=order.starts_at, ends_at=order.ends_at,
        gender=order.gender_wish,
    )  # fmt: skip


def _checked_person(
    session: Session, case: Case, interpreter_id: int, need: Need, *, but: str = ""
) -> tuple[InterpreterProfile, Proposal]:
    """The person, locked, with what speaks for and against them; from here on no absence can be noted.

    A busy ledger does not refuse here: its key does.
    """
    profile = locked(session, (interpreter_id,)).get(interpreter_id)
    if profile is None or profile.hospital_id != case.hospital_id or not profile.resource.is_active:
        raise InvalidInput("interpreter_id", "unknown_interpreter")
    found = judged(session, need, interpreter_id, but=but)
    if found is None:
        raise InvalidInput("interpreter_id", "wrong_language")
    against = [code for code in found.misfits if code not in {"gender_wish", "interpreter_busy"}]
    if "interpreter_absent" in against:
        raise SlotTaken(code="interpreter_absent")
    if against:
        raise InvalidInput("interpreter_id", against[0])
    return profile, found


def _visit_of(session: Session, case: Case, order: AssignmentOrder) -> Appointment | None:
    if order.appointment_id is None:
        return None
    visit = session.get(Appointment, order.appointment_id)
    if visit is None or visit.case_id != case.id or visit.is_cancelled:
        raise InvalidInput("appointment", "unknown_appointment")
    if order.starts_at < visit.starts_at or order.ends_at > visit.ends_at:
        raise InvalidInput("appointment", "appointment_moved")
    return visit


def _still_there(session: Session, old: InterpreterAssignment) -> int | None:
    """The appointment of an assignment, unless it has gone or moved away since."""
    visit = session.get(Appointment, old.appointment_id) if old.appointment_id else None
    is_there = visit is not None and not visit.is_cancelled and visit.starts_at <= old.starts_at
    return old.appointment_id if visit and is_there and old.ends_at <= visit.ends_at else None
