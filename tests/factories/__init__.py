"""Scenes for tests: real rows, made the short way; the long way is what stories/ and the demo walk.

hospital = hospitals(session)["alder-coast"]
case = a_case(session, step=Step.FINANCE)        # every gate before this step is met by rows
maria = staff(session, "maria@alder-coast.example")
as_staff(client, maria); as_portal(client, account)
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases import actions
from concierge.cli import hospitals as files
from concierge.domain import vocabulary as v
from concierge.domain.access import SYSTEM, Actor, Right, rights_of
from concierge.domain.journey import Step
from concierge.domain.tokens import hash_token
from concierge.models import (
    Answer,
    Appointment,
    Call,
    Case,
    CaseParticipation,
    ChecklistItem,
    Decision,
    Deposit,
    DepositRule,
    Enquiry,
    Estimate,
    EstimateLine,
    Holiday,
    Hospital,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    LodgingHouse,
    LodgingRate,
    LodgingRoom,
    Package,
    PackageLine,
    Person,
    PortalAccount,
    RecordRule,
    Referral,
    Referrer,
    Resource,
    SignIn,
    StaffRole,
    StaffUser,
    Tariff,
)
from concierge.web.access import PORTAL_COOKIE, REFERRER_COOKIE, STAFF_COOKIE
from tests.support.clock import START

HOSPITALS = Path(__file__).parents[2] / "demo" / "hospitals.json"
PASSWORD = "concierge-demo"
# A slow hash keeps strangers out; tests that load the hospitals a thousand times need none.
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
files.hash_password = CHEAP_HASHER.hash


_LOADED = (
    Hospital, Holiday, Tariff, Package, PackageLine, DepositRule, RecordRule, Resource, LodgingHouse, LodgingRoom,
    LodgingRate,
    StaffUser, StaffRole, InterpreterProfile, InterpreterLanguage, InterpreterCredential,
)  # fmt: skip
_rows: dict[str, list[tuple[sa.Table, list[dict]]]] = {}  # by database: what the first loading wrote


def hospitals(session: Session) -> dict[str, Hospital]:
    """The two fictional hospitals with staff, rules and resources.

    The file is read once per database; after that its rows are put back as they were, which costs a tenth.
    """
    found = session.scalars(sa.select(Hospital)).all()
    if not found:
        database = str(session.get_bind().engine.url)
        if database in _rows:
            for table, rows in _rows[database]:
                session.execute(sa.insert(table), rows)
            _count_on(session)
        else:
            files.load_hospitals(session, HOSPITALS, PASSWORD)
            _rows[database] = [(model.__table__, _rows_of(session, model.__table__)) for model in _LOADED]
        found = session.scalars(sa.select(Hospital)).all()
    return {hospital.slug: hospital for hospital in found}


def _count_on(session: Session) -> None:
    """PostgreSQL numbers the next row after those that were put back with their numbers."""
    if session.get_bind().dialect.name == "postgresql":
        names = [model.__tablename__ for model in _LOADED if "id" in model.__table__.c]
        nexts = (f"setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))" for name in names)
        session.execute(sa.text(f"SELECT {', '.join(nexts)}"))


def _rows_of(session: Session, table: sa.Table) -> list[dict]:
    return [dict(row) for row in session.execute(sa.select(table)).mappings()]


def staff(session: Session, email: str) -> StaffUser:
    """A member of staff of demo/hospitals.json."""
    hospitals(session)
    return session.scalars(sa.select(StaffUser).where(StaffUser.email == email)).one()


def actor_of(user: StaffUser, hospital_id: int | None = None, *extra: Right) -> Actor:
    """The actor that a view would make for this user in a hospital (the first one by default)."""
    where = hospital_id or user.hospital_ids[0]
    return Actor("staff", user.id, user.name, rights_of(user.roles_at(where)) | frozenset(extra))


def account(
    session: Session, email: str, *, name: str = "", language: str = "en", person: Person | None = None
) -> PortalAccount:
    """A portal account."""
    made = PortalAccount(
        email=email, name=name or email.split("@")[0], language=language, created_at=START,
        timezone=person.timezone if person else "Asia/Riyadh", person_id=person.id if person else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def takes_part(
    session: Session, case: Case, who: PortalAccount, relation=v.Relation.PATIENT, **rights: bool
) -> CaseParticipation:
    """A participation; a caregiver gets exactly the rights given (`can_messages=True`, …)."""
    part = CaseParticipation(
        case_id=case.id, account_id=who.id, relation=relation, invited_at=START, **rights
    )
    session.add(part)
    session.flush()
    return part


def a_case(
    session: Session,
    *,
    slug: str = "alder-coast",
    step: Step = Step.CONTACT,
    language: str = "ar",
    email: str | None = None,
    native_name: str = "نورة المطيري",
    now: datetime = START,
    is_taken: bool | None = None,
    **facts,
) -> Case:
    """A case in `step`: rows that meet every gate before it, a patient with a portal account, the team named."""
    hospital = hospitals(session)[slug]
    person = Person(
        native_name=native_name, surname="AL MUTAIRI", given_names="NOURA SAAD", called="Noura",
        birth_on=date(1968, 3, 14), passport_number="P1234567",
        country="SA", language=language, spoken_language=language, timezone="Asia/Riyadh",
        email=email or f"{secrets.token_hex(4)}@family.example", phone="+966501234567", phone_typed="0501234567",
        channel=v.Channel.EMAIL, good_hours=v.GoodHours.ANY, created_at=now,
    )  # fmt: skip
    session.add(person)
    session.flush()
    case = Case(
        hospital=hospital, person=person, cancer_type=v.CancerType.BREAST, opened_at=now,
        step=Step.CONTACT, step_entered_at=now, waiting_since=now, **facts,
    )  # fmt: skip
    session.add(case)
    session.flush()
    taken = step is not Step.CONTACT if is_taken is None else is_taken
    specialist = _team(session, case) if taken else None
    session.add(
        Enquiry(
            hospital_id=hospital.id, case_id=case.id, writer=v.Writer.PATIENT, help_wanted=v.HelpWanted.TREATMENT,
            story="قصة قصيرة", language=language, received_at=now, promise_due_at=now + timedelta(hours=4),
            taken_by_id=specialist.id if specialist else None, taken_at=now if specialist else None,
        )
    )  # fmt: skip
    takes_part(
        session,
        case,
        account(session, person.email, name=person.native_name, language=language, person=person),
    )
    actions.index(session, case)
    bring_to(session, case, step, now)
    return case


def bring_to(session: Session, case: Case, step: Step, now: datetime = START) -> None:
    """Meet by rows every gate that is still before the case, until it stands in `step`."""
    if step is not Step.CONTACT:
        _team(session, case)
    for reached in list(Step)[case.step.number - 1 : step.number - 1]:
        _MEET[reached](session, case, now)
    actions.settle(session, case, SYSTEM, now)
    assert case.step is step, f"the factory reached {case.step}, wanted {step}: {case.next_code}"


def a_referral(
    session: Session, case: Case, *, email: str = "haddad@clinic.example", may_hear_back: bool = True, **facts
) -> Referral:
    """The case was sent by a doctor of this address."""
    doctor = session.scalar(sa.select(Referrer).where(Referrer.email == email))
    if doctor is None:
        doctor = Referrer(
            email=email, name="Dr. Samir Haddad", country="SA", timezone="Asia/Riyadh", created_at=case.opened_at
        )
    made = Referral(
        case=case, enquiry=session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one(),
        referrer=doctor, diagnosis="In the letter", question="Is an operation possible?", has_patient_consent=True,
        may_hear_back=may_hear_back, received_at=case.opened_at, **facts,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def patient_of(session: Session, case: Case) -> PortalAccount:
    """The patient's own portal account."""
    return session.scalars(sa.select(PortalAccount).where(PortalAccount.person_id == case.person_id)).one()


def _by_role(session: Session, hospital: Hospital, role) -> StaffUser:
    users = session.scalars(sa.select(StaffUser).order_by(StaffUser.id))
    return next(user for user in users if role in user.roles_at(hospital.id))


def _team(session: Session, case: Case) -> StaffUser:
    for role, field in actions.TEAM.items():
        if getattr(case, field) is None:
            setattr(case, field, _by_role(session, case.hospital, role).id)
    session.flush()
    return session.get(StaffUser, case.specialist_id)


def _meet_contact(_session: Session, case: Case, now: datetime) -> None:
    case.replied_at = case.health_consent_at = case.who_knows_at = now
    case.patient_knows = v.PatientKnows.KNOWS


def _meet_consult(session: Session, case: Case, now: datetime) -> None:
    case.payer_kind, case.payer_letter_known_at, case.records_agreed_at = v.PayerKind.SELF_PAY, now, now
    session.add(
        Call(
            case_id=case.id, purpose=v.CallPurpose.CONSULT, outcome=v.CallOutcome.HELD, at=now, minutes=30,
            noted_by_id=case.specialist_id, noted_at=now,
        )
    )  # fmt: skip
    for position, kind in enumerate((v.RecordKind.SUMMARY, v.RecordKind.PATHOLOGY, v.RecordKind.PASSPORT)):
        session.add(
            ChecklistItem(
                case_id=case.id, kind=kind, position=position, state=v.RecordState.ASKED, changed_at=now
            )
        )


def _meet_finance(session: Session, case: Case, now: datetime) -> None:
    estimate = Estimate(
        case_id=case.id, number=1, state=v.EstimateState.ISSUED, currency=case.hospital.currency, created_at=now,
        issued_at=now, issued_by_id=case.advocate_id, valid_until=now.date() + timedelta(days=60),
        understood_at=now, understood_by="Noura",
    )  # fmt: skip
    estimate.lines = [
        EstimateLine(
            position=1, phase=v.Phase.EVALUATION, code="EVA-110", name={"en": "Consultations"}, quantity=1,
            low_minor=180_000, high_minor=260_000, currency=case.hospital.currency,
            source="Tariff", source_on=date(2026, 1, 1),
        )
    ]  # fmt: skip
    is_due = case.hospital.deposit_gate is v.DepositGate.BEFORE_CLINICAL
    session.add_all([estimate, a_deposit(case, now, is_paid=is_due)])


def a_deposit(case: Case, now: datetime = START, *, is_paid: bool = False) -> Deposit:
    """An unsaved deposit of 10,000 in the hospital's currency."""
    return Deposit(
        case_id=case.id, reference=f"D{case.id:06d}", pay_token=secrets.token_urlsafe(24), amount_minor=1_000_000,
        currency=case.hospital.currency, state=v.DepositState.PAID if is_paid else v.DepositState.REQUESTED,
        requested_at=now, due_on=now.date() + timedelta(days=7), paid_at=now if is_paid else None,
    )  # fmt: skip


def _meet_clinical(session: Session, case: Case, now: datetime) -> None:
    session.flush()
    session.execute(
        sa.update(ChecklistItem).where(ChecklistItem.case_id == case.id).values(state=v.RecordState.RECEIVED)
    )
    session.expire_all()
    session.add(
        Decision(
            case_id=case.id, outcome=v.DecisionOutcome.ACCEPT, patient_text="We can help.", proposed_days=4,
            signed_by_id=case.reviewer_id, signed_by_name="Dr. Ruth Ellis", signed_at=now,
        )
    )  # fmt: skip


def _meet_acceptance(session: Session, case: Case, now: datetime) -> None:
    session.flush()
    decision = session.scalars(sa.select(Decision).where(Decision.case_id == case.id)).one()
    decision.told_at = now
    deposit = session.scalars(sa.select(Deposit).where(Deposit.case_id == case.id)).one()
    deposit.state, deposit.paid_at = v.DepositState.PAID, now
    first = case.hospital.calendar.add_working_days(now.date(), 10)
    session.add(
        Answer(
            case_id=case.id, reply=v.PatientAnswer.YES, replied_at=now, replied_by="Noura", evaluation_from=first,
            evaluation_to=case.hospital.calendar.add_working_days(first, 3), dates_held_at=now, trip_confirmed_at=now,
        )
    )  # fmt: skip
    starts = datetime.combine(first, datetime.min.time(), UTC) + timedelta(hours=18)
    session.add(
        Appointment(
            case_id=case.id,
            kind=v.AppointmentKind.CONSULTATION,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=45),
            note="First talk",
        )
    )


_MEET = {
    Step.CONTACT: _meet_contact,
    Step.CONSULT: _meet_consult,
    Step.FINANCE: _meet_finance,
    Step.CLINICAL: _meet_clinical,
    Step.ACCEPTANCE: _meet_acceptance,
}


def as_staff(client: FlaskClient, user: StaffUser, session: Session, now: datetime = START) -> None:
    """Sign this browser in as a member of staff."""
    client.set_cookie(STAFF_COOKIE, _sign_in(session, now, staff_id=user.id))


def as_portal(client: FlaskClient, who: PortalAccount, session: Session, now: datetime = START) -> None:
    """Sign this browser in as a patient or caregiver."""
    client.set_cookie(PORTAL_COOKIE, _sign_in(session, now, account_id=who.id))


def as_referrer(client: FlaskClient, who: Referrer, session: Session, now: datetime = START) -> None:
    """Sign this browser in as a referring doctor."""
    client.set_cookie(REFERRER_COOKIE, _sign_in(session, now, referrer_id=who.id))


def _sign_in(session: Session, now: datetime, **owner: int) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        SignIn(token_hash=hash_token(token), created_at=now, expires_at=now + timedelta(days=30), **owner)
    )
    session.commit()
    return token
