from datetime import UTC, datetime, timedelta

import pytest

from concierge.domain import dispatch
from concierge.domain.dispatch import Car, Day, Driver, FixedRun, Journey, Rules, Wanted
from concierge.domain.vocabulary import Direction

TWO = datetime(2026, 12, 8, 14, tzinfo=UTC)
RULES = Rules.of(
    {"areas": {"Juniper House": "campus", "Main entrance": "Campus"}, "drives": [["LAX", "campus", 50]]}
)


def minutes(count):
    return timedelta(minutes=count)


def ride(**changes):
    facts = {
        "key": "a", "starts_at": TWO, "from_place": "Los Angeles (LAX) Terminal B", "to_place": "Juniper House",
        "seats": 2, "direction": Direction.ARRIVAL,
    }  # fmt: skip
    return Wanted(**facts | changes)


def day(*wanted, cars=(Car(1, 4, 1),), drivers=(), fixed=(), not_before=TWO - timedelta(days=1)):
    return Day(RULES, wanted, cars, drivers, fixed, not_before)


def fixed(starts_at=TWO, start="LAX B", area="campus", **changes):
    journey = Journey(start, area, starts_at, starts_at + minutes(60))
    facts = {"key": "run", "car_id": 1, "driver_id": None, "journey": journey}
    return FixedRun(**facts | changes)


def test_places_are_one_by_airport_and_terminal_or_by_area():
    assert (
        RULES.start_of("Los Angeles (LAX) Terminal B")
        == RULES.start_of("LA, (LAX), T B terminal b")
        == "LAX B"
    )
    assert RULES.start_of("Los Angeles (LAX)") == "LAX"
    assert RULES.area_of("juniper  house") == RULES.area_of("Main Entrance") == "campus"
    assert RULES.area_of("Somewhere else") == "somewhere else"


def test_a_drive_comes_from_the_table_in_both_directions_and_else_takes_an_hour():
    assert (
        RULES.drive("LAX B", "campus") == RULES.drive("campus", "LAX") == minutes(60)
    )  # 50, up to the quarter
    assert RULES.drive("juniper house", "campus") == RULES.drive("LAX 4", "LAX B") == minutes(0)
    assert RULES.drive("SFO", "campus") == minutes(60)
    assert RULES.drive("market", "campus") == minutes(30)


def test_a_family_waits_after_its_flight_at_most_as_long_as_the_hospital_allows():
    starts = dispatch.starts_for(ride(starts_at=TWO + minutes(5)), RULES)
    assert starts == (TWO + minutes(15), TWO + minutes(30), TWO + minutes(45))
    early = dispatch.starts_for(ride(direction=Direction.DEPARTURE), RULES)
    assert early[0] == TWO
    assert early[-1] == TWO - minutes(45)
    assert dispatch.starts_for(ride(direction=None), RULES) == (TWO,)


def test_a_vehicle_comes_back_empty_before_it_begins_again_where_it_began():
    one = Journey("LAX B", "campus", TWO, TWO + minutes(60))
    assert dispatch.clash(one, Journey("LAX B", "campus", TWO + minutes(120), TWO + minutes(180)), RULES)
    assert not dispatch.clash(one, Journey("LAX B", "campus", TWO + minutes(135), TWO + minutes(195)), RULES)
    assert not dispatch.clash(Journey("campus", "LAX", TWO + minutes(75), TWO + minutes(135)), one, RULES)


@pytest.mark.parametrize(
    ("changes", "facts", "reason"),
    [
        ({}, {}, ""),
        ({"seats": 9}, {}, "too_many_people"),
        ({"wheelchairs": 2}, {}, "no_wheelchair_place"),
        ({}, {"not_before": TWO + minutes(60)}, "time_over"),
        ({"busy": ((TWO, TWO + minutes(120)),)}, {}, "patient_busy"),
        ({}, {"fixed": (fixed(TWO + minutes(15)),)}, "no_vehicle_free"),
        ({}, {"cars": (Car(1, 4, away=((TWO, TWO + minutes(180)),)),)}, "no_vehicle_free"),
        ({}, {"drivers": (Driver(9, ((TWO, TWO + minutes(180)),)),)}, "no_driver_free"),
    ],
)
def test_what_cannot_be_driven_says_why(changes, facts, reason):
    wanted = ride(**changes)
    assert dispatch.reason_alone(wanted, day(wanted, **facts)) == reason


def test_one_driver_in_two_places_is_found_whatever_the_ledger_says():
    one = fixed(key="one", driver_id=5)
    soon = fixed(TWO + minutes(75), key="soon", car_id=2, driver_id=5)
    other = fixed(TWO, key="other", car_id=3, driver_id=6)
    assert dispatch.double_booked((one, soon, other), RULES) == {"one", "soon"}


def test_the_fingerprint_changes_with_every_fact():
    before = day(ride())
    for changed in (day(ride(seats=3)), day(ride(), cars=(Car(1, 5, 1),)), day(ride(), fixed=(fixed(),))):
        assert changed.fingerprint != before.fingerprint
    assert day(ride(), not_before=TWO).fingerprint == before.fingerprint
