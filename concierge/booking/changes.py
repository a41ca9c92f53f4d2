"""What every booking ends with: the event, what a family that holds its trip must learn, and the next action."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.booking.itinerary import editions
from concierge.cases import publishing
from concierge.cases.actions import record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.editions import Change
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.models import (
    Answer,
    Case,
    Flight,
    InterpreterAssignment,
    OutboxMessage,
    Person,
    Ride,
    Stay,
)

# A coordinator who moves a flight moves the ride and the room with it: the family gets one message, not three.
GATHER = timedelta(minutes=1)
SOON = "trip_soon"


Booking = TypeVar("Booking", Stay, Ride, InterpreterAssignment, Flight)


def booking_of(session: Session, kind: type[Booking], case: Case, public_id: str) -> Booking:
    """One booking of this case. Raises InvalidInput(form, `unknown_booking`) for another's."""
    booking = session.scalar(sa.select(kind).where(kind.public_id == public_id, kind.case_id == case.id))
    if booking is None:
        raise InvalidInput("form", "unknown_booking")
    return booking


def trip_changed(session: Session, case: Case, event: str, actor: Actor, now: datetime, **data) -> None:
    """Record a change of the trip. Once it was published, what differs waits for the next edition, not forgotten."""
    record(session, case, event, actor, now, **data)
    note_difference(session, case, now)
    settle(session, case, actor, now)


def note_difference(session: Session, case: Case, now: datetime) -> None:
    """A task to publish while the trip differs from what was told; what begins within a day is told at once."""
    answer = session.get(Answer, case.id)
    if answer is None or answer.trip_confirmed_at is None or case.state is CaseState.CLOSED:
        return
    changes = editions.unpublished(session, case)
    tell_soon(session, case, changes, now)
    if changes or editions.latest(session, case) is None:
        publishing.remember(session, case, now)
    else:
        publishing.forget(session, case)


def tell_soon(
    session: Session, case: Case, changes: Iterable[Change], now: datetime, *, is_mailed: bool = False
) -> None:
    """Tell what changed and begins within a day, by mail (unless that is on its way) and by text message.

    The same change is told once; a message that has not left yet gives way to the newer one.
    """
    waiting = sa.and_(
        OutboxMessage.case_id == case.id, OutboxMessage.event == SOON, OutboxMessage.state == "queued"
    )
    session.execute(sa.delete(OutboxMessage).where(waiting))
    soon = [change for change in changes if change.is_soon(now)]
    if not soon:
        return
    fact = sha256(repr([(c.kind, c.key, c.what, c.after) for c in soon]).encode()).hexdigest()[:16]
    due_at = now if is_mailed else now + GATHER
    if not is_mailed:
        outbox.tell(session, case, event=SOON, fact=fact, area=Area.TRIP, now=now, due_at=due_at)
    for part in outbox.participants(session, case, Area.TRIP):
        person = session.get(Person, part.account.person_id) if part.account.person_id else None
        if person is not None and person.phone:
            outbox.enqueue(
                session, event=SOON, key=f"{SOON}:{case.id}:{fact}:{part.account.id}:sms", recipient=person.phone,
                language=part.account.language, timezone=part.account.timezone, case=case, now=now, due_at=due_at,
                medium="sms",
            )  # fmt: skip
