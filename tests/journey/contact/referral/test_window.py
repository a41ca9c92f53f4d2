"""The doctor's own window: all own patients, page by page, nobody else's, behind six digits."""

import re

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.journey.contact.referral import queries
from concierge.models import Case, Enquiry, OutboxMessage, Referral, Referrer
from tests.factories import a_case, a_referral, as_referrer
from tests.journey.contact.family import text_of

EMAIL = "haddad@clinic.example"


@pytest.fixture
def three(session):
    """Two patients of one doctor, of whom one lets him hear nothing, and one of another doctor."""
    with transaction() as writing:
        return (
            a_referral(writing, a_case(writing, step=Step.EVALUATION, native_name="منى")),
            a_referral(
                writing, a_case(writing, step=Step.EVALUATION, native_name="سعاد"), may_hear_back=False
            ),
            a_referral(writing, a_case(writing, native_name="ليلى"), email="other@clinic.example"),
        )


def test_six_digits_open_all_own_patients_and_nobody_elses(client, session, three):
    assert client.get("/referrer").location == "/referrer/sign-in"
    asked = client.submit(client.get("/referrer/sign-in"), email=EMAIL.upper())
    code = session.scalars(sa.select(OutboxMessage)).one().context["code"]
    entered = client.submit(client.get(asked.location), code=code)
    assert (entered.status_code, entered.location) == (303, "/referrer")
    text = text_of(client.get("/referrer"))
    assert "منى" in text and "سعاد" in text and "ليلى" not in text
    assert text.count("Evaluation at our hospital") == 1 and "Received" in text
    mine, silent, foreign = three
    assert client.get(f"/referrer/{mine.public_id}").status_code == 200
    assert "Received, and a specialist is in touch" in client.get(f"/referrer/{silent.public_id}").text
    assert client.get(f"/referrer/{foreign.public_id}").status_code == 404
    assert client.get(f"/c/{mine.case.reference}").status_code == 302
    assert client.get(f"/portal/{mine.case.public_id}/home").status_code == 302


def test_nothing_of_a_patient_stays_in_the_cache_of_a_shared_computer(client, session, three):
    as_referrer(client, three[0].referrer, session)
    for address in ("/referrer", f"/referrer/{three[0].public_id}"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, session, three):
    asked = client.submit(client.get("/referrer/sign-in"), email="nobody@clinic.example")
    assert asked.status_code == 303
    assert client.submit(client.get(asked.location), code="123456").status_code == 422
    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_the_digits_of_a_family_do_not_open_the_window_nor_the_other_way(client, session, three):
    asked = client.submit(client.get("/referrer/sign-in"), email=EMAIL)
    code = session.scalars(sa.select(OutboxMessage)).one().context["code"]
    ticket = asked.location.rsplit("/", 1)[1]
    assert client.submit(client.get(f"/portal/code/{ticket}"), code=code).status_code == 422


def test_the_button_of_the_mail_opens_the_window_too(client, session, three):
    client.submit(client.get("/referrer/sign-in"), email=EMAIL)
    address = session.scalars(sa.select(OutboxMessage)).one().context["url"]
    path = re.sub(r"^https?://[^/]+", "", address)
    assert client.submit(client.get(path)).location == "/referrer"
    assert client.get(path).status_code == 302
    assert client.post("/referrer/sign-out", data={"csrf_token": _token(client)}).status_code == 303
    assert client.get("/referrer").status_code == 302


def _token(client) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/referrer").text)[1]


def test_mails_are_stopped_and_had_again(client, session, three):
    doctor = three[0].referrer
    as_referrer(client, doctor, session)
    for is_stopped in (True, False):
        client.submit(client.get("/referrer"), action="/referrer/mails")
        session.rollback()
        row = session.get(Referrer, doctor.id, populate_existing=True)
        assert (row.unsubscribed_at is not None) is is_stopped


def test_many_patients_come_page_by_page_in_a_fixed_number_of_questions(client, session, three):
    doctor = three[0].referrer
    with transaction() as writing:
        for _ in range(queries.PAGE + 3):
            a_referral(writing, a_case(writing))
    as_referrer(client, doctor, session)
    first = client.get("/referrer")
    assert first.text.count("/referrer/") >= queries.PAGE
    second = client.get(re.search(r'href="(/referrer\?before=\d+)"', first.text)[1])
    assert second.text.count("<tr>") == 1 + 5
    asked = []

    def count(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    engine = session.get_bind()
    session.rollback()
    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        rows, _more = queries.patients(session, session.get(Referrer, doctor.id), None)
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert len(rows) == queries.PAGE and len(asked) <= 6, asked
    assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == queries.PAGE + 6
    assert session.scalar(sa.select(sa.func.count(Case.id)).join(Enquiry)) == queries.PAGE + 6
