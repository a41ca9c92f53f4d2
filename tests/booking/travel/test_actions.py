"""Flights typed by hand: wall clocks of two airports become two instants."""

from datetime import UTC, datetime

import pytest

from concierge.booking.travel.actions import remove_flight
from concierge.domain.clocks import instants_of
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Direction
from tests.booking import scenes
from tests.factories import a_case
from tests.support.clock import START


@pytest.fixture
def case(session):
    """Before the patient's yes."""
    return a_case(session)


def test_each_time_is_the_clock_of_its_own_airport(session, case, actor):
    flight = scenes.a_flight(session, case, actor, number="sv  41")
    assert flight.number == "SV 41"
    assert flight.departs_at == datetime(2026, 12, 8, 5, 30, tzinfo=UTC)
    assert flight.arrives_at == datetime(2026, 12, 8, 21, 40, tzinfo=UTC)


def test_a_flight_over_the_date_line_may_land_before_it_started_by_the_wall(session, case, actor):
    flight = scenes.a_flight(
        session, case, actor, from_timezone="Asia/Shanghai", departs_local=datetime(2026, 12, 8, 20, 0),
        arrives_local=datetime(2026, 12, 8, 15, 30),
    )  # fmt: skip
    assert flight.arrives_at > flight.departs_at


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"arrives_local": datetime(2026, 12, 7, 13, 40)}, "arrives_local", "lands_before_departure"),
        ({"arrives_local": datetime(2026, 12, 10, 13, 40)}, "arrives_local", "flight_too_long"),
        ({"number": "my flight"}, "number", "no_flight_number"),
        ({"from_timezone": "Riyadh"}, "from_timezone", "unknown_timezone"),
        ({"to_timezone": "Mars/Base"}, "to_timezone", "unknown_timezone"),
        (
            {"departs_local": datetime(2026, 11, 1, 8), "arrives_local": datetime(2026, 11, 1, 13)},
            "arrives_local",
            "time_in_past",
        ),
        # 14 March 2027: in Los Angeles the clocks jump from 2:00 to 3:00.
        (
            {"departs_local": datetime(2027, 3, 13, 20), "arrives_local": datetime(2027, 3, 14, 2, 30)},
            "arrives_local",
            "time_does_not_exist",
        ),
    ],
)
def test_a_flight_that_cannot_be_is_refused_beside_its_field(session, case, actor, changes, field, code):
    with pytest.raises(InvalidInput) as refused:
        scenes.a_flight(session, case, actor, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_in_the_hour_that_comes_twice_the_landing_is_after_the_take_off(session, case, actor):
    """7 November 2027: 1:30 comes twice in Los Angeles. A short hop starts in the first and lands in the second."""
    hop = scenes.a_flight(
        session, case, actor, from_timezone="America/Los_Angeles", departs_local=datetime(2027, 11, 7, 1, 45),
        arrives_local=datetime(2027, 11, 7, 1, 15),
    )  # fmt: skip
    assert (hop.departs_at.hour, hop.arrives_at.hour) == (8, 9)


def test_a_wall_clock_shows_a_time_never_once_or_twice():
    assert instants_of(datetime(2027, 3, 14, 2, 30), "America/Los_Angeles") == ()
    assert len(instants_of(datetime(2027, 3, 14, 3, 30), "America/Los_Angeles")) == 1
    assert len(instants_of(datetime(2027, 11, 7, 1, 30), "America/Los_Angeles")) == 2
    assert len(instants_of(datetime(2027, 11, 7, 1, 30), "Asia/Shanghai")) == 1


def test_a_flight_is_taken_out_once(session, case, actor):
    flight = scenes.a_flight(session, case, actor, direction=Direction.ARRIVAL)
    for _ in range(2):
        remove_flight(session, case, public_id=flight.public_id, actor=actor, now=START)
    assert flight.is_cancelled
    with pytest.raises(InvalidInput):
        remove_flight(session, a_case(session), public_id=flight.public_id, actor=actor, now=START)
