"""Rooms by night."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.lodging.actions import cancel_stay
from concierge.booking.lodging.queries import Need, free_rooms
from concierge.domain.errors import InvalidInput, NotAllowed, RoomTaken
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import BookingState
from concierge.models import CaseEvent, LodgingNight, Stay
from tests.booking import scenes
from tests.booking.scenes import FIRST, LAST, a_case
from tests.support.clock import START


@pytest.fixture
def case(session):
    return a_case(session, step=Step.CONSULT)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)


def test_a_stay_takes_each_night_but_not_the_day_of_leaving(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    nights = session.scalars(sa.select(LodgingNight.night).order_by(LodgingNight.night)).all()
    assert (nights[0], nights[-1], len(nights)) == (FIRST, LAST - timedelta(days=1), 6)
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "stay_booked")).one()
    assert event.data == {"stay": stay.public_id}


def test_who_comes_second_learns_what_is_still_free(session, case, actor):
    scenes.a_stay(session, case, actor)
    other = a_case(session)
    with pytest.raises(RoomTaken) as refused:
        scenes.a_stay(
            session, other, actor, arrive_on=LAST - timedelta(days=1), leave_on=LAST + timedelta(days=1)
        )
    alternatives = refused.value.alternatives
    assert scenes.rooms(session, case)[0] not in alternatives
    assert len(alternatives) == 9
    assert session.scalar(sa.select(sa.func.count()).select_from(Stay)) == 1


def test_the_next_family_can_come_on_the_day_of_leaving(session, case, actor):
    scenes.a_stay(session, case, actor)
    scenes.a_stay(session, a_case(session), actor, arrive_on=LAST, leave_on=LAST + timedelta(days=2))


def test_a_cancelled_room_is_free_again_and_cancelling_twice_is_once(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    for _ in range(2):
        cancel_stay(session, case, public_id=stay.public_id, actor=actor, now=START)
    assert stay.state is BookingState.CANCELLED
    scenes.a_stay(session, a_case(session), actor)
    kinds = session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.kind == "stay_cancelled")).all()
    assert len(kinds) == 1


def test_nobody_cancels_the_room_of_another_case(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    with pytest.raises(InvalidInput):
        cancel_stay(session, a_case(session), public_id=stay.public_id, actor=actor, now=START)


def test_rooms_are_found_by_their_wishes(session, case, actor):
    def names(**wishes):
        need = Need(FIRST, LAST, **wishes)
        return [free.room.name for free in free_rooms(session, case.hospital_id, need, now=START)]

    assert names(guests=3, needs_kitchen=True) == ["103", "202", "21", "22"]
    assert names(needs_accessible=True) == ["11", "101", "21"]
    assert names()[:3] == ["12", "203", "11"], "the cheapest of those that waste nothing, then what others may need"
    assert "203" not in names(needs_kitchen=True)
    assert names(needs_accessible=True, most_metres=500) == ["101"]
    assert names(most_minor=10_000) == ["12", "11"]
    scenes.a_stay(session, case, actor)
    assert names(needs_accessible=True, needs_kitchen=True) == ["21"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"leave_on": FIRST}, "leave_on", "leaves_before_arrival"),
        ({"leave_on": FIRST + timedelta(days=91)}, "leave_on", "stay_too_long"),
        ({"guests": 3}, "guests", "too_many_guests"),
        ({"guests": 0}, "guests", "too_many_guests"),
        ({"arrive_on": START.date() - timedelta(days=1)}, "arrive_on", "date_in_past"),
    ],
)
def test_what_makes_no_stay_is_refused_beside_its_field(session, case, actor, changes, field, code):
    with pytest.raises(InvalidInput) as refused:
        scenes.a_stay(session, case, actor, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_room_of_another_hospital_is_not_ours_to_book(session, case, actor):
    elsewhere = scenes.rooms(session, a_case(session, slug="jinghe"))[0]
    with pytest.raises(InvalidInput, match="unknown_room"):
        scenes.a_stay(session, case, actor, elsewhere)


def test_nothing_is_booked_for_a_closed_case(session, case, actor):
    from concierge.cases.actions import close

    close(session, case, exit=Exit.DIED, reason="", actor=actor, now=START)
    with pytest.raises(NotAllowed, match="case_not_open"):
        scenes.a_stay(session, case, actor)
