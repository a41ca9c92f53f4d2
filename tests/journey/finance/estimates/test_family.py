"""What it costs, as the family reads, questions, understands and renews it."""

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import Relation
from concierge.journey.finance.estimates import actions
from concierge.models import Case, CaseTask, Estimate, EstimateShare, Message
from tests.factories import account, as_portal, patient_of, takes_part
from tests.journey.finance.scenes import advocate, in_finance, issued
from tests.support.clock import START


def fresh(session, model, row_id):
    session.rollback()
    session.expire_all()
    return session.get(model, row_id)


def sign_in(session, client, case_id) -> Case:
    case = fresh(session, Case, case_id)
    as_portal(client, patient_of(session, case), session)
    return case


@pytest.fixture
def waiting(session):
    """A case with an issued estimate that nobody has understood yet."""
    with transaction() as writing:
        case = in_finance(writing, language="en")
        estimate = issued(writing, case)
        estimate.shares = [EstimateShare(position=1, label="Embassy", percent=80, currency="USD")]
    return case.id


def test_the_family_reads_the_estimate_and_says_that_it_is_understood(session, client, waiting):
    case = sign_in(session, client, waiting)
    url = f"/portal/{case.public_id}/costs"
    page = client.get(url)
    text = page.get_data(as_text=True)
    for words in (
        "USD 8,300 – 13,000", "higher or lower", "Jan 23, 2027", "What is included", "USD 1,660 – 2,600",
        "not a contract",
    ):  # fmt: skip
        assert words in text
    assert client.submit(page, action="/costs").status_code == 303
    assert fresh(session, Case, waiting).next_code == "request_deposit"
    assert "marked this version as understood" in client.get(url).get_data(as_text=True)
    assert client.submit(page, action="/costs").status_code == 303


def test_a_page_of_an_older_version_is_answered_with_the_news(session, client, waiting):
    case = sign_in(session, client, waiting)
    page = client.get(f"/portal/{case.public_id}/costs")
    with transaction() as writing:
        locked = writing.get(Case, waiting)
        who = {"actor": advocate(writing, locked), "now": START}
        draft = actions.draft_estimate(writing, locked, **who)
        actions.issue_estimate(writing, locked, draft, valid_until=START.date(), **who)
    answer = client.submit(page, action="/costs")
    assert answer.status_code == 409
    assert "newer version" in answer.get_data(as_text=True)
    session.rollback()
    assert session.scalars(sa.select(Estimate.understood_at)).all() == [None, None]


def test_a_question_becomes_a_message_of_the_one_thread_that_names_the_version(session, client, waiting):
    case = sign_in(session, client, waiting)
    page = client.get(f"/portal/{case.public_id}/costs")
    assert client.submit(page, action="/question", question="").status_code == 422
    asked = client.submit(page, action="/question", question="Is the room in it?")
    assert asked.status_code == 303
    session.rollback()
    (body,) = session.scalars(sa.select(Message.body).where(Message.case_id == waiting)).all()
    assert "version 1" in body and body.endswith("Is the room in it?")


def test_who_sees_money_and_no_messages_asks_nothing_here(session, client, waiting):
    with transaction() as writing:
        case = writing.get(Case, waiting)
        payer = account(writing, "uncle@x.example")
        takes_part(writing, case, payer, Relation.SPONSOR, can_money=True)
    as_portal(client, payer, session)
    page = client.get(f"/portal/{case.public_id}/costs")
    assert page.status_code == 200 and "/costs/question" not in page.get_data(as_text=True)
    assert client.get(f"/portal/{case.public_id}/costs/question").status_code == 404


def test_without_an_estimate_the_page_says_who_prepares_it_and_by_when(session, client):
    with transaction() as writing:
        case_id = in_finance(writing, language="en").id
    case = sign_in(session, client, case_id)
    text = client.get(f"/portal/{case.public_id}/costs").get_data(as_text=True)
    assert "is preparing your estimate" in text and "Los Angeles" in text and "Riyadh" in text


def test_an_expired_estimate_is_asked_to_be_renewed_once(session, client, waiting, clock):
    case = sign_in(session, client, waiting)
    clock.forward(days=70)
    as_portal(client, patient_of(session, case), session, clock())
    page = client.get(f"/portal/{case.public_id}/costs")
    text = page.get_data(as_text=True)
    assert "This estimate was valid until" in text and "I understand, continue" not in text
    assert client.submit(page, action="/renew").status_code == 303
    again = client.get(f"/portal/{case.public_id}/costs").get_data(as_text=True)
    assert "You have asked us to renew it" in again and "/costs/renew" not in again
    session.rollback()
    assert session.scalars(sa.select(CaseTask.code).where(CaseTask.code == "renew_estimate")).all() == [
        "renew_estimate"
    ]
