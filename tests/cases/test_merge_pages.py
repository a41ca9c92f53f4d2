"""The pages of a merge: side by side, field by field, and back again; old references lead on."""

import pytest

from concierge.cases import duplicates
from concierge.db import transaction
from concierge.models import Case
from tests.factories import START, as_portal, patient_of


@pytest.fixture
def pair(open_case, sign_in):
    sign_in("maria")
    older, newer = open_case(), open_case(native_name="Nora Almutairy")
    with transaction() as writing:
        duplicates.suggest(writing, writing.get_one(Case, newer.id), now=START)
    return older, newer


def _compare(client, pair):
    return client.get(f"/c/{pair[1].reference}/same/{pair[0].reference}")


def _merge(client, pair, **choices):
    done = client.submit(
        _compare(client, pair), action=f"/same/{pair[0].reference}", is_checked="y", **choices
    )
    assert done.status_code == 303, done.text
    return client.get(done.location)


def test_both_records_stand_side_by_side_with_reasons_and_choices(client, pair):
    listed = client.get(f"/c/{pair[1].reference}/same").text
    assert "Same passport" in listed
    page = _compare(client, pair).text
    for text in (pair[0].reference, pair[1].reference, "نورة المطيري", "Nora Almutairy", "Take part"):
        assert text in page


def test_nothing_is_merged_before_somebody_says_that_they_compared(client, session, pair):
    answer = client.submit(_compare(client, pair), action=f"/same/{pair[0].reference}")
    assert answer.status_code == 422
    assert "Compare both, then tick the box" in answer.text


def test_the_choice_of_each_field_holds_and_the_undo_gives_it_back(client, session, pair):
    page = _merge(client, pair, fact_native_name="newer")
    assert "can be taken back" in page.text
    assert session.get_one(Case, pair[0].id, populate_existing=True).person.native_name == "Nora Almutairy"
    back = client.submit(page, action=page.text.split("/same/undo/")[1].split('"')[0])
    assert "Both records are as they were." in client.get(back.location).text
    session.rollback()
    assert session.get_one(Case, pair[0].id, populate_existing=True).person.native_name == "نورة المطيري"


def test_an_old_reference_leads_to_the_case_that_stays_and_its_history_stays_open(client, pair):
    _merge(client, pair)
    for place in ("", "/people", "/records"):
        led = client.get(f"/c/{pair[1].reference}{place}")
        assert (led.status_code, led.location) == (303, f"/c/{pair[0].reference}{place}")
    assert pair[1].reference in client.get(f"/c/{pair[0].reference}").text
    assert "Merged into" in client.get(f"/c/{pair[1].reference}/history").text


def test_the_link_of_an_old_mail_leads_the_family_on(client, session, pair, app):
    who = patient_of(session, pair[1])
    _merge(client, pair)
    session.rollback()
    family = app.test_client()
    as_portal(family, who, session)
    led = family.get(f"/portal/{pair[1].public_id}/messages")
    assert (led.status_code, led.location) == (303, f"/portal/{pair[0].public_id}/messages")
    assert family.get(led.location).status_code == 200


def test_the_second_of_two_at_once_is_told(client, pair):
    page = _compare(client, pair)
    _merge(client, pair)
    late = client.submit(page, action=f"/same/{pair[0].reference}", is_checked="y")
    assert late.status_code in {303, 409}


def test_who_may_not_edit_merges_nobody(client, pair, sign_in):
    sign_in("daniel")
    assert client.get(f"/c/{pair[1].reference}/same/{pair[0].reference}").status_code in {403, 404}


def test_a_caller_is_looked_for_while_somebody_types(client, pair):
    form = client.get("/desk/enquiry/new")
    token = (
        form.text.split('name="csrf_token" value="')[1].split('"')[0]
        if 'name="csrf_token"' in form.text
        else ""
    )
    sent = {"csrf_token": token, "name": "Noora Motairi", "phone": "050 123 4567", "country": "SA"}
    found = client.post("/desk/same-person", data=sent, headers={"X-Fragment": "1"})
    assert found.status_code == 200, found.text
    assert pair[0].reference in found.text
    assert "<html" not in found.text
    assert (
        "Nobody like this"
        in client.post("/desk/same-person", data=sent | {"name": "Zoe Quinn", "phone": ""}).text
    )
    assert client.get("/desk/same-person").status_code == 302


def test_the_search_says_what_only_sounds_alike(client, pair):
    page = client.get("/cases?q=Nora").text
    assert "These names sound like it" in page
