"""Asks the feed how the flights of the next two days stand: claim, ask outside any transaction, write down.

What matters to those who wait becomes an event and a task (booking/travel); the rest only a newer state.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from concierge.booking.travel.actions import note_status
from concierge.cases.actions import lock
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.clocks import local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import FlightState, TransportMode
from concierge.gateways.flight_status import FeedUnavailable, FlightFeed, FlightStatus
from concierge.models import Case, Flight
from concierge.web.clock import now
from concierge.web.vendors import gateways

AHEAD = timedelta(hours=48)
AFTER = timedelta(hours=12)  # a flight that is that much past its landing has no news
AGAIN = timedelta(minutes=9)
BATCH = 50

log = structlog.get_logger()


@dataclass(frozen=True)
class _Asked:
    """What is known of a claimed flight while no transaction is open."""

    case_id: int
    public_id: str
    number: str
    on: date
    departs_at: datetime
    arrives_at: datetime


def follow_flights() -> int:
    """The number of flights that the feed knew. With the first sign of an outage the rest waits for the next time."""
    feed = gateways().flights
    if feed is None:
        return 0
    with transaction() as session:
        waiting = _claim(session, now())
    known = 0
    for asked in waiting:
        try:
            known += _follow(feed, asked)
        except FeedUnavailable as missing:
            log.warning("flights_not_followed", reason=missing.code)
            break
    return known


def _claim(session: Session, at: datetime) -> list[_Asked]:
    flights = session.scalars(
        sa.select(Flight)
        .join(Case, Case.id == Flight.case_id)
        .where(
            Flight.arrives_at > at - AFTER, Flight.departs_at < at + AHEAD, Flight.is_cancelled.is_(False),
            Flight.mode == TransportMode.FLIGHT, Flight.status.not_in((FlightState.LANDED, FlightState.CANCELLED)),
            sa.or_(Flight.asked_at.is_(None), Flight.asked_at < at - AGAIN), Case.state != CaseState.CLOSED,
        )
        .order_by(Flight.arrives_at, Flight.id)
        .limit(BATCH)
        .with_for_update(of=Flight, skip_locked=True)
    ).all()  # fmt: skip
    for flight in flights:
        flight.asked_at = at
    return [
        _Asked(
            flight.case_id, flight.public_id, flight.number, local_day(flight.departs_at, flight.from_timezone),
            flight.departs_at, flight.arrives_at,
        )
        for flight in flights
    ]  # fmt: skip


def _follow(feed: FlightFeed, asked: _Asked) -> int:
    news = feed.status(asked.number, asked.on)
    if news is None:
        return 0
    departs_at, arrives_at = _expected(asked, news)
    with transaction() as session:
        case = lock(session, asked.case_id)
        try:
            note_status(
                session, case, public_id=asked.public_id, status=news.state, departs_at=departs_at,
                arrives_at=arrives_at, actor=SYSTEM, now=now(),
            )  # fmt: skip
        except InvalidInput as error:
            log.warning("news_of_flight_not_believed", flight=asked.public_id, reason=error.code)
    return 1


def _expected(asked: _Asked, news: FlightStatus) -> tuple[datetime | None, datetime | None]:
    if news.late is not None:
        return asked.departs_at + news.late, asked.arrives_at + news.late
    return news.departs_at, news.arrives_at
