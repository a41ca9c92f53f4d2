"""Reads a chat by its secret: in full for a page, in one small statement for the question whether there is news."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from concierge.conversation import queries
from concierge.conversation.live.queries import mark_of, writers_of
from concierge.conversation.thread import Reader, Thread, thread_of
from concierge.domain.chat import LIVES
from concierge.domain.journey import CaseState
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import MessageChannel
from concierge.journey.contact.chat.actions import visitor
from concierge.models import Case, ChatSecret, ChatSession, Hospital, Message
from concierge.web.filters import two_clocks

_CHANNELS = (MessageChannel.CHAT,)
_HASH: sa.BindParameter[str] = sa.bindparam("token_hash")
_OF_SECRET = sa.and_(ChatSecret.chat_id == ChatSession.id, ChatSecret.token_hash == _HASH)


def all_hospitals(session: Session) -> list[Hospital]:
    return list(session.scalars(sa.select(Hospital).order_by(Hospital.id)))


def find_chat(session: Session, secret: str, now: datetime) -> ChatSession | None:
    """The chat of this secret for as long as its link lives, ended or not; None for strangers."""
    found = session.scalar(
        sa.select(ChatSession).join(ChatSecret, _OF_SECRET), {"token_hash": hash_token(secret)}
    )
    return found if found and now - found.opened_at < LIVES else None


def is_used(session: Session, secret: str) -> bool:
    """Whether this secret leads to a chat, or did."""
    return session.get(ChatSecret, hash_token(secret)) is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page that asks has to know: whether it is over, and the mark of the newest state of its thread."""

    chat_id: int
    opened_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    case_state: CaseState
    thread: str
    writers: int

    @property
    def mark(self) -> str:
        """Of everything that the page shows: `<thread>~<who writes>`, and how the chat stands."""
        is_over = self.ended_at or self.case_state is CaseState.CLOSED
        return f"{self.thread}~{self.writers}.over" if is_over else f"{self.thread}~{self.writers}"


_STANDING = (
    sa.select(
        ChatSession.id, ChatSession.opened_at, ChatSession.last_seen_at, ChatSession.ended_at, Case.state,
        mark_of(ChatSession.case_id, queries.FAMILY_READS, *_CHANNELS), writers_of(ChatSession.case_id),
    )
    .join(ChatSecret, _OF_SECRET)
    .join(Case, Case.id == ChatSession.case_id)
)  # fmt: skip


def standing_of(connection: sa.Connection, secret: str, now: datetime) -> Standing | None:
    """Of the chat behind this cookie; None for strangers and when its link has run out."""
    row = connection.execute(_STANDING, {"token_hash": hash_token(secret), "at": now}).first()
    found = Standing(*row) if row else None
    return found if found and now - found.opened_at < LIVES else None


def thread_for(session: Session, chat: ChatSession, code: str, before: int | None = None) -> Thread:
    """What the visitor may read: what was said in this chat, in the language of the page. Never a note."""
    reader = Reader(visitor(chat), (code,), chat.timezone or chat.case.hospital.timezone, _CHANNELS)
    return thread_of(session, chat.case, reader, unread=[], before=before)


def promised(session: Session, chat: ChatSession) -> Markup | str:
    """By when the first answer comes, on both clocks; "" once somebody has answered."""
    if chat.case.replied_at is not None or not (enquiry := queries.enquiry_of(session, chat.case)):
        return ""
    return two_clocks(enquiry.promise_due_at, chat.case.hospital.timezone, chat.timezone)


def unread(session: Session, chat: ChatSession) -> list[int]:
    """Ids of the answers in this chat that the visitor has not seen."""
    ids = queries.unread(session, chat.case, is_staff=False)
    if not ids:
        return []
    return list(
        session.scalars(sa.select(Message.id).where(Message.id.in_(ids), Message.channel.in_(_CHANNELS)))
    )
