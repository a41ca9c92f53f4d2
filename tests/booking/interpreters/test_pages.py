"""The list, a person, who stands in, and who takes over at the door, as a browser without JavaScript has them."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from concierge.booking.interpreters.actions import give_back
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import InterpreterKind, Modality
from concierge.models import InterpreterAssignment, InterpreterProfile, RelativeInterpreting
from tests.booking import scenes
from tests.booking.interpreters.scenes import a_person
from tests.factories import a_case, as_staff, staff

TOM, HU = "tom@alder-coast.example", "hu@jinghe.example"


@pytest.fixture
def scene(session):
    """Samir is booked for a family at ten."""
    with transaction() as writing:
        case = a_case(writing, step=Step.EVALUATION)
        actor = scenes.coordinator(writing)
        samir, hala = scenes.interpreters_of(writing, case, "ar")
        row = scenes.an_assignment(writing, case, actor, samir)
        a_person(
            writing, case, "Line", until=None, kind=InterpreterKind.PHONE_LINE, modalities=(Modality.PHONE,),
            agency_name="Bay Voices",
        )  # fmt: skip
    return SimpleNamespace(case=case, samir=samir, hala=hala, row=row, url=f"/c/{case.reference}/travel")


@pytest.fixture
def desk(client, session, scene):
    as_staff(client, staff(session, TOM), session)
    return client


def _text(page) -> str:
    return page.get_data(as_text=True)


def _address(session, person) -> str:
    return f"/interpreters/{session.get(InterpreterProfile, person.id).public_id}"


def test_an_interpreter_falls_ill_and_others_stand_in(desk, session, scene):
    people = _text(desk.get("/interpreters?language=ar"))
    assert "Samir Khoury" in people
    assert "Valid until" in people
    assert "Irina Volkova" not in people
    page = desk.get(_address(session, scene.samir) + "?from=2026-12-09")
    assert scene.case.reference in _text(page)
    absent = {"action": "/absences", "starts_at": "2026-12-09T07:00", "ends_at": "2026-12-09T18:00"}
    wrong = desk.submit(page, **absent | {"ends_at": "2026-12-08T18:00"})
    assert wrong.status_code == 422
    noted = desk.submit(page, **absent)
    assert noted.status_code == 303
    stand_ins = desk.get(noted.location)
    assert "Hala Mansour" in _text(stand_ins)
    assert "Cannot come" in _text(desk.get(scene.url))
    with transaction() as writing:  # somebody else takes Hala at that moment
        other = scenes.an_assignment(
            writing, a_case(writing), scenes.coordinator(writing), writing.merge(scene.hala)
        )
    name = f"for_{scene.row.public_id}"
    refused = desk.submit(stand_ins, **{name: str(scene.hala.id)})
    assert refused.status_code == 409
    assert "Nobody was booked." in _text(refused)
    with transaction() as writing:
        give_back(writing, writing.get(InterpreterAssignment, other.id))
    done = desk.submit(desk.get(noted.location), **{name: str(scene.hala.id)})
    assert done.status_code == 303
    assert "Somebody stands in everywhere." in _text(desk.get(noted.location))


def test_nobody_at_the_door_and_the_next_one_is_found(desk, session, scene, clock):
    clock.set(scenes.TEN)
    page = desk.get(scene.url)
    gone = desk.submit(page, action="/no-show")
    assert gone.status_code == 303
    ways = desk.get(gone.location)
    assert "Hala Mansour · On site" in _text(ways)
    assert "Line · By phone" in _text(ways)
    assert "Samir Khoury · " not in _text(ways)
    assert desk.submit(ways, choice="x.y").status_code == 422
    assert desk.submit(ways, choice=f"{scene.hala.id}.phone").status_code == 303
    session.expire_all()
    assert session.get(InterpreterAssignment, scene.row.id).replaced_by_id


def test_a_language_nobody_has_keeps_the_form_and_names_who_to_ask(desk, scene):
    asked = {"appointment": "", "starts_at": "2026-12-10T10:00", "minutes": "60", "language": "sw"}
    answer = desk.submit(
        desk.get(scene.url), action="/travel/interpreter#interpreter", button="look", **asked
    )
    assert answer.status_code == 200
    text = _text(answer)
    assert "Nobody here interprets this language." in text
    assert "Bay Voices" in text
    assert 'value="2026-12-10T10:00"' in text


def test_a_relative_is_noted_with_the_offer(desk, session, scene):
    told = {
        "action": "/travel/relative#relative", "name": "Khalid", "relation": "child", "offered_at": "2026-11-20T10:00",
        "decline_reason": "She trusts her son",
    }  # fmt: skip
    page = desk.get(scene.url)
    minor = desk.submit(page, **told)
    assert minor.status_code == 422
    assert "A minor never interprets. Book a professional interpreter." in _text(minor)
    assert desk.submit(page, **told, is_adult="y").status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(RelativeInterpreting)) == 1
    assert "She trusts her son" in _text(desk.get(scene.url))


def test_another_hospital_sees_nobody_of_ours(client, session, scene):
    as_staff(client, staff(session, HU), session)
    assert client.get(_address(session, scene.samir)).status_code == 404
    assert "Samir Khoury" not in _text(client.get("/interpreters"))
    assert client.get("/interpreters/absences/nothing").status_code == 404


def test_a_person_is_added_and_changed(desk, session, scene):
    page = desk.get("/interpreters/new")
    wrong = desk.submit(page, name="Amina", day_0="always", rate="95")
    assert wrong.status_code == 422
    assert "Write hours as" in _text(wrong)
    done = desk.submit(page, name="Amina", day_0="08:00-17:00", rate="95.50", modalities=["on_site"])
    assert done.status_code == 303
    person = desk.get(done.location)
    assert desk.submit(person, action="/languages", language="sw", target="en").status_code == 303
    assert desk.submit(person, action="/credentials", name="CMI", valid_until="2028-01-01").status_code == 303
    text = _text(desk.get(done.location))
    assert "Swahili and English" in text
    assert "USD 95.50" in text
    assert (
        desk.submit(desk.get(done.location), action="/facts", name="Amina H.", lines="3").status_code == 422
    )


def test_an_interpreter_is_proposed_with_reasons_and_booked(desk, session, scene):
    action = "/travel/interpreter#interpreter"
    asked = {
        "appointment": "",
        "starts_at": "2026-12-09T14:00",
        "minutes": "90",
        "modality": "phone",
        "gender_wish": "f",
    }
    found = desk.submit(desk.get(scene.url), action=action, button="look", **asked)
    text = _text(found)
    proposed = BeautifulSoup(text, "html.parser").find_all("input", {"name": "interpreter_id"})
    assert [one["value"] for one in proposed][:2] == [str(scene.hala.id), str(scene.samir.id)]
    assert "Not the gender that the patient wishes" in text
    assert "This takes more than one hour: an interpreter in the room is better." in text
    book = {"action": action, "button": "book", "interpreter_id": str(scene.hala.id)}
    refused = desk.submit(found, **book)
    assert refused.status_code == 422
    assert "Choose on site, or say why not" in _text(refused)
    done = desk.submit(refused, waiver="She is in Fresno", **book)
    assert done.status_code == 303
    assert "She is in Fresno" in _text(desk.get(scene.url))
