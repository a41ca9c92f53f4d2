"""What the solver proposes, on days so small that everybody sees what is best."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bench.ride_assignment import a_day
from concierge.domain import dispatch
from concierge.domain.dispatch import Car, Day, Driver, FixedRun, Journey, Rules, Wanted
from concierge.domain.vocabulary import Direction
from concierge.gateways.assignment import propose

TWO = datetime(2026, 12, 8, 14, tzinfo=UTC)
RULES = Rules.of({"areas": {"Juniper House": "campus", "Harbor Hotel": "campus"}})
VAN, CAR, SECOND = Car(1, 7, 1), Car(2, 4), Car(3, 4)


def ride(key, later=0, **changes):
    facts = {
        "key": key, "starts_at": TWO + timedelta(minutes=later), "from_place": "Los Angeles (LAX)",
        "to_place": "Juniper House", "seats": 2, "direction": Direction.ARRIVAL,
    }  # fmt: skip
    return Wanted(**facts | changes)


def plan(*wanted, cars=(VAN, CAR), drivers=(), fixed=()):
    day = Day(RULES, wanted, cars, drivers, fixed, TWO - timedelta(days=1))
    found = propose(day)
    _check(day, found)
    return found


def _check(day, found):
    """Whatever is proposed can be driven: places, waiting, and nobody in two places."""
    cars, rides = {car.id: car for car in day.cars}, {one.key: one for one in day.wanted}
    left = {run.key: run for run in day.fixed}
    fixed = [(run.car_id, run.driver_id, run.journey) for run in day.fixed]
    made = [(run.car_id, run.driver_id, run.journey) for run in found.runs if not run.fixed_key]
    for run in found.runs:
        riders = [rides[key] for key in run.riders]
        has = left[run.fixed_key].seats_left if run.fixed_key else cars[run.car_id].seats
        assert sum(one.seats for one in riders) <= has
        if not run.fixed_key:
            assert sum(one.wheelchairs for one in riders) <= cars[run.car_id].wheelchair_places
            assert (run.driver_id is not None) == bool(day.drivers)
        for one in riders:
            assert dispatch.waits(one, run.journey.starts_at) <= day.rules.most_wait
            assert day.rules.start_of(one.from_place) == run.journey.start
    for place in (0, 1):
        for at, one in enumerate(made):
            for other in [*made[at + 1 :], *fixed]:
                if one[place] is not None and one[place] == other[place]:
                    assert not dispatch.clash(one[2], other[2], day.rules)
    seen = Counter(key for run in found.runs for key in run.riders) + Counter(list(dict(found.unplaced)))
    assert seen == Counter(list(rides))


def test_families_who_land_within_the_waiting_time_share_a_vehicle():
    found = plan(ride("a"), ride("b", 30, to_place="Harbor Hotel"), ride("c", 45))
    assert [run.riders for run in found.runs] == [("a", "b", "c")]
    assert found.runs[0].car_id == VAN.id
    assert found.runs[0].journey.starts_at == TWO + timedelta(minutes=45)
    assert found.is_best
    assert found.least_runs == 1


def test_nobody_waits_longer_and_no_other_terminal_is_on_the_way():
    assert len(plan(ride("a"), ride("b", 60)).runs) == 2
    assert len(plan(ride("a"), ride("b", from_place="Los Angeles (LAX) Terminal 4")).runs) == 2


def test_one_vehicle_is_used_again_rather_than_a_second_one():
    found = plan(ride("a"), ride("b", 180), cars=(CAR, SECOND))
    assert len({run.car_id for run in found.runs}) == 1


def test_a_wheelchair_gets_the_van_and_what_is_left_over_says_why():
    found = plan(ride("a", seats=1, wheelchairs=1), ride("b", seats=7), ride("c", seats=9), cars=(VAN,))
    assert len(found.runs) == 1
    assert dict(found.unplaced)["c"] == "too_many_people"
    assert "all_taken" in dict(found.unplaced).values()


def test_as_many_vehicles_leave_as_there_are_drivers():
    found = plan(ride("a", seats=4), ride("b", seats=4), cars=(CAR, SECOND), drivers=(Driver(9),))
    assert [run.driver_id for run in found.runs] == [9]
    assert len(found.unplaced) == 1


def test_what_a_person_has_fixed_stays_and_takes_more_people_along():
    journey = Journey("LAX", "campus", TWO + timedelta(minutes=15), TWO + timedelta(minutes=75))
    run = FixedRun("run", CAR.id, None, journey, 2, 0, True)
    found = plan(ride("a"), ride("b"), cars=(CAR,), fixed=(run,))
    assert [(one.fixed_key, len(one.riders)) for one in found.runs] == [("run", 1)]
    assert found.new_runs == 0
    assert [code for _key, code in found.unplaced] == ["no_vehicle_free"]


def test_a_day_without_wishes_asks_nobody():
    assert plan() == dispatch.Proposal()


def test_a_full_day_is_possible_and_the_same_again():
    day = a_day(24, seed=3)
    found = propose(day, seconds=(5, 0.5))
    _check(day, found)
    assert found.is_best
    assert found.new_runs == found.least_runs


def test_without_time_to_search_there_is_still_a_plan_that_can_be_driven():
    day = a_day(24, seed=3)
    found = propose(day, seconds=(0, 0))
    _check(day, found)
    assert found.new_runs > 5
    assert not found.is_best
