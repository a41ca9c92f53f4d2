"""Gaps beside the old ones of test_itinerary.py: each named with its day, its minute and its place."""

from dataclasses import replace
from datetime import timedelta

from concierge.domain.gaps import Gap, gaps
from concierge.domain.itinerary import ItemKind
from tests.domain.test_consequences import (
    IN,
    LAB,
    MONDAY,
    OUT,
    PICK_UP,
    PLAN,
    RIDE_OUT,
    STAY,
    WHOLE,
    at,
    item,
)

LIVES_HERE = replace(WHOLE, items=(), stays=(), has_visa_letter=False)


def codes(trip, now=None) -> list[str]:
    return [gap.code for gap in gaps(trip, now)]


def test_a_whole_trip_is_whole():
    assert codes(WHOLE, at(-20, 9)) == []


def test_a_gap_says_when_and_where():
    without = replace(WHOLE, items=tuple(one for one in WHOLE.items if one is not RIDE_OUT and one is not OUT))
    flight = replace(OUT, place="Los Angeles (LAX)")
    found = gaps(replace(without, items=(*without.items, flight)))
    assert found == (Gap("no_departure_ride", "out", MONDAY + timedelta(days=4), at(4, 14), "Los Angeles (LAX)"),)


def test_nobody_waits_at_an_airport_where_the_family_only_changes():
    first = replace(IN, key="first", direction=None, starts_at=at(-2, 4), ends_at=at(-2, 10))
    assert codes(replace(WHOLE, items=(first, *WHOLE.items))) == []


def test_nobody_is_examined_right_after_the_landing():
    early = replace(LAB, starts_at=at(-1, 20), ends_at=at(-1, 21))
    assert codes(replace(WHOLE, items=(IN, PICK_UP, early, RIDE_OUT, OUT))) == ["short_rest"]


def test_whoever_needs_an_interpreter_has_one_in_each_appointment():
    found = gaps(replace(WHOLE, needs_interpreter=True))
    assert [(gap.code, gap.key) for gap in found] == [
        ("appointment_without_interpreter", "lab"),
        ("appointment_without_interpreter", "scan"),
    ]


def test_a_ride_without_a_vehicle_is_named_a_day_ahead():
    wanted = replace(WHOLE, items=(IN, replace(PICK_UP, is_wanted=True), RIDE_OUT, OUT))
    assert codes(wanted, PICK_UP.starts_at - timedelta(hours=25)) == []
    assert codes(wanted, PICK_UP.starts_at - timedelta(hours=23)) == ["ride_not_assigned"]
    assert codes(wanted) == []


def test_a_hold_that_ends_soon_is_named():
    held = replace(WHOLE, stays=(replace(STAY, held_until=at(-10, 12)),))
    assert codes(held, at(-10, 7)) == []
    assert codes(held, at(-10, 9)) == ["hold_ends"]
    assert set(codes(held, at(-10, 12))) == {"night_without_room"}  # over: the room is not theirs any more


def test_the_patient_is_in_one_place():
    twice = replace(LIVES_HERE, items=(LAB, item(ItemKind.RIDE, "shop", at(0, 9, 30))))
    assert [(gap.code, gap.key) for gap in gaps(twice)] == [("two_at_once", "shop")]


def test_a_wheelchair_needs_its_place_in_car_and_house():
    chair = replace(WHOLE, wheelchairs=1, stays=(replace(STAY, is_accessible=False),))
    narrow = replace(PICK_UP, wheelchairs=1, wheelchair_places=0)
    wide = replace(RIDE_OUT, wheelchairs=1, wheelchair_places=1)
    found = gaps(replace(chair, items=(IN, narrow, PLAN, wide, OUT)))
    assert [(gap.code, gap.key) for gap in found] == [
        ("ride_without_wheelchair_place", "pick-up"),
        ("room_not_accessible", "room"),
    ]


def test_a_passport_lasts_until_the_flight_home_has_landed():
    until = MONDAY + timedelta(days=5)  # they land on the day after take-off
    assert codes(replace(WHOLE, passports=(("NOURA", until),))) == []
    assert codes(replace(WHOLE, passports=(("NOURA", until - timedelta(days=1)),))) == ["passport_ends"]
