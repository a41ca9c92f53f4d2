"""Verbs on mail and SMS from outside: each is taken once, and belongs to a case or to somebody who files it."""

import hashlib
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.conversation.actions import may_write
from concierge.conversation.inbound import queries
from concierge.conversation.inbox.actions import add_words
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.errors import AlreadyTaken, InvalidInput
from concierge.domain.inbound import Arrived, language_of
from concierge.domain.vocabulary import MessageChannel
from concierge.models import Case, Inbound


class Outcome(StrEnum):
    """What came of a delivery, for the machine that made it."""

    FILED = "filed"
    UNMATCHED = "unmatched"
    KNOWN = "known"


def take(session: Session, arrived: Arrived, channel: MessageChannel, *, now: datetime) -> Outcome:
    """File it in its case, or lay it before the lead of the hospital. One that was taken before changes nothing."""
    key = hashlib.sha256(f"{channel}:{arrived.provider_id}".encode()).hexdigest()
    case = queries.case_of(session, arrived)
    hospital = case.hospital if case else queries.hospital_of(session, arrived.to)
    if hospital is None:
        raise InvalidInput("to", "inbound_unreadable")
    owner = queries.lead_of(session, hospital.id)
    row = Inbound(
        provider_id=key, channel=channel, hospital_id=hospital.id, sender=arrived.sender,
        sender_name=arrived.sender_name, subject=arrived.subject, body=arrived.body, received_at=now,
        owner_id=owner.id if owner else None,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return Outcome.KNOWN
    if case is None or not may_write(case):
        return Outcome.UNMATCHED
    _file(session, row, lock(session, case.id), actor=SYSTEM, now=now)
    return Outcome.FILED


def file_by_hand(session: Session, inbound_id: int, case: Case, *, actor: Actor, now: datetime) -> None:
    """Put it into this case. Raises AlreadyTaken when a colleague was faster."""
    row = _open(session, inbound_id)
    _file(session, row, case, actor=actor, now=now)


def put_aside(session: Session, inbound_id: int, *, now: datetime) -> None:
    """It belongs to nobody's case: advertising, a wrong number."""
    _open(session, inbound_id).put_aside_at = now


def _open(session: Session, inbound_id: int) -> Inbound:
    row = session.scalars(
        sa.select(Inbound)
        .where(Inbound.id == inbound_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.case_id or row.put_aside_at:
        raise AlreadyTaken
    return row


def _file(session: Session, row: Inbound, case: Case, *, actor: Actor, now: datetime) -> None:
    """The sender's address stands beside the name where it is not one that we know of this family."""
    name = row.sender_name or row.sender
    if row.sender_name and not queries.is_known(session, case, row.sender):
        name = f"{row.sender_name} ({row.sender})"
    words = (
        f"{row.subject}\n\n{row.body}" if row.subject and row.channel is MessageChannel.EMAIL else row.body
    )
    row.case_id = case.id
    add_words(
        session, case, channel=row.channel, body=words, language=language_of(row.body, case.person.language),
        at=row.received_at, sender=name[:200], actor=actor, now=now,
    )  # fmt: skip
