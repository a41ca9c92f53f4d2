"""The desk, the held message and both sides of the talk, as each reader sees them."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases.actions import close
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.journey import Exit
from concierge.jobs.translate import translate_due
from concierge.models import Case, GlossaryTerm, Message, OutboxMessage, Translation
from tests import factories as make
from tests.conversation.translation.scene import (
    DEPOSIT,
    DEPOSIT_AR,
    MARIA,
    SAMIR,
    FakeEngine,
    a_talk,
    say,
)


@pytest.fixture
def case(app: Flask, session: Session) -> Case:
    app.extensions["concierge.gateways"].translator = FakeEngine()
    with transaction() as writing:
        case = a_talk(writing)[0]
    yield case
    del app.extensions["concierge.gateways"].translator


def desk_of(app: Flask, email: str) -> FlaskClient:
    """The browser of a member of staff who reads English."""
    client = app.test_client()
    with transaction() as writing:
        user = make.staff(writing, email)
        user.language = "en"
        make.as_staff(client, user, writing)
    return client


@pytest.fixture
def maria(app: Flask, case: Case) -> FlaskClient:
    return desk_of(app, MARIA)


@pytest.fixture
def samir(app: Flask, case: Case) -> FlaskClient:
    return desk_of(app, SAMIR)


@pytest.fixture
def family(app: Flask, case: Case) -> FlaskClient:
    client = app.test_client()
    with transaction() as writing:
        make.as_portal(client, make.patient_of(writing, writing.get(Case, case.id)), writing)
    return client


def write(client: FlaskClient, case: Case, text: str, **more: object) -> None:
    answer = client.submit(client.get(f"/c/{case.reference}"), action="/messages", message=text, **more)
    assert answer.status_code == 303, answer.text


def talk(client: FlaskClient, case: Case) -> str:
    return _thread(client.get(f"/c/{case.reference}"))


def portal(client: FlaskClient, case: Case) -> str:
    return _thread(client.get(f"/portal/{case.public_id}/messages"))


def _thread(page) -> str:
    return " ".join(
        " ".join(one.get_text(" ").split()) for one in BeautifulSoup(page.text, "html.parser").select(".msg")
    )


def only_row(session: Session) -> Translation:
    session.rollback()
    return session.scalars(sa.select(Translation)).one()


def item(session: Session) -> str:
    return f"/translations/{only_row(session).public_id}"


def test_the_deposit_waits_for_the_desk_and_arrives_checked_by_name(
    maria: FlaskClient, samir: FlaskClient, family: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, DEPOSIT)
    translate_due()
    assert "Waits for a translator" in talk(maria, case)
    assert "an amount of money" in talk(maria, case)
    for path in ("messages", "home"):
        assert "10,000" not in family.get(f"/portal/{case.public_id}/{path}").text
    assert "Critical: waits until you approve it" in samir.get("/translations").text
    page = samir.get(item(session))
    assert DEPOSIT_AR in BeautifulSoup(page.text, "html.parser").textarea.get_text()
    assert "fake engine" in page.text
    assert samir.submit(page).location == "/translations"
    assert "All checked." in samir.get("/translations").text
    seen = portal(family, case)
    assert DEPOSIT_AR in seen
    assert DEPOSIT in seen
    assert "Samir Khoury" in seen
    session.rollback()
    assert session.scalars(sa.select(OutboxMessage.event)).all() == ["new_message"]
    assert "Checked by" in talk(maria, case)
    assert DEPOSIT_AR in talk(maria, case)


def test_an_open_page_of_the_family_gets_a_later_translation_and_never_what_is_held(
    maria: FlaskClient, samir: FlaskClient, family: FlaskClient, session: Session, case: Case
) -> None:
    def look(page) -> object:
        mark = BeautifulSoup(page.text, "html.parser").select_one("[data-mark]")["data-mark"]
        return family.get(f"/portal/{case.public_id}/messages/new?after={mark}")

    write(maria, case, "Good morning.")
    page = family.get(f"/portal/{case.public_id}/messages")
    translate_due()
    translated = look(page)
    assert "fake engine" not in _thread(page) and "fake engine" in _thread(translated)
    write(maria, case, DEPOSIT)
    translate_due()
    assert look(translated).status_code == 204
    held = session.scalars(sa.select(Translation).order_by(Translation.id.desc()).limit(1)).one()
    samir.submit(samir.get(f"/translations/{held.public_id}"))
    assert DEPOSIT_AR in _thread(look(translated))


def test_of_two_translators_one_wins_and_the_other_gets_a_kind_page(
    app: Flask, maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    with transaction() as writing:
        make.staff(writing, "lena@alder-coast.example").speaks = ["en", "ar"]
    lena = desk_of(app, "lena@alder-coast.example")
    write(maria, case, DEPOSIT)
    address = item(session)
    pages = [client.get(address) for client in (samir, lena)]
    assert samir.submit(pages[0], action="/take").status_code == 303
    assert "works on this since" in lena.get(address).text
    assert lena.submit(pages[1], action="/take").location == address
    assert "Somebody else was faster" in lena.get(address).text
    assert samir.submit(pages[0], text=DEPOSIT_AR).status_code == 303
    late = lena.submit(pages[1], text=f"{DEPOSIT_AR} !")
    assert late.status_code == 409
    assert "Nothing was sent twice" in late.text
    assert "has approved this translation" in lena.get(address).text
    session.rollback()
    assert len(session.scalars(sa.select(OutboxMessage)).all()) == 1


def test_a_lost_number_must_be_confirmed_and_a_changed_source_is_approved_again(
    maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, DEPOSIT)
    page = samir.get(item(session))
    refused = samir.submit(page, text="مبلغ العربون USD 1,000.")
    assert refused.status_code == 422
    assert "Numbers differ" in refused.text
    assert "is_confirmed" in refused.text
    message = session.scalars(sa.select(Message)).one().public_id
    held = f"/c/{case.reference}/messages/{message}"
    assert "always needs a checked translation" in maria.get(held).text
    assert maria.submit(maria.get(held), action=held, message="The deposit is USD 12,000.").status_code == 303
    again = samir.submit(page, text=DEPOSIT_AR)
    assert again.status_code == 422
    found = BeautifulSoup(again.text, "html.parser")
    assert [found.find("del").get_text().strip(), found.find("ins").get_text().strip()] == [
        "10,000.",
        "12,000.",
    ]
    assert samir.submit(again, text="مبلغ العربون USD 12,000.").status_code == 303


def test_a_held_message_can_be_withdrawn_and_stays_visible_to_the_team_only(
    maria: FlaskClient, samir: FlaskClient, family: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, "Good morning.", needs_check="y")
    message = session.scalars(sa.select(Message)).one().public_id
    held = f"/c/{case.reference}/messages/{message}"
    assert maria.submit(maria.get(held), action="/withdraw").status_code == 303
    assert "Withdrawn" in talk(maria, case)
    assert portal(family, case) == ""
    assert "The message was withdrawn" in samir.get(item(session)).text
    assert maria.get(held).status_code == 303


def test_the_family_calls_a_machine_translation_unclear_and_a_person_corrects_it(
    maria: FlaskClient, samir: FlaskClient, family: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, "Good morning.")
    assert "unclear" not in family.get(f"/portal/{case.public_id}/messages").text
    translate_due()
    page = family.get(f"/portal/{case.public_id}/messages")
    assert "fake engine" in _thread(page)
    assert family.submit(page, action="/unclear").status_code == 303
    assert "unclear" not in family.get(f"/portal/{case.public_id}/messages").text
    assert "The family finds it unclear" in samir.get("/translations").text
    assert samir.submit(samir.get(item(session)), text="أسعد الله صباحكم.").status_code == 303
    seen = portal(family, case)
    assert "أسعد الله صباحكم." in seen
    assert "fake engine" not in seen
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_a_lost_number_is_told_to_both_sides_and_to_the_desk(
    app: Flask, maria: FlaskClient, samir: FlaskClient, family: FlaskClient, case: Case
) -> None:
    app.extensions["concierge.gateways"].translator.known["Please come at 14:30."] = "يُرجى الحضور الساعة 14."
    write(maria, case, "Please come at 14:30.")
    translate_due()
    assert "Numbers differ" in talk(maria, case)
    assert "30" in portal(family, case)
    assert "The two texts differ" in samir.get("/translations").text


def test_a_person_is_asked_where_no_engine_knows_the_words(
    maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    with transaction() as writing:
        kept = writing.get(Case, case.id)
        noura = make.patient_of(writing, kept)
        say(writing, kept, Actor("portal", noura.id, noura.name), "سؤال", "ar")
    translate_due()
    page = maria.get(f"/c/{case.reference}")
    assert "Not translated" in _thread(page)
    assert maria.submit(page, action="/ask").status_code == 303
    assert "The team asks for it" in samir.get("/translations").text
    assert samir.submit(samir.get(item(session)), text="A question").status_code == 303
    assert "A question" in talk(maria, case)


def test_call_them_is_told_to_the_specialist(
    maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, DEPOSIT)
    assert samir.submit(samir.get(item(session)), action="/cannot").status_code == 303
    assert "Cannot be translated: call them" in talk(maria, case)


def test_after_a_death_the_desk_is_empty_and_the_page_sends_nothing(
    maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, DEPOSIT)
    page = samir.get(item(session))
    with transaction() as writing:
        close(
            writing, writing.get(Case, case.id), exit=Exit.DIED, reason="", actor=SYSTEM, now=case.opened_at
        )
    assert "All checked." in samir.get("/translations").text
    assert samir.submit(page, text=DEPOSIT_AR).status_code == 403
    assert "Nothing more is sent" in samir.get(item(session)).text
    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_who_may_not_translate_finds_no_desk_and_another_hospital_no_item(
    app: Flask, maria: FlaskClient, session: Session, case: Case
) -> None:
    write(maria, case, DEPOSIT)
    assert maria.get("/translations").status_code == 403
    tran = desk_of(app, "tran@jinghe.example")
    assert tran.get(item(session)).status_code == 404
    assert "All checked" in tran.get("/translations?show=all&after=x-1-2").text


def test_a_lead_keeps_the_glossary_and_an_interpreter_reads_it(
    app: Flask, maria: FlaskClient, samir: FlaskClient, session: Session, case: Case
) -> None:
    lena = desk_of(app, "lena@alder-coast.example")
    form = {"term": "deposit", "language": "en", "in_ar": "عربون، العربون"}
    page = lena.get("/translations/glossary")
    assert lena.submit(page, action="/glossary", **form).status_code == 303
    assert lena.submit(lena.get("/translations/glossary"), action="/glossary", **form).status_code == 422
    kept = session.scalars(sa.select(GlossaryTerm)).one()
    assert kept.forms == {"ar": ["عربون", "العربون"]}
    assert "Add a term" not in samir.get("/translations/glossary").text
    write(maria, case, DEPOSIT)
    page = samir.get(item(session))
    assert "Words of the glossary" in page.text
    assert "A word of the glossary is missing" in samir.submit(page, text="المبلغ USD 10,000.").text
    assert lena.submit(lena.get("/translations/glossary"), action="/end").status_code == 303
    assert "The glossary is empty." in lena.get("/translations/glossary").text
