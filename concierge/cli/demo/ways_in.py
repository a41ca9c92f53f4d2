"""Three who came another way in: a chat that is open, a woman who wrote to us twice, a patient sent by a doctor.

All of them are invented. Their words stand in demo/phrases.json, so that the demo translation service knows them.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.conversation.actions import send_message
from concierge.domain.access import Actor
from concierge.domain.vocabulary import Channel, HelpWanted, MessageChannel, Urgency, Writer
from concierge.journey.contact.actions import NewEnquiry, open_enquiry, take
from concierge.journey.contact.chat.actions import Opening, open_chat, say
from concierge.journey.contact.referral.actions import Doctor, NewReferral, open_referral
from concierge.models import Enquiry, Hospital, StaffUser
from concierge.models.types import new_public_id
from concierge.web.clock import now

MINUTE = timedelta(minutes=1)
FIRST = "مرحبًا. هل يمكنكم مساعدة أمي؟ عمر أمي 61 سنة."
ANSWER = "Hello. Please send us the pathology report. I am here if you have questions."
DIAGNOSIS = "عمر المريض 58 سنة. وُجد ورم في القولون في شهر أكتوبر، ولم يبدأ أي علاج بعد."
SECOND = "شكرًا لكم. كم يستغرق التقييم؟"


def come_in(session: Session, hospital: Hospital) -> None:
    """The three, at this hospital, within the last hours."""
    _chat(session, hospital)
    _written_twice(session, hospital)
    _sent_by_a_doctor(session, hospital)


def _chat(session: Session, hospital: Hospital) -> None:
    """In Arabic, with a specialist who does not read it: both sides read a machine's words."""
    began = now() - 9 * MINUTE
    opening = Opening(
        new_public_id(), hospital.id, FIRST, "ماجد", Writer.FAMILY, "ar", timezone="Asia/Riyadh"
    )
    chat = open_chat(session, opening, now=began)
    enquiry = session.scalars(sa.select(Enquiry).where(Enquiry.case_id == chat.case_id)).one()
    user = session.scalars(sa.select(StaffUser).where(StaffUser.email == "maria@alder-coast.example")).one()
    maria = Actor("staff", user.id, user.name)
    take(session, enquiry.id, user, actor=maria, now=began + 2 * MINUTE)
    send_message(
        session, lock(session, chat.case_id), body=ANSWER, language="en", actor=maria, now=began + 4 * MINUTE,
        channel=MessageChannel.CHAT,
    )  # fmt: skip
    say(session, chat, SECOND, language="ar", now=began + 7 * MINUTE)


def _written_twice(session: Session, hospital: Hospital) -> None:
    """Mariam Al Sabah of demo/families.json, in English and with another spelling, from the same phone."""
    again = NewEnquiry(
        hospital.id, Writer.PATIENT, HelpWanted.COST, "Maryam Alsabah", "en", called="Maryam",
        story="Did you get my first message? I have new pictures.", country="KW", spoken_language="ar",
        channel=Channel.PHONE, timezone="Asia/Kuwait", email="maryam@family.example", phone="+96550123456",
        phone_typed="5012 3456", has_health_consent=True,
    )  # fmt: skip
    open_enquiry(session, again, now=now() - 50 * MINUTE)


def _sent_by_a_doctor(session: Session, hospital: Hospital) -> None:
    """A doctor writes Arabic too."""
    doctor = Doctor(
        "Dr. Yasmin Farouk", "yasmin@clinic.example", "Noor Clinic (fictional)", "+971502345678", "050 234 5678",
        "AE", "ar", "Asia/Dubai",
    )  # fmt: skip
    referral = NewReferral(
        hospital.id, doctor, "جابر منصور الكندي", DIAGNOSIS,
        "ar", surname="AL KINDI", given_names="JABER MANSOUR", birth_typed="1967", country="AE",
        spoken_language="ar", timezone="Asia/Dubai", email="jaber@family.example", phone="+971503456789",
        phone_typed="050 345 6789", icd10="C18.7", urgency=Urgency.SOON, question="هل العملية هي الخطوة الأولى؟",
        wants_call=True, call_phone="+971502345678", has_patient_consent=True, may_hear_back=True,
    )  # fmt: skip
    open_referral(session, referral, now=now() - 130 * MINUTE)
