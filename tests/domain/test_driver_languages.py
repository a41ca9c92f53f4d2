"""Families and drivers who understand each other."""

from datetime import timedelta

from concierge.domain.dispatch import Car, Driver, ProposedRun
from concierge.domain.driver_languages import in_their_language
from tests.domain.test_dispatch import TWO, day, fixed, ride

KARIM, ANN, LUIS = (
    Driver(number, (), frozenset({"en", own})) for number, own in ((7, "ar"), (8, "zh"), (9, "es"))
)
LATER = TWO + timedelta(hours=5)


def run(key, driver, starts_at=TWO, car=1, **more):
    return ProposedRun(fixed(starts_at).journey, car, driver.id, (key,), **more)


def drivers_of(runs, *wanted, drivers=(KARIM, ANN), **facts):
    found = in_their_language(runs, day(*wanted, cars=(Car(1, 4), Car(2, 4)), drivers=drivers, **facts))
    assert [(one.journey, one.car_id, one.riders) for one in found] == [
        (one.journey, one.car_id, one.riders) for one in runs
    ]
    return [one.driver_id for one in found]


def test_two_drivers_change_places():
    wanted = ride(key="a", language="ar"), ride(key="b", language="zh")
    assert drivers_of((run("a", ANN), run("b", KARIM, car=2)), *wanted) == [KARIM.id, ANN.id]


def test_one_who_is_free_takes_over():
    assert drivers_of((run("a", ANN),), ride(key="a", language="es"), drivers=(KARIM, ANN, LUIS)) == [LUIS.id]


def test_nobody_is_sent_to_two_places():
    wanted = ride(key="a", language="ar"), ride(key="b", language="ar")
    both = run("a", ANN), run("b", KARIM, car=2)
    assert sorted(drivers_of(both, *wanted)) == [KARIM.id, ANN.id]
    in_turn = run("a", ANN), run("b", KARIM, LATER)
    assert drivers_of(in_turn, *wanted) == [KARIM.id, KARIM.id]


def test_who_is_away_or_drives_already_takes_over_nothing():
    wanted = ride(key="a", language="ar")
    away = Driver(KARIM.id, ((TWO, LATER),), KARIM.languages)
    assert drivers_of((run("a", ANN),), wanted, drivers=(away, ANN)) == [ANN.id]
    stands = fixed(key="shuttle", car_id=2, driver_id=KARIM.id)
    assert drivers_of((run("a", ANN),), wanted, fixed=(stands,)) == [ANN.id]


def test_a_run_that_stands_keeps_its_driver():
    assert drivers_of((run("a", ANN, fixed_key="run"),), ride(key="a", language="ar")) == [ANN.id]
