"""The travel page, the day across cases and the family's trip, as a browser without JavaScript has them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Relation
from concierge.models import Answer, InterpreterAssignment, Ride, Stay
from tests.booking import scenes
from tests.factories import a_case, account, as_portal, as_staff, patient_of, staff, takes_part
from tests.support.clock import START

TOM, MARIA, HU = "tom@alder-coast.example", "maria@alder-coast.example", "hu@jinghe.example"


@pytest.fixture
def scene(session):
    """A case after the patient's yes, its coordinator, and the page's address."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
        writing.get(Answer, case.id).trip_confirmed_at = None
        tom = staff(writing, TOM)
        actor = scenes.coordinator(writing)
    return SimpleNamespace(
        case=case, tom=tom, actor=actor, url=f"/c/{case.reference}/travel", pid=case.public_id
    )


@pytest.fixture
def desk(client, session, scene):
    """Tom's browser."""
    as_staff(client, scene.tom, session)
    return client


def _count(session, model) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def _text(page) -> str:
    return page.get_data(as_text=True)


ROOM = {"arrive_on": "2026-12-08", "leave_on": "2026-12-14", "guests": "2"}


def _look_for_rooms(desk, scene, **changes):
    page = desk.get(scene.url)
    return desk.submit(page, action="/travel/room#room", button="look", **ROOM | changes)


# --- booking -----------------------------------------------------------------------------------------------------


def test_a_room_is_looked_for_then_booked(desk, session, scene):
    found = _look_for_rooms(desk, scene)
    assert found.status_code == 200
    assert "Juniper House, room 101" in _text(found)
    room = scenes.rooms(session, scene.case)[0]
    done = desk.submit(found, action="/travel/room#room", button="book", room_id=str(room.id))
    assert (done.status_code, done.location) == (303, f"{scene.url}#lodging")
    assert "Check in at" in _text(desk.get(scene.url))
    assert _count(session, Stay) == 1


def test_looking_books_nothing(desk, session, scene):
    _look_for_rooms(desk, scene)
    assert _count(session, Stay) == 0


def test_two_coordinators_press_book_this_room_one_wins_one_gets_a_kind_page(app, desk, session, scene):
    other_desk = app.test_client()
    with transaction() as writing:
        other = a_case(writing, step=Step.EVALUATION)
    as_staff(other_desk, staff(session, TOM), session)
    room = scenes.rooms(session, scene.case)[0]
    mine = _look_for_rooms(desk, scene)
    page = other_desk.get(f"/c/{other.reference}/travel")
    theirs = other_desk.submit(page, action="/travel/room#room", button="look", **ROOM)
    won = other_desk.submit(theirs, action="/travel/room#room", button="book", room_id=str(room.id))
    lost = desk.submit(mine, action="/travel/room#room", button="book", room_id=str(room.id))
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "This room was booked by somebody else a moment ago" in _text(lost)
    assert "Juniper House, room 102" in _text(lost)
    assert "Juniper House, room 101" not in _text(lost)
    assert 'value="2026-12-08"' in _text(lost)
    room_2 = scenes.rooms(session, scene.case)[1]
    again = desk.submit(lost, action="/travel/room#room", button="book", room_id=str(room_2.id))
    assert again.status_code == 303
    assert _count(session, Stay) == 2


def test_the_same_press_twice_is_one_booking(desk, session, scene):
    found = _look_for_rooms(desk, scene)
    room = scenes.rooms(session, scene.case)[0]
    answers = [
        desk.submit(found, action="/travel/room#room", button="book", room_id=str(room.id)) for _ in range(2)
    ]
    assert {answer.status_code for answer in answers} == {303}
    assert answers[0].location == answers[1].location
    assert _count(session, Stay) == 1


def test_booking_without_a_choice_asks_for_one(desk, session, scene):
    answer = desk.submit(
        _look_for_rooms(desk, scene), action="/travel/room#room", button="book", room_id=None
    )
    assert answer.status_code == 422
    assert "Choose one of those that are free." in _text(answer)


def test_a_ride_begins_where_the_flight_ends(desk, session, scene):
    with transaction() as writing:
        scenes.a_flight(writing, writing.merge(scene.case), scene.actor)
    page = desk.get(scene.url)
    action = "/travel/ride/arrival#ride-arrival"
    found = desk.submit(page, action=action, button="look")
    assert 'value="2026-12-08T14:30"' in _text(found)
    assert "Van 1" in _text(found)
    car = scenes.resources(session, scene.case, "vehicle")[0]
    done = desk.submit(found, action=action, button="book", vehicle_id=str(car.id))
    assert done.status_code == 303
    assert _count(session, Ride) == 1


def test_a_vehicle_that_went_meanwhile_is_said_and_nothing_typed_is_lost(desk, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        scenes.a_flight(writing, case, scene.actor)
        other = scenes.a_case(writing)
    action = "/travel/ride/arrival#ride-arrival"
    found = desk.submit(desk.get(scene.url), action=action, button="look", sign_text="NOURA")
    car = scenes.resources(session, scene.case, "vehicle")[0]
    with transaction() as writing:
        scenes.a_ride(writing, writing.merge(other), scene.actor, writing.merge(car))
    lost = desk.submit(found, action=action, button="book", vehicle_id=str(car.id))
    assert lost.status_code == 409
    assert "This time is already taken." in _text(lost)
    assert 'value="NOURA"' in _text(lost)
    assert "Car 2" in _text(lost)


def test_an_interpreter_is_proposed_with_reasons_and_booked(desk, session, scene):
    action = "/travel/interpreter#interpreter"
    asked = {
        "appointment": "",
        "starts_at": "2026-12-09T10:00",
        "minutes": "90",
        "modality": "phone",
        "gender_wish": "f",
    }
    found = desk.submit(desk.get(scene.url), action=action, button="look", **asked)
    text = _text(found)
    assert text.index("Hala Mansour") < text.index("Samir Khoury")
    assert "Not the gender that the patient wishes" in text
    assert "This takes more than one hour: an interpreter in the room is better." in text
    person = next(p for p in scenes.interpreters_of(session, scene.case, "ar") if p.gender == "f")
    book = {"action": action, "button": "book", "interpreter_id": str(person.id)}
    refused = desk.submit(found, **book)
    assert refused.status_code == 422
    assert "Choose on site, or say why not" in _text(refused)
    done = desk.submit(refused, waiver="She is in Fresno", **book)
    assert done.status_code == 303
    assert _count(session, InterpreterAssignment) == 1
    assert "She is in Fresno" in _text(desk.get(scene.url))


def test_bidi_controls_do_not_reach_the_sign(desk, session, scene):
    action = "/travel/ride/arrival#ride-arrival"
    typed = {
        "starts_at": "2026-12-08T14:30",
        "from_place": "LAX",
        "to_place": "Juniper House",
        "sign_text": "NOU\u202eRA",
    }
    found = desk.submit(desk.get(scene.url), action=action, button="look", **typed)
    assert 'value="NOURA"' in _text(found)


def test_what_is_taken_out_is_gone(desk, session, scene):
    with transaction() as writing:
        stay = scenes.a_stay(writing, writing.merge(scene.case), scene.actor)
    shown = desk.get(scene.url)
    assert _text(shown).count(f"{stay.public_id}/cancel") == 1, "one place: the panel of its room"
    done = desk.submit(shown, action=f"/stays/{stay.public_id}/cancel")
    assert done.status_code == 303
    assert "Check in at" not in _text(desk.get(scene.url))


# --- confirming --------------------------------------------------------------------------------------------------


def test_gaps_are_named_and_ticked_before_the_trip_is_published(desk, session, scene):
    with transaction() as writing:
        scenes.a_flight(writing, writing.merge(scene.case), scene.actor)
    page = desk.get(scene.url)
    refused = desk.submit(page, action="/travel/confirm#confirm")
    assert refused.status_code == 422
    assert "Close the gaps named above, or tick that they are all right." in _text(refused)
    done = desk.submit(refused, action="/travel/confirm#confirm", knows_gaps="y")
    assert done.status_code == 303
    session.rollback()
    assert session.get(Answer, scene.case.id).trip_confirmed_at == START


def test_a_trip_that_changed_meanwhile_is_not_published_unseen(desk, session, scene):
    page = desk.get(scene.url)
    with transaction() as writing:
        scenes.a_stay(writing, writing.merge(scene.case), scene.actor)
    answer = desk.submit(page, action="/travel/confirm#confirm", knows_gaps="y")
    assert answer.status_code == 409


# --- who may -------------------------------------------------------------------------------------------------------


def test_a_colleague_of_another_hospital_finds_nothing(client, session, scene):
    as_staff(client, staff(session, HU), session)
    for path in ("", "/room", "/confirm"):
        assert client.get(scene.url + path).status_code == 404


def test_a_specialist_sees_the_trip_but_books_nothing(client, session, scene):
    as_staff(client, staff(session, MARIA), session)
    assert "Add to the trip" not in _text(client.get(scene.url))
    assert client.get(f"{scene.url}/room").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, scene):
    for path in (scene.url, f"/portal/{scene.pid}/trip", f"/portal/{scene.pid}/trip.pdf"):
        assert client.get(path).status_code == 302


# --- the family ----------------------------------------------------------------------------------------------------


@pytest.fixture
def family(client, session, scene):
    """The patient's phone, in English."""
    with transaction() as writing:
        patient_of(writing, scene.case).language = "en"
    as_portal(client, patient_of(session, scene.case), session)
    return client


def test_before_the_yes_the_page_says_when_planning_begins(client, session):
    with transaction() as writing:
        case = a_case(writing, language="en")
    as_portal(client, patient_of(session, case), session)
    assert "We start planning after your yes." in _text(client.get(f"/portal/{case.public_id}/trip"))


def test_a_trip_that_is_not_confirmed_says_so(family, session, scene):
    with transaction() as writing:
        scenes.a_stay(writing, writing.merge(scene.case), scene.actor)
    assert "Not confirmed yet" in _text(family.get(f"/portal/{scene.pid}/trip"))
    with transaction() as writing:
        writing.get(Answer, scene.case.id).trip_confirmed_at = START
    assert "ot confirmed yet" not in _text(family.get(f"/portal/{scene.pid}/trip"))


def test_the_trip_is_there_to_hold_with_driver_plate_sign_and_both_clocks(family, clock, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        scenes.a_flight(writing, case, scene.actor)
        scenes.a_ride(writing, case, scene.actor)
    text = _text(family.get(f"/portal/{scene.pid}/trip"))
    for word in ("Van 1", "FIC 101", "NOURA AL MUTAIRI", "tel:+12135550121", "Riyadh"):
        assert word in text


def test_today_comes_first_and_what_is_over_is_folded(family, clock, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        scenes.a_flight(writing, case, scene.actor)
        scenes.an_assignment(writing, case, scene.actor)
    clock.set(scenes.TEN + timedelta(hours=3))
    text = _text(family.get(f"/portal/{scene.pid}/trip"))
    assert text.index("Today, Wednesday") < text.index("Days that are over") < text.index("SV 41")


def test_paper_and_calendar_have_names_that_tell_nothing(family, session, scene):
    with transaction() as writing:
        scenes.a_stay(writing, writing.merge(scene.case), scene.actor)
    for ending, kind in (("pdf", "application/pdf"), ("ics", "text/calendar")):
        answer = family.get(f"/portal/{scene.pid}/trip.{ending}")
        assert answer.mimetype == kind
        assert f"{scene.case.reference}-trip.{ending}" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_each_caregiver_sees_the_trip_and_no_stranger_does(app, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        son = account(writing, "son@family.example")
        takes_part(writing, case, son, Relation.CHILD)
        stranger = account(writing, "stranger@family.example")
    for who, status in ((son, 200), (stranger, 404)):
        phone = app.test_client()
        as_portal(phone, who, session)
        for page in ("trip", "trip.pdf", "trip.ics"):
            assert phone.get(f"/portal/{scene.pid}/{page}").status_code == status
