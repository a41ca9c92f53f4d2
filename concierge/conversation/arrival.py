"""A message reaches the other side: the first reply counts from here, and the mail goes out."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.conversation.live.actions import announce_answer
from concierge.conversation.live.queries import live_chat
from concierge.domain.access import Area
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import MessageKind
from concierge.models import Case, Message


def may_write(case: Case) -> bool:
    """After a death nothing more is sent (domain.md); in every other state people may go on talking."""
    return case.exit is not Exit.DIED


def arrive(session: Session, case: Case, message: Message, now: datetime) -> None:
    """The first one of the team is the first reply. The other side gets a discreet mail, one until they have read."""
    if message.author_kind == "staff":
        case.replied_at = case.replied_at or now
    _announce(session, case, message, now)


def _announce(session: Session, case: Case, message: Message, now: datetime) -> None:
    """One mail for all that is unread: the key is the first message that nobody of the other side has opened."""
    fact = session.scalar(
        sa.select(sa.func.min(Message.id)).where(
            Message.case_id == case.id,
            Message.kind == MessageKind.PORTAL,
            Message.author_kind == message.author_kind,
            Message.read_at.is_(None),
            Message.is_held.is_(False),
        )
    )
    if message.author_kind == "staff":
        chat = live_chat(session, case, now)
        if chat:
            announce_answer(session, chat, f"{fact}", now)
        told = chat.account_id if chat else None
        outbox.tell(session, case, event="new_message", fact=f"{fact}", area=Area.MESSAGES, now=now, not_to=told)
    elif case.specialist is not None:
        outbox.enqueue(
            session, event="new_message_staff", key=f"new_message_staff:{case.id}:{fact}:{case.specialist_id}",
            recipient=case.specialist.email, language=case.specialist.language, timezone=case.specialist.timezone,
            case=case, now=now,
        )  # fmt: skip
