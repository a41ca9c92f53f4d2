"""Holds that end by themselves, changes of dates, the waiting list, hotels of partners, prices."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.lodging import houses, partners, waiting
from concierge.booking.lodging.actions import (
    cancel_stay,
    confirm_hold,
    expire_hold,
    hold_room,
    move_stay,
    reserve_room,
)
from concierge.booking.lodging.queries import Need, RoomFilter, calendar, free_rooms, stays_of
from concierge.cases.release import release_ahead
from concierge.db import db, transaction
from concierge.domain.access import SYSTEM
from concierge.domain.errors import AlreadyTaken, InvalidInput, RoomTaken
from concierge.domain.money import Money
from concierge.domain.vocabulary import BookingState, WishState
from concierge.jobs import lodging as jobs
from concierge.models import BookingShare, CaseTask, LodgingHouse, LodgingNight, RoomWish, Stay, Traveller
from tests.booking import scenes
from tests.booking.scenes import FIRST, LAST, a_case
from tests.support.clock import START

HOUR = timedelta(hours=1)
LATER = START + HOUR + timedelta(seconds=1)


@pytest.fixture
def room(session, case):
    return scenes.rooms(session, case)[0]


def _hold(session, case, actor, room, **changes):
    nights = {"arrive_on": FIRST, "leave_on": LAST, "guests": 2} | changes
    return hold_room(session, case, room_id=room.id, lasts=HOUR, actor=actor, now=START, **nights)


def _nights(session, stay) -> int:
    return session.scalar(
        sa.select(sa.func.count()).select_from(LodgingNight).where(LodgingNight.stay_id == stay.id)
    )


def _by(actor, at=START):
    return {"actor": actor, "now": at}


# --- holds -------------------------------------------------------------------------------------------------------


def test_a_hold_keeps_others_out_until_its_hour_and_then_no_more(session, case, actor, room):
    held = _hold(session, case, actor, room)
    other = a_case(session)
    with pytest.raises(RoomTaken):
        scenes.a_stay(session, other, actor, room)
    assert room not in [f.room for f in free_rooms(session, case.hospital_id, Need(FIRST, LAST), now=START)]
    assert room in [f.room for f in free_rooms(session, case.hospital_id, Need(FIRST, LAST), now=LATER)]
    nights = {"arrive_on": FIRST, "leave_on": LAST, "guests": 2}
    reserve_room(session, other, room_id=room.id, **nights, **_by(actor, LATER))
    assert _nights(session, held) == 0, "nobody had to sweep"


def test_a_confirmed_hold_stays(session, case, actor, room):
    held = _hold(session, case, actor, room)
    assert confirm_hold(session, case, public_id=held.public_id, **_by(actor))
    assert (held.state, held.held_until) == (BookingState.CONFIRMED, None)
    with pytest.raises(RoomTaken):
        scenes.a_stay(session, a_case(session), actor, room)
    assert confirm_hold(session, case, public_id=held.public_id, **_by(actor, LATER)), "twice is once"


@pytest.mark.parametrize("is_swept", [False, True])
def test_a_hold_confirmed_one_second_late_is_booked_when_still_free(session, case, actor, room, is_swept):
    held = _hold(session, case, actor, room)
    if is_swept:
        assert expire_hold(session, case, held, **_by(SYSTEM, LATER))
        assert _nights(session, held) == 0
    assert not confirm_hold(session, case, public_id=held.public_id, **_by(actor, LATER))
    assert held.state is BookingState.CONFIRMED
    assert _nights(session, held) == 6
    assert session.scalar(sa.select(BookingShare.cost_minor)) == 6 * 12_000


def test_a_hold_confirmed_late_that_somebody_took_says_so_and_what_is_free(session, case, actor, room):
    held = _hold(session, case, actor, room)
    nights = {"arrive_on": FIRST, "leave_on": LAST, "guests": 2}
    reserve_room(session, a_case(session), room_id=room.id, **nights, **_by(actor, LATER))
    with pytest.raises(RoomTaken) as refused:
        confirm_hold(session, case, public_id=held.public_id, **_by(actor, LATER))
    assert refused.value.code == "hold_expired"
    assert room not in refused.value.alternatives
    assert len(refused.value.alternatives) == 9


def test_what_a_person_cancelled_cannot_be_confirmed_from_an_old_page(session, case, actor, room):
    held = _hold(session, case, actor, room)
    cancel_stay(session, case, public_id=held.public_id, **_by(actor))
    with pytest.raises(InvalidInput, match="unknown_booking"):
        confirm_hold(session, case, public_id=held.public_id, **_by(actor))


# --- other days --------------------------------------------------------------------------------------------------


def test_a_stay_moves_over_its_own_nights_and_keeps_its_room(session, case, actor):
    stay = scenes.a_stay(session, case, actor)
    shift = timedelta(days=2)
    days = {"arrive_on": FIRST + shift, "leave_on": LAST + shift}
    moved = move_stay(session, case, public_id=stay.public_id, **days, **_by(actor))
    assert (moved.id, moved.room_id, moved.arrive_on) == (stay.id, stay.room_id, FIRST + shift)
    assert session.scalar(sa.select(sa.func.min(LodgingNight.night))) == FIRST + shift
    assert _nights(session, stay) == 6


def test_a_move_onto_somebody_else_changes_nothing_and_names_what_is_free(session, case, actor, room):
    stay = scenes.a_stay(session, case, actor, room)
    days = {"arrive_on": LAST, "leave_on": LAST + timedelta(days=3)}
    scenes.a_stay(session, a_case(session), actor, room, **days)
    with pytest.raises(RoomTaken) as refused:
        move_stay(session, case, public_id=stay.public_id, **days, **_by(actor))
    assert (stay.arrive_on, stay.leave_on, _nights(session, stay)) == (FIRST, LAST, 6)
    other = refused.value.alternatives[0]
    move_stay(session, case, public_id=stay.public_id, room_id=other.id, **days, **_by(actor))
    assert (stay.room, stay.house, _nights(session, stay)) == (other, other.house, 3)


def test_a_moved_stay_costs_what_its_new_nights_cost(session, case, actor):
    session.add_all(
        Traveller(case_id=case.id, relation=relation, passport_name=name, added_at=START)
        for relation, name in (("patient", "NOURA"), ("child", "OMAR"))
    )
    stay = scenes.a_stay(session, case, actor)
    days = {"arrive_on": FIRST + timedelta(days=8), "leave_on": FIRST + timedelta(days=12)}
    move_stay(session, case, public_id=stay.public_id, **days, **_by(actor))
    assert stay.price == [[2, 12_000], [2, 15_000]], "two nights in the season of the year's end"
    shares = session.scalars(sa.select(BookingShare)).all()
    assert [share.cost for share in shares] == [Money(27_000, "USD")] * 2


# --- the waiting list --------------------------------------------------------------------------------------------


def _full(session, case, actor, guests=6) -> Stay:
    """The only room for six is taken by another family."""
    need = Need(FIRST, LAST, guests=guests)
    only = free_rooms(session, case.hospital_id, need, now=START)
    assert len(only) == 1
    return scenes.a_stay(session, a_case(session), actor, only[0].room, guests=guests)


def test_a_room_that_becomes_free_is_held_for_the_first_whom_it_fits(session, case, actor):
    taken = _full(session, case, actor)
    second = a_case(session)
    wish = waiting.wait_for_room(session, case, Need(FIRST, LAST, guests=6), **_by(actor))
    waiting.wait_for_room(session, second, Need(FIRST, LAST, guests=6), **_by(actor))
    owner = session.get_one(type(case), taken.case_id)
    cancel_stay(session, owner, public_id=taken.public_id, **_by(actor))
    held = stays_of(session, case.id)[0]
    assert (held.state, wish.state) == (BookingState.HELD, WishState.OFFERED)
    assert held.held_until == START + timedelta(days=1)
    assert not stays_of(session, second.id)
    task = session.scalars(sa.select(CaseTask).where(CaseTask.code == "room_offered")).one()
    assert (task.case_id, task.due_at) == (case.id, held.held_until)
    confirm_hold(session, case, public_id=held.public_id, **_by(actor))
    assert (wish.state, task.state) == (WishState.SERVED, "cancelled")


def test_nobody_waits_twice_for_the_same_days_nor_after_the_case_has_ended(session, case, actor):
    wish = waiting.wait_for_room(session, case, Need(FIRST, LAST, guests=6), **_by(actor))
    with pytest.raises(InvalidInput, match="already_waits"):
        waiting.wait_for_room(session, case, Need(FIRST, LAST), **_by(actor))
    release_ahead(session, case, START)
    assert wish.state is WishState.WITHDRAWN


def test_the_jobs_end_holds_and_offer_what_is_free(app, clock):
    with app.app_context():
        _the_jobs_at_work(clock)


def _the_jobs_at_work(clock):
    with transaction() as session:
        case, actor = a_case(session), scenes.coordinator(session)
        owner = a_case(session)
        only = free_rooms(session, case.hospital_id, Need(FIRST, LAST, guests=6), now=START)[0].room
        held = _hold(session, owner, actor, only, guests=6)
        waiting.wait_for_room(session, case, Need(FIRST, LAST, guests=6), **_by(actor))
    assert (jobs.end_holds(), jobs.offer_rooms()) == (0, 0)
    clock.set(LATER)
    assert (jobs.end_holds(), jobs.offer_rooms()) == (1, 1)
    assert (jobs.end_holds(), jobs.offer_rooms()) == (0, 0)
    db.session.expire_all()
    assert db.session.get_one(Stay, held.id).state is BookingState.CANCELLED
    clock.set(LATER + timedelta(days=1))
    assert jobs.end_holds() == 1
    db.session.expire_all()
    assert db.session.scalars(sa.select(RoomWish)).one().state is WishState.LAPSED


# --- hotels and houses -------------------------------------------------------------------------------------------


def test_a_hotel_is_asked_answers_with_its_number_and_is_asked_again_for_other_days(session, case, actor):
    hotel = session.scalars(
        sa.select(LodgingHouse).where(LodgingHouse.hospital_id == case.hospital_id, LodgingHouse.is_partner)
    ).one()
    facts = {"arrive_on": FIRST, "leave_on": LAST, "guests": 2, "note": "Quiet"}
    stay = partners.ask_partner(session, case, house_id=hotel.id, **facts, **_by(actor))
    assert (stay.state, stay.room) == (BookingState.REQUESTED, None)
    answer = {"number": "SB-77", "cost": Money(90_000, "USD")}
    partners.partner_confirms(session, case, public_id=stay.public_id, **answer, **_by(actor))
    assert (stay.state, stay.confirmation_number) == (BookingState.CONFIRMED, "SB-77")
    with pytest.raises(AlreadyTaken, match="already_answered"):
        partners.partner_refuses(session, case, public_id=stay.public_id, why="", **_by(actor))
    days = {"arrive_on": FIRST, "leave_on": LAST + timedelta(days=1)}
    move_stay(session, case, public_id=stay.public_id, **days, **_by(actor))
    assert (stay.state, stay.confirmation_number, stay.cost) == (BookingState.REQUESTED, "", None)
    partners.partner_refuses(session, case, public_id=stay.public_id, why="Full", **_by(actor))
    assert not stays_of(session, case.id)


def test_a_room_out_of_service_is_not_offered_and_keeps_who_is_in_it(session, case, actor, room):
    stay = scenes.a_stay(session, case, actor, room)
    houses.set_in_service(session, room.house, room_id=room.id, is_active=False)
    later = Need(LAST, LAST + timedelta(days=2))
    assert room not in [f.room for f in free_rooms(session, case.hospital_id, later, now=START)]
    with pytest.raises(InvalidInput, match="room_out_of_service"):
        scenes.a_stay(session, a_case(session), actor, room, arrive_on=LAST, leave_on=LAST + timedelta(days=2))
    assert stay.state is BookingState.CONFIRMED


def test_seasons_are_added_without_overlap_and_change_no_price_that_was_agreed(session, case, actor, room):
    stay = scenes.a_stay(session, case, actor, room)
    season = {"room_id": room.id, "from_on": FIRST, "until_on": LAST, "night": Money(5_000, "USD")}
    rate = houses.add_rate(session, room.house, **season)
    with pytest.raises(InvalidInput, match="season_overlaps"):
        houses.add_rate(session, room.house, **season)
    assert stay.cost == Money(72_000, "USD")
    cancel_stay(session, case, public_id=stay.public_id, **_by(actor))
    need = Need(FIRST, LAST, needs_accessible=True, needs_kitchen=True)
    best = free_rooms(session, case.hospital_id, need, now=START)
    assert (best[0].room, best[0].cost) == (room, Money(30_000, "USD"))
    houses.end_rate(session, room.house, rate_id=rate.id, today=START.date())
    assert scenes.a_stay(session, case, actor, room).cost == Money(72_000, "USD")


# --- lists -------------------------------------------------------------------------------------------------------


def test_pages_of_free_rooms_and_of_the_calendar_show_each_room_once(session, case, actor, room):
    stay = scenes.a_stay(session, case, actor, room, arrive_on=FIRST + timedelta(days=1))
    need, seen, after = Need(FIRST, LAST), [], ()
    while page := free_rooms(session, case.hospital_id, need, now=START, after=after, most=4):
        seen += [free.room.id for free in page]
        after = page[-1].place
    assert len(seen) == len(set(seen)) == 9
    rows, after = calendar(session, (case.hospital_id,), FIRST, RoomFilter(), now=START, most=6)
    more, end = calendar(session, (case.hospital_id,), FIRST, RoomFilter(), now=START, after=after, most=6)
    assert len({row.room.id for row in [*rows, *more]}) == 10
    assert end == ()
    spans = next(row.spans for row in rows if row.room.id == room.id)
    assert [(span.nights, span.stay) for span in spans] == [(1, None), (5, stay), (8, None)]
