"""What stands on the desk beside the families: physicians on call, requests of doctors, readers of the bulletin."""

from datetime import timedelta

from sqlalchemy.orm import Session

from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.vocabulary import BulletinTopic, RequestKind
from concierge.journey.contact.bulletin import actions as bulletin
from concierge.journey.contact.oncall.actions import note_duty
from concierge.journey.contact.requests.actions import NewRequest, open_request
from concierge.journey.contact.team import with_role
from concierge.models import Hospital
from concierge.web.clock import now

WEEK = timedelta(days=7)
# (kind, name, organisation, mail, phone, country, zone, text, hours ago); all of them invented
REQUESTS = (
    (
        RequestKind.SERVICES, "Dr. Layla Hassan", "Hilal Clinic (fictional)", "layla@clinic.example", "+971501234567",
        "AE", "Asia/Dubai", "Which of your hospitals offers proton therapy, and how long is the wait?", 20,
    ),
    (
        RequestKind.SPEAK, "Dr. Carlos Quispe", "Clínica San Lucas (fictional)", "carlos@clinica.example",
        "+59171234567", "BO", "America/La_Paz", "Quisiera hablar con un cirujano sobre los tiempos de espera.", 1,
    ),
)  # fmt: skip
READERS = (
    ("layla@clinic.example", "ar"),
    ("carlos@clinica.example", "en"),
    ("mei@clinic.example", "zh_Hans"),
)


def lay_out(session: Session, hospitals: list[Hospital]) -> None:
    """One week for each physician of a hospital, requests to the first hospital, and three readers."""
    for hospital in hospitals:
        _duties(session, hospital)
    for kind, name, organisation, email, phone, country, zone, text, hours in REQUESTS:
        data = NewRequest(
            hospitals[0].id, kind, name, email, text, "en", organisation=organisation, phone=phone, country=country,
            timezone=zone,
        )  # fmt: skip
        open_request(session, data, now=now() - timedelta(hours=hours))
    for email, language in READERS:
        asked = bulletin.ask(
            session, email=email, language=language, topics=list(BulletinTopic), address_hash="", link=_no_link,
            now=now() - WEEK,
        )  # fmt: skip
        bulletin.confirm(
            session, asked.public_id, asked.round, address_hash="", leave_link=_no_link, now=now() - WEEK
        )


def _duties(session: Session, hospital: Hospital) -> None:
    lead = with_role(session, hospital.id, Role.LEAD)[0]
    starts_at = hospital.calendar.closing_of(local_day(now(), hospital.timezone) - timedelta(days=1))
    for physician in with_role(session, hospital.id, Role.REVIEWER):
        note_duty(
            session, hospital.id, staff_id=physician.id, phone=hospital.phone, starts_at=starts_at,
            ends_at=starts_at + WEEK, actor=Actor("staff", lead.id, lead.name), now=now(),
        )  # fmt: skip
        starts_at += WEEK


def _no_link(_subscription) -> str:
    """Mail of the invented past is not sent, so its links lead nowhere."""
    return ""
