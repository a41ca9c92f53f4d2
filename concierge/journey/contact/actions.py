"""Step 1: an enquiry comes in and becomes a case; one specialist takes it, and only one."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases import duplicates
from concierge.cases.actions import index, lock, record, settle
from concierge.conversation.translation.actions import plan_story
from concierge.domain.access import VISITOR, Actor
from concierge.domain.errors import AlreadyTaken
from concierge.domain.journey import CaseState
from concierge.domain.oncall import heard_urgency
from concierge.domain.redflags import red_flags
from concierge.domain.scripts import written_language
from concierge.domain.vocabulary import (
    CameBy,
    CancerType,
    Channel,
    GoodHours,
    HelpWanted,
    Relation,
    Urgency,
    Writer,
)
from concierge.journey.contact.oncall.actions import alert
from concierge.models import Case, CaseParticipation, Enquiry, Hospital, Person, PortalAccount, StaffUser

# Who writes, as the relation to the patient; family say themselves how they are related.
_RELATION = {Writer.PATIENT: Relation.PATIENT, Writer.FRIEND: Relation.FRIEND, Writer.PAYER: Relation.SPONSOR}


@dataclass(frozen=True)
class NewEnquiry:
    """All that a first message can say. Only names, hospital and language are certain; "" and None mean *not told*.

    `language` is the locale of everything the family receives, `spoken_language` the one to talk in, `phone` is E.164,
    `timezone` an IANA name. `email` belongs to the one who writes; without it (a caller) nobody gets a sign-in yet.
    `written_in` is the language of the story where that is another one.
    A physician's own address is kept elsewhere: there it is that of the patient, or of the family (`relation`,
    `contact_name`), who hear nothing before somebody of the team writes to them.
    """

    hospital_id: int
    writer: Writer
    help_wanted: HelpWanted
    native_name: str
    language: str
    came_by: CameBy = CameBy.FORM
    urgency: Urgency = Urgency.ROUTINE
    writer_name: str = ""
    contact_name: str = ""
    relation: Relation | None = None
    cancer_type: CancerType = CancerType.NOT_SURE
    stage: str = ""
    story: str = ""
    written_in: str = ""
    country: str = ""
    spoken_language: str = ""
    channel: Channel | None = None
    good_hours: GoodHours | None = None
    timezone: str = ""
    called: str = ""
    birth_on: date | None = None
    birth_typed: str = ""
    email: str = ""
    phone: str = ""
    phone_typed: str = ""
    has_health_consent: bool = False


def hospital_for(hospitals: list[Hospital], slug: str, *languages: str) -> Hospital:
    """The hospital that the family chose; where they are not sure, the first whose team speaks one of their languages.

    `languages` in the order that matters (spoken, then written). With no match the first hospital: a person there
    can hand the enquiry on, and nobody waits for a rule.
    """
    for hospital in hospitals:
        if hospital.slug == slug:
            return hospital
    for language in languages:
        for hospital in hospitals:
            if language in hospital.languages:
                return hospital
    return hospitals[0]


def open_enquiry(session: Session, data: NewEnquiry, *, now: datetime, actor: Actor = VISITOR) -> Enquiry:
    """Person, case, enquiry, sign-in, promise and acknowledgement, as one outcome of the caller's transaction.

    Nobody is merged with anybody: the same family may write about two patients. The programme stays *treatment*, the
    longest way, until the first talk; what the family wants stands in `help_wanted`.
    """
    hospital = session.get_one(Hospital, data.hospital_id)
    person = _person(data, now)
    session.add(person)
    session.flush()
    case = Case(
        hospital=hospital, person=person, cancer_type=data.cancer_type, stage_reported=data.stage, opened_at=now,
        step_entered_at=now, waiting_since=now, health_consent_at=now if data.has_health_consent else None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    enquiry = Enquiry(
        hospital_id=hospital.id, case=case, came_by=data.came_by, urgency=_urgency(data), writer=data.writer,
        writer_name=data.writer_name,
        help_wanted=data.help_wanted, story=data.story,
        language=written_language(data.story, data.written_in or data.language), received_at=now,
        promise_due_at=hospital.calendar.add_working_hours(now, hospital.first_reply_hours),
    )  # fmt: skip
    session.add(enquiry)
    record(session, case, "enquiry_opened", actor, now, came_by=data.came_by, writer=data.writer)
    if data.has_health_consent:
        how = "spoken" if data.came_by is CameBy.PHONE else "written"
        record(
            session,
            case,
            "consent_recorded",
            actor,
            now,
            given_by=data.writer_name or data.native_name or data.called,
            how=how,
        )
    index(session, case)
    session.flush()
    plan_story(session, enquiry, now)
    duplicates.suggest(session, case, now=now)
    if data.email:
        give_sign_in(session, case, data, now)
    if data.email and data.writer is not Writer.PHYSICIAN:
        _acknowledge(session, enquiry, data, now)
    settle(session, case, actor, now)
    alert(session, enquiry, actor, now)
    return enquiry


def _urgency(data: NewEnquiry) -> Urgency:
    """Words of danger move an enquiry up, whatever was ticked."""
    return Urgency.URGENT if red_flags(data.story) else heard_urgency(data.came_by, data.urgency)


def _person(data: NewEnquiry, now: datetime) -> Person:
    return Person(
        native_name=data.native_name, called=data.called, birth_on=data.birth_on, birth_typed=data.birth_typed,
        country=data.country, language=data.language, spoken_language=data.spoken_language, timezone=data.timezone,
        email=data.email, phone=data.phone, phone_typed=data.phone_typed, channel=data.channel,
        good_hours=data.good_hours, created_at=now,
    )  # fmt: skip


def give_sign_in(session: Session, case: Case, data: NewEnquiry, now: datetime) -> PortalAccount:
    """The writer takes part: the patient in everything, family and friends in messages and documents until given more.

    A payer reads what we write to him, and no document of the patient. Whoever takes part already keeps what they
    were given.
    """
    relation = _RELATION.get(data.writer) or data.relation or Relation.RELATIVE
    is_patient = relation is Relation.PATIENT
    account = _account(session, data, now)
    if session.scalar(
        sa.select(CaseParticipation.id).where(
            CaseParticipation.case_id == case.id, CaseParticipation.account_id == account.id
        )
    ):
        return account
    if is_patient and account.person_id is None:
        account.person_id = case.person_id
    session.add(
        CaseParticipation(
            case_id=case.id, account_id=account.id, relation=relation, can_messages=not is_patient,
            can_documents=not is_patient and relation is not Relation.SPONSOR, invited_at=now,
        )
    )  # fmt: skip
    return account


def _account(session: Session, data: NewEnquiry, now: datetime) -> PortalAccount:
    """The account of this address, as it is when there is one. The visitor never learns which of the two it was."""
    known = sa.select(PortalAccount).where(PortalAccount.email == data.email)
    if account := session.scalar(known):
        return account
    names = {Writer.PATIENT: data.native_name, Writer.PHYSICIAN: data.contact_name}
    name = names.get(data.writer, data.writer_name)
    account = PortalAccount(
        email=data.email,
        name=name or data.native_name or data.called,
        language=data.language,
        timezone=data.timezone,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # the same address wrote from another window at this moment
        return session.scalars(known).one()
    return account


def _acknowledge(session: Session, enquiry: Enquiry, data: NewEnquiry, now: datetime) -> None:
    case = enquiry.case
    reader = data.called or data.native_name if data.writer is Writer.PATIENT else data.writer_name
    outbox.enqueue(
        session,
        event="payer_received" if data.came_by is CameBy.PAYER else "acknowledgement",
        key=f"acknowledgement:{case.id}",
        recipient=data.email,
        language=data.language,
        timezone=data.timezone,
        case=case,
        now=now,
        context={
            "promise_at": enquiry.promise_due_at.isoformat(),
            "name": f"\u2068{reader}\u2069" if reader else "",
        },
    )


def take_next(
    session: Session,
    staff_user: StaffUser,
    hospital_ids: tuple[int, ...],
    languages: tuple[str, ...] = (),
    *,
    actor: Actor,
    now: datetime,
) -> Enquiry | None:
    """The untaken enquiry whose promise falls due first, now this person's; None when no one is waiting.

    With `languages`, those come before all others, except that what is urgent never waits for a language. However
    many press at once, each gets another one: PostgreSQL skips rows that somebody is taking at this moment, on SQLite
    the writers stand in line.
    """
    waiting = (
        sa.select(Enquiry.id)
        .join(Case, Case.id == Enquiry.case_id)
        .where(
            Enquiry.taken_by_id.is_(None), Enquiry.hospital_id.in_(hospital_ids), Case.state == CaseState.OPEN
        )
        .order_by(Enquiry.queue_rank, Enquiry.promise_due_at, Enquiry.id)
        .limit(1)
        .with_for_update(of=Enquiry, skip_locked=True)
    )
    spoken = Case.person_id.in_(sa.select(Person.id).where(Person.spoken_language.in_(languages)))
    mine = waiting.where(sa.or_(spoken, Enquiry.language.in_(languages)))
    urgent = Enquiry.queue_rank == 0
    in_turn = (mine.where(urgent), waiting.where(urgent), mine, waiting) if languages else (waiting,)
    for statement in in_turn:
        found = session.scalar(statement)
        if found is not None:
            return take(session, found, staff_user, actor=actor, now=now)
    return None


def take(session: Session, enquiry_id: int, staff_user: StaffUser, *, actor: Actor, now: datetime) -> Enquiry:
    """This very enquiry becomes this person's; AlreadyTaken when a colleague was faster.

    The promise runs from the first message, so taking an enquiry late does not buy time for the reply.
    """
    claim = (
        sa.update(Enquiry)
        .where(Enquiry.id == enquiry_id, Enquiry.taken_by_id.is_(None))
        .values(taken_by_id=staff_user.id, taken_at=now)
        .returning(Enquiry.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(claim) is None:
        raise AlreadyTaken("enquiry_taken")
    enquiry = session.get_one(Enquiry, enquiry_id, populate_existing=True)
    case = lock(session, enquiry.case_id)
    case.specialist_id = staff_user.id
    record(session, case, "enquiry_taken", actor, now)
    settle(session, case, actor, now)
    if case.next_code == "reply_first":
        case.next_due_at = enquiry.promise_due_at
    plan_story(session, enquiry, now)
    return enquiry
