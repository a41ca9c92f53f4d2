"""The panel *Who pays for the trip*, and the list for compliance."""

import pytest
import sqlalchemy as sa

from concierge.booking.costs.actions import approve
from concierge.db import transaction
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit
from concierge.models import BenefitDecision, BookingShare, Case, ReadLog
from tests.booking.test_benefits import a_letter, an_agreement, family, shared
from tests.factories import a_case, actor_of, as_staff, staff
from tests.support.clock import START

LEAD, TOM = "lena@alder-coast.example", "tom@alder-coast.example"


@pytest.fixture
def ref(session) -> str:
    """A case with two travellers, one of them not agreed to, and a stay over the cap."""
    with transaction() as writing:
        case = a_case(writing)
        lead = actor_of(staff(writing, LEAD))
        agreed = an_agreement(writing, case, lead, companions=0, caps={Benefit.LODGING: Money(50_000, "USD")})
        a_letter(writing, case, organisation_id=agreed.organisation_id)
        shared(writing, case, family(writing, case, 1))
        return case.reference


def panel(client, ref: str) -> str:
    return client.get(f"/c/{ref}/travel").get_data(as_text=True).split('id="pays"')[1].split("</section>")[0]


def test_a_coordinator_sees_who_pays_and_lets_the_family_pay_but_cannot_approve(session, client, ref):
    as_staff(client, staff(session, TOM), session)
    shown = panel(client, ref)
    assert "number of companions that the payer agreed to: 0" in shown
    assert "USD 600" in shown and "The hospital pays" not in shown and "LG-1" in shown
    page = client.get(f"/c/{ref}/travel")
    sent = client.submit(page, action="/pays/stay:1", who="hospital", why="So nice")
    assert sent.status_code == 422
    assert client.submit(page, action="/pays/stay:1", who="patient").status_code == 303
    assert "The family pays it itself, as it wished" in panel(client, ref)
    assert client.get(f"/c/{ref}/travel/pays/stay:9").status_code == 404


def test_a_lead_approves_with_a_reason_and_finds_it_in_the_list_and_the_file(session, client, ref):
    as_staff(client, staff(session, LEAD), session)
    page = client.get(f"/c/{ref}/travel")
    refused = client.submit(page, action="/pays/stay:1", who="payer", why="")
    assert refused.status_code == 422 and "Enter the reason." in refused.get_data(as_text=True)
    assert (
        client.submit(page, action="/pays/stay:1", who="payer", why="=The embassy agreed").status_code == 303
    )
    listed = client.get("/travel/benefits").get_data(as_text=True)
    assert ref in listed and "The embassy agreed" in listed and "USD 300" in listed
    file = client.get("/travel/benefits.csv?month=2026-11").get_data(as_text=True)
    assert "lodging,1,300.00,USD,needs_approval,companion_over_count,payer,'=The embassy agreed" in file
    assert session.scalars(sa.select(ReadLog.page).where(ReadLog.page == "costs_staff.benefits_csv")).all()
    assert ref not in client.get("/travel/benefits?month=2026-10").get_data(as_text=True)
    assert client.get("/travel/benefits?month=1999-01").status_code == 404
    as_staff(client, staff(session, TOM), session)
    assert client.get("/travel/benefits").status_code in (403, 404)


def test_the_list_goes_on_where_its_page_ended(session, client, ref, monkeypatch):
    monkeypatch.setattr("concierge.booking.costs.queries.decisions.__kwdefaults__", {"after": "", "size": 1})
    with transaction() as writing:
        case = writing.scalars(sa.select(Case).join(BookingShare, BookingShare.case_id == Case.id)).first()
        lead = actor_of(staff(writing, LEAD))
        for why in ("First reason", "Second reason"):
            approve(writing, case, "stay:1", paid_by="hospital", why=why, actor=lead, now=START)
    as_staff(client, staff(session, LEAD), session)
    first = client.get("/travel/benefits").get_data(as_text=True)
    assert "Second reason" in first and "First reason" not in first
    after = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    assert "First reason" in client.get(f"/travel/benefits?month=2026-11&after={after}").get_data(
        as_text=True
    )


def test_a_medicare_beneficiary_reads_why_nothing_is_paid_and_books_at_own_cost(session, client):
    with transaction() as writing:
        case = a_case(writing)
        a_letter(writing, case)
        case.person.is_government_beneficiary = True
        ref = case.reference
        shared(writing, case, booking="flight:1", is_own_cost=True)
    as_staff(client, staff(session, LEAD), session)
    shown = panel(client, ref)
    assert "beneficiary of a US government programme" in shown and "own cost" in shown
    assert 'value="hospital"' not in shown and "Refused" in shown
    flight = client.get(f"/c/{ref}/travel/flight/arrival").get_data(as_text=True)
    assert "the law forbids gifts to beneficiaries" in flight
    assert session.scalars(sa.select(BenefitDecision)).all() == []
