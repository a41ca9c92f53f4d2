"""The feed is asked about the flights of the next two days; what matters becomes a task."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from concierge.db import db, transaction
from concierge.domain.vocabulary import FlightState
from concierge.gateways.flight_status import FeedUnavailable, FlightStatus
from concierge.jobs.flights import follow_flights
from concierge.models import CaseEvent, CaseTask, Flight
from tests.booking import scenes
from tests.factories import a_case

TAKES_OFF = datetime(2026, 12, 8, 5, 30, tzinfo=UTC)
LANDS = datetime(2026, 12, 8, 21, 40, tzinfo=UTC)


class Feed:
    """Says the next of its answers, and whether a transaction was open meanwhile."""

    def __init__(self) -> None:
        self.asked, self.answer = [], None

    def status(self, number, on):
        assert not db.session().in_transaction()
        self.asked.append((number, f"{on}"))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def scene(app, session, clock):
    with transaction() as writing:
        case = a_case(writing)
        scenes.a_flight(writing, case, scenes.coordinator(writing))
    app.extensions["concierge.gateways"].flights = feed = Feed()
    session.rollback()
    return SimpleNamespace(feed=feed, clock=clock, case=case)


def _flight(session) -> Flight:
    session.rollback()
    return session.scalars(sa.select(Flight).execution_options(populate_existing=True)).one()


def _count(session, model, *conditions) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_a_delay_that_matters_is_one_event_and_one_task_however_often_it_is_said(session, scene):
    assert follow_flights() == 0
    assert scene.feed.asked == []  # more than two days ahead
    scene.clock.set(TAKES_OFF - timedelta(hours=20))
    late = LANDS + timedelta(minutes=95)
    scene.feed.answer = FlightStatus(FlightState.DELAYED, TAKES_OFF + timedelta(minutes=80), late)
    assert follow_flights() == 1
    assert scene.feed.asked == [("SV 41", "2026-12-08")]
    assert follow_flights() == 0  # not again within ten minutes
    scene.clock.set(TAKES_OFF - timedelta(hours=19))
    assert follow_flights() == 1
    flight = _flight(session)
    assert (flight.status, flight.arrives_at, flight.lands_at) == (FlightState.DELAYED, LANDS, late)
    assert _count(session, CaseEvent, CaseEvent.kind == "flight_status") == 1
    assert _count(session, CaseTask, CaseTask.code == "flight_moved") == 1


def test_ten_minutes_move_nobody_and_a_cancellation_does(session, scene):
    scene.clock.set(TAKES_OFF - timedelta(hours=20))
    scene.feed.answer = FlightStatus(FlightState.SCHEDULED, late=timedelta(minutes=10))
    follow_flights()
    session.rollback()
    assert _count(session, CaseTask, CaseTask.code == "flight_moved") == 0
    session.rollback()
    scene.clock.set(TAKES_OFF - timedelta(hours=10))
    scene.feed.answer = FlightStatus(FlightState.CANCELLED)
    follow_flights()
    assert _flight(session).status is FlightState.CANCELLED
    assert _count(session, CaseTask, CaseTask.code == "flight_moved") == 1


@pytest.mark.parametrize(
    "answer", [None, FeedUnavailable("timeout"), FlightStatus(FlightState.DELAYED, late=timedelta(days=9))]
)
def test_no_news_and_news_that_nobody_believes_change_nothing(session, scene, answer):
    scene.clock.set(TAKES_OFF - timedelta(hours=20))
    scene.feed.answer = answer
    follow_flights()
    assert _flight(session).status is FlightState.SCHEDULED
