"""Everybody does everything at once, and things break in the middle: the ledgers still say what the bookings say."""

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions import cancel_assignment, end_absence, note_absence
from concierge.booking.itinerary.moves import actions as moves
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging import actions as lodging
from concierge.booking.lodging import waiting
from concierge.booking.lodging.queries import Need
from concierge.booking.rides import actions as rides
from concierge.cases.actions import close, lock
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.consequences import VISIT, Change, Doing
from concierge.domain.errors import DomainError
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import AbsenceReason, BookingState, ResourceKind
from concierge.jobs.lodging import end_holds, offer_rooms
from concierge.models import (
    Answer,
    BookingShare,
    Case,
    InterpreterAssignment,
    LodgingNight,
    LodgingRoom,
    OutboxMessage,
    PlaceLedger,
    Resource,
    Ride,
    Run,
    SlotLedger,
    Stay,
)
from tests.booking import scenes
from tests.booking.invariants import ledger_equals_bookings
from tests.booking.itinerary.moves.scenes import MONDAY, a_visit
from tests.booking.rides import scenes as fleet
from tests.concurrency.test_booking import race, together
from tests.factories import a_case
from tests.support.clock import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RACERS, TURNS = 4, 8


@pytest.fixture
def town(app: Flask) -> tuple[list[int], Actor]:
    """Three families with a trip each, of which one has everything, two rooms, two vehicles and an outing."""
    with app.app_context():
        with transaction() as session:
            visit = a_visit(session)
            cases = [visit.case, a_case(session), a_case(session)]
            rooms = scenes.rooms(session, visit.case)
            for room in rooms[2:]:
                room.is_active = False
            fleet.van(session, visit.case, seats=3)
            outing_car = scenes.resources(session, visit.case, ResourceKind.VEHICLE)[1]
            fleet.an_outing(session, visit.case, visit.actor, outing_car, seats=2)
            ids, actor = [case.id for case in cases], visit.actor
        db.session.remove()
    return ids, actor


class Hands:
    """One coordinator who tries what comes to mind; `dice` say what."""

    def __init__(self, session: Session, case: Case, actor: Actor, dice: random.Random) -> None:
        self.session, self.case, self.actor, self.dice = session, case, actor, dice
        self.who = {"actor": actor, "now": START}

    def _one(self, kind: type, *where):
        found = self.session.scalars(sa.select(kind).where(*where).order_by(kind.id)).unique().all()
        return self.dice.choice(found) if found else None

    def _mine(self, kind: type):
        return self._one(kind, kind.case_id == self.case.id, kind.state != BookingState.CANCELLED)

    def _nights(self) -> dict:
        first = MONDAY + self.dice.randrange(3) * DAY
        return {"arrive_on": first, "leave_on": first + self.dice.randint(1, 4) * DAY}

    def _room(self) -> int:
        return self._one(LodgingRoom, LodgingRoom.hospital_id == self.case.hospital_id, LodgingRoom.is_active).id

    def hold(self) -> None:
        lasts = self.dice.choice([-HOUR, HOUR])  # one that is over already, too
        lodging.hold_room(
            self.session, self.case, room_id=self._room(), guests=1, lasts=lasts, **self._nights(), **self.who
        )

    def book_room(self) -> None:
        lodging.reserve_room(self.session, self.case, room_id=self._room(), guests=1, **self._nights(), **self.who)

    def confirm_hold(self) -> None:
        if stay := self._one(Stay, Stay.case_id == self.case.id):
            lodging.confirm_hold(self.session, self.case, public_id=stay.public_id, **self.who)

    def move_stay(self) -> None:
        if stay := self._mine(Stay):
            told = {"public_id": stay.public_id, "room_id": self._room(), **self._nights()}
            lodging.move_stay(self.session, self.case, **told, **self.who)

    def cancel_stay(self) -> None:
        if stay := self._mine(Stay):
            lodging.cancel_stay(self.session, self.case, public_id=stay.public_id, **self.who)

    def wait(self) -> None:
        nights = self._nights()
        need = Need(nights["arrive_on"], nights["leave_on"], 1)
        waiting.wait_for_room(self.session, self.case, need, **self.who)

    def ride(self) -> None:
        car = self._one(Resource, Resource.kind == ResourceKind.VEHICLE)
        starts_at = fleet.LEAVES + self.dice.randrange(3) * HOUR
        order = scenes.a_ride_order(starts_at=starts_at, ends_at=starts_at + HOUR, seats=1)
        rides.book_ride(self.session, self.case, order, vehicle_id=car.id, **self.who)

    def put_on_run(self) -> None:
        """What a transaction touches it locks first: cases, then runs."""
        ride, run = self._mine(Ride), self._one(Run, Run.state == BookingState.CONFIRMED)
        if ride and run:
            rides.lock_all(self.session, rides=[ride.id], runs=[run.id])
            self.session.refresh(ride)
            rides.put_on_run(self.session, ride, run, **self.who)

    def move_ride(self) -> None:
        if ride := self._mine(Ride):
            starts_at = fleet.LEAVES + self.dice.randrange(4) * HOUR
            rides.move_ride(
                self.session, self.case, public_id=ride.public_id, starts_at=starts_at, ends_at=starts_at + HOUR,
                may_lose_run=True, **self.who,
            )  # fmt: skip

    def cancel_ride(self) -> None:
        if ride := self._mine(Ride):
            rides.cancel_ride(self.session, self.case, public_id=ride.public_id, **self.who)

    def join(self) -> None:
        run = self._one(Run, Run.join_until.is_not(None))
        rides.join_run(
            self.session, self.case, public_id=run.public_id, seats=1, wheelchairs=0, has_patient=False, **self.who
        )

    def interpreter(self) -> None:
        scenes.an_assignment(self.session, self.case, self.actor, starts_at=fleet.LEAVES, ends_at=fleet.LEAVES + HOUR)

    def no_interpreter(self) -> None:
        if voice := self._mine(InterpreterAssignment):
            cancel_assignment(self.session, self.case, public_id=voice.public_id, **self.who)

    def move_visit(self) -> None:
        answer = self.session.get(Answer, self.case.id)
        if answer is None or answer.evaluation_from is None:
            return
        seen = moves.fingerprint(trip_rows(self.session, self.case.id), answer)
        change = Change(Doing.MOVE, VISIT, first_on=MONDAY + self.dice.randrange(4) * DAY)
        moves.apply_change(self.session, self.case, change, {}, seen=seen, **self.who)

    def end(self) -> None:
        if self.dice.random() < 0.1:
            close(self.session, self.case, exit=Exit.COST, reason="", **self.who)


VERBS = sorted(name for name in vars(Hands) if not name.startswith("_"))


def _cancel_any_run(session: Session, actor: Actor, dice: random.Random) -> None:
    runs = session.scalars(sa.select(Run.id).where(Run.join_until.is_(None)).order_by(Run.id)).all()
    if runs:
        rides.cancel_run(session, dice.choice(runs), actor=actor, now=START)


def _fall_ill(session: Session, actor: Actor, dice: random.Random) -> None:
    person = scenes.interpreters_of(session, session.scalars(sa.select(Case)).first(), "ar")[0]
    begin = fleet.LEAVES - HOUR
    absence = note_absence(
        session, person.id, starts_at=begin, ends_at=begin + 4 * HOUR, reason=AbsenceReason.ILL, actor=actor, now=START
    )
    if dice.random() < 0.7:
        end_absence(session, absence, now=START)


def _do(ids: list[int], actor: Actor, dice: random.Random) -> None:
    """One thing, in a transaction of its own."""
    verb = dice.choice([*VERBS, "cancel_run", "ill", "jobs"])
    if verb == "jobs":
        end_holds()
        offer_rooms()
        return
    with transaction() as session:
        if verb == "cancel_run":
            _cancel_any_run(session, actor, dice)
        elif verb == "ill":
            _fall_ill(session, actor, dice)
        else:
            getattr(Hands(session, lock(session, dice.choice(ids)), actor, dice), verb)()


def test_whatever_is_done_at_once_the_ledgers_say_what_the_bookings_say(app: Flask, session: Session, town) -> None:
    """What the domain refuses is refused; nothing else may go wrong, on no database."""
    ids, actor = town
    odd: Counter = Counter()

    def work(number: int) -> None:
        dice = random.Random(number)
        for _turn in range(TURNS):
            try:
                _do(ids, actor, dice)
            except DomainError:
                pass
            except Exception as error:
                odd[f"{type(error).__name__}: {str(error)[:200]}"] += 1

    together(app, work, RACERS)
    assert odd == {}
    ledger_equals_bookings(session)


def test_two_stays_that_want_each_others_room_stay_where_they_are(app: Flask, session: Session, town) -> None:
    ids, actor = town
    with app.app_context():
        with transaction() as writing:
            stay = writing.scalars(sa.select(Stay).where(Stay.case_id == ids[0])).one()
            days = {"arrive_on": stay.arrive_on, "leave_on": stay.leave_on}
            neighbour = writing.get_one(Case, ids[1])
            first, second = scenes.rooms(writing, neighbour)[:2]
            other = scenes.a_stay(writing, neighbour, actor, second, **days)
            keys, rooms = [stay.public_id, other.public_id], [second.id, first.id]
        db.session.remove()

    def swap(session: Session, number: int) -> None:
        case = lock(session, ids[number])
        lodging.move_stay(
            session, case, public_id=keys[number], **days, room_id=rooms[number], actor=actor, now=START
        )

    assert set(race(app, swap, 2)) == {"RoomTaken"}
    ledger_equals_bookings(session)


def test_a_change_that_breaks_in_its_last_step_leaves_the_trip_as_it_was(session: Session, town, monkeypatch) -> None:
    ids, actor = town
    before = _rows(session)

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(moves, "trip_changed", broken)
    case, answer = session.get_one(Case, ids[0]), session.get_one(Answer, ids[0])
    seen = moves.fingerprint(trip_rows(session, case.id), answer)
    change = Change(Doing.MOVE, VISIT, first_on=MONDAY + DAY)
    with pytest.raises(RuntimeError), transaction() as writing:
        moves.apply_change(writing, lock(writing, case.id), change, {}, seen=seen, actor=actor, now=START)
    assert _rows(session) == before
    ledger_equals_bookings(session)


def _rows(session: Session) -> list[tuple]:
    session.rollback()
    ledgers, bookings = (SlotLedger, LodgingNight, PlaceLedger), (Stay, Ride, Run, InterpreterAssignment)
    tables = (*ledgers, *bookings, BookingShare, OutboxMessage)
    return [tuple(row) for model in tables for row in session.execute(sa.select(*model.__table__.c)).all()]


def test_a_case_that_closes_owes_nothing_for_what_it_gave_back(session: Session, town) -> None:
    ids, actor = town
    with transaction() as writing:
        case = lock(writing, ids[0])
        assert writing.scalars(sa.select(BookingShare).where(BookingShare.case_id == case.id)).all()
        close(writing, case, exit=Exit.COST, reason="", actor=actor, now=START)
    ledger_equals_bookings(session)
    left = session.scalars(sa.select(BookingShare.booking).where(BookingShare.case_id == ids[0])).all()
    assert {name.partition(":")[0] for name in left} <= {"flight"}, "tickets are the family's"
