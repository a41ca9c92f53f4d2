"""Verbs on the case itself. Every action of every step ends with `settle()`.

It keeps step, next action and ball true.

A case moves on by itself when the last blocker of its step is gone: there is no button whose only purpose is to be
pressed. People move it by hand back, or forward against a closed gate with the right and a reason.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import facts, good_faith, refunds, reminders
from concierge.cases.release import release_ahead
from concierge.cases.tasks import plan as tasks
from concierge.domain.access import SYSTEM, Actor, Right, Role
from concierge.domain.clocks import local_day
from concierge.domain.errors import GateClosed, InvalidInput, NotAllowed, Stale
from concierge.domain.journey import (
    CaseFacts,
    CaseState,
    Exit,
    Step,
    WaitingOn,
    blockers,
    next_action,
    step_after,
)
from concierge.domain.names import search_keys
from concierge.domain.people import BirthDate, Calendar
from concierge.domain.promises import Promises, due_at
from concierge.domain.vocabulary import Channel, GoodHours, PatientKnows
from concierge.models import Case, CaseEvent, Enquiry, Hospital, Person, PortalAccount, SearchKey, StaffUser

TEAM = {
    Role.SPECIALIST: "specialist_id",
    Role.ADVOCATE: "advocate_id",
    Role.REVIEWER: "reviewer_id",
    Role.CARE_MANAGER: "care_manager_id",
    Role.COORDINATOR: "coordinator_id",
}


def record(session: Session, case: Case, kind: str, actor: Actor, now: datetime, /, **data) -> None:
    """Write what happened. `kind` has its words in web/happenings.py; `data` is plain JSON without names of illness."""
    session.add(
        CaseEvent(
            case_id=case.id,
            at=now,
            kind=kind,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            data=data,
        )
    )


def check_version(row, version: int | None) -> None:
    """Optimistic lock: raises Stale when the row changed since the form was shown."""
    if version is not None and row.version != version:
        raise Stale()


def check_open(case: Case) -> None:
    """A closed case stays as it is; one on hold may go on. Raises NotAllowed(`case_not_open`)."""
    if case.state is CaseState.CLOSED:
        raise NotAllowed("case_not_open")


def lock(session: Session, case_id: int) -> Case:
    """The case, locked until the end of the transaction, with its newest values."""
    statement = (
        sa.select(Case)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def promises_of(hospital: Hospital) -> Promises:
    return Promises(
        hospital.first_reply_hours, hospital.call_days, hospital.records_days,
        hospital.decision_days, hospital.estimate_days, hospital.refund_days,
    )  # fmt: skip


def settle(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Move the case on while its gate is open, then derive next action, ball and planned reminders."""
    _tasks_follow_team(session, case)
    session.flush()
    if case.state is not CaseState.OPEN:
        return
    _join_team(session, case, actor)
    if case.next_code is None:  # it has only just begun
        tasks.enter(session, case, named(case), now)
    file = facts.load(session, case)
    while not blockers(case.step, known := facts.facts_of(file, now, case.step)):
        following = step_after(case.step, known.programme)
        if following is None:
            close(session, case, exit=Exit.COMPLETED, reason="", actor=actor, now=now)
            return
        _enter(session, case, following, actor, now)
    _derive(file, known, now)
    reminders.plan(session, file, now)
    session.flush()


def _join_team(session: Session, case: Case, actor: Actor) -> None:
    """Whoever of the right role does the next action of a case that nobody had is its person from then on."""
    field = TEAM.get(case.next_owner) if case.next_owner else None
    if not actor.is_staff or field is None or getattr(case, field) is not None:
        return
    user = session.get(StaffUser, actor.id)
    if user and case.next_owner in user.roles_at(case.hospital_id):
        setattr(case, field, user.id)
        tasks.follow(session, case, case.next_owner, None, user.id)


def _tasks_follow_team(session: Session, case: Case) -> None:
    """Whoever was named in the team since the rows were last written has the open tasks of the role, too."""
    for role, field in TEAM.items():
        change = sa.inspect(case).attrs[field].history
        if change.added and (after := change.added[0]) is not None:
            tasks.follow(session, case, role, change.deleted[0] if change.deleted else None, after)


def named(case: Case) -> dict[Role, int | None]:
    """Who of the team holds each role."""
    return {role: getattr(case, field) for role, field in TEAM.items()}


def _derive(file: facts.CaseFile, known: CaseFacts, now: datetime) -> None:
    case, action = file.case, next_action(file.case.step, known)
    is_new = (action.code, action.owner) != (case.next_code, case.next_owner)
    case.next_code, case.next_owner = action.code, action.owner
    if is_new:
        promises, calendar = promises_of(case.hospital), case.hospital.calendar
        case.next_due_at = due_at(action.code, action.waiting_on, now, promises, calendar)
        case.agreed_note = case.agreed_by = ""
    case.next_due_at = facts.agreed_due_at(file, action.code) or case.next_due_at
    if action.code == "issue_estimate" and case.next_due_at and (lawful_on := good_faith.due_on(file)):
        case.next_due_at = min(case.next_due_at, case.hospital.calendar.closing_of(lawful_on))
    if action.waiting_on is not case.waiting_on:
        case.waiting_on, case.waiting_since = action.waiting_on, now


def _enter(session: Session, case: Case, step: Step, actor: Actor, now: datetime, **data) -> None:
    record(session, case, "step_moved", actor, now, step_from=case.step, step_to=step, **data)
    case.step, case.step_entered_at = step, now
    tasks.enter(session, case, named(case), now)


def move(
    session: Session,
    case: Case,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Move by hand: one step forward or any step back.

    Forward against a closed gate raises GateClosed unless the actor holds the override right and gives a reason.
    """
    check_version(case, version)
    if case.state is not CaseState.OPEN:
        raise NotAllowed("case_not_open")
    if step is case.step:
        return
    if step.number < case.step.number:
        if not reason:
            raise InvalidInput("reason", "reason_needed")
        _enter(session, case, step, actor, now, reason=reason)
        _rederive(session, case, now)
        return
    if step_after(case.step, case.programme) is not step:
        raise InvalidInput("step", "one_step_at_a_time")
    _move_forward(session, case, step, actor, now, reason)


def _move_forward(session: Session, case: Case, step: Step, actor: Actor, now: datetime, reason: str) -> None:
    missing = blockers(case.step, facts.facts_of(facts.load(session, case), now, case.step))
    if missing:
        if Right.OVERRIDE_GATE not in actor.rights:
            raise GateClosed(missing)
        if not reason:
            raise GateClosed(missing, "override_needs_reason")
        record(session, case, "gate_overridden", actor, now, reason=reason, missing=[b.code for b in missing])
    _enter(session, case, step, actor, now, reason=reason)
    settle(session, case, actor, now)


def _rederive(session: Session, case: Case, now: datetime) -> None:
    """After a move back the next action is the first blocker there; the case does not jump forward again by itself."""
    file = facts.load(session, case)
    _derive(file, facts.facts_of(file, now, case.step), now)
    reminders.plan(session, file, now)
    session.flush()


def hold(
    session: Session,
    case: Case,
    *,
    until: date,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Put the case aside until a date; the jobs process wakes it."""
    check_version(case, version)
    check_open(case)
    if until <= local_day(now, case.hospital.timezone):
        raise InvalidInput("until", "date_must_be_future")
    case.state, case.hold_until, case.hold_reason = CaseState.ON_HOLD, until, reason
    case.agreed_note = case.agreed_by = ""
    case.next_code, case.next_owner, case.next_due_at = (
        "wake",
        Role.SPECIALIST,
        case.hospital.calendar.hours_of(until)[0],
    )
    tasks.rest(session, case, case.next_due_at)
    case.waiting_on, case.waiting_since = WaitingOn.NOBODY, now
    record(session, case, "case_held", actor, now, until=until.isoformat(), reason=reason)


def wake(session: Session, case: Case, *, actor: Actor = SYSTEM, now: datetime) -> None:
    """Take the case off hold and derive its next action anew."""
    if case.state is not CaseState.ON_HOLD:
        return
    tasks.resume(session, case)
    case.state, case.hold_until, case.hold_reason = CaseState.OPEN, None, ""
    record(session, case, "case_woken", actor, now)
    settle(session, case, actor, now)


def close(
    session: Session,
    case: Case,
    *,
    exit: Exit,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """End the case: reminders stop, bookings ahead are given back; after a death no message leaves either."""
    check_version(case, version)
    check_open(case)
    case.state, case.exit, case.exit_reason, case.closed_at = CaseState.CLOSED, exit, reason, now
    case.hold_until, case.hold_reason = None, ""
    case.next_code, case.next_owner, case.next_due_at = None, None, None
    case.waiting_on, case.waiting_since = WaitingOn.NOBODY, now
    case.agreed_note = case.agreed_by = ""
    outbox.stop_reminders(session, case)
    tasks.cancel_all(session, case)
    if exit is Exit.DIED:
        outbox.stop_messages(session, case)
    freed = 0 if exit is Exit.COMPLETED else release_ahead(session, case, now)
    record(session, case, "case_closed", actor, now, exit=exit, reason=reason, freed=freed)
    refunds.propose_due(session, case, now=now)
    session.flush()


def reopen(
    session: Session,
    case: Case,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    step: Step | None = None,
) -> None:
    """Take a closed case up again in the step in which it ended, or in another one."""
    check_version(case, version)
    if case.state is not CaseState.CLOSED:
        raise NotAllowed("case_not_closed")
    if case.exit is Exit.DIED and Right.OVERRIDE_GATE not in actor.rights:
        raise NotAllowed()
    case.state, case.exit, case.exit_reason, case.closed_at = CaseState.OPEN, None, "", None
    record(session, case, "case_reopened", actor, now, reason=reason)
    refunds.take_proposals_back(session, case, actor=actor, now=now)
    if step is not None and step is not case.step:
        _enter(session, case, step, actor, now)
    _rederive(session, case, now)


def agree_next(
    session: Session,
    case: Case,
    *,
    on: date,
    note: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """A day agreed for the next action, with whom and why: it stands instead of the promise until the action is done.

    What is to be done and by whom stays derived, and an action whose day stands elsewhere (a deposit's, the
    evaluation's) keeps that one. Raises InvalidInput(on, `date_in_past` | `day_stands_elsewhere`), NotAllowed, Stale.
    """
    check_version(case, version)
    if case.state is not CaseState.OPEN or case.next_code is None:
        raise NotAllowed("case_not_open")
    if facts.agreed_due_at(facts.load(session, case), case.next_code) is not None:
        raise InvalidInput("on", "day_stands_elsewhere")
    calendar = case.hospital.calendar
    if on < local_day(now, calendar.timezone):
        raise InvalidInput("on", "date_in_past")
    case.next_due_at, case.agreed_note, case.agreed_by = calendar.closing_of(on), note, actor.name
    record(session, case, "next_action_agreed", actor, now, action=case.next_code, on=on.isoformat(), reason=note)
    session.flush()


def assign(session: Session, case: Case, role: Role, user: StaffUser, *, actor: Actor, now: datetime) -> None:
    """Name the person of a role in the team of this case; the person must hold that role in its hospital.

    Naming a specialist also takes the enquiry out of the queue. Raises InvalidInput(user, `wrong_role`).
    """
    if role not in user.roles_at(case.hospital_id):
        raise InvalidInput("user", "wrong_role")
    before = getattr(case, TEAM[role])
    if before == user.id:
        return
    setattr(case, TEAM[role], user.id)
    tasks.follow(session, case, role, before, user.id)
    if role is Role.SPECIALIST:
        session.execute(
            sa.update(Enquiry)
            .where(Enquiry.case_id == case.id, Enquiry.taken_by_id.is_(None))
            .values(taken_by_id=user.id, taken_at=now)
        )
    record(session, case, "case_assigned", actor, now, role=role, name=user.name)
    settle(session, case, actor, now)


def index(session: Session, case: Case) -> None:
    """Write the search keys of the case's person anew."""
    person = case.person
    keys = search_keys(
        person.native_name, person.surname, person.given_names, person.called,
        phone=person.phone, passport=person.passport_number, email=person.email, born_on=person.birth_on,
    )  # fmt: skip
    session.execute(sa.delete(SearchKey).where(SearchKey.case_id == case.id))
    if case.exit is Exit.MERGED:
        return  # found as the case in which it goes on
    session.add_all(SearchKey(hospital_id=case.hospital_id, key=key, case_id=case.id) for key in sorted(keys))


# --- facts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonFacts:
    """What is known of the patient, as they gave it; empty where it is not known yet. `phone` is E.164."""

    native_name: str = ""
    surname: str = ""
    given_names: str = ""
    called: str = ""
    birth_on: date | None = None
    birth_typed: str = ""
    passport_number: str = ""
    country: str = ""
    language: str = "en"
    spoken_language: str = ""
    timezone: str = ""
    email: str = ""
    phone: str = ""
    phone_typed: str = ""
    channel: Channel | None = None
    good_hours: GoodHours | None = None


_LOOKED_UP = {"native_name", "surname", "given_names", "called", "passport_number", "email", "phone", "birth_on"}
_OF_THE_SIGN_IN = ("language", "timezone", "email")


def birth_facts(birth: BirthDate | None) -> dict:
    """How a birth date is kept: the exact Gregorian day if known; what was typed where that says more."""
    if birth is None:
        return {"birth_on": None, "birth_typed": ""}
    is_plain = birth.on is not None and birth.calendar is Calendar.GREGORIAN
    return {"birth_on": birth.on, "birth_typed": "" if is_plain else birth.typed}


def note_facts(
    session: Session, case: Case, given: PersonFacts, *, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Write down who the patient is and how to reach them. `version` is that of the person's row.

    A corrected language, time zone or address also holds for the patient's own sign-in.
    Raises InvalidInput(native_name, `name_needed`), InvalidInput(email, `email_taken`), Stale.
    """
    person = case.person
    session.refresh(person)
    check_version(person, version)
    if not (given.native_name or given.surname or given.given_names):
        raise InvalidInput("native_name", "name_needed")
    changed = [field for field, value in asdict(given).items() if getattr(person, field) != value]
    if not changed:
        return
    _tell_the_sign_in(session, person, given, changed)
    for field in changed:
        setattr(person, field, getattr(given, field))
    record(session, case, "facts_noted", actor, now, fields=changed)
    session.flush()
    if _LOOKED_UP & set(changed):
        for one in session.scalars(sa.select(Case).where(Case.person_id == person.id)):
            index(session, one)
    settle(session, case, actor, now)


def _tell_the_sign_in(session: Session, person: Person, given: PersonFacts, changed: list[str]) -> None:
    account = session.scalar(sa.select(PortalAccount).where(PortalAccount.person_id == person.id))
    if account is None:
        return
    if "email" in changed and given.email:
        owner = session.scalar(sa.select(PortalAccount.id).where(PortalAccount.email == given.email))
        if owner not in (None, account.id):
            raise InvalidInput("email", "email_taken")
    for field in _OF_THE_SIGN_IN:
        if field in changed and getattr(given, field):
            setattr(account, field, getattr(given, field))


def record_consent(
    session: Session, case: Case, *, given_by: str, how: str, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """The patient (or who may decide for them) agreed that we handle health data. `how`: spoken or written."""
    check_version(case, version)
    if case.health_consent_at is not None:
        return
    case.health_consent_at = now
    record(session, case, "consent_recorded", actor, now, given_by=given_by, how=how)
    settle(session, case, actor, now)


def note_who_knows(
    session: Session,
    case: Case,
    *,
    knows: PatientKnows,
    who: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Whether the patient knows the diagnosis, who decides, who pays, who may be told. Staff only.

    Raises InvalidInput(knows, `who_knows_needed`) when it was not asked yet.
    """
    check_version(case, version)
    if knows is PatientKnows.UNKNOWN:
        raise InvalidInput("knows", "who_knows_needed")
    case.patient_knows, case.who_knows, case.who_knows_at = knows, who, now
    record(session, case, "who_knows_noted", actor, now)
    settle(session, case, actor, now)


def note_visa_need(
    session: Session, case: Case, *, is_needed: bool, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Whether the patient needs a visa, and so a letter of ours, to come."""
    check_version(case, version)
    if case.is_visa_needed is is_needed:
        return
    case.is_visa_needed = is_needed
    record(session, case, "facts_noted", actor, now, fields=["is_visa_needed"])
    settle(session, case, actor, now)
