"""Rooms in the browser: the panel of a case, the calendar, a house, the waiting list, hotels asked."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from concierge.booking.lodging.actions import hold_room
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.models import LodgingHouse, LodgingRate, LodgingRoom, RoomWish, Stay
from tests.booking import scenes
from tests.booking.scenes import a_case
from tests.factories import as_staff, staff
from tests.support.clock import START

TOM, MARIA, HU = "tom@alder-coast.example", "maria@alder-coast.example", "hu@jinghe.example"
ROOM = {"arrive_on": "2026-12-08", "leave_on": "2026-12-14", "guests": "2"}
LOOK = "/travel/room#room"


@pytest.fixture
def scene(session):
    with transaction() as writing:
        case, other = a_case(writing, step=Step.EVALUATION), a_case(writing, step=Step.EVALUATION)
        actor = scenes.coordinator(writing)
    return SimpleNamespace(case=case, other=other, actor=actor, url=f"/c/{case.reference}/travel")


@pytest.fixture
def desk(client, session, scene):
    as_staff(client, staff(session, TOM), session)
    return client


def _text(page) -> str:
    return page.get_data(as_text=True)


def _one(session, model, *conditions):
    session.rollback()
    return session.scalars(
        sa.select(model).where(*conditions).execution_options(populate_existing=True)
    ).one()


def _stays(session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Stay))


def _hold(scene, lasts=timedelta(hours=1)):
    with transaction() as writing:
        case = writing.merge(scene.case)
        room = scenes.rooms(writing, case)[0]
        return hold_room(
            writing, case, room_id=room.id, arrive_on=scenes.FIRST, leave_on=scenes.LAST, guests=2, lasts=lasts,
            actor=scene.actor, now=START,
        ), room  # fmt: skip


def test_a_room_is_held_moved_confirmed_and_taken_out_on_one_panel(desk, session, scene):
    found = desk.submit(desk.get(scene.url), action=LOOK, button="look", **ROOM)
    assert "USD 720 (6 nights × USD 120)" in _text(found).replace("\u2066", "").replace("\u2069", "")
    room = scenes.rooms(session, scene.case)[0]
    held = desk.submit(found, action=LOOK, button="hold", room_id=str(room.id), hours="4")
    assert (held.status_code, held.location) == (303, f"{scene.url}#lodging")
    stay = _one(session, Stay)
    assert stay.held_until == START + timedelta(hours=4)
    page = desk.get(scene.url)
    assert "Held until" in _text(page)
    days = {"arrive_on": "2026-12-09", "leave_on": "2026-12-15"}
    assert desk.submit(page, action=f"{stay.public_id}/move", **days).status_code == 303
    assert desk.submit(desk.get(scene.url), action=f"{stay.public_id}/confirm").status_code == 303
    assert desk.submit(desk.get(scene.url), action=f"{stay.public_id}/cancel").status_code == 303
    assert "No room is booked." in _text(desk.get(scene.url))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"leave_on": "2026-12-07"}, "Choose a day of leaving after the first night."),
        ({"leave_on": "2027-04-01"}, "A stay is at most 90 nights."),
        ({"guests": "30"}, "Enter a whole number from 1 to 20"),
    ],
)
def test_what_makes_no_stay_is_said_beside_its_field_and_kept(desk, session, scene, changes, sentence):
    typed = ROOM | changes
    answer = desk.submit(desk.get(scene.url), action=LOOK, button="look", **typed)
    assert answer.status_code == 422
    assert sentence in _text(answer)
    assert all(f'value="{value}"' in _text(answer) for value in typed.values())


def test_a_hold_confirmed_too_late_shows_what_is_free_and_loses_nothing(desk, clock, session, scene):
    held, room = _hold(scene)
    page = desk.get(scene.url)
    clock.set(START + timedelta(hours=1, seconds=1))
    with transaction() as writing:
        scenes.reserve_room(
            writing, writing.merge(scene.other), room_id=room.id, arrive_on=scenes.FIRST, leave_on=scenes.LAST,
            guests=2, actor=scene.actor, now=START + timedelta(hours=1, seconds=1),
        )  # fmt: skip
    answer = desk.submit(page, action=f"{held.public_id}/confirm")
    assert answer.status_code == 409
    assert "The hold had ended, and somebody else has booked this room since." in _text(answer)
    assert "Juniper House, room 102" in _text(answer)
    assert 'value="2026-12-08"' in _text(answer)


def test_other_nights_that_are_taken_offer_another_room(desk, session, scene):
    with transaction() as writing:
        stay = scenes.a_stay(writing, writing.merge(scene.case), scene.actor)
        scenes.a_stay(
            writing, writing.merge(scene.other), scene.actor, arrive_on=scenes.LAST,
            leave_on=scenes.LAST + timedelta(days=2),
        )  # fmt: skip
    action, days = f"{stay.public_id}/move", {"arrive_on": "2026-12-10", "leave_on": "2026-12-16"}
    lost = desk.submit(desk.get(scene.url), action=action, **days)
    assert lost.status_code == 409
    assert 'value="2026-12-16"' in _text(lost)
    room = scenes.rooms(session, scene.case)[1]
    assert desk.submit(lost, action=action, room_id=str(room.id)).status_code == 303
    assert _one(session, Stay, Stay.public_id == stay.public_id).room_id == room.id


def test_a_family_waits_and_a_hotel_is_asked_and_both_stand_on_their_lists(desk, session, scene):
    found = desk.submit(desk.get(scene.url), action=LOOK, button="look", **ROOM | {"guests": "9"})
    assert desk.submit(found, action=LOOK, button="wait").status_code == 303
    wish = _one(session, RoomWish)
    assert scene.case.reference in _text(desk.get("/lodging/waiting"))
    ask = {"arrive_on": "2026-12-08", "leave_on": "2026-12-14", "guests": "9", "note": "Low floor"}
    assert desk.submit(desk.get(scene.url), action="/travel/partner#partner", **ask).status_code == 303
    assert "Seabright Hotel" in _text(desk.get("/lodging/requests"))
    stay = _one(session, Stay)
    page = desk.get(scene.url)
    assert desk.submit(page, action=f"{stay.public_id}/answer", number="").status_code == 422
    answer = {"number": "SB-77", "cost": "1250.50"}
    assert desk.submit(page, action=f"{stay.public_id}/answer", **answer).status_code == 303
    page = desk.get(scene.url)
    assert "SB-77" in _text(page)
    assert desk.submit(page, action=f"{wish.public_id}/end").status_code == 303
    assert "Nobody waits for a room." in _text(desk.get("/lodging/waiting"))


def test_the_calendar_says_in_words_what_is_free_held_and_taken_in_my_hospitals(desk, session, scene):
    _hold(scene)
    with transaction() as writing:
        other = writing.merge(scene.other)
        scenes.a_stay(writing, other, scene.actor, scenes.rooms(writing, other)[1])
    text = _text(desk.get("/lodging?on=2026-12-01"))
    assert "held until" in text
    assert "Taken" in text
    assert scene.other.reference in text
    assert "Osmanthus Residence" not in text
    assert "201" not in _text(desk.get("/lodging?accessible=1"))
    for odd in ("on=9999-12-31", "on=x", "after=1.x", "house=99999999999999", "guests=%00"):
        assert desk.get(f"/lodging?{odd}").status_code == 200


def test_a_house_has_seasons_and_rooms_that_rest(desk, session, scene):
    house = session.scalars(
        sa.select(LodgingHouse).where(LodgingHouse.hospital_id == scene.case.hospital_id)
    ).first()
    url = f"/lodging/houses/{house.public_id}"
    season = {"from_on": "2027-03-01", "until_on": "2027-03-31", "night": "99.50", "room_id": ""}
    assert desk.submit(desk.get(url), action="/rates#rates", **season).status_code == 303
    again = desk.submit(desk.get(url), action="/rates#rates", **season)
    assert again.status_code == 422
    assert "Another season has some of these days." in _text(again)
    rate = _one(session, LodgingRate, LodgingRate.night_minor == 9_950)
    assert desk.submit(desk.get(url), action=f"/rates/{rate.id}/end").status_code == 303
    room = scenes.rooms(session, scene.case)[0]
    assert desk.submit(desk.get(url), action=f"/rooms/{room.id}/out").status_code == 303
    assert not _one(session, LodgingRoom, LodgingRoom.id == room.id).is_active
    assert "Out of service" in _text(desk.get(url))


def test_others_find_no_house_and_readers_get_no_forms(client, session, scene):
    key = session.scalars(sa.select(LodgingHouse.public_id).order_by(LodgingHouse.id)).first()
    as_staff(client, staff(session, HU), session)
    assert client.get(f"/lodging/houses/{key}").status_code == 404
    as_staff(client, staff(session, MARIA), session)
    assert client.get("/lodging").status_code == 403
    assert "Look for a room" not in _text(client.get(scene.url))


def _look_for_rooms(desk, scene):
    return desk.submit(desk.get(scene.url), action=LOOK, button="look", **ROOM)


def test_a_room_is_looked_for_then_booked(desk, session, scene):
    found = _look_for_rooms(desk, scene)
    assert found.status_code == 200
    assert "Juniper House, room 101" in _text(found)
    assert _stays(session) == 0
    room = scenes.rooms(session, scene.case)[0]
    done = desk.submit(found, action=LOOK, button="book", room_id=str(room.id))
    assert (done.status_code, done.location) == (303, f"{scene.url}#lodging")
    assert "Check in at" in _text(desk.get(scene.url))
    assert _stays(session) == 1


def test_two_coordinators_press_book_this_room_one_wins_one_gets_a_kind_page(app, desk, session, scene):
    other_desk = app.test_client()
    as_staff(other_desk, staff(session, TOM), session)
    room = scenes.rooms(session, scene.case)[0]
    mine = _look_for_rooms(desk, scene)
    page = other_desk.get(f"/c/{scene.other.reference}/travel")
    theirs = other_desk.submit(page, action=LOOK, button="look", **ROOM)
    won = other_desk.submit(theirs, action=LOOK, button="book", room_id=str(room.id))
    lost = desk.submit(mine, action=LOOK, button="book", room_id=str(room.id))
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "This room was booked by somebody else a moment ago" in _text(lost)
    assert "Juniper House, room 102" in _text(lost)
    assert "Juniper House, room 101" not in _text(lost)
    assert 'value="2026-12-08"' in _text(lost)
    room_2 = scenes.rooms(session, scene.case)[1]
    again = desk.submit(lost, action=LOOK, button="book", room_id=str(room_2.id))
    assert again.status_code == 303
    assert _stays(session) == 2


def test_the_same_press_twice_is_one_booking(desk, session, scene):
    found = _look_for_rooms(desk, scene)
    room = scenes.rooms(session, scene.case)[0]
    answers = [desk.submit(found, action=LOOK, button="book", room_id=str(room.id)) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert answers[0].location == answers[1].location
    assert _stays(session) == 1


def test_booking_without_a_choice_asks_for_one(desk, session, scene):
    answer = desk.submit(_look_for_rooms(desk, scene), action=LOOK, button="book", room_id=None)
    assert answer.status_code == 422
    assert "Choose one of those that are free." in _text(answer)
