"""Verbs on the talk with the family: messages, the team's own notes, and calls."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import record, settle
from concierge.conversation import arrival
from concierge.conversation.arrival import may_write
from concierge.conversation.inbox import heads
from concierge.conversation.live.queries import reply_channel
from concierge.conversation.translation import actions as translation
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import video_refusal
from concierge.domain.people import clean_paragraph, shows_something
from concierge.domain.scripts import written_language
from concierge.domain.vocabulary import (
    CallOutcome,
    CallPurpose,
    InterpreterUse,
    MessageChannel,
    MessageKind,
)
from concierge.models import Call, Case, Message

LONGEST_CALL_MINUTES = 600


def send_message(
    session: Session,
    case: Case,
    *,
    body: str,
    language: str,
    actor: Actor,
    now: datetime,
    channel: MessageChannel = MessageChannel.PORTAL,
    needs_check: bool = False,
) -> Message:
    """A message to the other side, stored in the language in which it was written.

    Where the other side does not read it, a translation is asked for. A critical one of the team, or one for which
    `needs_check` is wanted, is held until a person approves its translation; every other one arrives at once.
    What the team writes while a chat of the case is open goes into the chat.
    Raises NotAllowed `messages_stopped`, InvalidInput `message_empty`.
    """
    if actor.is_staff:
        channel = reply_channel(session, case, now)
    message = _write(session, case, MessageKind.PORTAL, body, language, actor, now, channel)
    record(session, case, "message_sent", actor, now, message=message.public_id)
    translation.plan(session, case, message, needs_check=needs_check, now=now)
    if not message.is_held:
        arrival.arrive(session, case, message, now)
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
    session: Session,
    case: Case,
    kind: MessageKind,
    body: str,
    language: str,
    actor: Actor,
    now: datetime,
    channel: MessageChannel = MessageChannel.PORTAL,
) -> Message:
    if not may_write(case) and kind is MessageKind.PORTAL:
        raise NotAllowed("messages_stopped")
    body = clean_paragraph(body)
    if not shows_something(body):
        raise InvalidInput("message" if kind is MessageKind.PORTAL else "note", "message_empty")
    message = Message(
        case_id=case.id, kind=kind, channel=channel, author_kind=actor.kind, author_id=actor.id,
        author_name=actor.name, body=body, language=written_language(body, language), at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message


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
    (`call_in_future`) or of telehealth where no rule allows one (`call_place_unknown`, `call_place_without_rule`),
    `minutes` out of range (`call_minutes`); NotAllowed unless the actor is staff.
    """
    if not actor.is_staff or actor.id is None:
        raise NotAllowed()
    if at > now:
        raise InvalidInput("at", "call_in_future")
    refusal = video_refusal(case.programme, case.present_country, case.hospital.telehealth_countries)
    if refusal and outcome is CallOutcome.HELD:
        raise InvalidInput("at", refusal)
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
