"""The Travel page as a whole and the family's trip, as a browser without JavaScript has them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Relation
from concierge.models import Answer
from tests.booking import scenes
from tests.booking.rides import scenes as ride_scenes
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


def _text(page) -> str:
    return page.get_data(as_text=True)


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
    for address in ("travel", "trip/flight", "rides"):
        assert f'href="/portal/{scene.pid}/{address}"' in text


def test_a_flight_says_which_time_is_the_take_off_and_which_the_landing(family, session, scene):
    with transaction() as writing:
        flight = scenes.a_flight(writing, writing.merge(scene.case), scene.actor)
        airports = flight.from_airport, flight.to_airport
    text = _text(family.get(f"/portal/{scene.pid}/trip"))
    words = ("Departs", airports[0], "Lands", airports[1])
    assert sorted(words, key=text.index) == list(words)


def test_a_place_on_an_outing_is_sure_without_being_published(family, session, scene):
    with transaction() as writing:
        case = writing.merge(scene.case)
        writing.get(Answer, case.id).trip_confirmed_at = START
        ride_scenes.joined(writing, case, scene.actor, ride_scenes.an_outing(writing, case, scene.actor), 1)
    text = _text(family.get(f"/portal/{scene.pid}/trip"))
    assert "To the market" in text
    assert "ot confirmed yet" not in text


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
