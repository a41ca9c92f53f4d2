"""Runs: who is on board moves along or nothing moves, and places never exceed what the vehicle has."""

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.rides import actions
from concierge.cases import ledger
from concierge.cases.release import release_ahead
from concierge.domain.errors import InvalidInput, RunFull, SlotTaken
from concierge.domain.vocabulary import BookingState, PlaceKind, RideOutcome
from concierge.models import BookingShare, CaseTask, PlaceLedger, SlotLedger, Traveller
from tests.booking import scenes
from tests.booking.rides import scenes as rides
from tests.booking.rides.scenes import HOUR, LEAVES
from tests.booking.scenes import a_case
from tests.support.clock import START


@pytest.fixture
def who(actor):
    return {"actor": actor, "now": START}


def _wanted(session, case, who, **changes):
    order = scenes.a_ride_order(**{"starts_at": LEAVES, "ends_at": LEAVES + HOUR} | changes)
    return actions.request_ride(session, case, order, **who)


def _taken(session, run, kind=PlaceKind.SEAT) -> int:
    return session.scalar(
        sa.select(sa.func.count()).where(PlaceLedger.run_id == run.id, PlaceLedger.kind == kind)
    )


def _holders(session) -> set[str]:
    return set(session.scalars(sa.select(SlotLedger.holder)))


def test_a_wanted_ride_holds_nothing_until_it_is_on_a_run(session, case, actor, who):
    mother = Traveller(case_id=case.id, relation="patient", passport_name="NOURA", added_at=START)
    session.add(mother)
    ride = _wanted(session, case, who, travellers=[mother])
    assert (ride.state, ride.run, _holders(session)) == (BookingState.REQUESTED, None, set())
    run = rides.a_run(session, case, actor, driver_id=rides.driver(session, case).id)
    actions.put_on_run(session, ride, run, **who)
    assert (ride.state, _taken(session, run)) == (BookingState.CONFIRMED, 2)
    assert _holders(session) == {f"run:{run.id}", f"ride:{ride.id}"}
    share = session.scalars(sa.select(BookingShare)).one()
    assert (share.booking, share.traveller_id, share.cost_minor) == (f"ride:{ride.id}", mother.id, None)
    actions.take_off_run(session, ride, **who)
    assert (ride.state, run.state) == (BookingState.REQUESTED, BookingState.CANCELLED), "nobody is left on it"
    assert (_holders(session), session.scalars(sa.select(BookingShare)).all()) == (set(), [])


def test_two_families_share_a_run_and_one_that_leaves_does_not_stop_it(session, case, actor, who):
    run, other = rides.a_run(session, case, actor), a_case(session)
    mine, theirs = _wanted(session, case, who), _wanted(session, other, who)
    for ride in (mine, theirs):
        actions.put_on_run(session, ride, run, **who)
    release_ahead(session, case, START)
    assert (mine.state, theirs.state, run.state) == ("cancelled", "confirmed", "confirmed")
    assert _taken(session, run) == 2
    actions.cancel_ride(session, other, public_id=theirs.public_id, **who)
    assert (run.state, _holders(session)) == ("cancelled", set())


def test_a_wheelchair_takes_its_own_place_and_goes_on_no_run_without_one(session, case, actor, who):
    van = rides.van(session, case, seats=1, wheelchairs=1)
    run = rides.a_run(session, case, actor, van)
    ride = actions.put_on_run(session, _wanted(session, case, who, seats=0, wheelchairs=1), run, **who)
    assert (_taken(session, run), _taken(session, run, PlaceKind.WHEELCHAIR)) == (0, 1)
    second = _wanted(session, a_case(session), who, seats=0, wheelchairs=1)
    with pytest.raises(RunFull) as refused:
        actions.put_on_run(session, second, run, **who)
    assert (refused.value.seats, refused.value.wheelchair_places) == (1, 0)
    assert (ride.state, second.state, second.run_id) == ("confirmed", "requested", None)
    plain = scenes.resources(session, case, "vehicle")[1]
    with pytest.raises(InvalidInput, match="too_many_wheelchairs"):
        scenes.a_ride(session, case, actor, plain, seats=0, wheelchairs=1)


def test_a_driver_is_on_one_run_at_a_time_and_has_a_licence_that_day(session, case, actor):
    first, second = scenes.resources(session, case, "vehicle")
    driver = rides.driver(session, case)
    rides.a_run(session, case, actor, first, driver_id=driver.id)
    with pytest.raises(SlotTaken) as refused:
        rides.a_run(session, case, actor, second, driver_id=driver.id)
    assert [stretch.subject for stretch in refused.value.conflicts] == [f"resource:{driver.id}"]
    driver.credential_until = date(2026, 12, 8)
    with pytest.raises(InvalidInput, match="licence_ended"):
        rides.a_run(session, case, actor, second, driver_id=driver.id)


def test_a_run_moves_with_everybody_or_not_at_all(session, case, actor, who):
    run, other = rides.a_run(session, case, actor), a_case(session)
    mine, theirs = _wanted(session, case, who), _wanted(session, other, who)
    for ride in (mine, theirs):
        actions.put_on_run(session, ride, run, **who)
    later = actions.RunChange(starts_at=LEAVES + HOUR)
    ledger.claim(session, [f"case:{other.id}"], LEAVES + HOUR, LEAVES + 2 * HOUR, "appointment:1")
    held = _holders(session)
    with pytest.raises(SlotTaken):
        actions.move_run(session, run.id, later, **who)
    session.refresh(run)
    assert (run.starts_at, mine.starts_at, _holders(session)) == (LEAVES, LEAVES, held)
    ledger.release(session, "appointment:1")
    actions.move_run(session, run.id, later, **who)
    assert (run.starts_at, mine.starts_at, theirs.ends_at) == (
        LEAVES + HOUR,
        LEAVES + HOUR,
        LEAVES + 2 * HOUR,
    )
    assert session.scalar(sa.select(sa.func.min(SlotLedger.slot_at))) == LEAVES + HOUR
    small = scenes.resources(session, case, "vehicle")[1]
    with pytest.raises(RunFull):
        actions.move_run(session, run.id, actions.RunChange(vehicle_id=small.id), **who)
    assert _taken(session, run) == 4


def test_a_ride_moves_with_its_own_vehicle_and_loses_it_only_when_told(session, case, actor, who):
    ride = scenes.a_ride(session, case, actor, starts_at=LEAVES, ends_at=LEAVES + HOUR)
    there = {"public_id": ride.public_id, "starts_at": LEAVES + HOUR, "ends_at": LEAVES + 2 * HOUR}
    actions.move_ride(session, case, **there, **who)
    assert (ride.starts_at, ride.run.starts_at) == (LEAVES + HOUR, LEAVES + HOUR)
    ledger.claim(session, [f"resource:{ride.run.vehicle_id}"], LEAVES + 3 * HOUR, LEAVES + 4 * HOUR, "run:99")
    there |= {"starts_at": LEAVES + 3 * HOUR, "ends_at": LEAVES + 4 * HOUR}
    with pytest.raises(SlotTaken):
        actions.move_ride(session, case, **there, **who)
    session.refresh(ride)
    assert ride.starts_at == LEAVES + HOUR
    actions.move_ride(session, case, **there, may_lose_run=True, **who)
    assert (ride.state, ride.starts_at) == (BookingState.REQUESTED, LEAVES + 3 * HOUR)
    assert _holders(session) == {"run:99"}


def test_a_cancelled_run_gives_the_coordinators_a_task(session, case, actor, who):
    ride = scenes.a_ride(session, case, actor)
    actions.cancel_run(session, ride.run_id, **who)
    assert (ride.state, ride.run, _holders(session)) == (BookingState.REQUESTED, None, set())
    tasks = sa.select(sa.func.count()).where(CaseTask.case_id == case.id, CaseTask.code == "find_other_ride")
    assert session.scalar(tasks) == 1


def test_nobody_there_is_an_urgent_task_until_they_are_found(session, case, actor, who):
    ride = scenes.a_ride(session, case, actor)
    for _ in range(2):
        actions.note_outcome(session, ride, RideOutcome.NOT_FOUND, **who)
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "find_riders")).one()
    assert (task.state, task.due_at, ride.outcome) == ("open", START, RideOutcome.NOT_FOUND)
    actions.note_outcome(session, ride, RideOutcome.PICKED_UP, **who)
    session.refresh(task)
    assert task.state == "cancelled"


def test_a_vehicle_off_the_road_is_planned_on_no_such_day(session, case, actor, who):
    van = rides.van(session, case)
    day = LEAVES.date()
    outage = actions.note_outage(session, van, first_on=day, last_on=day, reason="Service", **who)
    with pytest.raises(SlotTaken):
        rides.a_run(session, case, actor, van)
    rides.a_run(session, case, actor, van, starts_at=LEAVES + 24 * HOUR, ends_at=LEAVES + 25 * HOUR)
    actions.remove_outage(session, outage)
    rides.a_run(session, case, actor, van)
    with pytest.raises(SlotTaken):
        actions.note_outage(session, van, first_on=day, last_on=day, reason="", **who)
    with pytest.raises(InvalidInput, match="has_runs_ahead"):
        actions.end_resource(session, van, now=START)


def test_places_are_never_more_than_there_are_whatever_families_do(session, case, actor, who):
    """Eighty random joins, leavings and moves of four families over two runs."""
    dice = random.Random(5)
    small, large = scenes.resources(session, case, "vehicle")
    runs = [
        rides.an_outing(session, case, actor, small),
        rides.an_outing(session, case, actor, large, starts_at=LEAVES + 2 * HOUR, ends_at=LEAVES + 3 * HOUR),
    ]
    families = [case, *(a_case(session) for _ in range(3))]
    refused = 0
    for _ in range(80):
        family, run = dice.choice(families), dice.choice(runs)
        try:
            with session.begin_nested():
                _random_act(session, family, run, dice, actor, who)
        except (RunFull, SlotTaken, InvalidInput):
            refused += 1
        for one in runs:
            assert _taken(session, one) <= one.seats
            assert _taken(session, one, PlaceKind.WHEELCHAIR) <= one.wheelchair_places
            on_board = actions.riders(session, one)
            assert _taken(session, one) == sum(ride.seats for ride in on_board)
    assert 8 < refused < 72


def _random_act(session, family, run, dice, actor, who):
    mine = [ride for ride in actions.riders(session, run) if ride.case_id == family.id]
    if mine and dice.random() < 0.4:
        actions.leave_run(session, family, public_id=mine[0].public_id, **who)
    elif mine and dice.random() < 0.3:
        shift = timedelta(minutes=dice.choice((0, 15, 120)))
        there = {"starts_at": run.starts_at + shift, "ends_at": run.ends_at + shift}
        actions.move_ride(session, family, public_id=mine[0].public_id, may_lose_run=True, **there, **who)
    else:
        rides.joined(session, family, actor, run, dice.randint(0, 3), dice.randint(0, 1), has_patient=False)
