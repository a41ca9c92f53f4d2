"""The inbox on screen: racing replies, neighbours of other hospitals, templates, mail that came back."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cli.reply_templates import load_templates
from concierge.conversation import actions as talk
from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.journey import Step
from concierge.models import Case, CaseEvent, Message, OutboxMessage, Presence, ReadLog, ReplyTemplate
from config import ROOT
from tests import factories as make
from tests.support.clock import START, StillClock

MARIA, AMAL, LENA, CHEN = (
    f"{name}.example" for name in ("maria@alder-coast", "amal@alder-coast", "lena@alder-coast", "chen@jinghe")
)


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        load_templates(writing_hospitals(writing), ROOT / "demo" / "templates.json")
        case = make.a_case(writing, step=Step.CONSULT)
        case.specialist_id = make.staff(writing, MARIA).id
        talk.send_message(
            writing, case, body="متى نأتي؟", language="ar", actor=Actor("portal", 1, "نورة"), now=START
        )
        return case


def writing_hospitals(session: Session) -> Session:
    make.hospitals(session)
    return session


def browser(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    with transaction() as writing:
        user = make.staff(writing, email)
        user.language = "en"
        make.as_staff(client, user, writing)
    return client


@pytest.fixture
def maria(app: Flask, case: Case) -> FlaskClient:
    return browser(app, MARIA)


@pytest.fixture
def amal(app: Flask, case: Case) -> FlaskClient:
    return browser(app, AMAL)


def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def names(page) -> list[str]:
    return [found.get_text(strip=True) for found in soup(page).select(".talks li a b")]


def open_talk(case: Case, box: str = "mine") -> str:
    return f"/inbox?list={box}&case={case.reference}"


def texts(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(Message.body).order_by(Message.id)))


def test_the_list_shows_who_waits_and_the_talk_beside_it(
    maria: FlaskClient, case: Case, session: Session
) -> None:
    page = maria.get("/inbox")
    assert names(page) == ["نورة المطيري"]
    row = soup(page).select_one(".talks li").get_text(" ")
    for text in ("NOURA SAAD AL MUTAIRI", "Saudi Arabia", "Arabic", "Portal", "متى نأتي؟", "1 new", "waits"):
        assert text in row
    page = maria.get(open_talk(case))
    assert "متى نأتي؟" in soup(page).select_one(".open-talk .thread").get_text()
    assert soup(page).select_one("aside [data-next-action]")
    session.rollback()
    assert (
        session.scalar(sa.select(sa.func.count()).select_from(ReadLog).where(ReadLog.case_id == case.id)) == 1
    )
    assert "1 new" not in maria.get("/inbox").text


def test_the_other_hospital_sees_neither_list_nor_talk(app: Flask, case: Case) -> None:
    chen = browser(app, CHEN)
    for box in ("mine", "unassigned", "waiting", "snoozed", "all", "nonsense"):
        assert names(chen.get(f"/inbox?list={box}&after=7.2026-11-24T00:00:00%2B00:00")) == []
    assert chen.get(open_talk(case)).status_code == 404
    for address in ("presence", "template"):
        assert chen.get(f"/inbox/{address}?case={case.reference}&template=first_reply").status_code == 404
    assert chen.post(f"/inbox/presence?case={case.reference}", data={"kind": "reply"}).status_code in {
        400,
        404,
    }


def test_all_talks_are_the_leads_list(app: Flask, maria: FlaskClient, case: Case) -> None:
    lena = browser(app, LENA)
    assert names(lena.get("/inbox?list=all")) == ["نورة المطيري"]
    assert "list=all" not in maria.get("/inbox?list=all").text


def test_of_two_racing_replies_the_second_is_told_and_keeps_its_text(
    maria: FlaskClient, amal: FlaskClient, case: Case, session: Session
) -> None:
    hers, mine = maria.get(open_talk(case)), amal.get(f"/c/{case.reference}")
    assert (
        maria.submit(
            hers, action=f"/inbox/{case.reference}/reply?list=mine", message="Next week."
        ).status_code
        == 303
    )
    refused = amal.submit(mine, action="/messages", message="In two weeks.")
    assert refused.status_code == 422
    assert "Maria Castillo has replied since you opened this page" in refused.text
    assert "Next week." in soup(refused).select_one(".thread").get_text()
    assert soup(refused).select_one("#message").get_text().strip() == "In two weeks."
    assert "Send anyway" in refused.text
    assert texts(session)[1:] == ["Next week."]
    assert amal.submit(refused, action="/messages").status_code == 303
    assert texts(session)[1:] == ["Next week.", "In two weeks."]


def test_ones_own_second_reply_and_a_word_of_the_family_are_no_conflict(
    maria: FlaskClient, case: Case, session: Session
) -> None:
    page = maria.get(open_talk(case))
    with transaction() as writing:
        talk.send_message(
            writing,
            writing.get(Case, case.id),
            body="؟",
            language="ar",
            actor=Actor("portal", 1, "نورة"),
            now=START,
        )
    reply = f"/inbox/{case.reference}/reply?list=mine"
    assert maria.submit(page, action=reply, message="One").location.startswith("/inbox?list=mine&case=C-")
    assert maria.submit(maria.get(open_talk(case)), action=reply, message="Two").status_code == 303
    assert texts(session)[2:] == ["One", "Two"]


def test_a_reply_may_lead_to_the_next_action(maria: FlaskClient, case: Case) -> None:
    page = maria.get(open_talk(case))
    done = maria.submit(page, action=f"/inbox/{case.reference}/reply?list=mine", message="Call?", then="next")
    assert done.location == f"/c/{case.reference}/call"


def test_a_note_of_the_inbox_is_a_note(maria: FlaskClient, case: Case, session: Session) -> None:
    page = maria.get(open_talk(case))
    maria.submit(page, action=f"/inbox/{case.reference}/note?list=mine", note="The son decides")
    session.rollback()
    assert session.scalars(sa.select(Message.kind).order_by(Message.id.desc())).first() == "note"
    assert maria.submit(page, action=f"/inbox/{case.reference}/note?list=mine", note="").status_code in {
        303,
        422,
    }


def test_snooze_wake_and_hand_over_from_the_page(maria: FlaskClient, case: Case, session: Session) -> None:
    page = maria.get(open_talk(case))
    snooze = f"/inbox/{case.reference}/snooze?list=mine"
    assert maria.submit(page, action=snooze).status_code == 422
    assert maria.submit(page, action=snooze, when="other").status_code == 422
    assert maria.submit(maria.get(open_talk(case)), action=snooze, when="next_day").status_code == 303
    page = maria.get("/inbox")
    assert "Nothing waits for you; 1 snoozed." in page.text
    page = maria.get("/inbox?list=snoozed")
    assert "by Maria Castillo" in " ".join(soup(page).select_one(".talks li").get_text(" ").split())
    page = maria.get(open_talk(case, "snoozed"))
    assert maria.submit(page, action=f"/inbox/{case.reference}/wake?list=snoozed").status_code == 303
    page = maria.get(open_talk(case))
    other = soup(page).select_one("#user option[value]:not([value=''])")["value"]
    done = maria.submit(
        page, action=f"/inbox/{case.reference}/assign?list=mine", user=other, handover="She is shy"
    )
    assert done.status_code == 303
    assert names(maria.get("/inbox")) == []
    session.rollback()
    kinds = set(session.scalars(sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id)))
    assert {"talk_snoozed", "talk_woken", "case_assigned", "note_written"} <= kinds


def test_colleagues_see_who_replies_until_it_ends(
    maria: FlaskClient, amal: FlaskClient, case: Case, clock: StillClock, session: Session, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/inbox/presence?case={case.reference}"
    try:
        assert amal.post(address, data={"kind": "reply"}).text == ""
        assert maria.get(address).text == "Amal Haddad is replying…"
        assert "Amal Haddad is replying…" in maria.get(open_talk(case)).text
        logged = sa.select(sa.func.count()).select_from(ReadLog)
        session.rollback()
        before = session.scalar(logged)
        clock.forward(seconds=21)
        assert maria.get(address).text == ""
        samir = browser(app, "samir@alder-coast.example")  # reads, and writes nothing
        assert samir.post(address, data={"kind": "reply"}).status_code == 200
        session.rollback()
        assert session.scalar(logged) == before
        assert session.scalar(sa.select(sa.func.count()).select_from(Presence)) == 1
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


# --- templates ------------------------------------------------------------------------------------------------------


def test_a_template_fills_the_box_in_the_language_of_the_reply(
    maria: FlaskClient, case: Case, session: Session
) -> None:
    page = maria.get(f"/c/{case.reference}?template=first_reply")
    typed = soup(page).select_one("#message").get_text()
    assert "Dear Noura" in typed
    assert "Alder Coast" in typed
    assert "{" not in typed
    address = f"/inbox/template?case={case.reference}&template=first_reply&language=ar"
    assert "تحية طيبة Noura" in maria.get(address).text
    assert maria.get(address.replace("first_reply", "none")).text == ""
    session.rollback()
    assert (
        "inbox_staff.template" in session.scalars(sa.select(ReadLog.page)).all()
    )  # it says the family's name
    assert maria.get(f"/inbox/template?case={case.reference}").text == ""


def test_leads_write_versions_and_no_placeholder_is_lost(
    app: Flask, maria: FlaskClient, case: Case, session: Session
) -> None:
    assert maria.get("/templates").status_code == 403
    lena = browser(app, LENA)
    place = f"/templates/{case.hospital_id}/first_reply"
    page = lena.get(place)
    refused = lena.submit(page, text_ar="مرحبا")
    assert refused.status_code == 422
    assert "is missing here, and another language has it" in refused.text
    changed = dict.fromkeys(("text_en", "text_ar", "text_zh_Hans", "text_es"), "{name} {hospital}")
    assert lena.submit(page, **changed).status_code == 303
    session.rollback()
    rows = session.scalars(
        sa.select(ReplyTemplate).where(
            ReplyTemplate.code == "first_reply", ReplyTemplate.hospital_id == case.hospital_id
        )
    ).all()
    assert sorted((row.number, row.ended_at is None) for row in rows) == [(1, False), (2, True)]
    assert lena.submit(page, once="x" * 24, **changed).status_code == 409  # written on top of version 1
    new = lena.get("/templates/new")
    given = {"hospital": str(case.hospital_id), "name": "Again", "text_en": "Hello", "code": "first_reply"}
    assert "Another template has this short name" in lena.submit(new, **given).text
    assert lena.submit(new, **given | {"code": "Not A Code"}).status_code == 422
    assert lena.submit(lena.get("/templates/new"), **given | {"code": "hello"}).status_code == 303
    assert lena.submit(lena.get(place), action="/end").status_code == 303
    assert lena.get(place).status_code == 404
    assert "first_reply" not in lena.get("/templates").text
    assert browser(app, CHEN).get(f"/templates/{case.hospital_id}/hello").status_code in {403, 404}


# --- what came another way, and what did not arrive -------------------------------------------------------------------


def test_what_came_by_messenger_stands_in_the_thread_with_its_way(maria: FlaskClient, case: Case) -> None:
    page = maria.get(f"/c/{case.reference}/messages/add")
    late = maria.submit(
        page, action=None, channel="whatsapp", message="Here is the report", at="2027-01-01T10:00"
    )
    assert late.status_code == 422
    assert (
        maria.submit(
            page, channel="whatsapp", message="Here is the report", at="2026-11-24T08:00"
        ).status_code
        == 303
    )
    shown = soup(maria.get(f"/c/{case.reference}")).select(".thread .msg")
    assert any("WhatsApp" in one.get_text() and "Here is the report" in one.get_text() for one in shown)


def test_a_call_and_a_returned_mail_stand_in_the_thread_of_the_team_only(
    app: Flask, maria: FlaskClient, case: Case, session: Session
) -> None:
    with transaction() as writing:
        here = writing.get(Case, case.id)
        mail = OutboxMessage(
            key="x:1", event="new_message", case_id=case.id, recipient="gone@family.example", language="ar",
            state="queued", due_at=START, created_at=START,
        )  # fmt: skip
        writing.add(mail)
        writing.flush()
        mail.state, mail.error = "failed", "SMTPRecipientsRefused 550"
        make._meet_consult(writing, here, START)
    page = maria.get(f"/c/{case.reference}")
    text = soup(page).get_text(" ")
    assert "Call, 30 minutes" in text
    assert "This mail could not be delivered: mailbox unknown" in text
    assert "Not delivered" in maria.get("/inbox").text
    retry = f"/undelivered/{mail.public_id}/retry"
    assert maria.submit(page, action=retry).status_code == 303
    assert maria.submit(page, action=retry).status_code == 303
    assert "could not be delivered" not in maria.get(f"/c/{case.reference}").text
    family = app.test_client()
    with transaction() as writing:
        make.as_portal(family, make.patient_of(writing, case), writing)
    shown = family.get(f"/portal/{case.public_id}/messages").text
    assert "30 minutes" not in shown
    assert "gone@family.example" not in shown


def test_switching_the_channel_settles_the_mail(maria: FlaskClient, case: Case, session: Session) -> None:
    with transaction() as writing:
        mail = OutboxMessage(
            key="x:2", event="new_message", case_id=case.id, recipient="gone@family.example", language="ar",
            state="failed", due_at=START, created_at=START, error="address",
        )  # fmt: skip
        writing.add(mail)
    page = maria.get(f"/c/{case.reference}")
    done = maria.submit(page, action=f"{mail.public_id}/switch", channel="phone")
    assert done.status_code == 303
    session.expire_all()
    assert (session.get(OutboxMessage, mail.id).state, session.get(Case, case.id).person.channel) == (
        "cancelled",
        "phone",
    )
