"""The page of one letter and the page of a case's services, as advocates and their leads meet them."""

import io

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import DepositState, DocumentState, GuaranteeState, ServiceState
from concierge.models import CaseService, Deposit, Document, Guarantee, GuaranteeAmendment
from tests.factories import as_staff, staff
from tests.journey.finance.guarantees.scenes import an_embassy, covered
from tests.journey.finance.scenes import a_letter, in_finance, requested
from tests.records import samples


def rows(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id)).all()


def come_as(session, client, name, hospital="alder-coast"):
    session.rollback()
    as_staff(client, staff(session, f"{name}@{hospital}.example"), session)


@pytest.fixture
def case(session, client):
    """A case with an accepted letter over 2,000.00 and a line of 1,000.00; its deposit is asked for."""
    with transaction() as writing:
        made, _letter, _line = covered(writing, 200_000)
        an_embassy(writing, made)
        requested(writing, made)
    come_as(session, client, "daniel")
    return made


def test_a_letter_is_amended_attached_and_talked_about(session, client, case):
    (letter,) = rows(session, Guarantee)
    address = f"/c/{case.reference}/money/guarantees/{letter.public_id}"

    def press(action, **fields):
        return client.submit(client.get(address), action=action, **fields)

    assert press("/guarantor").status_code == 303
    said = {"way": "mail", "with_whom": "Health office", "said": "Asked for more."}
    assert press("/liaison", **said, follow_up_on="2026-01-01").status_code == 422
    assert press("/liaison", **said).status_code == 303
    assert press("/appeal", appeal="We ask to look again.").status_code == 303
    assert press("/scan/attach").status_code == 422
    paper = (io.BytesIO(samples.pdf()), "letter.pdf")
    assert press("/scan/attach", files=paper).status_code == 303
    (document,) = rows(session, Document)
    assert document.state is DocumentState.RECEIVED
    assert client.get(f"{address}/scan").data[:5] == b"%PDF-"
    assert press("/amend").status_code == 422
    assert press("/amend", ceiling="٣٠٠٠").status_code == 303
    (amendment,) = rows(session, GuaranteeAmendment)
    assert "You noted this amendment" in client.get(address).get_data(as_text=True)
    come_as(session, client, "grace")
    assert press(f"{amendment.public_id}/refuse", reason="").status_code == 422
    assert press(f"{amendment.public_id}/accept").status_code == 303
    page = client.get(address).get_data(as_text=True)
    for text in ("3,000", "Before: limit", "Asked for more.", "We ask to look again.", "letter.pdf"):
        assert text in page
    come_as(session, client, "liu", "jinghe")
    assert client.get(address).status_code == client.get(f"{address}/scan").status_code == 404


def test_booking_warns_then_splits_and_a_bill_goes_its_way(session, client, case):
    (letter,) = rows(session, Guarantee)
    address = f"/c/{case.reference}/money/services"

    def press(action, **fields):
        return client.submit(client.get(address), action=action, **fields)

    warned = press("/book", quantity="3")
    text = warned.get_data(as_text=True)
    assert warned.status_code == 422 and "costs more than what is left" in text
    assert client.submit(warned, action="/book", answer="self_pay").status_code == 303
    (own, rest) = rows(session, CaseService)
    assert (own.amount_minor, rest.amount_minor, rest.letter_id) == (200_000, 100_000, None)
    assert "Used up" in client.get(f"/c/{case.reference}/money").get_data(as_text=True)
    assert press(f"{own.public_id}/perform", day="2099-01-01").status_code == 422
    assert press(f"{own.public_id}/perform").status_code == 303
    assert press(f"{own.public_id}/bill", bill_number="").status_code == 422
    assert press(f"{own.public_id}/bill", bill_number="B-1").status_code == 303
    assert press(f"{own.public_id}/pay", method="bank_transfer").status_code == 303
    assert press(f"{rest.public_id}/cancel", reason="").status_code == 422
    assert press(f"{rest.public_id}/cancel", reason="Not needed").status_code == 303
    states = [one.state for one in rows(session, CaseService)]
    assert states == [ServiceState.PAID, ServiceState.CANCELLED]
    page = client.get(f"/c/{case.reference}/money/guarantees/{letter.public_id}").get_data(as_text=True)
    assert "100% used" in page


def test_one_press_puts_a_letter_in_the_place_of_the_deposit_and_one_takes_it_back(session, client, case):
    with transaction() as writing:
        kept = writing.scalars(sa.select(Guarantee)).one()
        kept.ceiling_minor = 5_000_000
    (letter,) = rows(session, Guarantee)
    address = f"/c/{case.reference}/money/guarantees/{letter.public_id}"
    assert client.submit(client.get(address), action="/swap").status_code == 303
    assert rows(session, Deposit)[0].state is DepositState.CANCELLED
    page = client.get(address)
    assert "Nothing was paid" in page.get_data(as_text=True)
    assert client.submit(page, action="/swap/undo").status_code == 303
    assert rows(session, Deposit)[0].state is DepositState.REQUESTED


def test_a_lead_takes_a_letter_against_the_stop_rule_with_a_reason(session, client):
    with transaction() as writing:
        made = in_finance(writing)
        a_letter(writing, made, organisation=an_embassy(writing, made, limit=100))
    address = f"/c/{made.reference}/money"
    come_as(session, client, "grace")
    refused = client.submit(client.get(address), action="/accept", override="Please")
    assert refused.status_code == 422 and "Only a lead" in refused.get_data(as_text=True)
    come_as(session, client, "lena")
    assert client.submit(client.get(address), action="/accept", override="").status_code == 422
    assert (
        client.submit(client.get(address), action="/accept", override="Confirmed by phone").status_code == 303
    )
    (letter,) = rows(session, Guarantee)
    assert (letter.state, letter.override_reason) == (GuaranteeState.ACCEPTED, "Confirmed by phone")
