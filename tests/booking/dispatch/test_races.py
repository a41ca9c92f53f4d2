"""Two dispatchers confirm a proposal for the same day at the same moment."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from concierge.booking.dispatch import actions
from concierge.booking.dispatch.facts import DayFacts, facts_of
from concierge.booking.rides.actions import plan_run
from concierge.db import db, transaction
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import Hospital, Resource, Ride, Run
from tests.booking import scenes
from tests.booking.dispatch.scene import a_driver, proposed, two_families
from tests.concurrency.test_booking import race
from tests.support.clock import START

Confirm = Callable[[], Counter]


@pytest.fixture
def confirm(app: Flask) -> Confirm:
    """Both have read the same day; then both press."""
    with app.app_context():
        with transaction() as session:
            families = two_families(session)
            a_driver(session, families[0])
            hospital_id = families[0].hospital_id
        with transaction() as session:
            runs, fingerprint = proposed(session, session.get_one(Hospital, hospital_id))
            actor = scenes.coordinator(session)
        db.session.remove()

    def press(session, _number: int) -> None:
        hospital = session.get_one(Hospital, hospital_id)
        actions.confirm(session, hospital, scenes.FIRST, runs, fingerprint, actor=actor, now=START)

    return lambda: race(app, press, racers=2)


def _runs(app: Flask) -> list[BookingState]:
    with app.app_context():
        states = db.session.scalars(sa.select(Run.state).order_by(Run.state)).all()
        db.session.remove()
    return list(states)


def test_without_looking_again_the_second_press_takes_the_rides_off_their_vehicle(app, confirm, monkeypatch):
    seen: list[DayFacts] = []

    def as_it_was(session, hospital, on, now):
        """What the first of the two has read, for both."""
        facts = facts_of(session, hospital, on, now) if not seen else seen[0]
        seen.append(facts)
        rows = {key: (session.get_one(Ride, ride.id), case) for key, (ride, case) in facts.rides.items()}
        return replace(facts, rides=rows)

    monkeypatch.setattr(actions, "facts_of", as_it_was)
    monkeypatch.setattr(actions, "plan_run", _on_any_vehicle)
    assert confirm()["won"] == 2
    assert _runs(app) == [BookingState.CANCELLED, BookingState.CONFIRMED]


def _on_any_vehicle(session, hospital, order, **who):
    """Without the ledger the second would get the same vehicle; with it, the next one is taken instead."""
    try:
        return plan_run(session, hospital, order, **who)
    except SlotTaken:
        other = session.scalar(
            sa.select(Resource.id).where(
                Resource.hospital_id == hospital.id, Resource.kind == ResourceKind.VEHICLE,
                Resource.id != order.vehicle_id,
            )
        )  # fmt: skip
        return plan_run(session, hospital, replace(order, vehicle_id=other, driver_id=None), **who)


def test_one_dispatcher_wins_and_the_other_sees_that_the_day_has_changed(app, confirm):
    assert confirm() == {"won": 1, "Stale": 1}
    assert _runs(app) == [BookingState.CONFIRMED]
