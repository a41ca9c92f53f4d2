"""The booked trip in the estimate, and what the family reads of its costs."""

import pytest

from concierge.db import transaction
from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Phase
from concierge.journey.finance.estimates import actions
from concierge.journey.finance.estimates.queries import find_draft
from concierge.models import Case
from tests.booking.test_benefits import a_letter, family, shared
from tests.factories import as_portal, as_staff, patient_of, staff
from tests.journey.finance.scenes import advocate, in_finance, issued
from tests.support.clock import START

NAMES = {benefit: {"en": benefit.value} for benefit in Benefit}


def drafted(session, case: Case):
    return actions.draft_estimate(session, case, actor=advocate(session, case), now=START)


def take(session, case: Case, draft) -> None:
    actions.take_trip(session, case, draft, NAMES, actor=advocate(session, case), now=START)


def trip_lines(draft) -> list[tuple]:
    return [
        (line.code, line.total.high.minor)
        for line in draft.lines
        if line.phase is Phase.STAY and not line.tariff_id
    ]


def test_the_booked_trip_becomes_lines_once_with_the_payers_part(session):
    case = in_finance(session)
    letter = a_letter(session, case)
    people = family(session, case, 1)
    shared(session, case, people)
    shared(session, case, booking="ride:1", is_own_cost=True, cost=4_000)
    draft = drafted(session, case)
    before = len(draft.lines)
    take(session, case, draft)
    assert trip_lines(draft) == [("LODGING", 64_000)]
    shared(session, case, people, cost=70_000)
    take(session, case, draft)
    assert trip_lines(draft) == [("LODGING", 74_000)] and len(draft.lines) == before + 1
    assert [(one.label, one.amount) for one in draft.shares] == [(letter.issuer, Money(60_000, "USD"))]


def test_without_a_booking_that_costs_something_there_is_nothing_to_take_over(session):
    case = in_finance(session)
    draft = drafted(session, case)
    shared(session, case, cost=None)
    with pytest.raises(InvalidInput, match="nothing_booked"):
        take(session, case, draft)


def test_an_advocate_takes_the_trip_over_and_the_family_reads_its_own_part_alone(session, client):
    with transaction() as writing:
        case = in_finance(writing)
        issued(writing, case)
        drafted(writing, case)
        a_letter(writing, case)
        shared(writing, case, cost=81_100)
        shared(writing, case, booking="stay:2", is_own_cost=True, cost=12_300)
        ref, pid, case_id, mother = case.reference, case.public_id, case.id, patient_of(writing, case)
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    page = client.get(f"/c/{ref}/money/estimate")
    assert "USD 934" in page.get_data(as_text=True)
    assert client.submit(page, action="/estimate/trip").status_code == 303
    session.rollback()
    assert trip_lines(find_draft(session, case_id)) == [("LODGING", 93_400)]
    shown = client.get(f"/c/{ref}/money/estimate").get_data(as_text=True)
    assert "Lodging as booked" in shown and f"/c/{ref}/travel#pays" in shown
    services = client.get(f"/c/{ref}/money/services").get_data(as_text=True)
    assert "USD 811" in services and "/self-pay" not in services
    session.rollback()  # a page has written since this session began to read
    as_portal(client, mother, session)
    client.set_cookie("language", "en")
    for address in ("costs", "trip"):
        family_page = client.get(f"/portal/{pid}/{address}").get_data(as_text=True)
        assert "USD 123" in family_page and "USD 811" not in family_page
