"""Verbs on the talk with the family: messages, the team's own notes, and calls."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import record, settle
from concierge.conversation.inbox import heads
from concierge.conversation.live.actions import announce_answer
from concierge.conversation.live.queries import live_chat, reply_channel
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Exit
from concierge.domain.people import is_blank
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    MessageChannel,
    MessageKind,
    TranslationState,
)
from concierge.models import Call, Case, Message

LONGEST_CALL_MINUTES = 600


def may_write(case: Case) -> bool:
    """After a death nothing more is sent (domain.md); in every other state people may go on talking."""
    return case.exit is not Exit.DIED


def send_message(
    session: Session,
    case: Case,
    *,
    body: str,
    language: str,
    actor: Actor,
    now: datetime,
    channel: MessageChannel = MessageChannel.PORTAL,
) -> Message:
    """A message to the other side, stored in the language in which it was written.

    The first one of the team is the first reply. The other side gets a discreet mail, one until they have read.
    What the team writes while a chat of the case is open goes into the chat.
    Raises NotAllowed `messages_stopped`, InvalidInput `message_empty`.
    """
    message = _write(session, case, MessageKind.PORTAL, body, language, actor, now)
    message.channel = reply_channel(session, case, now) if actor.is_staff else channel
    record(session, case, "message_sent", actor, now, message=message.public_id)
    if actor.is_staff:
        case.replied_at = case.replied_at or now
    _announce(session, case, message, now)
    settle(session, case, actor, now)
    return message


def write_note(
    session: Session, case: Case, *, body: str, language: str, actor: Actor, now: datetime
) -> Message:
    """An internal note: the family never sees it, nobody is told."""
    note = _write(session, case, MessageKind.NOTE, body, language, actor, now)
    record(session, case, "note_written", actor, now, message=note.public_id)
    settle(session, case, actor, now)
    return note


def _write(
    session: Session, case: Case, kind: MessageKind, body: str, language: str, actor: Actor, now: datetime
) -> Message:
    if not may_write(case) and kind is MessageKind.PORTAL:
        raise NotAllowed("messages_stopped")
    if is_blank(body):
        raise InvalidInput("message" if kind is MessageKind.PORTAL else "note", "message_empty")
    is_foreign = kind is MessageKind.PORTAL and language not in _read_by_the_other_side(case, actor)
    state = TranslationState.NOT_TRANSLATED if is_foreign else TranslationState.NOT_NEEDED
    message = Message(
        case_id=case.id, kind=kind, author_kind=actor.kind, author_id=actor.id, author_name=actor.name, body=body,
        language=language, translation_state=state, at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message


def _read_by_the_other_side(case: Case, actor: Actor) -> set[str]:
    if actor.is_staff:
        return {case.person.language, case.person.spoken_language}
    return {"en", *(case.specialist.speaks if case.specialist else ())}


def _announce(session: Session, case: Case, message: Message, now: datetime) -> None:
    """One mail for all that is unread: the key is the first message that nobody of the other side has opened."""
    fact = session.scalar(
        sa.select(sa.func.min(Message.id)).where(
            Message.case_id == case.id,
            Message.kind == MessageKind.PORTAL,
            Message.author_kind == message.author_kind,
            Message.read_at.is_(None),
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


def mark_read(session: Session, case: Case, *, message_ids: list[int], now: datetime) -> None:
    """Note when the other side first saw these messages; what was read before keeps its time."""
    session.execute(
        sa.update(Message)
        .where(Message.case_id == case.id, Message.id.in_(message_ids), Message.read_at.is_(None))
        .values(read_at=now)
    )
    heads.derive(session.connection(), case.id)


def note_call(
    session: Session,
    case: Case,
    *,
    purpose: CallPurpose,
    outcome: CallOutcome,
    at: datetime,
    minutes: int,
    participants: str,
    interpreter: InterpreterUse,
    notes: str,
    actor: Actor,
    now: datetime,
) -> Call:
    """Note a call with the family: the proof behind three gates. `at` is aware UTC, `minutes` how long it took.

    A call that took place counts as our first reply. `interpreter` keeps that a relative helped only after a
    professional was offered and declined (domain.md, interpreters). Raises InvalidInput: `at` in the future
    (`call_in_future`), `minutes` out of range (`call_minutes`); NotAllowed unless the actor is staff.
    """
    if not actor.is_staff or actor.id is None:
        raise NotAllowed()
    if at > now:
        raise InvalidInput("at", "call_in_future")
    if not 0 <= minutes <= LONGEST_CALL_MINUTES:
        raise InvalidInput("minutes", "call_minutes")
    call = Call(
        case_id=case.id, purpose=purpose, outcome=outcome, at=at, minutes=minutes, participants=participants,
        interpreter=interpreter, notes=notes, noted_by_id=actor.id, noted_at=now,
    )  # fmt: skip
    session.add(call)
    if outcome is CallOutcome.HELD:
        case.replied_at = case.replied_at or now
    session.flush()
    record(session, case, "call_noted", actor, now, purpose=purpose, outcome=outcome)
    settle(session, case, actor, now)
    return call
