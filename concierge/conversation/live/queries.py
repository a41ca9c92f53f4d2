"""What a page that stays open asks again and again, in one small statement each."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from concierge.domain.chat import LIVES
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import MessageChannel, MessageKind
from concierge.models import Case, ChatSession, Message, Presence
from concierge.models.types import UTCDateTime


def mark_of(
    case_id: InstrumentedAttribute[int], kinds: tuple[MessageKind, ...], *channels: MessageChannel
) -> sa.ScalarSelect:
    """A short text that changes with each new message, translation and check of this thread, and with nothing else."""
    state = sa.func.length(Message.translation_state) + sa.func.length(Message.checked_by)
    is_translated = sa.case((Message.translation != "", 1), else_=0)
    parts = (sa.func.count(Message.id), sa.func.coalesce(sa.func.max(Message.id), 0),
             sa.func.coalesce(sa.func.sum(state + is_translated), 0))  # fmt: skip
    text = (
        sa.cast(parts[0], sa.String) + "." + sa.cast(parts[1], sa.String) + "." + sa.cast(parts[2], sa.String)
    )
    found = sa.select(text).where(Message.case_id == case_id, Message.kind.in_(kinds))
    if MessageKind.NOTE not in kinds:
        found = found.where(Message.is_held.is_(False))
    if channels:
        found = found.where(Message.channel.in_(channels))
    return found.scalar_subquery()


def writers_of(case_id: InstrumentedAttribute[int]) -> sa.ScalarSelect:
    """A number that changes when somebody of the team begins or ends to write a reply, 0 while nobody does.

    The statement around it takes the moment as the parameter `at`.
    """
    return (
        sa.select(sa.func.coalesce(sa.func.sum(Presence.staff_id), 0))
        .where(
            Presence.case_id == case_id,
            Presence.kind == "reply",
            Presence.until > sa.bindparam("at", type_=UTCDateTime),
        )
        .scalar_subquery()
    )


_CHAT = sa.select(ChatSession).where(ChatSession.case_id == sa.bindparam("case_id"))


def chat_of(session: Session, case: Case) -> ChatSession | None:
    """The chat with which this case began."""
    return session.scalar(_CHAT, {"case_id": case.id})


def is_live(chat: ChatSession, now: datetime) -> bool:
    """Whether its visitor may read and write: not gone on elsewhere, case not closed, link not too old."""
    return chat.ended_at is None and chat.case.state is not CaseState.CLOSED and now - chat.opened_at < LIVES


def live_chat(session: Session, case: Case, now: datetime) -> ChatSession | None:
    chat = chat_of(session, case)
    return chat if chat and is_live(chat, now) else None


def reply_channel(session: Session, case: Case, now: datetime) -> MessageChannel:
    """Where an answer of the team goes: into the chat while its visitor may read it, else into the portal."""
    return MessageChannel.CHAT if live_chat(session, case, now) else MessageChannel.PORTAL


def last_seen(session: Session, case_ids: list[int]) -> dict[int, datetime]:
    """Case id → when the visitor of its chat was last here; chats that have ended are left out."""
    found = sa.select(ChatSession.case_id, ChatSession.last_seen_at).where(
        ChatSession.case_id.in_(case_ids), ChatSession.ended_at.is_(None)
    )
    return dict(session.connection().execute(found).all()) if case_ids else {}


@dataclass(frozen=True)
class Standing:
    """Of one case: the mark of its thread for the team, and when the visitor of its open chat was last here."""

    mark: str
    last_seen_at: datetime | None


_STANDING = sa.select(
    mark_of(Case.id, (MessageKind.PORTAL, MessageKind.NOTE)),
    sa.select(ChatSession.last_seen_at)
    .where(ChatSession.case_id == Case.id, ChatSession.ended_at.is_(None))
    .scalar_subquery(),
).where(Case.id == sa.bindparam("case_id"))


_FAMILY_MARK = sa.select(mark_of(Case.id, (MessageKind.PORTAL,))).where(Case.id == sa.bindparam("case_id"))


def family_mark(session: Session, case: Case) -> str:
    """The mark of the thread as the family reads it: nothing internal, nothing that waits for a translator."""
    return session.connection().execute(_FAMILY_MARK, {"case_id": case.id}).scalar_one()


def standing_of(session: Session, case: Case) -> Standing:
    return Standing(*session.connection().execute(_STANDING, {"case_id": case.id}).one())
