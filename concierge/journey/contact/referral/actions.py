"""Verbs of a referral: it opens an enquiry like every way in, and remembers who asked what and who may hear what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge.cases import referrers
from concierge.cases.actions import index, record
from concierge.domain.access import VISITOR, Actor
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.referral import kind_of
from concierge.domain.vocabulary import (
    CameBy,
    ContactFirst,
    HelpWanted,
    Milestone,
    RecordKind,
    Relation,
    Urgency,
    Writer,
)
from concierge.gateways.scanner import DicomIdentity, FileKind
from concierge.gateways.storage import Stored
from concierge.journey.contact.actions import NewEnquiry, open_enquiry
from concierge.models import Case, FaceSheet, KeptFile, Referral, Referrer
from concierge.records.actions import receive_document


@dataclass(frozen=True)
class Doctor:
    """Who refers. `email` is "" where a fax names none; `phone` is E.164, `language` a locale."""

    name: str
    email: str = ""
    organisation: str = ""
    phone: str = ""
    phone_typed: str = ""
    country: str = ""
    language: str = "en"
    timezone: str = ""


@dataclass(frozen=True)
class NewReferral:
    """All that a referral can say; "" and None mean *not told*.

    `language` is the locale of everything the patient will receive, `email` and `phone` are the patient's or, with
    `contact_first` *family*, those of the person named in `contact_name`.
    """

    hospital_id: int
    doctor: Doctor
    native_name: str
    diagnosis: str
    language: str
    came_by: CameBy = CameBy.REFERRAL
    surname: str = ""
    given_names: str = ""
    birth_on: date | None = None
    birth_typed: str = ""
    country: str = ""
    spoken_language: str = ""
    timezone: str = ""
    email: str = ""
    phone: str = ""
    phone_typed: str = ""
    contact_first: ContactFirst = ContactFirst.PATIENT
    contact_name: str = ""
    help_wanted: HelpWanted = HelpWanted.TREATMENT
    icd10: str = ""
    urgency: Urgency = Urgency.ROUTINE
    question: str = ""
    wants_call: bool = False
    call_phone: str = ""
    call_hours: str = ""
    has_patient_consent: bool = False
    may_hear_back: bool = False


def open_referral(session: Session, data: NewReferral, *, now: datetime, actor: Actor = VISITOR) -> Referral:
    """Enquiry, case and referral as one outcome of the caller's transaction; the doctor gets a receipt.

    The doctor takes part in nothing. That the patient agreed to be sent is the doctor's word: the consent to handle
    health data stays open until our own people have heard it. Raises InvalidInput(email, `email_is_doctors`).
    """
    if data.email and data.email == data.doctor.email:
        raise InvalidInput("email", "email_is_doctors")
    doctor = _doctor(session, data.doctor, now)
    enquiry = open_enquiry(session, _enquiry(data), now=now, actor=actor)
    case = enquiry.case
    case.person.surname, case.person.given_names = data.surname, data.given_names
    session.flush()
    index(session, case)
    referral = Referral(
        enquiry=enquiry, case=case, referrer=doctor, diagnosis=data.diagnosis, icd10=data.icd10,
        question=data.question, contact_first=data.contact_first, contact_name=data.contact_name,
        wants_call=data.wants_call, call_phone=data.call_phone, call_hours=data.call_hours,
        has_patient_consent=data.has_patient_consent, may_hear_back=data.may_hear_back, received_at=now,
    )  # fmt: skip
    session.add(referral)
    session.flush()
    record(session, case, "referral_received", actor, now, name=doctor.name, may_hear_back=data.may_hear_back)
    referrers.write(
        session, referral, Milestone.RECEIVED, "1", now, promise_at=enquiry.promise_due_at.isoformat()
    )
    return referral


def _enquiry(data: NewReferral) -> NewEnquiry:
    is_family = data.contact_first is ContactFirst.FAMILY
    return NewEnquiry(
        hospital_id=data.hospital_id, writer=Writer.PHYSICIAN, writer_name=data.doctor.name, came_by=data.came_by,
        relation=Relation.RELATIVE if is_family else Relation.PATIENT,
        contact_name=data.contact_name if is_family else "", help_wanted=data.help_wanted, urgency=data.urgency,
        cancer_type=kind_of(data.icd10), language=data.language,
        story="\n\n".join(part for part in (data.diagnosis, data.question) if part), written_in=data.doctor.language,
        spoken_language=data.spoken_language, country=data.country, timezone=data.timezone,
        native_name=data.native_name, birth_on=data.birth_on, birth_typed=data.birth_typed, email=data.email,
        phone=data.phone, phone_typed=data.phone_typed,
    )  # fmt: skip


def _doctor(session: Session, data: Doctor, now: datetime) -> Referrer:
    """The doctor of this address, as we know them: a form that anybody can fill changes nobody's name."""
    known = sa.select(Referrer).where(Referrer.email == data.email)
    if data.email and (doctor := session.scalar(known)):
        return doctor
    doctor = Referrer(
        email=data.email or None, name=data.name, organisation=data.organisation, phone=data.phone,
        phone_typed=data.phone_typed, country=data.country, language=data.language, timezone=data.timezone,
        created_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(doctor)
    except IntegrityError:  # the same doctor sent another patient at this moment
        return session.scalars(known).one()
    return doctor


# --- files -----------------------------------------------------------------------------------------------------


def keep_file(
    session: Session, holder_hash: str, file_name: str, stored: Stored, kind: FileKind,
    identity: DicomIdentity | None, now: datetime,
) -> None:  # fmt: skip
    """A good file waits for the page that it came with."""
    session.add(
        KeptFile(
            holder_hash=holder_hash, file_name=file_name, file_kind=kind, size=stored.size, sha256=stored.sha256,
            storage_key=stored.key, identity=_written(identity), kept_at=now,
        )
    )  # fmt: skip


def file_kept(session: Session, case: Case, kept: Iterable[KeptFile], *, actor: Actor, now: datetime) -> None:
    """The waiting files become documents of the case, for a person to look at."""
    for file in kept:
        receive_document(
            session, case, kind=RecordKind.OTHER, file_name=file.file_name,
            stored=Stored(file.storage_key, file.size, file.sha256), file_kind=FileKind(file.file_kind),
            identity=_read(file.identity), actor=actor, now=now,
        )  # fmt: skip
        session.delete(file)


def _written(identity: DicomIdentity | None) -> dict | None:
    if identity is None:
        return None
    born = identity.birth_on.isoformat() if identity.birth_on else ""
    return {
        "name": identity.name,
        "birth_on": born,
        "patient_id": identity.patient_id,
        "native": identity.native_name,
    }


def _read(kept: dict | None) -> DicomIdentity | None:
    if kept is None:
        return None
    born = date.fromisoformat(kept["birth_on"]) if kept["birth_on"] else None
    return DicomIdentity(kept["name"], born, kept["patient_id"], kept["native"])


# --- the doctor ------------------------------------------------------------------------------------------------


def stop_mails(session: Session, doctor: Referrer, *, now: datetime) -> None:
    """No more mail to this doctor, who can still look. Twice changes nothing."""
    doctor.unsubscribed_at = doctor.unsubscribed_at or now


def resume_mails(session: Session, doctor: Referrer) -> None:
    """The doctor wants to hear of the patients again."""
    doctor.unsubscribed_at = None


def note_doctor_call(
    session: Session, case: Case, referral: Referral, *, note: str, actor: Actor, now: datetime
) -> None:
    """Somebody of the team has talked with the doctor; twice is noted twice, the first time is kept."""
    referral.call_noted_at = referral.call_noted_at or now
    record(session, case, "doctor_call_noted", actor, now, name=referral.referrer.name, reason=note)


# --- face sheets -----------------------------------------------------------------------------------------------


def keep_answers(session: Session, sheet: FaceSheet, answers: dict, *, actor: Actor) -> None:
    """What was typed so far. Raises Stale when the sheet is done."""
    _check_open(sheet)
    sheet.answers, sheet.typed_by = answers, actor.name


def refer_sheet(
    session: Session, sheet: FaceSheet, data: NewReferral, *, actor: Actor, now: datetime
) -> Referral:
    """The typed sheet becomes a referral, and its picture the first document of the case. Raises Stale."""
    _check_open(sheet)
    referral = open_referral(session, data, now=now, actor=actor)
    receive_document(
        session, referral.case, kind=RecordKind.REFERRAL_LETTER, file_name=sheet.file_name,
        stored=Stored(sheet.storage_key, sheet.size, sheet.sha256), file_kind=FileKind(sheet.file_kind),
        identity=None, actor=actor, now=now,
    )  # fmt: skip
    sheet.closed_at, sheet.referral_id, sheet.answers = now, referral.id, {}
    return referral


def put_aside(session: Session, sheet: FaceSheet, *, reason: str, actor: Actor, now: datetime) -> None:
    """It was no referral. Why is kept; the picture stays where it is. Raises Stale, InvalidInput(reason)."""
    _check_open(sheet)
    if not reason:
        raise InvalidInput("reason", "reason_needed")
    sheet.closed_at, sheet.closed_reason, sheet.answers, sheet.typed_by = now, reason, {}, actor.name


def _check_open(sheet: FaceSheet) -> None:
    if sheet.closed_at is not None:
        raise Stale("sheet_is_done")
