"""One change and the rest of the trip: everything is named once, and nothing is proposed that cannot be."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.domain.clocks import WorkingCalendar, at_local, local_day
from concierge.domain.consequences import (
    VISIT,
    Change,
    Doing,
    Proposal,
    Times,
    consequences,
    new_visit,
    on_quarter,
)
from concierge.domain.gaps import overlap
from concierge.domain.itinerary import ItemKind, StayItem, TimedItem, Trip
from concierge.domain.vocabulary import Direction

ZONE = "America/Los_Angeles"
MONDAY = date(2026, 12, 7)
CALENDAR = WorkingCalendar(ZONE, frozenset(range(5)), time(8), time(17), frozenset({date(2026, 12, 25)}))
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return at_local(MONDAY + timedelta(days=day), time(hour, minute), ZONE)


def item(kind: ItemKind, key: str, starts_at: datetime, hours: float = 1, **more) -> TimedItem:
    return TimedItem(kind, key, starts_at, starts_at + hours * HOUR, **more)


IN = item(ItemKind.FLIGHT, "in", at(-2, 20), 16, direction=Direction.ARRIVAL)  # lands on Sunday at noon
PICK_UP = item(ItemKind.RIDE, "pick-up", at(-1, 13), direction=Direction.ARRIVAL)
LAB = item(ItemKind.APPOINTMENT, "lab", at(0, 9))
SCAN = item(ItemKind.APPOINTMENT, "scan", at(1, 10))
PLAN = item(ItemKind.APPOINTMENT, "plan", at(3, 14))
AMAL = item(ItemKind.INTERPRETER, "amal", at(3, 14), of="plan")
RIDE_OUT = item(ItemKind.RIDE, "ride-out", at(4, 10), direction=Direction.DEPARTURE)
OUT = item(ItemKind.FLIGHT, "out", at(4, 14), 16, direction=Direction.DEPARTURE)
STAY = StayItem("room", MONDAY - timedelta(days=1), MONDAY + timedelta(days=4))
HELD = (MONDAY, MONDAY + timedelta(days=3))
WHOLE = Trip(ZONE, (IN, PICK_UP, LAB, SCAN, PLAN, AMAL, RIDE_OUT, OUT), (STAY,), visit=HELD, has_visa_letter=True)
BY_CAR = replace(WHOLE, items=(LAB, SCAN, PLAN, AMAL), has_visa_letter=False)


def asked(trip: Trip, change: Change) -> dict[str, tuple[str, Proposal]]:
    """What needs something, by key."""
    found = consequences(trip, change, CALENDAR)
    return {one.key: (one.why, one.proposal) for one in found if one.proposal is not Proposal.KEEP}


def times_of(trip: Trip, change: Change, key: str) -> Times | None:
    return next(one.times for one in consequences(trip, change, CALENDAR) if one.key == key)


def moved(one: TimedItem, by: timedelta) -> Change:
    return Change(Doing.MOVE, one.key, Times(one.starts_at + by, one.ends_at + by))


def visit_on(day: int) -> Change:
    return Change(Doing.MOVE, VISIT, first_on=MONDAY + timedelta(days=day))


# --- a flight --------------------------------------------------------------------------------------------------


def test_a_delayed_flight_takes_its_pick_up_along_on_the_next_quarter_hour():
    late = moved(IN, timedelta(minutes=50))
    assert asked(WHOLE, late) == {"pick-up": ("flight_moves", Proposal.MOVE)}
    assert times_of(WHOLE, late, "pick-up") == Times(at(-1, 14), at(-1, 15))


def test_a_flight_that_lands_the_next_day_moves_the_first_night_and_asks_about_the_morning():
    late = moved(IN, 14 * HOUR)
    assert asked(WHOLE, late) == {
        "pick-up": ("flight_moves", Proposal.MOVE),
        "room": ("first_night", Proposal.MOVE),
        "lab": ("short_rest", Proposal.ASK),
    }
    assert times_of(WHOLE, late, "room") == Times(arrive_on=MONDAY, leave_on=STAY.leave_on)
    assert asked(WHOLE, moved(IN, 22 * HOUR))["lab"] == ("before_landing", Proposal.ASK)


def test_an_earlier_flight_home_brings_the_ride_forward_and_asks_about_what_is_then_too_late():
    early = moved(OUT, -21 * HOUR)
    assert asked(WHOLE, early) == {
        "ride-out": ("flight_moves", Proposal.MOVE),
        "room": ("last_night", Proposal.MOVE),
        "plan": ("after_departure", Proposal.ASK),
    }


def test_a_flight_that_is_cancelled_leaves_nobody_waiting_at_the_airport():
    gone = asked(WHOLE, Change(Doing.CANCEL, "in"))
    assert gone == {
        "pick-up": ("flight_cancelled", Proposal.CANCEL),
        "room": ("flight_cancelled", Proposal.ASK),
    }


# --- an appointment ---------------------------------------------------------------------------------------------


def test_the_interpreter_goes_where_the_appointment_goes():
    assert asked(WHOLE, moved(PLAN, -HOUR)) == {"amal": ("appointment_moves", Proposal.MOVE)}
    assert times_of(WHOLE, moved(PLAN, -HOUR), "amal") == Times(at(3, 13), at(3, 14))
    assert asked(WHOLE, Change(Doing.CANCEL, "plan")) == {"amal": ("appointment_cancelled", Proposal.CANCEL)}


def test_an_appointment_that_meets_another_one_asks_about_it():
    to_the_scan = Change(Doing.MOVE, "lab", Times(SCAN.starts_at, SCAN.ends_at))
    assert asked(WHOLE, to_the_scan) == {"scan": ("clash", Proposal.ASK)}


def test_an_appointment_after_the_last_night_keeps_the_room_longer():
    found = asked(replace(WHOLE, items=(PLAN, AMAL)), moved(PLAN, timedelta(days=4)))
    assert found["room"] == ("stay_longer", Proposal.MOVE)


def test_an_appointment_without_its_interpreter_is_named():
    assert asked(WHOLE, moved(AMAL, HOUR)) == {"plan": ("interpreter_elsewhere", Proposal.ASK)}


# --- the evaluation ---------------------------------------------------------------------------------------------


def test_the_evaluation_takes_its_days_along_and_asks_the_family_about_its_flights():
    assert asked(WHOLE, visit_on(1)) == {
        "in": ("family_flight", Proposal.ASK),
        "lab": ("visit_moves", Proposal.MOVE),
        "scan": ("visit_moves", Proposal.MOVE),
        "plan": ("visit_moves", Proposal.MOVE),
        "amal": ("follows_appointment", Proposal.MOVE),
        "out": ("family_flight", Proposal.ASK),
        "room": ("visit_moves", Proposal.MOVE),
        VISIT: ("visa_letter_dates", Proposal.ASK),
    }


def test_over_a_weekend_it_is_the_next_working_day_and_over_a_holiday_a_person_looks():
    found = asked(BY_CAR, visit_on(2))
    assert found["scan"] == ("visit_moves", Proposal.MOVE)
    assert found["plan"] == ("closed_day", Proposal.MOVE)  # Thursday and two days is a Saturday
    assert found["amal"] == ("follows_appointment", Proposal.MOVE)
    assert times_of(BY_CAR, visit_on(2), "plan") == Times(at(7, 14), at(7, 15))
    found = asked(BY_CAR, visit_on(15))  # Thursday would be Christmas
    assert (found["plan"], found["amal"]) == (("holiday", Proposal.ASK), ("follows_appointment", Proposal.ASK))


def test_what_is_asked_stays_and_is_in_the_way_of_what_moves():
    early = replace(BY_CAR, items=(item(ItemKind.APPOINTMENT, "old", at(8, 9)), LAB))
    assert asked(early, visit_on(8)) == {
        "old": ("not_in_visit", Proposal.ASK),
        "lab": ("clash", Proposal.ASK),
        "room": ("visit_moves", Proposal.MOVE),
    }


def test_a_letter_that_ends_before_the_new_days_is_asked_for():
    ends = replace(STAY, paid_until=STAY.leave_on)
    found = asked(replace(BY_CAR, stays=(ends,)), visit_on(1))
    assert found["room"] == ("letter_ends", Proposal.ASK)


def test_an_unknown_item_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        consequences(WHOLE, Change(Doing.CANCEL, "nothing"), CALENDAR)


# --- whatever the trip -------------------------------------------------------------------------------------------


@st.composite
def trips(draw) -> Trip:
    """Appointments on held days that do not meet, some with an interpreter, a room, and rides without flights."""
    slots = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(8, 15)), min_size=1, max_size=9, unique=True))
    visits = [item(ItemKind.APPOINTMENT, f"visit-{n}", at(*slot)) for n, slot in enumerate(slots)]
    served = [
        item(ItemKind.INTERPRETER, f"voice-{n}", visit.starts_at, of=visit.key)
        for n, visit in enumerate(visits)
        if draw(st.booleans())
    ]
    rides = [item(ItemKind.RIDE, "there", at(-1, 13), direction=Direction.ARRIVAL)] if draw(st.booleans()) else []
    return Trip(ZONE, (*visits, *served, *rides), (STAY,), visit=HELD)


def applied(trip: Trip, change: Change) -> Trip:
    """The trip after the change and all that was proposed to move or to go."""
    done = {one.key: one for one in consequences(trip, change, CALENDAR)}

    def times(key: str) -> Times | None:
        one = done.get(key)
        if one is None:
            return change.times
        return one.times if one.proposal is Proposal.MOVE else None

    items = tuple(
        replace(i, starts_at=t.starts_at, ends_at=t.ends_at) if (t := times(i.key)) else i
        for i in trip.items
        if (done[i.key].proposal is not Proposal.CANCEL if i.key in done else change.doing is not Doing.CANCEL)
    )
    stays = tuple(
        replace(s, arrive_on=t.arrive_on, leave_on=t.leave_on) if (t := times(s.key)) else s for s in trip.stays
    )
    visit = new_visit(trip.visit, change.first_on, CALENDAR) if trip.visit and change.first_on else trip.visit
    return replace(trip, items=items, stays=stays, visit=visit)


changes = st.one_of(
    st.sampled_from([0, 1, 2, 3, 4, 7, 14, -3]).map(visit_on),
    st.tuples(st.integers(0, 8), st.integers(-30, 30)).map(
        lambda pair: Change(Doing.MOVE, f"visit-{pair[0]}", Times(at(0, 8) + pair[1] * HOUR, at(0, 9) + pair[1] * HOUR))
    ),
    st.integers(0, 8).map(lambda number: Change(Doing.CANCEL, f"visit-{number}")),
)


def _is_there(trip: Trip, change: Change) -> bool:
    return change.key == VISIT or any(one.key == change.key for one in trip.items)


@settings(max_examples=150, deadline=None)
@given(trips(), changes)
def test_every_item_is_named_once_and_what_is_proposed_never_clashes(trip, change):
    if not _is_there(trip, change):
        return
    found = consequences(trip, change, CALENDAR)
    keys = [one.key for one in found]
    assert sorted(keys) == sorted({one.key for one in (*trip.items, *trip.stays)} - {change.key})
    allowed = {one.key for one in found if one.why == "clash"} if change.key != VISIT else set()
    patient = [one for one in applied(trip, change).items if one.kind in {ItemKind.APPOINTMENT, ItemKind.RIDE}]
    clashes = [(a.key, b.key) for a, b in combinations(patient, 2) if overlap(a, b) and not {a.key, b.key} & allowed]
    assert clashes == []


@settings(max_examples=100, deadline=None)
@given(trips(), st.sampled_from([1, 7, 14, 28]))
def test_there_and_back_is_the_beginning(trip, days):
    there = applied(trip, visit_on(days))
    if any(one.proposal is Proposal.ASK for one in consequences(trip, visit_on(days), CALENDAR)):
        return
    assert applied(there, visit_on(0)) == trip


@settings(max_examples=60, deadline=None)
@given(trips(), st.integers(1, 8))
def test_what_has_nothing_to_do_with_it_is_kept(trip, hours):
    visits = trip.of(ItemKind.APPOINTMENT)
    gone = Change(Doing.CANCEL, visits[0].key)
    served = {one.key for one in trip.of(ItemKind.INTERPRETER) if one.of == visits[0].key}
    assert set(asked(trip, gone)) == served


def test_quarter_hours_are_reached_from_both_sides():
    assert on_quarter(at(0, 9, 1), is_later=True) == at(0, 9, 15)
    assert on_quarter(at(0, 9, 14), is_later=False) == at(0, 9)
    assert on_quarter(at(0, 9), is_later=True) == at(0, 9)
    assert local_day(at(0, 9), ZONE) == MONDAY
