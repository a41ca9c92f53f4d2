"""Requests of doctors: a reference and a clock for each, one owner, nothing nobody's without being seen."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.requests import request_due
from concierge.domain.vocabulary import RequestKind, RequestOutcome
from concierge.journey.contact.requests import queries
from concierge.journey.contact.requests.actions import NewRequest, open_request
from concierge.models import OutboxMessage, PhysicianRequest
from tests.factories import as_staff, hospitals, staff
from tests.journey.contact.family import text_of
from tests.support.clock import START

ASKED = {
    "kind": "speak",
    "name": "Dr. Layla Hassan",
    "organisation": "Hilal Clinic (fictional)",
    "country": "AE",
    "email": "Layla@Clinic.example",
    "phone": "050 123 4567",
    "text": "I would like to speak with a specialist for stomach surgery.",
}


@pytest.fixture
def maria(session, client):
    with transaction() as writing:
        user = staff(writing, "maria@alder-coast.example")
    as_staff(client, user, session)
    return user


def a_request(
    kind=RequestKind.SERVICES, slug="alder-coast", name="Dr. Hassan", now=START
) -> PhysicianRequest:
    with transaction() as writing:
        data = NewRequest(
            hospital_id=hospitals(writing)[slug].id, kind=kind, name=name, email="layla@clinic.example",
            text="Please send me a list.", language="ar", timezone="Asia/Dubai",
        )  # fmt: skip
        return open_request(writing, data, now=now)


def fresh(session, request) -> PhysicianRequest:
    session.rollback()
    return session.get(PhysicianRequest, request.id, populate_existing=True)


def test_a_doctor_gets_a_reference_and_a_promise_at_once(client, session, houses):
    answer = client.submit(client.get("/en/physicians/requests"), **ASKED)
    assert answer.status_code == 303, text_of(answer)
    request = session.scalars(sa.select(PhysicianRequest)).one()
    assert (request.owner_role, request.owner_id, request.phone) == (Role.SPECIALIST, None, "+971501234567")
    page = text_of(client.get(answer.location))
    assert request.reference in page
    assert "Dubai" in page
    assert "Hassan" not in page
    mail = session.scalars(sa.select(OutboxMessage)).one()
    assert (mail.event, mail.recipient) == ("request_received", "layla@clinic.example")


def test_who_wants_to_speak_must_be_reachable(client, session, houses):
    answer = client.submit(client.get("/en/physicians/requests"), **{**ASKED, "phone": ""})
    assert answer.status_code == 422
    assert "because you want to speak with somebody" in text_of(answer)
    assert client.submit(
        client.get("/en/physicians/requests"), **{**ASKED, "phone": "", "kind": "services"}
    ).location


def test_a_replayed_form_is_one_request(client, session, houses):
    page = client.get("/en/physicians/requests")
    first, second = (client.submit(page, **ASKED) for _press in range(2))
    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count(PhysicianRequest.id))) == 1


@pytest.mark.parametrize(
    ("kind", "due_at"),
    [
        # Asked on Wednesday at 16:00 in Los Angeles; Thursday is Thanksgiving.
        (RequestKind.SPEAK, datetime(2026, 11, 27, 19, 0, tzinfo=UTC)),
        (RequestKind.PROBLEM, datetime(2026, 11, 28, 1, 0, tzinfo=UTC)),
        (RequestKind.SERVICES, datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_promise_counts_the_hospitals_working_time(session, kind, due_at):
    house = hospitals(session)["alder-coast"]
    received_at = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert request_due(kind, received_at, house.calendar, house.first_reply_hours) == due_at


def test_a_problem_belongs_to_the_lead(session, houses):
    assert a_request(RequestKind.PROBLEM).owner_role is Role.LEAD


# --- the desk ----------------------------------------------------------------------------------------------------


def test_the_nearest_promise_stands_first_and_a_late_one_says_so(client, maria, clock):
    a_request(name="Dr. Later")
    a_request(RequestKind.SPEAK, name="Dr. Sooner")
    a_request(slug="jinghe", name="Dr. Elsewhere")
    page = text_of(client.get("/desk/requests"))
    assert page.index("Dr. Sooner") < page.index("Dr. Later")
    assert "Elsewhere" not in page
    clock.forward(hours=5)
    assert "Past the promise: 1" in text_of(client.get("/desk/requests"))
    assert "Dr. Later" not in text_of(client.get("/desk/requests?show=late"))


def test_pages_of_the_list_lose_nobody(session, maria, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    names = [a_request(name=f"Dr. {letter}").name for letter in "ABCDE"]
    seen, after = [], ""
    while True:
        rows, after = queries.page(session, maria.hospital_ids, "all", maria.id, START, after)
        seen += [row.name for row in rows]
        if not after:
            break
    assert seen == names


def test_one_takes_it_and_the_second_reads_who_was_faster(app, client, session, maria):
    request = a_request()
    here = f"/desk/requests/{request.public_id}"
    page = client.get(here)
    other = app.test_client()
    as_staff(other, staff(session, "amal@alder-coast.example"), session)
    other.submit(other.get(here), action="/take")
    answer = client.submit(page, action="/take")
    assert "A colleague was faster" in text_of(client.get(answer.location))
    assert fresh(session, request).owner.name == "Amal Haddad"


def test_an_answer_goes_to_the_doctor_and_closes_the_request(client, session, maria):
    request = a_request()
    page = client.get(f"/desk/requests/{request.public_id}")
    assert client.submit(page, action="/answer", text="Here is the list.").status_code == 303
    now = fresh(session, request)
    assert (now.outcome, now.owner_id) == (RequestOutcome.DONE, maria.id)
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.event == "request_answered")).one()
    assert (mail.context["text"], mail.language) == ("Here is the list.", "ar")
    again = client.submit(page, action="/answer", text="Once more", once="y" * 32)
    assert again.status_code in {403, 409}


def test_two_answers_are_two_mails(client, session, maria):
    request = a_request()
    here = f"/desk/requests/{request.public_id}"
    client.submit(client.get(here), action="/answer", text="First part.", closes=None)
    client.submit(client.get(here), action="/answer", text="Second part.")
    mails = (
        sa.select(OutboxMessage.context)
        .where(OutboxMessage.event == "request_answered")
        .order_by(OutboxMessage.id)
    )
    assert [context["text"] for context in session.scalars(mails)] == ["First part.", "Second part."]


def test_it_is_handed_over_with_a_note_and_only_within_the_hospital(client, session, maria):
    request = a_request()
    here, amal = f"/desk/requests/{request.public_id}", staff(session, "amal@alder-coast.example")
    answer = client.submit(client.get(here), action="/hand-over", to=str(amal.id), note="She speaks Arabic")
    assert answer.status_code == 303, text_of(answer)
    now = fresh(session, request)
    assert (now.owner_id, now.due_at) == (amal.id, request.due_at)
    assert "Maria Castillo → Amal Haddad: She speaks Arabic" in text_of(client.get(here))
    chen = staff(session, "chen@jinghe.example")
    assert client.submit(client.get(here), action="/hand-over", to=str(chen.id), note="x").status_code == 422


def test_what_is_closed_unanswered_needs_a_reason(client, session, maria):
    request = a_request()
    here = f"/desk/requests/{request.public_id}"
    assert client.submit(client.get(here), action="/close", note="").status_code == 422
    assert fresh(session, request).closed_at is None
    client.submit(client.get(here), action="/close", outcome="not_reached", note="Rang three times")
    assert fresh(session, request).outcome is RequestOutcome.NOT_REACHED
    assert "No request is open here" in text_of(client.get("/desk/requests"))


def test_who_saw_an_older_state_overwrites_nothing(client, session, maria):
    request = a_request()
    page = client.get(f"/desk/requests/{request.public_id}")
    client.submit(page, action="/take")
    assert client.submit(page, action="/close", note="Done").status_code == 409
    assert fresh(session, request).closed_at is None


def test_a_request_of_another_hospital_is_not_found(client, session, maria):
    request = a_request(slug="jinghe")
    assert client.get(f"/desk/requests/{request.public_id}").status_code == 404
