"""The door for mail and SMS: forged, replayed and odd calls change nothing; what belongs to nobody has an owner."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from concierge.cases.actions import close
from concierge.cases.merge.actions import Wish, merge
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.inbound import LARGEST, sign
from concierge.domain.journey import Exit, Step
from concierge.domain.vocabulary import MessageChannel
from concierge.models import Case, Inbound, Message
from tests import factories as make
from tests.support.clock import START

SECRET = "secret-of-the-mail-service"


@pytest.fixture
def door(app: Flask) -> FlaskClient:
    closed = app.config["CONCIERGE"]
    app.config["CONCIERGE"] = replace(closed, inbound_secret=SECRET)
    yield app.test_client()
    app.config["CONCIERGE"] = closed


@pytest.fixture
def case(session: Session) -> Case:
    with transaction() as writing:
        return make.a_case(writing, step=Step.CONSULT, email="noura@family.example")


def call(
    door: FlaskClient, body: bytes, kind: str = "sms", secret: str = SECRET, mime: str = "application/json"
):
    stamp = str(int(START.timestamp()))
    heads = {"X-Timestamp": stamp, "X-Signature": sign(secret, stamp, body)}
    return door.post(f"/hooks/inbound/{kind}", data=body, headers=heads, content_type=mime)


def sms(**given: str) -> bytes:
    return json.dumps({"id": "sm-1", "from": "+966501234567", "text": "متى نأتي؟"} | given).encode()


def rows(session: Session) -> tuple[list[Message], list[Inbound]]:
    session.rollback()
    session.expire_all()
    return tuple(list(session.scalars(sa.select(model).order_by(model.id))) for model in (Message, Inbound))


def test_an_sms_of_a_known_number_is_filed_once(door: FlaskClient, case: Case, session: Session) -> None:
    assert call(door, sms()).json == {"outcome": "filed"}
    assert call(door, sms()).json == {"outcome": "known"}
    (message,), (inbound,) = rows(session)
    assert (message.case_id, message.channel, message.body) == (case.id, MessageChannel.SMS, "متى نأتي؟")
    assert inbound.case_id == case.id


def test_a_forged_an_odd_and_an_unwanted_call_change_nothing(
    app: Flask, door: FlaskClient, case: Case, session: Session
) -> None:
    assert call(door, sms(), secret="guessed").status_code == 400
    assert door.post("/hooks/inbound/sms", data=sms(), content_type="application/json").status_code == 400
    assert call(door, sms(), kind="fax").status_code == 404
    assert call(door, b"x" * (LARGEST + 1)).status_code == 413
    assert call(door, b"").status_code == 422
    assert call(door, sms(text="")).status_code == 422
    app.config["CONCIERGE"] = replace(app.config["CONCIERGE"], inbound_secret="")
    assert call(door, sms()).status_code == 404
    assert rows(session) == ([], [])


def test_a_mail_finds_its_case_by_reference_or_by_its_sender(
    door: FlaskClient, case: Case, session: Session
) -> None:
    def mail(number: int, sender: str, subject: str) -> bytes:
        return (
            f"From: Son <{sender}>\r\nTo: care@alder-coast.example\r\nSubject: {subject}\r\n"
            f"Message-ID: <{number}@x>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>When <b>can</b> we come?</p>"
        ).encode()

    def send(*given) -> dict:
        return call(door, mail(*given), kind="mail", mime="message/rfc822").json

    assert send(1, "noura@family.example", "Question") == {"outcome": "filed"}
    assert send(2, "son@elsewhere.example", f"Re: {case.reference}") == {"outcome": "filed"}
    assert send(3, "son@elsewhere.example", "Re: C-2026-99999") == {"outcome": "unmatched"}
    messages, inbound = rows(session)
    assert [(one.author_name, one.channel, one.language) for one in messages] == [
        ("Son", "email", "en"), ("Son (son@elsewhere.example)", "email", "en"),
    ]  # fmt: skip
    assert messages[0].body == "Question\n\nWhen can we come?"
    assert inbound[2].owner_id is not None


def test_a_mail_with_the_reference_of_a_merged_case_stands_where_the_talk_goes_on(
    door: FlaskClient, case: Case, session: Session
) -> None:
    with transaction() as writing:
        newer = make.a_case(writing)
        maria = make.actor_of(make.staff(writing, "maria@alder-coast.example"))
        merge(writing, case.id, newer.id, Wish(), actor=maria, now=START)
    mail = (
        f"From: Son <son@elsewhere.example>\r\nTo: care@alder-coast.example\r\nSubject: Re: {newer.reference}\r\n"
        "Message-ID: <4@x>\r\n\r\nWhen can we come?"
    ).encode()
    assert call(door, mail, kind="mail", mime="message/rfc822").json == {"outcome": "filed"}
    (*_, message), (inbound,) = rows(session)
    assert (message.case_id, inbound.case_id) == (case.id, case.id)


def test_a_sender_with_two_open_cases_is_asked_about(door: FlaskClient, case: Case, session: Session) -> None:
    with transaction() as writing:
        other = make.a_case(writing, step=Step.CONSULT)  # the same phone: a family shares it
    assert call(door, sms()).json == {"outcome": "unmatched"}
    with transaction() as writing:
        close(writing, writing.get(Case, other.id), exit=Exit.COST, reason="", actor=SYSTEM, now=START)
    assert call(door, sms(id="sm-2")).json == {"outcome": "filed"}


def test_what_has_no_case_is_filed_by_hand_or_put_aside(
    app: Flask, door: FlaskClient, case: Case, session: Session
) -> None:
    for number in ("1", "2"):
        assert call(door, sms(id=number, **{"from": "+15550100"})).json == {"outcome": "unmatched"}
    maria, chen = app.test_client(), app.test_client()
    with transaction() as writing:
        make.as_staff(maria, make.staff(writing, "maria@alder-coast.example"), writing)
        user = make.staff(writing, "chen@jinghe.example")
        user.language = "en"
        make.as_staff(chen, user, writing)
    first, second = rows(session)[1]
    assert "Without a case" in maria.get("/inbox").text
    assert "Lena" in maria.get("/inbox/unmatched").text
    place = f"/inbox/unmatched/{first.public_id}"
    assert chen.get(place).status_code == 404
    assert first.public_id not in chen.get("/inbox/unmatched").text
    page = maria.get(place)
    assert maria.submit(page, action=None, reference="C-2026-99999").status_code == 422
    done = maria.submit(page, action=None, reference=case.reference)
    assert done.location == f"/c/{case.reference}"
    assert maria.get(place).status_code == 404
    page = maria.get(f"/inbox/unmatched/{second.public_id}")
    assert maria.submit(page, action="/aside").status_code == 303
    assert "Everything that came has its case." in maria.get("/inbox/unmatched").text
    assert [one.body for one in rows(session)[0]] == ["متى نأتي؟"]
