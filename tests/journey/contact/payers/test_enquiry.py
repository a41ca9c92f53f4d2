"""An embassy writes for a patient: the same queue and promise, the payer noted, nothing medical given to it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.tokens import hash_token
from concierge.domain.vocabulary import CameBy, PayerKind, Relation, Urgency, Writer
from concierge.models import CaseParticipation, Enquiry, OutboxMessage
from concierge.web.throttle import allows
from tests.journey.contact.family import text_of
from tests.support.clock import START

ASKED = {
    "kind": "embassy",
    "organisation": "Embassy of Kuwait (fictional)",
    "writer_name": "Huda Al-Sabah",
    "email": "Health.Office@Embassy.example",
    "letter": "HO/2026/118",
    "name": "نورة سعد المطيري",
    "birth": "1968-03-14",
    "country": "KW",
    "spoken": "ar",
    "story": "Please send an estimate.",
    "consent": "y",
}


@pytest.fixture
def page(client, houses):
    return client.get("/en/payers/enquiry")


def asked(session) -> list[Enquiry]:
    session.rollback()
    return list(session.scalars(sa.select(Enquiry)))


def test_the_request_waits_in_the_queue_with_its_payer_noted(client, session, page):
    answer = client.submit(page, **ASKED)
    assert answer.status_code == 303, text_of(answer)
    (enquiry,) = asked(session)
    case = enquiry.case
    assert (enquiry.came_by, enquiry.writer, enquiry.urgency) == (CameBy.PAYER, Writer.PAYER, Urgency.ROUTINE)
    assert (case.payer_kind, case.payer_name) == (PayerKind.EMBASSY, "Embassy of Kuwait (fictional)")
    assert (case.person.country, case.person.timezone) == ("KW", "Asia/Kuwait")
    assert "HO/2026/118" in enquiry.story
    confirmed = client.get(answer.location)
    assert case.reference in text_of(confirmed)
    assert "نورة" not in text_of(confirmed)


def test_the_one_who_writes_is_sponsor_and_sees_no_document(client, session, page):
    client.submit(page, **ASKED)
    part = session.scalars(sa.select(CaseParticipation)).one()
    assert part.relation is Relation.SPONSOR
    assert not (part.can_documents or part.can_money or part.can_decision)
    mail = session.scalars(sa.select(OutboxMessage)).one()
    assert (mail.event, mail.recipient) == ("payer_received", "health.office@embassy.example")


def test_without_the_patients_consent_nothing_is_kept_and_nothing_typed_is_lost(client, session, page):
    answer = client.submit(page, **{**ASKED, "consent": None})
    assert answer.status_code == 422
    assert "only when the patient agrees" in text_of(answer)
    assert "Please send an estimate." in answer.get_data(as_text=True)
    assert asked(session) == []


def test_a_form_that_is_sent_twice_opens_one_enquiry(client, session, page):
    first, second = (client.submit(page, **ASKED) for _press in range(2))
    assert first.location == second.location
    assert len(asked(session)) == 1


def test_a_program_that_fills_the_hidden_box_is_shown_it(client, session, page):
    assert client.submit(page, **ASKED, website="http://spam.example").status_code == 422
    assert asked(session) == []


def test_one_address_cannot_flood_the_queue(client, session, page):
    with transaction() as writing:
        for _sent in range(20):
            allows(
                writing,
                f"payer_enquiry:{hash_token('127.0.0.1')}",
                most=20,
                window=timedelta(minutes=15),
                now=START,
            )
    assert client.submit(page, **ASKED).status_code == 429
    assert asked(session) == []
