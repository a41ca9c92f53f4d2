"""Sixteen people book the same thing at once: one has it, fifteen learn it kindly, nobody sees a deadlock.

That each race is real, because without its guard everybody wins, is shown in the room of the thing (test_races.py).
"""

import contextvars
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.cases.actions import lock
from concierge.db import Base, db, transaction
from concierge.domain.access import Actor
from concierge.domain.errors import RoomTaken, SlotTaken
from concierge.domain.vocabulary import ResourceKind
from concierge.models import Case, LodgingNight, Person, Stay
from tests.booking import scenes
from tests.booking.scenes import a_case
from tests.support.clock import START

RACERS = 16
Work = Callable[[Session, int], None]


def race(app: Flask, work: Work, racers: int = RACERS) -> Counter:
    """Let all start at once, each in a transaction of its own; how many ended with what."""
    outcomes: Counter = Counter()

    def run(number: int) -> None:
        try:
            with transaction() as session:
                work(session, number)
            outcomes["won"] += 1
        except Exception as error:
            outcomes[type(error).__name__] += 1

    together(app, run, racers)
    return outcomes


def together(app: Flask, work: Callable[[int], None], racers: int) -> None:
    """Let all start at once, each in a thread and a context of its own."""
    barrier = threading.Barrier(racers)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                work(number)
            finally:
                db.session.remove()

    _together([partial(run, number) for number in range(racers)])


def _together(runs: Iterable[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=contextvars.Context().run, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.fixture
def cases(app: Flask) -> tuple[list[int], Actor]:
    """Sixteen families who want the same, and the coordinator who books for them."""
    with app.app_context():
        with transaction() as session:
            ids = _families(session)
            actor = scenes.coordinator(session)
        db.session.remove()
    return ids, actor


def _families(session: Session) -> list[int]:
    """One whole case and fifteen plain ones: what matters here is only that they are different."""
    first = a_case(session)
    others = [
        Case(
            hospital=first.hospital,
            person=Person(native_name=f"Family {number}", created_at=START),
            opened_at=START,
            step_entered_at=START,
            waiting_since=START,
        )
        for number in range(1, RACERS)
    ]
    session.add_all(others)
    for other in others:
        scenes.says_yes(session, other)
    return [first.id, *(case.id for case in others)]


def _count(session: Session, model: type[Base]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_one_room_is_had_once(app: Flask, cases) -> None:
    ids, actor = cases

    def book(session: Session, number: int) -> None:
        case = lock(session, ids[number])
        scenes.a_stay(session, case, actor)

    assert race(app, book) == {"won": 1, RoomTaken.__name__: RACERS - 1}
    with app.app_context():
        assert _count(db.session(), Stay) == 1
        assert _count(db.session(), LodgingNight) == 6


def test_stays_that_overlap_by_one_night_do_not_deadlock(app: Flask, cases) -> None:
    """Half of them come early and half late; exactly those win that share no night."""
    ids, actor = cases

    def book(session: Session, number: int) -> None:
        shift = timedelta(days=5 if number % 2 else 0)
        case = lock(session, ids[number])
        scenes.a_stay(session, case, actor, arrive_on=scenes.FIRST + shift, leave_on=scenes.LAST + shift)

    assert race(app, book) == {"won": 1, RoomTaken.__name__: RACERS - 1}


def test_one_patient_is_not_in_two_vehicles(app: Flask, cases) -> None:
    ids, actor = cases

    def book(session: Session, number: int) -> None:
        case = session.get(Case, ids[0])  # without the lock that a page takes: the ledger alone must hold
        vehicles = scenes.resources(session, case, ResourceKind.VEHICLE)
        scenes.a_ride(session, case, actor, vehicles[number % 2])

    outcomes = race(app, book)
    assert outcomes["won"] == 1
    assert set(outcomes) <= {"won", SlotTaken.__name__, "StaleDataError"}


def test_claims_in_opposite_order_end_with_a_refusal_not_with_a_deadlock(
    app: Flask, session: Session
) -> None:
    """Two plans that move several appointments claim in the order they like; the database picks a loser."""
    starts_at, ends_at = scenes.TEN, scenes.TEN + timedelta(hours=1)
    has_first = threading.Barrier(2)

    def plan(session: Session, number: int) -> None:
        subjects = ["resource:1", "resource:2"][:: 1 if number else -1]
        ledger.claim(session, subjects[:1], starts_at, ends_at, f"appointment:{number}")
        with suppress(threading.BrokenBarrierError):
            has_first.wait(timeout=1)
        ledger.claim(session, subjects[1:], starts_at, ends_at, f"appointment:{number}")

    assert race(app, plan, racers=2) == {"won": 1, SlotTaken.__name__: 1}
