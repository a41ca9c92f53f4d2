"""Two who book one person, and somebody who books while an absence is noted: the guards first removed, then there."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.interpreters.actions import absences, assignments
from concierge.cases import ledger
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import BookingState
from concierge.models import Case, InterpreterAbsence, InterpreterAssignment, InterpreterProfile, SlotLedger
from tests.booking import scenes
from tests.booking.interpreters.scenes import ill
from tests.concurrency.test_booking import race
from tests.factories import a_case


@pytest.fixture
def scene(app):
    """Two families who want Samir at ten, and the coordinator."""
    with app.app_context():
        with transaction() as session:
            cases = [a_case(session), a_case(session)]
            actor = scenes.coordinator(session)
            samir = scenes.interpreters_of(session, cases[0], "ar")[0].id
            ids = [case.id for case in cases]
        db.session.remove()
    return ids, samir, actor


def _live(app) -> int:
    with app.app_context():
        of = InterpreterAssignment
        return db.session.scalar(
            sa.select(sa.func.count()).select_from(of).where(of.state != BookingState.CANCELLED)
        )


def _unlocked(session, resource_ids):
    rows = session.scalars(
        sa.select(InterpreterProfile).where(InterpreterProfile.resource_id.in_(list(resource_ids)))
    )
    return {row.resource_id: row for row in rows.unique()}


@pytest.mark.parametrize("is_guarded", [False, True])
def test_one_interpreter_is_had_once(app, scene, monkeypatch, is_guarded):
    ids, _samir, actor = scene
    if not is_guarded:  # a ledger without its key, and nobody in line
        monkeypatch.setattr(ledger, "claim", lambda *_args: None)
        monkeypatch.setattr(assignments, "locked", _unlocked)

    def book(session, number):
        scenes.an_assignment(session, lock(session, ids[number]), actor)

    outcome = race(app, book, racers=2)
    assert outcome == ({"won": 1, SlotTaken.__name__: 1} if is_guarded else {"won": 2})
    assert _live(app) == (1 if is_guarded else 2)


@pytest.mark.parametrize("is_guarded", [False, True])
def test_no_assignment_slips_past_an_absence(app, scene, monkeypatch, is_guarded):
    """The one books, the other notes that the person is ill: whoever comes second sees the first.

    SQLite has one writer at a time, which is a lock of its own; there the race cannot be shown.
    """
    ids, samir, actor = scene
    with app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
    both_looked = threading.Barrier(2)
    if not is_guarded:
        if is_sqlite:
            return

        monkeypatch.setattr(assignments, "locked", _unlocked)
        monkeypatch.setattr(absences, "locked", _unlocked)

    def act(session, number):
        if number:
            ill(session, samir, actor)
        else:
            scenes.an_assignment(session, lock(session, ids[0]), actor)
        if not is_guarded:
            both_looked.wait(timeout=10)

    outcome = race(app, act, racers=2)
    with app.app_context():
        away = db.session.scalar(sa.select(sa.func.count()).select_from(InterpreterAbsence))
        held = db.session.scalar(sa.select(sa.func.count()).select_from(SlotLedger))
    assert away == 1
    assert outcome["won"] in ((1, 2) if is_guarded else (2,))
    assert (_live(app), held) == ((0, 0) if is_guarded else (1, 4)), "a person who is ill is booked"


def test_an_absence_waits_for_whoever_books_another_family(app, scene):
    """Booked for a family whose case is not locked yet: the absence begins again and takes that back too."""
    ids, samir, actor = scene
    with app.app_context():
        with transaction() as session:
            for number, case_id in enumerate(ids):
                hour = scenes.TEN + timedelta(hours=number)
                case = session.get(Case, case_id)
                scenes.an_assignment(session, case, actor, starts_at=hour, ends_at=hour + timedelta(hours=1))
        with transaction() as session:
            ill(session, samir, actor)
        db.session.remove()
    assert _live(app) == 0
