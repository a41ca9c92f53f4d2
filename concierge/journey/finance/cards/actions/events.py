"""Verbs of an event of the card service: taken at once, worked on a moment later, looked into by a person if need be.

Events come twice, late and in any order. So none is believed: each is a reason to look the truth up, and what is
written is what stands at the card service now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from concierge.domain.access import Actor
from concierge.models import CardEvent

log = structlog.get_logger()

ABOUT_PAYMENTS = (
    "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
    "checkout.session.completed", "checkout.session.expired",
)  # fmt: skip
ABOUT_DISPUTES = (
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)  # fmt: skip
ABOUT_REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refunded")
HANDLED = ABOUT_PAYMENTS + ABOUT_DISPUTES + ABOUT_REFUNDS

LEASE, BATCH = timedelta(minutes=2), 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
ALARM_AFTER = 8  # tries, about twenty minutes
_TABLE = CardEvent.metadata.tables["card_event"]
# Built once: a webhook does nothing but this, and on SQLite others wait for the line meanwhile.
_NOTE = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_TABLE)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(_TABLE.c.id)
    for dialect in (sqlite, postgresql)
}


class EventLike(Protocol):
    """What was told, with a signature under it."""

    @property
    def id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def object_id(self) -> str: ...

    @property
    def intent_id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True)
class Outcome:
    """What came of an event, in which case, and whether a person must look into it."""

    code: str
    case_id: int | None = None
    needs_look: bool = False


def note_event(session: Session, event: EventLike, *, now: datetime) -> bool:
    """Write the event down, to be worked on at once; False when it was here before. One statement, so no race."""
    is_ours = event.kind in HANDLED
    values = {
        "id": event.id[:80], "kind": event.kind[:60], "object_id": event.object_id[:80],
        "intent_id": event.intent_id[:80], "happened_at": event.created_at, "received_at": now,
        "outcome": "" if is_ours else "ignored", "due_at": now if is_ours else None, "attempts": 0,
        "needs_look": False, "handled_by": "",
    }  # fmt: skip
    return session.execute(_NOTE[session.get_bind().dialect.name], values).first() is not None


def claim_events(session: Session, *, now: datetime) -> list[str]:
    """Ids of events that are due; their time is moved ahead, so that nobody else works on them meanwhile."""
    waiting = (
        sa.select(CardEvent.id)
        .where(CardEvent.due_at <= now)
        .order_by(CardEvent.due_at, CardEvent.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        sa.update(CardEvent)
        .where(CardEvent.id.in_(waiting), CardEvent.due_at <= now)
        .values(due_at=now + LEASE, attempts=CardEvent.attempts + 1)
        .returning(CardEvent.id, CardEvent.received_at)
        .execution_options(synchronize_session=False)
    )
    return [row.id for row in sorted(session.execute(claimed), key=lambda row: (row.received_at, row.id))]


def finish_event(session: Session, event_id: str, outcome: Outcome) -> None:
    """Written in the same transaction as what came of it."""
    session.execute(
        sa.update(CardEvent)
        .where(CardEvent.id == event_id)
        .values(
            outcome=outcome.code[:40], case_id=outcome.case_id, needs_look=outcome.needs_look, due_at=None
        )
        .execution_options(synchronize_session=False)
    )


def put_off(session: Session, event_ids: Iterable[str], *, now: datetime) -> None:
    """The card service did not answer: again later, each time twice as late; after ALARM_AFTER tries people see it."""
    rows = session.scalars(
        sa.select(CardEvent).where(CardEvent.id.in_(event_ids), CardEvent.due_at.is_not(None))
    )
    for event in rows:
        wait = min(FIRST_WAIT * 2 ** min(event.attempts - 1, 16), LONGEST_WAIT)
        event.due_at = now + wait
        if event.attempts >= ALARM_AFTER and not event.needs_look:
            event.outcome, event.needs_look = "stuck", True
            log.error("card_event_stuck", card_event=event.id, kind=event.kind, attempts=event.attempts)
    session.flush()


def ask_again(session: Session, event: CardEvent, *, now: datetime) -> None:
    """A person wants it to be looked up at once; what is finished stays finished."""
    if event.due_at is not None:
        event.due_at = now
        session.flush()


def look_into(session: Session, event: CardEvent, *, actor: Actor, now: datetime) -> None:
    """A person has looked into what the program could not settle; who it was stays readable on the row."""
    if event.needs_look:
        event.needs_look, event.handled_by, event.handled_at = False, actor.name, now
        session.flush()
