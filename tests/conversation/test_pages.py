"""The talk on both sides: what each reader sees, and that nothing typed is lost or sent twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases.actions import close
from concierge.conversation import actions
from concierge.db import transaction
from concierge.domain.access import SYSTEM, Actor
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import Relation
from concierge.models import Case, Message, ReadLog, StaffUser
from tests import factories as make
from tests.support.clock import START, StillClock

MARIA, CHEN = "maria@alder-coast.example", "chen@jinghe.example"


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        return make.a_case(writing, step=Step.CONSULT, language="en")


@pytest.fixture
def family(app: Flask, case: Case) -> FlaskClient:
    """The patient's browser."""
    client = app.test_client()
    with transaction() as writing:
        make.as_portal(client, make.patient_of(writing, case), writing)
    return client


@pytest.fixture
def team(app: Flask, case: Case) -> FlaskClient:
    """The specialist's browser."""
    client = app.test_client()
    with transaction() as writing:
        make.as_staff(client, make.staff(writing, MARIA), writing)
    return client


def portal(case: Case) -> str:
    return f"/portal/{case.public_id}/messages"


def desk(case: Case) -> str:
    return f"/c/{case.reference}"


def thread(page) -> list[str]:
    found = BeautifulSoup(page.text, "html.parser").select(".thread .msg")
    return [" ".join(message.get_text(" ").split()) for message in found]


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Message))


def test_family_and_team_talk_in_one_thread(family: FlaskClient, team: FlaskClient, case: Case) -> None:
    assert "reads it and answers you" in family.get(portal(case)).text
    assert (
        family.submit(
            family.get(portal(case)), action="/messages", message="May my son come along?"
        ).status_code
        == 303
    )
    page = team.get(desk(case))
    assert "May my son come along?" in thread(page)[0]
    assert "New" in thread(page)[0]
    assert "New" not in thread(team.get(desk(case)))[0]
    assert team.submit(page, action="/messages", message="Yes, of course.").status_code == 303
    shown = thread(family.get(portal(case)))
    assert len(shown) == 2
    assert "Maria Castillo Your specialist Yes, of course." in shown[1]
    assert "09:30" not in shown[1]
    assert "in Riyadh" in shown[1]


def test_a_note_is_never_in_the_portal(family: FlaskClient, team: FlaskClient, case: Case) -> None:
    assert team.submit(team.get(desk(case)), action="/notes", note="The son decides").status_code == 303
    assert "The family does not see this." in thread(team.get(desk(case)))[0]
    assert "The son decides" not in family.get(portal(case)).text
    assert "The son decides" not in family.get(f"/portal/{case.public_id}/home").text


def test_a_double_click_sends_once(
    family: FlaskClient, team: FlaskClient, session: Session, case: Case
) -> None:
    page = family.get(portal(case))
    first, second = (family.submit(page, action="/messages", message="Hello") for _ in range(2))
    assert first.location == second.location
    page = team.get(desk(case))
    for _ in range(2):
        team.submit(page, action="/messages", message="Hello")
        team.submit(page, action="/notes", note="Hello")
    assert count(session) == 3


@pytest.mark.parametrize("typed", ["", " \n\t ", "\x00\u202e", "x" * 10_001])
def test_what_cannot_be_sent_is_said_next_to_the_box(
    family: FlaskClient, team: FlaskClient, session: Session, case: Case, typed: str
) -> None:
    answers = [
        family.submit(family.get(portal(case)), action="/messages", message=typed),
        team.submit(team.get(desk(case)), action="/messages", message=typed),
        team.submit(team.get(desk(case)), action="/notes", note=typed),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert BeautifulSoup(answer.text, "html.parser").title.get_text().startswith("Error:")
        kept = [box.get_text() for box in BeautifulSoup(answer.text, "html.parser").select("textarea")]
        assert sum("xxx" in text for text in kept) == (1 if "x" in typed else 0)
    assert count(session) == 0


def test_ten_thousand_signs_emoji_and_markup_arrive_as_they_were_typed(
    family: FlaskClient, team: FlaskClient, case: Case
) -> None:
    typed = "😀 <b>29 ≤ 30</b> & {{ 7*7 }} " + "م" * 9_900
    assert family.submit(family.get(portal(case)), action="/messages", message=typed).status_code == 303
    assert typed in BeautifulSoup(team.get(desk(case)).text, "html.parser").select_one(".thread .msg .b").get_text()


def test_a_message_in_another_language_says_that_nobody_translated_it(
    family: FlaskClient, team: FlaskClient, session: Session, case: Case
) -> None:
    with transaction() as writing:
        kept = writing.get(Case, case.id)
        noura = make.patient_of(writing, kept)
        actions.send_message(
            writing, kept, body="سؤال", language="ar", actor=Actor("portal", noura.id, noura.name), now=START
        )
    page = BeautifulSoup(team.get(desk(case)).text, "html.parser").select_one(".thread .msg")
    assert "Not translated" in page.get_text()
    assert page.select_one(".b")["lang"] == "ar"
    assert page.select_one(".b")["dir"] == "auto"


def test_a_long_talk_is_read_page_by_page(family: FlaskClient, session: Session, case: Case) -> None:
    with transaction() as writing:
        for number in range(90):
            at = START - timedelta(days=9) + timedelta(hours=number)
            writing.add(
                Message(
                    case_id=case.id, kind="portal", author_kind="staff", author_id=case.specialist_id,
                    author_name="Maria", body=f"Message {number}.", language="en", at=at,
                )
            )  # fmt: skip
    seen, path = [], portal(case)
    for _ in range(3):
        page = family.get(path)
        seen = [text.split("Message ")[1].split(".")[0] for text in thread(page)] + seen
        older = BeautifulSoup(page.text, "html.parser").select_one(".pager a")
        path = older["href"] if older else ""
    assert path == ""
    assert seen == [str(number) for number in range(90)]


def test_a_passing_colleague_does_not_hide_what_is_unread(
    app: Flask, family: FlaskClient, team: FlaskClient, session: Session, case: Case
) -> None:
    family.submit(family.get(portal(case)), action="/messages", message="Hello")
    colleague = app.test_client()
    with transaction() as writing:
        make.as_staff(colleague, make.staff(writing, "amal@alder-coast.example"), writing)
    colleague.get(desk(case))
    assert "New" in thread(team.get(desk(case)))[0]


def test_after_a_death_there_is_no_box(family: FlaskClient, team: FlaskClient, case: Case) -> None:
    with transaction() as writing:
        close(writing, writing.get(Case, case.id), exit=Exit.DIED, reason="", actor=SYSTEM, now=START)
    assert "<textarea" not in family.get(portal(case)).text
    assert 'id="reply" data-send' not in team.get(desk(case)).text


# --- the first contact ------------------------------------------------------------------------------------------


def test_an_untaken_enquiry_shows_its_story_in_its_language_and_the_button(
    app: Flask, session: Session
) -> None:
    client = app.test_client()
    with transaction() as writing:
        case = make.a_case(writing)
        make.as_staff(client, make.staff(writing, MARIA), writing)
    page = BeautifulSoup(client.get(desk(case)).text, "html.parser")
    assert page.select_one('.msg [lang="ar"]').get_text() == "قصة قصيرة"
    assert page.select_one('form[action$="/take"] button')
    assert "Take this enquiry first" in page.select_one("#reply").get_text()
    assert not page.select("#reply textarea")
    assert len(page.select("[data-next-action]")) == 1


def test_who_may_not_take_enquiries_sees_no_button(app: Flask, session: Session) -> None:
    client = app.test_client()
    with transaction() as writing:
        case = make.a_case(writing)
        make.as_staff(client, make.staff(writing, "daniel@alder-coast.example"), writing)
    assert "/take" not in client.get(desk(case)).text


def test_the_reply_box_says_which_language_the_patient_reads(app: Flask, session: Session) -> None:
    client = app.test_client()
    with transaction() as writing:
        case = make.a_case(writing, is_taken=True)
        make.as_staff(client, make.staff(writing, "amal@alder-coast.example"), writing)
        writing.get(StaffUser, make.staff(writing, "amal@alder-coast.example").id).language = "en"
    page = BeautifulSoup(client.get(desk(case)).text, "html.parser")
    assert "reads Arabic" in page.select_one("#reply").get_text()
    assert page.select_one("#language option[selected]")["value"] == "ar"


# --- who may ----------------------------------------------------------------------------------------------------


def test_another_hospital_finds_nothing_and_a_stranger_is_asked_to_sign_in(app: Flask, case: Case) -> None:
    client = app.test_client()
    for path in (desk(case), f"{desk(case)}/messages", f"{desk(case)}/notes"):
        assert client.get(path).location.startswith("/desk/sign-in?next=/c/")
    with transaction() as writing:
        make.as_staff(client, make.staff(writing, CHEN), writing)
    for path in (desk(case), f"{desk(case)}/messages", f"{desk(case)}/notes"):
        assert client.get(path).status_code == 404


def test_an_interpreter_reads_and_does_not_write(app: Flask, case: Case) -> None:
    client = app.test_client()
    with transaction() as writing:
        samir = make.staff(writing, "samir@alder-coast.example")
        samir.language = "en"
        make.as_staff(client, samir, writing)
    page = client.get(desk(case))
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert client.get(f"{desk(case)}/messages").status_code == 403


def test_a_caregiver_without_messages_neither_reads_nor_writes(
    app: Flask, session: Session, case: Case
) -> None:
    client = app.test_client()
    with transaction() as writing:
        aunt = make.account(writing, "aunt@family.example")
        make.takes_part(writing, writing.get(Case, case.id), aunt, Relation.SIBLING, can_documents=True)
        make.as_portal(client, aunt, writing)
    assert client.get(portal(case)).status_code == 404


# --- a sign-in that ran out while typing ------------------------------------------------------------------------


def test_what_the_patient_typed_comes_back_after_signing_in_and_to_nobody_else(
    app: Flask, family: FlaskClient, session: Session, case: Case, clock: StillClock
) -> None:
    page = family.get(portal(case))
    clock.forward(days=31)
    answer = family.submit(page, action="/messages", message="A long question about the costs")
    assert answer.location == f"/portal?next={portal(case)}"
    with transaction() as writing:
        son = make.account(writing, "son@family.example")
        make.takes_part(writing, writing.get(Case, case.id), son, Relation.CHILD, can_messages=True)
        make.as_portal(family, son, writing, clock())
    assert "A long question" not in family.get(portal(case)).text
    with transaction() as writing:
        make.as_portal(family, make.patient_of(writing, writing.get(Case, case.id)), writing, clock())
    page = family.get(portal(case))
    assert "A long question about the costs" in BeautifulSoup(page.text, "html.parser").textarea.get_text()
    assert count(session) == 0
    assert family.submit(page, action="/messages").status_code == 303
    assert (
        "A long question"
        not in BeautifulSoup(family.get(portal(case)).text, "html.parser").textarea.get_text()
    )
    assert count(session) == 1


def test_what_a_member_of_staff_typed_comes_back_in_its_own_box(
    team: FlaskClient, session: Session, case: Case, clock: StillClock
) -> None:
    page = team.get(desk(case))
    clock.forward(days=31)
    assert team.submit(page, action="/notes", note="The son decides").location.startswith(
        "/desk/sign-in?next=/c/"
    )
    with transaction() as writing:
        make.as_staff(team, make.staff(writing, "amal@alder-coast.example"), writing, clock())
    assert "The son decides" not in team.get(f"{desk(case)}/notes").text
    with transaction() as writing:
        make.as_staff(team, make.staff(writing, MARIA), writing, clock())
    boxes = BeautifulSoup(team.get(f"{desk(case)}/notes").text, "html.parser").select("textarea")
    assert [box.get_text().strip() for box in boxes] == ["", "The son decides"]


@pytest.mark.parametrize("before", ["99999999999999999999", "9223372036854775808", "2147483648", "-1", "²", "x"])
def test_a_made_up_place_in_the_talk_shows_its_newest_page(
    team: FlaskClient, family: FlaskClient, case: Case, before: str
):
    assert team.get(f"{desk(case)}?before={before}").status_code == 200
    assert family.get(f"{portal(case)}?before={before}").status_code == 200


def test_the_open_page_of_a_family_asks_for_what_is_new_and_only_that_is_read_logged(family, case, session):
    def write(verb, text: str) -> None:
        with transaction() as writing:
            maria = make.actor_of(make.staff(writing, MARIA), None)
            verb(writing, writing.get_one(Case, case.id), body=text, language="en", actor=maria, now=START)

    def look(after: str):
        return family.get(f"{portal(case)}/new?after={after}")

    def logged() -> list[str]:
        session.rollback()
        pages = session.scalars(sa.select(ReadLog.page).where(ReadLog.page.like("conversation_portal.%")))
        return sorted(page.partition(".")[2] for page in pages)

    page = family.get(portal(case))
    assert "Ask anything" in page.text and BeautifulSoup(page.text, "html.parser").select_one("[data-live]")
    mark = _mark(page)
    write(actions.write_note, "Only for us")
    assert look(mark).status_code == 204
    assert logged() == ["messages"]
    write(actions.send_message, "See you")
    news = look(mark)
    assert (len(thread(news)), "See you" in news.text, "Ask anything" in news.text) == (1, True, False)
    assert (look(_mark(news)).status_code, logged()) == (204, ["messages", "new_messages"])
    session.expire_all()
    assert session.scalars(sa.select(Message.read_at).where(Message.body == "See you")).one() == START


def _mark(page) -> str:
    return str(BeautifulSoup(page.text, "html.parser").select_one("[data-mark]")["data-mark"])
