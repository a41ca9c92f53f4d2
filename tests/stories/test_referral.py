"""A doctor refers with three files, follows the status page and is told of the appointment."""

import re
from urllib.parse import urlsplit

from babel import dates

from concierge.domain.journey import Step
from tests.factories import bring_to
from tests.records import samples
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff
from tests.support.live import LiveServer

EMAIL = "haddad@clinic.example"
FILES = [
    {"name": "summary.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()},
    {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()},
    {
        "name": "IM0001.dcm",
        "mimeType": "application/dicom",
        "buffer": samples.dicom("AL HARBI^MUNA", "19710501"),
    },
]
ANSWERS = {
    "doctor_name": "Dr. Samir Haddad", "organisation": "Clinic of the City", "doctor_country": "SA",
    "doctor_email": EMAIL, "doctor_phone": "0501112233", "hospital": "alder-coast", "name": "منى الحربي",
    "given_names": "MUNA", "surname": "AL HARBI", "birth": "1971-05", "country": "SA", "spoken": "ar",
    "phone": "0501234000", "diagnosis": "Stage II, found in October. No treatment yet.", "icd10": "C50.9",
    "urgency": "soon", "question": "Is an operation the first step?", "consent": True, "may_hear_back": True,
}  # fmt: skip


def test_a_doctor_refers_and_is_told_of_the_appointment(cast: Cast, house: LiveServer) -> None:
    doctor = cast.patient("doctor", "en", "Asia/Riyadh", EMAIL)
    visit = steps.visit(house, "alder-coast")

    status = refers(doctor)
    amal = cast.staff("amal@alder-coast.example")
    ref = takes_the_referral(amal)
    doctor.goes(status).reads("The patient talks with our specialist")
    doctor.reads("Amal")

    reaches_the_answer(house, ref)
    doctor.goes(status).reads("Our doctors review the records")
    known = doctor.mails(EMAIL)
    steps.tells_the_answer(amal, ref)
    told, _link = doctor.waits_for_mail(EMAIL, r"/r/\S+", known)
    assert doctor.goes(status).gets("a[href$='letter.pdf']").startswith(b"%PDF")

    known = [*known, told]
    tom = cast.staff("tom@alder-coast.example")
    steps.holds_the_dates(tom, ref, visit)
    mail, _link = doctor.waits_for_mail(EMAIL, r"The days of the evaluation are set", known)
    doctor.goes(link_in(mail.text)).reads(dates.format_date(visit.first_on, "full", locale="en"))
    sees_all_his_patients(doctor, ref)


def refers(doctor: Patient) -> str:
    """From the front page, without an account; the address of the status page."""
    doctor.goes("/en/").follows("main a[href*='/refer']")
    doctor.sends("doctor_name", files=FILES, **ANSWERS)
    doctor.reads("We get in touch with the patient at the latest")
    mail, _link = doctor.waits_for_mail(EMAIL, r"/r/\S+", known=[])
    assert "AL HARBI" not in mail.text
    doctor.goes(link_in(mail.text)).reads("IM0001.dcm")
    return urlsplit(doctor.page.url).path


def link_in(text: str) -> str:
    """The status page behind the one link of a mail."""
    found = re.search(r"https?://\S+(/r/[\w-]+)\s", text)
    assert found, text
    return found[1]


def takes_the_referral(amal: Staff) -> str:
    """Takes it, writes first, notes how to reach the patient and what the patient agrees to."""
    amal.goes("/desk/queue").presses("t")
    ref = amal.reference
    amal.reads("Is an operation the first step?")
    steps.answers_first(amal, "أهلا بك. أنا أمل، وأبقى معك في كل خطوة.", "ar")
    steps.notes_the_person(amal, ref, "knows", "تقرر بنفسها", channel="phone")
    amal.sends("/people/consent", given_by="منى الحربي", how="spoken")
    return ref


def reaches_the_answer(house: LiveServer, ref: str) -> None:
    """Talk, costs, records and a signed decision, by rows: other stories walk them."""
    from concierge.cases.actions import lock
    from concierge.db import transaction
    from concierge.web.clock import now

    with house.app.app_context(), transaction() as session:
        bring_to(session, lock(session, steps.case_id(ref)), Step.ACCEPTANCE, now())


def sees_all_his_patients(doctor: Patient, ref: str) -> None:
    """In his own window, behind six digits."""
    known = doctor.mails(EMAIL)
    doctor.goes("/referrer").sends("email", email=EMAIL)
    _mail, code = doctor.waits_for_mail(EMAIL, r"\b\d{6}\b", known)
    doctor.sends("code", code=code)
    doctor.reads(ref)
    doctor.follows("main table a").reads("Evaluation:")
