"""Verbs of the chat: open it with the first message, say more, go on by e-mail or WhatsApp."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import index, lock, record, settle
from concierge.conversation.actions import send_message
from concierge.conversation.live.queries import is_live
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput
from concierge.domain.people import Phone
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import CameBy, Channel, HelpWanted, MessageChannel, Writer
from concierge.journey.contact.actions import NewEnquiry, give_sign_in, open_enquiry
from concierge.models import CaseParticipation, ChatSecret, ChatSession, Enquiry, Message


@dataclass(frozen=True)
class Opening:
    """What somebody says of themselves before the first message; `secret` is in their cookie already."""

    secret: str
    hospital_id: int
    message: str
    called: str
    writer: Writer
    language: str
    timezone: str = ""
    email: str = ""
    phone: Phone | None = None


def visitor(chat: ChatSession) -> Actor:
    """Who writes in this chat: somebody of the family, with an account once an address is known."""
    return Actor("portal", chat.account_id, chat.name)


def open_chat(session: Session, data: Opening, *, now: datetime) -> ChatSession:
    """An enquiry whose story is the first message, and a secret that leads back to its thread.

    Until the family tells the patient's name, the case goes by the name of whoever writes.
    """
    is_patient = data.writer is Writer.PATIENT
    enquiry = open_enquiry(session, NewEnquiry(
        hospital_id=data.hospital_id, came_by=CameBy.CHAT, writer=data.writer,
        writer_name="" if is_patient else data.called, help_wanted=HelpWanted.NOT_SURE, native_name="",
        called=data.called, story=data.message, language=data.language, timezone=data.timezone, email=data.email,
        phone=data.phone.e164 if data.phone else "", phone_typed=data.phone.typed if data.phone else "",
        has_health_consent=True,
    ), now=now)  # fmt: skip
    chat = ChatSession(
        case=enquiry.case, name=data.called, language=data.language,
        timezone=data.timezone, email=data.email, opened_at=now, last_seen_at=now,
        account_id=_account_id(session, enquiry.case_id),
    )  # fmt: skip
    session.add(chat)
    session.flush()
    session.add(ChatSecret(token_hash=hash_token(data.secret), chat_id=chat.id))
    say(session, chat, data.message, language=data.language, now=now)
    return chat


def _account_id(session: Session, case_id: int) -> int | None:
    return session.scalar(sa.select(CaseParticipation.account_id).where(CaseParticipation.case_id == case_id))


def say(session: Session, chat: ChatSession, body: str, *, language: str, now: datetime) -> Message:
    """One more message of the visitor. Raises InvalidInput(message, `chat_ended`), and what send_message raises."""
    case = lock(session, chat.case_id)
    if not is_live(chat, now):
        raise InvalidInput("message", "chat_ended")
    chat.last_seen_at = now
    return send_message(
        session, case, body=body, language=language, actor=visitor(chat), now=now, channel=MessageChannel.CHAT
    )


def go_on_by_email(session: Session, chat: ChatSession, email: str, *, now: datetime) -> None:
    """The chat ends here and goes on in the portal: whoever reads this address signs in and finds all of it."""
    case = lock(session, chat.case_id)
    enquiry = session.scalars(sa.select(Enquiry).where(Enquiry.case_id == case.id)).one()
    account = give_sign_in(session, case, NewEnquiry(
        hospital_id=case.hospital_id, writer=enquiry.writer, help_wanted=enquiry.help_wanted, native_name=chat.name,
        writer_name=enquiry.writer_name, language=chat.language, timezone=chat.timezone, email=email,
    ), now)  # fmt: skip
    session.execute(
        sa.update(Message)
        .where(Message.case_id == case.id, Message.author_kind == "portal", Message.author_id.is_(None))
        .values(author_id=account.id)
    )
    if enquiry.writer is Writer.PATIENT and not case.person.email:
        case.person.email = email
        index(session, case)
    chat.email, chat.account_id, chat.ended_at = email, account.id, now
    record(session, case, "chat_went_on", visitor(chat), now, by=Channel.EMAIL)
    outbox.enqueue(
        session, event="chat_goes_on", key=f"chat_goes_on:{chat.id}", recipient=email, language=chat.language,
        timezone=chat.timezone, case=case, now=now,
    )  # fmt: skip
    settle(session, case, visitor(chat), now)


def go_on_by_whatsapp(session: Session, chat: ChatSession, phone: Phone, *, now: datetime) -> None:
    """The team writes there; the chat stays open beside it, so that nothing is lost before they do."""
    case = lock(session, chat.case_id)
    case.person.phone, case.person.phone_typed, case.person.channel = (
        phone.e164,
        phone.typed,
        Channel.WHATSAPP,
    )
    index(session, case)
    record(session, case, "chat_went_on", visitor(chat), now, by=Channel.WHATSAPP)
    settle(session, case, visitor(chat), now)
