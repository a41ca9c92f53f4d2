"""A talk of an Arabic-speaking family with an English-speaking team, and an engine in the same process."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.conversation import actions
from concierge.domain.access import Actor
from concierge.domain.journey import Step
from concierge.gateways.translator import Engine, TranslatorUnavailable
from concierge.models import Case, Message, OutboxMessage, StaffUser, Translation
from tests import factories as make
from tests.support.clock import START

SAMIR, MARIA = "samir@alder-coast.example", "maria@alder-coast.example"
DEPOSIT = "The deposit is USD 10,000."
DEPOSIT_AR = "مبلغ العربون USD 10,000."


class FakeEngine(Engine):
    """Answers from a dictionary. `fails` names the code with which it fails; `asked` counts."""

    name, max_chars, sends_text_outside = "fake engine", 2000, False
    BOOK = {
        "Good morning.": "صباح الخير.", "صباح الخير.": "Good morning.", DEPOSIT: DEPOSIT_AR,
        "Please come at 14:30.": "يُرجى الحضور الساعة 14:30.", "كم مبلغ العربون؟": "How much is the deposit?",
        "Please sign the consent form.": "يُرجى توقيع نموذج الموافقة.",
    }  # fmt: skip

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = ""
        self.known = dict(self.BOOK)

    def pairs(self) -> frozenset[tuple[str, str]]:
        if self.fails == "unreachable":
            raise TranslatorUnavailable(self.fails)
        return frozenset({("en", "ar"), ("ar", "en")})

    def _ask(self, texts, source, target, timeout):
        self.asked += texts
        if self.fails:
            raise TranslatorUnavailable(self.fails)
        if texts[0] not in self.known:
            raise TranslatorUnavailable("refused")
        return [self.known[text] for text in texts]


def a_talk(session: Session, step: Step = Step.CONTACT) -> tuple[Case, Actor, Actor]:
    """(case, its specialist, its patient)."""
    case = make.a_case(session, step=step, is_taken=True)
    patient = make.patient_of(session, case)
    return case, make.actor_of(case.specialist, case.hospital_id), Actor("portal", patient.id, patient.name)


def translator(session: Session, email: str = SAMIR) -> tuple[StaffUser, Actor]:
    """An interpreter as row and as actor."""
    user = make.staff(session, email)
    return user, make.actor_of(user)


def say(
    session: Session, case: Case, actor: Actor, body: str, language: str = "en", now: datetime = START, **more
) -> Message:
    return actions.send_message(session, case, body=body, language=language, actor=actor, now=now, **more)


def row_of(session: Session, message: Message) -> Translation:
    return session.scalars(sa.select(Translation).where(Translation.message_id == message.id)).one()


def mails(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutboxMessage.event).order_by(OutboxMessage.id)))
