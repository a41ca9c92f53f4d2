"""Verbs of the inbox: snooze, hand over, presence, mail that did not arrive, and words that came another way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from concierge.cases.actions import assign, check_open, record, settle
from concierge.conversation.actions import may_write, write_note
from concierge.conversation.inbox import heads
from concierge.conversation.translation import actions as translation
from concierge.domain.access import Actor, Role
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.scripts import written_language
from concierge.domain.vocabulary import Channel, MessageChannel, MessageKind
from concierge.models import (
    Case,
    CaseParticipation,
    Message,
    OutboxMessage,
    PortalAccount,
    Presence,
    StaffUser,
    ThreadHead,
)

_INSERT: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
STAYS = timedelta(seconds=20)  # how long somebody counts as writing after the last key


def snooze(session: Session, case: Case, *, until: datetime, actor: Actor, now: datetime) -> None:
    """Put the talk out of sight until then; it comes back by itself, or when the family writes.

    Raises InvalidInput(until, `time_in_past`), NotAllowed(`case_not_open`).
    """
    check_open(case)
    if until <= now:
        raise InvalidInput("until", "time_in_past")
    connection = session.connection()
    session.flush()
    heads.derive(connection, case.id)
    _put(session, case, until, actor.name)
    record(session, case, "talk_snoozed", actor, now, until=until.isoformat())


def wake(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Take a snoozed talk back into sight before its time."""
    head = session.get(ThreadHead, case.id, populate_existing=True)
    if head is None or head.snoozed_until is None:
        return
    _put(session, case, None, "")
    record(session, case, "talk_woken", actor, now)


def _put(session: Session, case: Case, until: datetime | None, by: str) -> None:
    session.execute(
        sa.update(ThreadHead).where(ThreadHead.case_id == case.id).values(snoozed_until=until, snoozed_by=by)
    )


def wake_due(session: Session, now: datetime, most: int) -> int:
    """Bring back up to `most` talks whose time has come; they wait for us from that moment on."""
    due = session.scalars(
        sa.select(ThreadHead.case_id)
        .where(ThreadHead.snoozed_until <= now)
        .order_by(ThreadHead.snoozed_until)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for case_id in due:
        heads.derive(session.connection(), case_id, woken_at=now)
    return len(due)


def hand_over(
    session: Session, case: Case, user: StaffUser, *, note: str, language: str, actor: Actor, now: datetime
) -> None:
    """Give the talk to another specialist of the hospital, with a note when there is something to know.

    Raises InvalidInput(user, `wrong_role`).
    """
    assign(session, case, Role.SPECIALIST, user, actor=actor, now=now)
    if note.strip():
        write_note(session, case, body=note, language=language, actor=actor, now=now)


# --- presence ---------------------------------------------------------------------------------------------------


def writes(session: Session, case: Case, *, kind: str, actor: Actor, now: datetime) -> None:
    """The actor types in the box `kind` (reply, note) of this case."""
    values = {"kind": "note" if kind == "note" else "reply", "until": now + STAYS}
    insert = _INSERT[session.get_bind().dialect.name](Presence).values(
        case_id=case.id, staff_id=actor.id, **values
    )
    session.execute(insert.on_conflict_do_update(index_elements=["case_id", "staff_id"], set_=values))


def stops_writing(session: Session, case: Case, *, actor: Actor) -> None:
    """What was typed is sent."""
    session.execute(sa.delete(Presence).where(Presence.case_id == case.id, Presence.staff_id == actor.id))


def forget_presence(session: Session, now: datetime) -> None:
    session.execute(sa.delete(Presence).where(Presence.until < now))


# --- mail that did not arrive -------------------------------------------------------------------------------------


def _failed(session: Session, case: Case, public_id: str) -> OutboxMessage | None:
    """The row, locked; None when somebody has settled it already."""
    return session.scalar(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.case_id == case.id, OutboxMessage.public_id == public_id, OutboxMessage.state == "failed"
        )
        .with_for_update()
    )  # fmt: skip


def retry(session: Session, case: Case, public_id: str, *, actor: Actor, now: datetime) -> bool:
    """Send once more what could not be delivered, to the address that is known now. False: it is on its way already."""
    mail = _failed(session, case, public_id)
    if mail is None:
        return False
    mail.state, mail.attempts, mail.error, mail.due_at = "queued", 0, "", now
    mail.recipient = _address_now(session, case, mail)
    session.flush()
    record(session, case, "mail_retried", actor, now)
    return True


def _address_now(session: Session, case: Case, mail: OutboxMessage) -> str:
    """The key ends with the account that it was meant for; its address may have been corrected since."""
    account_id = mail.key.rpartition(":")[2]
    if not account_id.isdecimal() or mail.medium != "email":
        return mail.recipient
    address = session.scalar(
        sa.select(PortalAccount.email)
        .join(CaseParticipation, CaseParticipation.account_id == PortalAccount.id)
        .where(CaseParticipation.case_id == case.id, PortalAccount.id == int(account_id))
    )
    return address or mail.recipient


def switch_channel(
    session: Session, case: Case, public_id: str, channel: Channel, *, actor: Actor, now: datetime
) -> None:
    """From now on this family is reached another way; the mail that did not arrive is settled with that."""
    mail = _failed(session, case, public_id)
    if mail is not None:
        mail.state = "cancelled"
    case.person.channel = channel
    session.flush()
    record(session, case, "channel_switched", actor, now, channel=channel)
    settle(session, case, actor, now)


# --- words that came another way ----------------------------------------------------------------------------------


def add_words(
    session: Session,
    case: Case,
    *,
    channel: MessageChannel,
    body: str,
    language: str,
    at: datetime,
    sender: str,
    actor: Actor,
    now: datetime,
    account_id: int | None = None,
) -> Message:
    """What the family said by mail, SMS, a messenger or on the phone becomes a message of theirs in the thread.

    Raises InvalidInput: `message_empty`, `at` in the future (`words_in_future`); NotAllowed(`messages_stopped`).
    """
    if not may_write(case):
        raise NotAllowed("messages_stopped")
    if not body.strip():
        raise InvalidInput("message", "message_empty")
    if at > now:
        raise InvalidInput("at", "words_in_future")
    message = Message(
        case_id=case.id, kind=MessageKind.PORTAL, channel=channel, author_kind="portal", author_id=account_id,
        author_name=sender or case.person.display_name, body=body,
        language=written_language(body, language), at=at,
    )  # fmt: skip
    session.add(message)
    session.flush()
    translation.plan(session, case, message, needs_check=False, now=now)
    record(session, case, "words_added", actor, now, message=message.public_id, channel=channel)
    settle(session, case, actor, now)
    return message
