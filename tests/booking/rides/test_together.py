"""Shuttles by timetable and trips that families join."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.rides import actions
from concierge.booking.rides.fleet.queries import line_rows
from concierge.domain.errors import InvalidInput, RunFull
from concierge.domain.rides import Timetable, departures
from concierge.domain.vocabulary import BookingState, RunKind
from concierge.jobs.shuttles import plan_shuttles
from concierge.models import Run
from tests.booking import scenes
from tests.booking.rides import scenes as rides
from tests.booking.rides.scenes import HOUR, LEAVES
from tests.booking.scenes import a_case
from tests.support.clock import START


def _table(zone="America/Los_Angeles", **changes):
    facts = {"weekdays": frozenset(range(7)), "times": (time(2, 30),), "valid_from": date(2027, 1, 1)}
    return Timetable(zone, **facts | changes)


def test_a_departure_keeps_its_local_time_when_the_clocks_change():
    found = list(departures(_table(times=(time(7, 45),)), date(2027, 3, 13), date(2027, 3, 14)))
    assert [one.at for one in found] == [
        datetime(2027, 3, 13, 15, 45, tzinfo=UTC),
        datetime(2027, 3, 14, 14, 45, tzinfo=UTC),
    ]


def test_a_time_that_the_clocks_skip_is_no_departure_and_one_that_comes_twice_is_one():
    days = list(departures(_table(), date(2027, 3, 13), date(2027, 3, 15)))
    assert [one.at is None for one in days] == [False, True, False]
    twice = list(departures(_table(times=(time(1, 30),)), date(2027, 11, 7), date(2027, 11, 7)))
    assert [one.at for one in twice] == [datetime(2027, 11, 7, 8, 30, tzinfo=UTC)]


def test_a_timetable_has_its_weekdays_and_its_last_day():
    table = _table(weekdays=frozenset({0, 4}), valid_until=date(2027, 1, 8))
    assert [one.on.isoformat() for one in departures(table, date(2026, 12, 1), date(2027, 2, 1))] == [
        "2027-01-01", "2027-01-04", "2027-01-08",
    ]  # fmt: skip


def test_a_line_has_its_runs_for_two_weeks_once_and_says_what_nobody_drives(app, session, case, actor):
    car = scenes.resources(session, case, "vehicle")[1]
    noon = datetime(2026, 12, 1, 20, tzinfo=UTC)
    rides.a_run(session, case, actor, car, starts_at=noon, ends_at=noon + HOUR)
    line = rides.a_line(session, case, actor, car)
    shuttles = sa.select(sa.func.count()).where(Run.line_id == line.id, Run.kind == RunKind.SHUTTLE)
    assert session.scalar(shuttles) == 2 * 15 - 1 - 1, "today's first is over, and one is taken"
    row = line_rows(session, case.hospital, START)[0]
    assert [one.at for one in row.missing] == [noon]
    cancelled = row.coming[0].run
    actions.cancel_run(session, cancelled.id, actor=actor, now=START)
    session.commit()
    assert plan_shuttles() == 0, "what was cancelled stays cancelled"


def test_a_line_that_ends_takes_its_runs_along(session, case, actor):
    line = rides.a_line(session, case, actor)
    run = line_rows(session, case.hospital, START)[0].coming[3].run
    ride = rides.joined(session, case, actor, run)
    actions.end_line(session, line, on=START, actor=actor, now=START)
    assert (run.state, ride.state, ride.run) == (BookingState.CANCELLED, BookingState.REQUESTED, None)


def test_families_join_change_and_leave_until_it_is_full(session, case, actor):
    run = rides.an_outing(session, case, actor, rides.van(session, case, seats=3, wheelchairs=1))
    other = a_case(session)
    mine = rides.joined(session, case, actor, run, 2)
    assert rides.joined(session, case, actor, run, 1, 1) is mine, "joining again changes how many"
    with pytest.raises(RunFull) as refused:
        rides.joined(session, other, actor, run, 3)
    assert (refused.value.seats, refused.value.wheelchair_places) == (2, 0)
    actions.leave_run(session, case, public_id=mine.public_id, actor=actor, now=START)
    rides.joined(session, other, actor, run, 3)
    assert run.state is BookingState.CONFIRMED, "an outing drives with or without one family"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"now": LEAVES - HOUR}, "join_closed"),
        ({"seats": 0}, "nobody_rides"),
    ],
)
def test_who_cannot_join_learns_why(session, case, actor, change, code):
    run = rides.an_outing(session, case, actor)
    with pytest.raises(InvalidInput, match=code):
        rides.joined(session, case, actor, run, **change)


def test_a_transfer_of_others_and_another_hospital_cannot_be_joined(session, case, actor):
    transfer = rides.a_run(session, case, actor)
    outing = rides.an_outing(session, case, actor, starts_at=LEAVES + 2 * HOUR, ends_at=LEAVES + 3 * HOUR)
    for family, run in ((case, transfer), (a_case(session, slug="jinghe"), outing)):
        with pytest.raises(InvalidInput, match="unknown_run"):
            rides.joined(session, family, actor, run)


def test_who_may_be_on_an_outing_that_ends_is_not_sent_elsewhere(session, case, actor):
    run = rides.an_outing(session, case, actor)
    ride = rides.joined(session, case, actor, run, has_patient=False)
    actions.cancel_run(session, run.id, actor=actor, now=START + timedelta(days=1))
    assert ride.state is BookingState.CANCELLED
