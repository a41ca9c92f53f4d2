"""Refunds as advocates, their lead and the payer meet them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.cases import refunds
from concierge.cases.actions import close
from concierge.db import transaction
from concierge.domain.journey import Exit
from concierge.domain.vocabulary import DecisionOutcome, RefundReason, RefundState
from concierge.models import Deposit, Refund
from tests.factories import as_portal, as_staff, patient_of, staff
from tests.journey.finance.refunds.scenes import approved, decide, paid, paid_by_card, proposed, who
from tests.support.clock import START


def come_as(session, client, name):
    session.rollback()
    as_staff(client, staff(session, f"{name}@alder-coast.example"), session)


def text(response) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def case(session, client):
    with transaction() as writing:
        made, _deposit, _payment = paid(writing)
    come_as(session, client, "daniel")
    return made


def refund_of(session) -> Refund:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Refund)).one()


def test_one_proposes_another_approves_and_the_first_sends(session, client, case):
    tab = client.get(f"/c/{case.reference}/money")
    facts = {"amount": "1,250.50", "reason": "costs_less", "note": "Fewer tests"}
    assert client.submit(tab, action="/refunds/propose", **facts).status_code == 303
    refund = refund_of(session)
    assert (refund.amount.minor, refund.reason) == (125_050, RefundReason.COSTS_LESS)
    place = f"/c/{case.reference}/money/refunds/{refund.public_id}"
    mine = text(client.get(place))
    assert "A second person approves it" in mine and "/approve" not in mine
    come_as(session, client, "grace")
    page = client.get(place)
    assert client.submit(page, action="/approve").status_code == 303
    assert client.submit(page, action="/withdraw", reason="x").status_code == 409  # a page from before
    come_as(session, client, "daniel")
    page = client.get(place)
    assert (
        client.submit(page, action="/send", sent_on="2026-02-30", bank_reference="OUT-1").status_code == 422
    )
    sent = {"sent_on": START.date().isoformat(), "bank_reference": "OUT-1"}
    assert client.submit(page, action="/send", **sent).status_code == 303
    assert client.submit(client.get(place), action="/done").status_code == 303
    shown = text(client.get(place))
    assert "Arrived" in shown and "OUT-1" in shown and "/money/journal/" in shown


def test_what_is_typed_wrongly_stands_beside_its_field(session, client, case):
    tab = client.get(f"/c/{case.reference}/money")
    for facts in (
        {"amount": "999999999", "reason": "costs_less"},
        {"amount": "-5", "reason": "costs_less"},
        {"amount": "5", "reason": "other"},
        {"amount": "5", "reason": "costs_less", "receiver": "Salem"},
        {"amount": "5", "reason": "nothing"},
    ):
        page = client.submit(tab, action="/refunds/propose", **facts)
        assert page.status_code == 422 and "<title>Error: " in text(page)
    assert session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 0


def test_a_lead_sees_the_lists_and_approves_but_does_not_send(session, client, case):
    with transaction() as writing:
        deposit = writing.scalars(sa.select(Deposit)).one()
        refund = proposed(writing, writing.merge(case), deposit, 700)
    come_as(session, client, "lena")
    assert "AL MUTAIRI" in text(client.get("/finance/refunds")) or "نورة" in text(
        client.get("/finance/refunds")
    )
    for tab in ("to_send", "late", "came_back", "sent"):
        assert "No refund is here" in text(client.get(f"/finance/refunds?tab={tab}"))
    assert client.get("/finance/refunds?tab=nonsense").status_code == 404
    place = f"/c/{case.reference}/money/refunds/{refund.public_id}"
    assert client.submit(client.get(place), action="/approve").status_code == 303
    assert "/send" not in text(client.get(place))
    assert refund.public_id in text(client.get("/finance/refunds?tab=to_send"))
    come_as(session, client, "daniel")
    page = client.get(place)
    new_day = (refund.promised_on + timedelta(days=10)).isoformat()
    assert client.submit(page, action="/postpone", new_day=refund.promised_on.isoformat()).status_code == 422
    assert client.submit(page, action="/postpone", new_day=new_day).status_code == 303


def test_a_card_payment_goes_back_to_its_card(session, client):
    with transaction() as writing:
        case, deposit, _payment = paid_by_card(writing)
        refund = approved(writing, case, deposit)
    come_as(session, client, "daniel")
    place = f"/c/{case.reference}/money/refunds/{refund.public_id}"
    assert client.submit(client.get(place), action="/card").status_code == 303
    assert "The card service has been asked" in text(client.get(place))
    assert refund_of(session).state is RefundState.SENDING


def test_the_payer_sees_what_comes_back_and_the_link_names_nobody(session, client, case):
    with transaction() as writing:
        deposit = writing.scalars(sa.select(Deposit)).one()
        approved(writing, writing.merge(case), deposit, 700)
        token, patient = deposit.pay_token, patient_of(writing, case)
    as_portal(client, patient, session)
    place = f"/portal/{case.public_id}"
    for page in ("pay", "costs"):
        shown = text(client.get(f"{place}/{page}", headers={"Accept-Language": "en"}))
        assert "USD 7" in shown and "K. AL MUTAIRI" in shown
    paper = client.get(f"{place}/pay/statement.pdf")
    assert paper.data[:5] == b"%PDF-" and "statement.pdf" in paper.headers["Content-Disposition"]
    link = text(client.get(f"/pay/{token}", headers={"Accept-Language": "en"}))
    assert "USD 7" in link and "MUTAIRI" not in link and "statement" not in link


def test_a_refund_that_would_tell_the_answer_is_not_shown_and_not_approved_before_it(session, client, case):
    with transaction() as writing:
        mine = writing.merge(case)
        decide(writing, mine, DecisionOutcome.NOT_FOR_US)
        (refund,) = refunds.propose_due(writing, mine, is_declined=True, now=who(writing, mine)["now"])
        token, patient = writing.scalars(sa.select(Deposit.pay_token)).one(), patient_of(writing, mine)
        public_id = refund.public_id
    place = f"/c/{case.reference}/money/refunds/{public_id}"
    page = text(client.get(place))
    assert "/approve" not in page and "does not know our answer yet" in page
    as_portal(client, patient, session)
    for address in (f"/portal/{case.public_id}/pay", f"/pay/{token}"):
        assert 'id="back-h"' not in text(client.get(address))
    with transaction() as writing:
        mine = writing.merge(case)
        close(writing, mine, exit=Exit.NOT_ACCEPTED, reason="", **who(writing, mine))
    for address in (f"/portal/{case.public_id}/pay", f"/pay/{token}"):
        assert 'id="back-h"' in text(client.get(address))
