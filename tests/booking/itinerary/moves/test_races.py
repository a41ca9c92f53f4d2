"""Two coordinators apply two changes of one trip at once: one wins, the other sees that it is another trip now."""

from flask import Flask

from concierge.booking.itinerary.moves import actions
from concierge.booking.itinerary.moves.actions import apply_change, fingerprint
from concierge.booking.itinerary.queries import trip_rows
from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.consequences import Change, Doing, Times
from concierge.models import Answer, Appointment
from tests.booking.itinerary.moves import scenes
from tests.booking.itinerary.moves.scenes import HOUR
from tests.concurrency.test_booking import race
from tests.support.clock import START


def _race(app: Flask) -> tuple[dict, list]:
    with app.app_context():
        with transaction() as session:
            visit = scenes.a_visit(session)
            case_id, first = visit.case.id, visit.visits[0]
            key, starts_at = first.public_id, first.starts_at
        with transaction() as session:
            seen = fingerprint(trip_rows(session, case_id), session.get(Answer, case_id))
        db.session.remove()

    def work(session, number: int) -> None:
        begin = starts_at + HOUR * (number + 1)
        change = Change(Doing.MOVE, key, Times(begin, begin + HOUR))
        case = lock(session, case_id)
        apply_change(session, case, change, {}, seen=seen, actor=visit.actor, now=START)

    outcomes = race(app, work, racers=2)
    with app.app_context():
        with transaction() as session:
            row = session.query(Appointment).filter_by(public_id=key).one()
            moved = (row.starts_at - starts_at) // HOUR
        db.session.remove()
    return dict(outcomes), [moved]


def test_without_the_fingerprint_the_second_moves_what_it_never_saw(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(actions, "fingerprint", lambda *_trip: _Anything())
    outcomes, _moved = _race(app)
    assert outcomes == {"won": 2}


def test_one_wins_and_the_other_sees_that_the_trip_is_another_one(app: Flask) -> None:
    outcomes, moved = _race(app)
    assert outcomes == {"won": 1, "Stale": 1}
    assert moved[0] in {1, 2}


class _Anything(str):
    """Equal to every fingerprint: as if nobody looked."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__
