"""Eight people want the last of something at once: without the guard all get it, with it exactly one does."""

from functools import partial

import pytest
import sqlalchemy as sa

from concierge.booking.rides import actions
from concierge.booking.rides.actions import places
from concierge.cases import ledger
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.vocabulary import BookingState
from concierge.models import Case, Person, Resource, Ride, Run
from tests.booking import scenes
from tests.booking.rides import scenes as rides
from tests.booking.scenes import a_case
from tests.concurrency.test_booking import race
from tests.support.clock import START

RACERS = 8


@pytest.fixture
def scene(app):
    """Families, as many vehicles as they are, one driver, and an outing with one seat and one wheelchair place."""
    with app.app_context():
        with transaction() as session:
            first = a_case(session)
            others = [_plain_case(first, number) for number in range(1, RACERS)]
            session.add_all(others)
            for other in others:
                scenes.says_yes(session, other)
            van = rides.van(session, first, seats=1, wheelchairs=1)
            actor = scenes.coordinator(session)
            outing = rides.an_outing(session, first, actor, van)
            driver = rides.driver(session, first)
            cars = [
                Resource(
                    hospital_id=first.hospital_id, kind="vehicle", name=f"Car {n}", seats=3, plate=f"FIC 9{n}"
                )
                for n in range(RACERS)
            ]
            session.add_all(cars)
            session.flush()
            found = {
                "cases": [first.id, *(case.id for case in others)], "actor": actor, "run": outing.public_id,
                "run_id": outing.id, "cars": [car.id for car in cars], "driver": driver.id,
            }  # fmt: skip
        db.session.remove()
    return found


def _plain_case(like: Case, number: int) -> Case:
    person = Person(native_name=f"Family {number}", created_at=START)
    when = {"opened_at": START, "step_entered_at": START, "waiting_since": START}
    return Case(hospital=like.hospital, person=person, **when)


def _drive(scene, session, number, *, car=0, driver=None):
    """One car for all of them, or one driver in a car of their own."""
    case = lock(session, scene["cases"][number])
    actions.book_ride(
        session, case, scenes.a_ride_order(), vehicle_id=scene["cars"][number if driver else car],
        driver_id=scene["driver"] if driver else None, actor=scene["actor"], now=START,
    )  # fmt: skip


def _join(scene, session, number, *, seats=0, wheelchairs=0):
    case = lock(session, scene["cases"][number])
    actions.join_run(
        session, case, public_id=scene["run"], seats=seats, wheelchairs=wheelchairs, has_patient=False,
        actor=scene["actor"], now=START,
    )  # fmt: skip


WANTED = {
    "the vehicle": (partial(_drive), "SlotTaken"),
    "the driver": (partial(_drive, driver=True), "SlotTaken"),
    "the last seat": (partial(_join, seats=1), "RunFull"),
    "the last wheelchair place": (partial(_join, wheelchairs=1), "RunFull"),
}


def _happy(app, scene) -> int:
    """How many have a confirmed ride now."""
    with app.app_context():
        found = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Ride)
            .join(Run, Run.id == Ride.run_id)
            .where(Ride.case_id.in_(scene["cases"]), Ride.state == BookingState.CONFIRMED)
        )
        db.session.remove()
    return found


@pytest.mark.parametrize("what", WANTED)
def test_without_the_ledgers_everybody_gets_it(app, scene, monkeypatch, what):
    work, _error = WANTED[what]
    monkeypatch.setattr(ledger, "claim", lambda *_: None)
    monkeypatch.setattr(places, "take_places", lambda *_: None)
    assert race(app, partial(work, scene), RACERS) == {"won": RACERS}
    assert _happy(app, scene) == RACERS


@pytest.mark.parametrize("what", WANTED)
def test_with_them_exactly_one_has_it_and_the_others_learn_it_kindly(app, scene, what):
    work, error = WANTED[what]
    assert race(app, partial(work, scene), RACERS) == {"won": 1, error: RACERS - 1}
    assert _happy(app, scene) == 1
