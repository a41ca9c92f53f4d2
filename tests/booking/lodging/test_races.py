"""Many want the last room at once: one has it. Without the key they all would."""

from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
import sqlalchemy as sa

from concierge.booking.lodging import nights_ledger
from concierge.booking.lodging.actions import confirm_hold, hold_room, reserve_room
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.errors import RoomTaken
from concierge.models import LodgingNight, Stay
from tests.booking import scenes
from tests.booking.scenes import a_case
from tests.concurrency.test_booking import race
from tests.support.clock import START

RACERS = 4
HOUR = timedelta(hours=1)
NIGHTS = {"arrive_on": scenes.FIRST, "leave_on": scenes.LAST, "guests": 2}


@pytest.fixture
def scene(app):
    """Families, the room that they all want, and their coordinator."""
    with app.app_context():
        with transaction() as session:
            cases = [a_case(session) for _number in range(RACERS)]
            actor, room = scenes.coordinator(session), scenes.rooms(session, cases[0])[0]
            ids = [case.id for case in cases]
        db.session.remove()
    return ids, room.id, actor


def _count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_without_the_ledger_all_of_them_get_the_room_with_it_one(app, scene):
    ids, room_id, actor = scene

    def book(session, number):
        verb = reserve_room if number % 2 else hold_room
        extra = {} if number % 2 else {"lasts": HOUR}
        verb(session, lock(session, ids[number]), room_id=room_id, **NIGHTS, **extra, actor=actor, now=START)

    with mock.patch.object(nights_ledger, "_insert_nights"):
        assert race(app, book, RACERS) == {"won": RACERS}, "each looked, found it free, and took it"
    with app.app_context(), transaction() as session:
        assert _count(app, Stay) == RACERS
        session.execute(sa.update(Stay).values(state="cancelled"))
    assert race(app, book, RACERS) == {"won": 1, RoomTaken.__name__: RACERS - 1}
    assert _count(app, LodgingNight) == 6


def test_a_hold_confirmed_at_its_last_moment_races_with_who_comes_after_it(app, scene):
    """One clock says that the hold still lasts, the others that it is over: exactly one of them has the room."""
    ids, room_id, actor = scene
    with app.app_context():
        with transaction() as session:
            case = lock(session, ids[0])
            held = hold_room(session, case, room_id=room_id, **NIGHTS, lasts=HOUR, actor=actor, now=START)
            key = held.public_id
        db.session.remove()

    def race_for(session, number):
        case = lock(session, ids[number])
        if number == 0:
            confirm_hold(session, case, public_id=key, actor=actor, now=START + HOUR - timedelta(seconds=1))
        else:
            reserve_room(session, case, room_id=room_id, **NIGHTS, actor=actor, now=START + HOUR)

    outcomes: Counter = race(app, race_for, RACERS)
    assert outcomes == {"won": 1, RoomTaken.__name__: RACERS - 1}
    assert _count(app, LodgingNight) == 6
