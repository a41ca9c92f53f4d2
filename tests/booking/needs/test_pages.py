"""T12 on a phone without JavaScript, and the panel on the Travel page."""

from types import SimpleNamespace

import pytest

from concierge.booking.needs.actions import TravellerFacts, tell_traveller
from concierge.booking.travellers import needs_of, travellers_of
from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.journey import Step
from concierge.domain.passports import MOST_TRAVELLERS
from concierge.domain.vocabulary import Relation
from concierge.models import Answer, Case
from tests.factories import a_case, account, as_portal, as_staff, patient_of, staff, takes_part
from tests.support.clock import START

PASSPORT = {"passport_name": "SAMI AL MUTAIRI", "passport_number": "E7654321", "passport_until": "2026-12-10"}


@pytest.fixture
def scene(client, session):
    """A case after the yes; its patient reads on a phone."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION, language="en")
        writing.get(Answer, case.id).evaluation_to = START.date().replace(month=12, day=12)
        as_portal(client, patient_of(writing, case), writing)
    return SimpleNamespace(
        id=case.id, ref=case.reference, url=f"/portal/{case.public_id}/travel", pid=case.public_id
    )


def _case(session, scene) -> Case:
    session.rollback()
    return session.get_one(Case, scene.id)


def _companion(client, scene, **changes):
    page = client.get(f"{scene.url}/travellers/new")
    return client.submit(page, **{"relation": "child"} | PASSPORT | changes)


def _save(client, scene, name, **fields):
    return client.submit(client.get(f"{scene.url}/{name}"), **fields)


def test_a_family_tells_it_all_and_sends_it(client, session, scene, clock):
    assert client.get(scene.url).text.count("Not yet") == 7
    assert _companion(client, scene).status_code == 303
    assert _save(client, scene, "airport", home_airport="ruh", home_by="2026-12-20").status_code == 303
    assert _save(client, scene, "health", is_fit_to_fly_needed="on").status_code == 303
    assert _save(client, scene, "lodging", beds="٣", needs_kitchen="on").status_code == 303
    assert _save(client, scene, "food", food=["halal", "soft"], prayer="muslim").status_code == 303
    assert _save(client, scene, "interpreter", interpreter_gender="f").status_code == 303
    assert _save(client, scene, "visa", is_visa_needed="no").status_code == 303
    page = client.get(scene.url)
    assert "Riyadh, King Khaled International Airport (RUH)" in page.text
    assert "Check the passports" in page.text and "Not yet" not in page.text
    assert client.submit(page, action="/travel/send").status_code == 303
    needs = needs_of(session, _case(session, scene))
    assert (needs.home_airport, needs.beds, needs.food) == ("RUH", 3, ["halal", "soft"])
    assert (needs.interpreter_language, needs.interpreter_gender) == ("en", "f")
    assert needs.sent_at is not None
    clock.forward(minutes=5)
    _save(client, scene, "lodging", beds="4")
    page = client.get(scene.url)
    assert "Changed since then:" in page.text and "Send the changes" in page.text


def test_a_name_that_is_not_latin_and_an_odd_number_stand_next_to_their_fields(client, session, scene):
    page = _companion(client, scene, relation="", passport_name="سامي", passport_number="12")
    assert page.status_code == 422
    assert 'value="سامي"' in page.text and 'value="12"' in page.text
    for text in (
        "Choose the relation",
        "Write the name in Latin letters A to Z",
        "A passport number has 5 to 20",
    ):
        assert text in page.text
    assert travellers_of(session, _case(session, scene)) == []


def test_a_passport_that_ends_too_early_is_warned_of_and_kept(client, session, scene):
    _companion(client, scene)
    page = client.get(f"{scene.url}/travellers")
    assert "Ends before the way home: renew it before the journey" in page.text
    assert len(travellers_of(session, _case(session, scene))) == 2


def test_one_too_many_keeps_what_was_typed(client, scene):
    with transaction() as writing:
        case, family = writing.get_one(Case, scene.id), Actor("portal", 1, "Noura")
        for _number in range(MOST_TRAVELLERS - 1):
            tell_traveller(writing, case, TravellerFacts(Relation.CHILD, "SAMI"), actor=family, now=START)
    page = _companion(client, scene)
    assert page.status_code == 422
    assert "Up to 8 people can be noted here." in page.text and 'value="E7654321"' in page.text
    assert "call us, and we plan it together" in client.get(f"{scene.url}/travellers").text


def test_a_city_asks_which_of_its_airports_and_nonsense_is_refused(client, session, scene):
    page = _save(client, scene, "airport", home_airport="Riyadh", travel_note="with a stop in Doha")
    assert page.status_code == 422
    assert "Several airports fit" in page.text and "with a stop in Doha" in page.text
    assert client.submit(page, chosen="RUH").status_code == 303
    assert needs_of(session, _case(session, scene)).home_airport == "RUH"
    page = _save(client, scene, "airport", home_airport="zzqq")
    assert (page.status_code, "We know no such airport" in page.text) == (422, True)


def test_a_passport_number_is_whole_for_its_owner_and_booking_staff_only(app, client, session, scene):
    _companion(client, scene)
    mine = client.get(f"{scene.url}/travellers").text
    assert "P1234567" in mine
    assert "E7654321" not in mine and "•••321" in mine
    sami = travellers_of(session, _case(session, scene))[1]
    form = client.get(f"{scene.url}/travellers/{sami.public_id}")
    assert "E7654321" not in form.text
    assert client.submit(form, born_on="1994-04-11").status_code == 303  # an empty number keeps the known one
    daughter = app.test_client()
    with transaction() as writing:
        caregiver = account(writing, "huda@family.example")
        takes_part(writing, writing.get_one(Case, scene.id), caregiver, Relation.CHILD)
        as_portal(daughter, caregiver, writing)
    assert "P1234567" not in daughter.get(f"{scene.url}/travellers").text
    assert "P1234567" not in daughter.get(f"{scene.url}/travellers/patient").text
    for email, sees in (("tom@alder-coast.example", True), ("daniel@alder-coast.example", False)):
        desk = app.test_client()
        as_staff(desk, staff(session, email), session)
        assert ("E7654321" in desk.get(f"/c/{scene.ref}/travel").text) is sees


def test_a_coordinator_types_for_the_family_under_their_own_name(app, client, session, scene):
    desk = app.test_client()
    tom = staff(session, "tom@alder-coast.example")
    as_staff(desk, tom, session)
    page = desk.get(f"/c/{scene.ref}/travel")
    assert "Not sent yet" in page.text and "Bookings may become firm." in page.text
    assert desk.submit(page, action="/needs/complete").status_code == 422  # nobody has said who travels
    for address, fields in (
        ("travellers/new", {"relation": "child", **PASSPORT}),
        ("lodging", {"beds": "2"}),
    ):
        form = desk.get(f"/c/{scene.ref}/travel/needs/{address}")
        assert desk.submit(form, **fields).location == f"/c/{scene.ref}/travel#needs"
    page = desk.get(f"/c/{scene.ref}/travel")
    assert "Ends before the way home" in page.text and "2 beds" in page.text
    assert desk.submit(page, action="/needs/complete").status_code == 303
    assert needs_of(session, _case(session, scene)).sent_by == tom.name
    assert f"Noted for you by {tom.name}" in client.get(scene.url).text
    assert "Travel needs sent to the travel team: Travellers and passports and Where you sleep" in (
        desk.get(f"/c/{scene.ref}/history").text
    )


def test_the_home_asks_for_it_while_the_team_plans(client, session, scene):
    with transaction() as writing:
        writing.get(Answer, scene.id).trip_confirmed_at = None
        case = writing.get_one(Case, scene.id)
        case.step, case.next_code = Step.ACCEPTANCE, "confirm_trip"
    home = f"/portal/{scene.pid}/home"
    assert "Tell us who travels and what you need" in client.get(home).text
    _companion(client, scene)
    client.submit(client.get(scene.url), action="/travel/send")
    assert "Tell us who travels and what you need" not in client.get(home).text


def test_strangers_and_unknown_parts_find_nothing(app, client, scene):
    assert client.get(f"{scene.url}/nothing").status_code == 404
    assert client.get(f"{scene.url}/travellers/unknown").status_code == 404
    stranger = app.test_client()
    with transaction() as writing:
        as_portal(stranger, account(writing, "stranger@family.example"), writing)
    for address in ("", "/airport", "/travellers", "/travellers/patient"):
        assert stranger.get(f"{scene.url}{address}").status_code == 404
