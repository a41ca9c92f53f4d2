"""What every booking ends with: the event, what a family that already holds its trip must learn, and the next action."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.booking.itinerary import editions
from concierge.cases.actions import record, settle
from concierge.cases.tasks import actions as tasks
from concierge.domain.access import Actor, Area, Role
from concierge.domain.editions import Change
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.domain.tasks import LIVE
from concierge.models import (
    Answer,
    Case,
    CaseTask,
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
PUBLISH, PUBLISH_HOURS = "publish_trip", 4  # the task of the coordinator, and within how many working hours


Booking = TypeVar("Booking", Stay, Ride, InterpreterAssignment, Flight)


def booking_of(session: Session, kind: type[Booking], case: Case, public_id: str) -> Booking:
    """One booking of this case. Raises InvalidInput(form, `unknown_booking`) for another's."""
    booking = session.scalar(sa.select(kind).where(kind.public_id == public_id, kind.case_id == case.id))
    if booking is None:
        raise InvalidInput("form", "unknown_booking")
    return booking


def trip_changed(session: Session, case: Case, event: str, actor: Actor, now: datetime, **data) -> None:
    """Record a change of the trip. After it was published, what differs waits for the next edition and is not forgotten."""
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
        remember_to_publish(session, case, now)
    else:
        forget_to_publish(session, case)


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


def remember_to_publish(session: Session, case: Case, now: datetime) -> None:
    """One live task, however many bookings change."""
    if session.scalar(_to_publish(case).limit(1)) is None:
        tasks.add_once(
            session, case, key=f"{PUBLISH}:{case.id}:{now.timestamp():.0f}", code=PUBLISH, owner_role=Role.COORDINATOR,
            due_at=case.hospital.calendar.add_working_hours(now, PUBLISH_HOURS), now=now,
        )  # fmt: skip


def forget_to_publish(session: Session, case: Case) -> None:
    """Nothing differs any more."""
    for key in session.scalars(_to_publish(case)).all():
        tasks.end_once(session, key=key)


def _to_publish(case: Case) -> sa.Select[tuple[str]]:
    return sa.select(CaseTask.key).where(
        CaseTask.case_id == case.id, CaseTask.code == PUBLISH, CaseTask.state.in_(LIVE)
    )
