"""Sixteen families book the same hour of one specialist at once: one has it, the others see the nearest times."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.call_slots import NOTICE
from concierge.domain.errors import SlotTaken
from concierge.domain.vocabulary import PlannedCallState
from concierge.journey.consult.booking.actions import book_call, cancel_call, change_call, order_of
from concierge.journey.consult.booking.queries import offer_for
from concierge.models import Case, OutboxMessage, Person, PlannedCall, SlotLedger
from tests.concurrency.test_booking import RACERS, _together, race
from tests.factories import a_case, staff
from tests.journey.consult.scenes import at, order
from tests.support.clock import START

FAMILY = Actor("portal", 1, "Noura")


@pytest.fixture
def families(app: Flask) -> list[int]:
    """Sixteen cases of one specialist."""
    with app.app_context(), transaction() as session:
        first = a_case(session)
        first.specialist_id = staff(session, "maria@alder-coast.example").id
        others = [
            Case(
                hospital=first.hospital, person=Person(native_name=f"Family {number}", created_at=START),
                opened_at=START, step_entered_at=START, waiting_since=START, specialist_id=first.specialist_id,
            )
            for number in range(1, RACERS)
        ]  # fmt: skip
        session.add_all(others)
        session.flush()
        return [first.id, *(case.id for case in others)]


@pytest.fixture
def unguarded(app: Flask) -> Iterator[sa.Table]:
    """The quarter-hours as they are, but without their key."""
    table = sa.Table(
        "unguarded_slot", sa.MetaData(), sa.Column("subject", sa.String), sa.Column("holder", sa.Integer)
    )
    with app.app_context():
        table.create(db.engine)
        yield table
        table.drop(db.engine)


def test_without_the_key_every_family_gets_the_same_hour(app: Flask, unguarded: sa.Table) -> None:
    everybody_looked = threading.Barrier(RACERS)

    def look_then_write() -> None:
        with app.app_context():
            with db.engine.connect() as connection:
                is_free = connection.scalar(sa.select(sa.func.count()).select_from(unguarded)) == 0
            everybody_looked.wait(timeout=30)
            if is_free:
                with transaction() as session:
                    session.execute(
                        sa.insert(unguarded).values(subject="staff:1", holder=1)
                    )
            db.session.remove()

    _together([look_then_write] * RACERS)
    with db.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(unguarded)) == RACERS


def test_one_hour_is_had_once_and_the_others_are_shown_the_nearest(app: Flask, families: list[int]) -> None:
    def book(session, number: int) -> None:
        book_call(session, lock(session, families[number]), order(at(9)), actor=FAMILY, now=START)

    assert race(app, book) == {"won": 1, SlotTaken.__name__: RACERS - 1}
    with app.app_context():
        session = db.session()
        winner = session.scalars(sa.select(PlannedCall)).one()
        assert session.scalar(sa.select(sa.func.count()).select_from(SlotLedger)) == 6
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) <= 1
        loser = session.get_one(Case, next(one for one in families if one != winner.case_id))
        offer = offer_for(session, loser, now=START - NOTICE, minutes=45)
        assert [slot.starts_at for slot in offer.nearest(at(9))] == [at(8), at(10), at(10, 30)]


def test_one_family_at_two_phones_has_one_call(app: Flask, families: list[int]) -> None:
    def book(session, number: int) -> None:
        book_call(session, lock(session, families[0]), order(at(8 + number % 8)), actor=FAMILY, now=START)

    outcomes = race(app, book)
    assert outcomes["won"] == 1
    assert outcomes["AlreadyTaken"] == RACERS - 1
    with app.app_context():
        assert db.session.scalars(sa.select(PlannedCall.state)).all() == [PlannedCallState.BOOKED]


def test_moving_and_cancelling_at_once_leaves_no_quarter_hour_behind(app: Flask, families: list[int]) -> None:
    with app.app_context(), transaction() as session:
        call_id = book_call(session, lock(session, families[0]), order(at(9)), actor=FAMILY, now=START).id

    def meddle(session, number: int) -> None:
        case, call = lock(session, families[0]), session.get_one(PlannedCall, call_id, populate_existing=True)
        if number == 0:
            cancel_call(session, case, call, actor=FAMILY, now=START)
        else:
            change_call(
                session, case, call, order_of(call, starts_at=at(8 + number % 8)), actor=FAMILY, now=START
            )

    outcomes = race(app, meddle)
    assert set(outcomes) <= {"won", "NotAllowed"}
    with app.app_context():
        assert db.session.scalars(sa.select(PlannedCall.state)).all() == [PlannedCallState.CANCELLED]
        assert db.session.scalars(sa.select(SlotLedger)).all() == []
