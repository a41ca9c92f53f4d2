"""Verbs on a chat that both sides of the talk need: the visitor was here, an answer waits for one who has left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.domain.chat import AWAY
from concierge.domain.tokens import hash_token, new_token
from concierge.models import ChatSecret, ChatSession, Message, OutboxMessage

EVENT = "chat_waiting"


def note_seen(session: Session, chat_id: int, now: datetime) -> None:
    """The visitor has the page open at this moment."""
    session.execute(
        sa.update(ChatSession)
        .where(ChatSession.id == chat_id, ChatSession.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def announce_answer(session: Session, chat: ChatSession, fact: str, now: datetime) -> None:
    """One discreet mail with a private link for all that is unread, unless it is read within two minutes.

    Each mail carries a secret of its own, because no secret is kept that could be sent again.
    """
    key = f"{EVENT}:{chat.id}:{fact}"
    if not chat.email or session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return
    secret = new_token()
    session.add(ChatSecret(token_hash=hash_token(secret), chat_id=chat.id))
    outbox.enqueue(
        session, event=EVENT, key=key, recipient=chat.email, language=chat.language, timezone=chat.timezone,
        case=chat.case, context={"secret": secret}, now=now, due_at=now + AWAY,
    )  # fmt: skip


def note_read(session: Session, chat: ChatSession, message_ids: list[int], now: datetime) -> None:
    """The visitor has these answers in front of them: no mail has to tell of them."""
    session.execute(
        sa.update(Message).where(Message.id.in_(message_ids), Message.read_at.is_(None)).values(read_at=now)
    )
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.case_id == chat.case_id,
            OutboxMessage.event == EVENT,
            OutboxMessage.state == "queued",
        )
        .values(state="cancelled")
    )
