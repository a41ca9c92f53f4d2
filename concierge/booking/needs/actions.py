"""Verbs of what a family tells about its trip: once, part by part, by itself or typed by a coordinator for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.firmness import is_firm_allowed
from concierge.booking.needs.queries import patient_traveller
from concierge.booking.travellers import needs_of, travellers_of
from concierge.cases.actions import check_open, note_visa_need, record, settle
from concierge.cases.tasks.actions import add_once, add_task
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.passports import MOST_TRAVELLERS, passport_name, passport_number
from concierge.domain.tasks import LIVE, TaskState
from concierge.domain.vocabulary import NeedsPart, PatientAnswer, Relation, WheelchairHelp
from concierge.models import Answer, Case, CaseTask, Traveller, TripNeeds

TASK = "read_needs"
FIRM_HOURS = 4  # working hours in which a coordinator makes firm what was only held
ASKED = ("ask_who_travels",)  # a task of the step that a family answers by sending


@dataclass(frozen=True)
class TravellerFacts:
    """As typed. `passport_number` None: keep what is known (the reader saw only its end)."""

    relation: Relation
    passport_name: str
    native_name: str = ""
    born_on: date | None = None
    nationality: str = ""
    passport_number: str | None = None
    passport_until: date | None = None
    needs_wheelchair: bool = False
    wheelchair: WheelchairHelp | None = None
    needs_oxygen: bool = False


def tell(
    session: Session, case: Case, part: NeedsPart, facts: dict[str, Any], *, actor: Actor, now: datetime
) -> TripNeeds:
    """Keep one part: `facts` are columns of TripNeeds; for the visa also `is_visa_needed`, which the case keeps.

    Where bookings may become firm by it, the coordinator gets a task, once. Raises NotAllowed(`case_not_open`) and
    InvalidInput: form `needs_before_yes`, home_by `home_before_leaving`,
    visa_granted_on `granted_in_future`, fit_to_fly_on `signed_in_future`.
    """
    _check_time(session, case)
    _check_days(facts, local_day(now, case.hospital.timezone))
    was_firm = is_firm_allowed(session, case, now).is_allowed
    needs = _stored(session, case)
    for name in facts.keys() - {"is_visa_needed"}:
        setattr(needs, name, facts[name])
    _mark(needs, part, actor, now)
    record(session, case, "needs_told", actor, now, parts=[part.value])
    if "is_visa_needed" in facts:
        note_visa_need(session, case, is_needed=facts["is_visa_needed"], actor=actor, now=now)
    session.flush()
    if not was_firm and is_firm_allowed(session, case, now).is_allowed:
        due_at = case.hospital.calendar.add_working_hours(now, FIRM_HOURS)
        add_once(
            session, case, key=f"firm:{case.id}", code="make_firm", owner_role=Role.COORDINATOR, due_at=due_at, now=now
        )
    settle(session, case, actor, now)
    return needs


def tell_traveller(
    session: Session, case: Case, facts: TravellerFacts, *, public_id: str = "", actor: Actor, now: datetime
) -> Traveller:
    """Add a companion, or change whom `public_id` names; the patient is the one whose relation says so.

    The first telling of anybody notes the patient, too, with what the case knows. Raises InvalidInput: form
    `too_many_travellers` or `unknown_traveller`, born_on `born_in_future`, and those of domain/passports.py.
    """
    _check_time(session, case)
    name, number = passport_name(facts.passport_name), passport_number(facts.passport_number or "")
    if facts.born_on and facts.born_on > local_day(now, case.hospital.timezone):
        raise InvalidInput("born_on", "born_in_future")
    traveller = _of(session, case, facts.relation, public_id, now)
    traveller.passport_name, traveller.native_name = name, facts.native_name
    traveller.born_on, traveller.nationality = facts.born_on, facts.nationality
    if facts.passport_number is not None:
        traveller.passport_number = number
    traveller.passport_until = facts.passport_until
    traveller.needs_wheelchair, traveller.wheelchair = facts.needs_wheelchair, facts.wheelchair
    traveller.needs_oxygen = facts.needs_oxygen
    _mark(_stored(session, case), NeedsPart.TRAVELLERS, actor, now)
    record(session, case, "traveller_told", actor, now)
    settle(session, case, actor, now)
    return traveller


def remove_traveller(session: Session, case: Case, public_id: str, *, actor: Actor, now: datetime) -> None:
    """A companion does not come. Raises InvalidInput(form, `unknown_traveller`), also for the patient."""
    _check_time(session, case)
    found = next((one for one in travellers_of(session, case) if one.public_id == public_id), None)
    if found is None or found.is_patient:
        raise InvalidInput("form", "unknown_traveller")
    found.removed_at = now
    _mark(_stored(session, case), NeedsPart.TRAVELLERS, actor, now)
    record(session, case, "traveller_removed", actor, now)
    settle(session, case, actor, now)


def send_needs(session: Session, case: Case, *, actor: Actor, now: datetime) -> list[NeedsPart]:
    """The travel team has it from now on: all that was told, or what was told since it was last sent.

    A coordinator has a task to read it, unless a coordinator typed it. Returns the parts that are new. Raises
    InvalidInput(form, `travellers_first`) and InvalidInput(form, `needs_unchanged`).
    """
    _check_time(session, case)
    needs = needs_of(session, case)
    if NeedsPart.TRAVELLERS not in needs.told:
        raise InvalidInput("form", "travellers_first")
    since = needs.sent_at.isoformat() if needs.sent_at else ""
    parts = [part for part in NeedsPart if part in needs.told and needs.told[part]["at"] > since]
    if not parts:
        raise InvalidInput("form", "needs_unchanged")
    needs.sent_at, needs.sent_by = now, actor.name
    record(session, case, "needs_sent", actor, now, parts=[part.value for part in parts])
    _end_tasks(session, case, ASKED if not actor.is_staff else (*ASKED, TASK))
    if (
        not actor.is_staff and _live_tasks(session, case, (TASK,)) == []
    ):  # one is enough, however often a family sends
        due_at = case.hospital.calendar.promise_due(now, days=1)
        add_task(session, case, code=TASK, owner_role=Role.COORDINATOR, due_at=due_at, actor=actor, now=now)
    settle(session, case, actor, now)
    return parts


def _live_tasks(session: Session, case: Case, codes: tuple[str, ...]) -> list[CaseTask]:
    found = sa.select(CaseTask).where(
        CaseTask.case_id == case.id, CaseTask.code.in_(codes), CaseTask.state.in_(LIVE)
    )
    return list(session.scalars(found))


def _end_tasks(session: Session, case: Case, codes: tuple[str, ...]) -> None:
    """What they ask has been told."""
    for task in _live_tasks(session, case, codes):
        task.state, task.snoozed_until = TaskState.CANCELLED, None
    session.flush()


def _check_time(session: Session, case: Case) -> None:
    check_open(case)
    answer = session.get(Answer, case.id)
    if answer is None or answer.reply is not PatientAnswer.YES:
        raise InvalidInput("form", "needs_before_yes")


def _check_days(facts: dict[str, Any], today: date) -> None:
    leave, home = facts.get("leave_from"), facts.get("home_by")
    if leave and home and home <= leave:
        raise InvalidInput("home_by", "home_before_leaving")
    for field, code in (("visa_granted_on", "granted_in_future"), ("fit_to_fly_on", "signed_in_future")):
        if (day := facts.get(field)) and day > today:
            raise InvalidInput(field, code)


def _stored(session: Session, case: Case) -> TripNeeds:
    needs = needs_of(session, case)
    session.add(needs)
    return needs


def _mark(needs: TripNeeds, part: NeedsPart, actor: Actor, now: datetime) -> None:
    last = {"at": now.isoformat(), "by": actor.name, "is_staff": actor.is_staff}
    needs.told = {**needs.told, part.value: last}


def _of(session: Session, case: Case, relation: Relation, public_id: str, now: datetime) -> Traveller:
    """The traveller who is meant, or a new one; the patient's row comes first."""
    known = travellers_of(session, case)
    if not known:
        patient = patient_traveller(case)
        patient.added_at = now
        session.add(patient)
        session.flush()
        known = [patient]
    if relation is Relation.PATIENT:
        return known[0]
    if public_id:
        found = next((one for one in known if one.public_id == public_id and not one.is_patient), None)
        if found is None:
            raise InvalidInput("form", "unknown_traveller")
        found.relation = relation
        return found
    if len(known) >= MOST_TRAVELLERS:
        raise InvalidInput("form", "too_many_travellers", most=MOST_TRAVELLERS)
    made = Traveller(case_id=case.id, relation=relation, added_at=now)
    session.add(made)
    return made
