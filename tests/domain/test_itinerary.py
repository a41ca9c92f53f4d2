from datetime import date, time, timedelta

from concierge.domain.clocks import at_local
from concierge.domain.gaps import gaps
from concierge.domain.itinerary import ItemKind, StayItem, TimedItem, Trip, assemble
from concierge.domain.vocabulary import Direction

ZONE = "America/Los_Angeles"
SUNDAY = date(2026, 12, 6)


def day(count):
    return SUNDAY + timedelta(days=count)


def item(kind, key, on, hour, hours=1, direction=None):
    starts_at = at_local(day(on), time(hour), ZONE)
    return TimedItem(kind, key, starts_at, starts_at + timedelta(hours=hours), direction)


IN = item(ItemKind.FLIGHT, "SV41", -1, 20, 16, Direction.ARRIVAL)  # lands on Sunday at 12:00
PICK_UP = item(ItemKind.RIDE, "pick-up", 0, 13, 1, Direction.ARRIVAL)
VISIT = item(ItemKind.APPOINTMENT, "lab", 1, 9)
LAST_VISIT = item(ItemKind.APPOINTMENT, "plan", 4, 14)
HELPER = item(ItemKind.INTERPRETER, "amal", 4, 14)
RIDE_OUT = item(ItemKind.RIDE, "ride-out", 5, 9, 1, Direction.DEPARTURE)
OUT = item(ItemKind.FLIGHT, "SV42", 5, 14, 16, Direction.DEPARTURE)
STAY = StayItem("room-3", day(0), day(5))
ALL = (OUT, HELPER, LAST_VISIT, VISIT, PICK_UP, RIDE_OUT, IN)


def trip(*without, add=(), stays=(STAY,)):
    return Trip(ZONE, tuple(i for i in ALL if i not in without) + tuple(add), stays)


def codes(*without, add=(), stays=(STAY,)):
    return [gap.code for gap in gaps(trip(*without, add=add, stays=stays))]


def test_the_trip_is_one_list_by_day_in_the_order_it_will_be_lived():
    days = [(found.on, [entry.key for entry in found.entries]) for found in assemble(trip())]
    assert days == [
        (day(0), ["SV41", "pick-up", "room-3"]),
        (day(1), ["lab"]),
        (day(4), ["plan", "amal"]),
        (day(5), ["room-3", "ride-out", "SV42"]),
    ]


def test_nobody_checks_in_before_they_are_in_town_or_rides_away_before_leaving_the_room():
    late = item(ItemKind.RIDE, "pick-up", 0, 17, 1, Direction.ARRIVAL)
    assert [entry.key for entry in assemble(trip(PICK_UP, add=[late]))[0].entries] == [
        "SV41",
        "pick-up",
        "room-3",
    ]


def test_a_flight_stands_on_the_day_of_its_own_ticket():
    """20:00 in Los Angeles is the next morning in Riyadh, where the family leaves."""
    leg = TimedItem(
        ItemKind.FLIGHT,
        "SV1",
        at_local(day(-1), time(20), ZONE),
        at_local(day(0), time(3), ZONE),
        timezone="Asia/Riyadh",
    )
    first = assemble(trip(add=[leg]))[0]
    assert (first.on, [entry.key for entry in first.entries][:2]) == (day(0), ["SV1", "SV41"])


def test_only_check_in_and_check_out_have_a_usual_hour():
    usual = {entry.kind for found in assemble(trip()) for entry in found.entries if entry.is_usual_hour}
    assert usual == {ItemKind.CHECK_IN, ItemKind.CHECK_OUT}


def test_a_whole_trip_has_no_gap():
    assert gaps(trip()) == ()
    assert gaps(Trip(ZONE)) == ()


def test_a_family_that_lives_in_town_misses_nothing():
    assert gaps(Trip(ZONE, (VISIT, LAST_VISIT, HELPER))) == ()


def test_nobody_at_the_airport_is_a_gap_of_that_flight():
    (gap,) = gaps(trip(PICK_UP))
    assert (gap.code, gap.key, gap.on) == ("no_arrival_ride", "SV41", day(0))
    assert codes(RIDE_OUT) == ["no_departure_ride"]


def test_a_ride_before_the_landing_or_long_after_it_does_not_help():
    early = item(ItemKind.RIDE, "early", 0, 11, 1, Direction.ARRIVAL)
    late = item(ItemKind.RIDE, "late", 0, 17, 1, Direction.ARRIVAL)
    assert codes(PICK_UP, add=[early, late]) == ["no_arrival_ride"]


def test_a_ride_that_arrives_after_take_off_does_not_help():
    assert codes(RIDE_OUT, add=[item(ItemKind.RIDE, "late", 5, 14, 1, Direction.DEPARTURE)]) == [
        "no_departure_ride"
    ]


def test_a_moved_visit_shows_what_it_breaks():
    moved = item(ItemKind.APPOINTMENT, "plan", 6, 14)
    assert codes(LAST_VISIT, add=[moved]) == [
        "interpreter_without_appointment",
        "checkout_before_last_appointment",
        "appointment_after_departure",
    ]


def test_a_visit_before_the_landing_is_a_gap():
    assert codes(add=[item(ItemKind.APPOINTMENT, "early", 0, 9)]) == ["appointment_before_arrival"]


def test_every_night_needs_a_room():
    short = StayItem("room-3", day(1), day(4))
    found = gaps(trip(stays=(short,)))
    assert [(gap.code, gap.on) for gap in found] == [
        ("night_without_room", day(0)),
        ("night_without_room", day(4)),
    ]
    assert codes(stays=(StayItem("a", day(0), day(2)), StayItem("b", day(2), day(5)))) == []


def test_without_a_flight_home_the_last_visit_ends_the_nights():
    assert sorted(codes(OUT, RIDE_OUT, stays=())) == [*["night_without_room"] * 4, "no_departure_flight"]
