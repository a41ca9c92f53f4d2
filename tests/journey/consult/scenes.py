"""A family that talks with Maria of Los Angeles, and the times at which they can."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.clocks import at_local
from concierge.domain.vocabulary import CallMode, CallTopic, InterpreterWish
from concierge.journey.consult.booking.actions import CallOrder, book_call
from concierge.models import Case, PlannedCall
from tests.support.clock import START

ANGELES = "America/Los_Angeles"
NEXT_TUESDAY = date(2026, 12, 1)


def at(hour: int, minute: int = 0, on: date = NEXT_TUESDAY) -> datetime:
    """A time on Maria's wall, as an instant."""
    return at_local(on, time(hour, minute), ANGELES)


def url_at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%MZ}"


def order(starts_at: datetime | None = None, **facts) -> CallOrder:
    usual = {
        "starts_at": starts_at or at(9), "minutes": 45, "topic": CallTopic.FIRST_TALK, "mode": CallMode.PHONE,
        "number": "+966501234567", "language": "ar", "interpreter_wish": InterpreterWish.NONE,
        "who_joins": "my daughter",
    }  # fmt: skip
    return CallOrder(**(usual | facts))


def family(case: Case) -> Actor:
    return Actor("portal", 1, case.person.native_name)


def book(
    session: Session, case: Case, *, now: datetime = START, actor: Actor | None = None, **facts
) -> PlannedCall:
    """Committed, as the portal would do it."""
    with transaction() as writing:
        locked = writing.get_one(Case, case.id)
        call = book_call(writing, locked, order(**facts), actor=actor or family(case), now=now)
    session.rollback()
    return session.get_one(PlannedCall, call.id)


WEEK = timedelta(days=7)
