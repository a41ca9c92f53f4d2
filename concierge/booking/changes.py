"""What every booking ends with: the event, the news to a family that already holds its trip, and the next action."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import record, settle
from concierge.domain.access import Actor, Area
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.models import Answer, Case, Flight, InterpreterAssignment, Ride, Stay

# A coordinator who moves a flight moves the ride and the room with it: the family gets one message, not three.
GATHER = timedelta(minutes=10)


Booking = TypeVar("Booking", Stay, Ride, InterpreterAssignment, Flight)


def booking_of(session: Session, kind: type[Booking], case: Case, public_id: str) -> Booking:
    """One booking of this case. Raises InvalidInput(form, `unknown_booking`) for another's."""
    booking = session.scalar(sa.select(kind).where(kind.public_id == public_id, kind.case_id == case.id))
    if booking is None:
        raise InvalidInput("form", "unknown_booking")
    return booking


def trip_changed(session: Session, case: Case, event: str, actor: Actor, now: datetime, **data) -> None:
    """Record a change of the trip; after the trip was confirmed the family is told again."""
    record(session, case, event, actor, now, **data)
    answer = session.get(Answer, case.id)
    if answer is not None and answer.trip_confirmed_at is not None and case.state is not CaseState.CLOSED:
        _tell_again(session, case, now)
    settle(session, case, actor, now)


def _tell_again(session: Session, case: Case, now: datetime) -> None:
    ends_at = datetime.fromtimestamp((now.timestamp() // GATHER.seconds + 1) * GATHER.seconds, UTC)
    outbox.tell(
        session, case, event="trip_published", fact=f"changed-{ends_at:%Y%m%d%H%M}", area=Area.TRIP, now=now,
        context={"is_change": True}, due_at=ends_at,
    )  # fmt: skip
