"""Verbs of a talk: notes by topic while it lasts; the call, its summary and who does what next when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import TEAM, assign, check_open, note_who_knows, record
from concierge.conversation.actions import note_call, send_message
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.vocabulary import (
    CallOutcome,
    GuideTopic,
    InterpreterUse,
    PatientKnows,
)
from concierge.journey.consult.booking.actions import count_as_held, purpose_of
from concierge.journey.consult.booking.queries import booked_call
from concierge.models import Call, CallSheet, Case, PlannedCall, StaffUser


@dataclass(frozen=True)
class SheetFacts:
    """What stands on the call screen. `notes` by topic; empty ones are left out."""

    notes: Mapping[GuideTopic, str]
    participants: str
    interpreter: InterpreterUse | None
    has_interpreter_joined: bool
    may_record: bool
    began_at: datetime


def open_sheet(session: Session, case_id: int) -> CallSheet | None:
    """The notes of a talk that was not finished."""
    return session.scalar(
        sa.select(CallSheet).where(CallSheet.case_id == case_id, CallSheet.finished_at.is_(None))
    )


def save_sheet(
    session: Session, case: Case, facts: SheetFacts, *, actor: Actor, now: datetime, version: int
) -> CallSheet:
    """Keep what was noted so far. `version` 0: the reader saw no notes yet.

    Raises InvalidInput(form, `sheet_changed`) when somebody else has written meanwhile, so that the page comes back
    with what was typed; NotAllowed(`case_not_open`) for a closed case, or when the actor is no member of staff.
    """
    check_open(case)
    if not actor.is_staff or actor.id is None:
        raise NotAllowed()
    sheet = open_sheet(session, case.id)
    if (sheet.version if sheet else 0) != version:
        raise InvalidInput("form", "sheet_changed")
    if sheet is None:
        planned = booked_call(session, case.id)
        sheet = CallSheet(case_id=case.id, planned_call_id=planned.id if planned else None)
        session.add(sheet)
    sheet.notes = {topic.value: text for topic, text in facts.notes.items() if text.strip()}
    sheet.participants, sheet.interpreter = facts.participants, facts.interpreter
    sheet.has_interpreter_joined, sheet.may_record = facts.has_interpreter_joined, facts.may_record
    sheet.began_at = min(facts.began_at, now)
    sheet.saved_by_id, sheet.saved_at = actor.id, now
    session.flush()
    return sheet


@dataclass(frozen=True)
class Ending:
    """How a talk ended. `notes` is the whole text for the team; an empty `summary` is not sent."""

    at: datetime
    minutes: int
    participants: str
    interpreter: InterpreterUse
    notes: str
    summary: str = ""
    language: str = "en"
    knows: PatientKnows = PatientKnows.UNKNOWN
    who: str = ""


def finish_call(
    session: Session, case: Case, sheet: CallSheet, ending: Ending, *, actor: Actor, now: datetime
) -> Call:
    """Note the call, the facts it brought, and send its summary; the planned call counts as held.

    Raises as `note_call` and `send_message`, and NotAllowed(`call_is_finished`).
    """
    check_open(case)
    if sheet.finished_at is not None:
        raise NotAllowed("call_is_finished")
    planned = _held(session, sheet, now)
    call = note_call(
        session, case, purpose=purpose_of(case, planned), outcome=CallOutcome.HELD, at=ending.at,
        minutes=ending.minutes, participants=ending.participants, interpreter=ending.interpreter, notes=ending.notes,
        actor=actor, now=now,
    )  # fmt: skip
    sheet.participants, sheet.interpreter, sheet.began_at = ending.participants, ending.interpreter, ending.at
    sheet.finished_at, sheet.call_id = now, call.id
    if ending.knows is not PatientKnows.UNKNOWN and (ending.knows, ending.who) != (
        case.patient_knows,
        case.who_knows,
    ):
        note_who_knows(session, case, knows=ending.knows, who=ending.who, actor=actor, now=now)
    if ending.summary.strip():
        send_message(session, case, body=ending.summary, language=ending.language, actor=actor, now=now)
    session.flush()
    return call


def _held(session: Session, sheet: CallSheet, now: datetime) -> PlannedCall | None:
    """The planned call of this talk; what is left of its time is given back when it was held early."""
    planned = booked_call(session, sheet.case_id)
    if planned is None:
        return session.get(PlannedCall, sheet.planned_call_id) if sheet.planned_call_id else None
    sheet.planned_call_id = planned.id
    count_as_held(session, planned, now)
    return planned


def plan_next(
    session: Session, case: Case, *, user: StaffUser | None, due_on: date | None, actor: Actor, now: datetime
) -> None:
    """Say who does the next action and by which day of the hospital; what the gates derived stays otherwise.

    Raises InvalidInput: (user, `wrong_role`), (due_on, `date_in_past`).
    """
    role: Role | None = case.next_owner
    if user is not None and role in TEAM:
        assign(session, case, role, user, actor=actor, now=now)
    was_on = local_day(case.next_due_at, case.hospital.timezone) if case.next_due_at else None
    if due_on in (None, was_on) or case.next_code is None:
        return
    if due_on < local_day(now, case.hospital.timezone):
        raise InvalidInput("due_on", "date_in_past")
    case.next_due_at = case.hospital.calendar.closing_of(due_on)
    record(session, case, "next_action_changed", actor, now, due=due_on.isoformat())
