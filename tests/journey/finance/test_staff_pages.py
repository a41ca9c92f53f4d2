"""The Money tab and the two lists, as advocates, their leads and people of other hospitals meet them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.vocabulary import DepositState, GuaranteeState, PaymentState
from concierge.gateways.demo_cards_client import DemoCards
from concierge.journey.finance import queries
from concierge.journey.finance.cards import actions as card_actions
from concierge.journey.finance.deposits import queries as deposit_queries
from concierge.journey.finance.guarantees import actions as letters
from concierge.models import Case, Deposit, Estimate, Guarantee, Payment
from tests.factories import as_staff, staff
from tests.journey.finance.conftest import API_KEY, PAYS
from tests.journey.finance.scenes import a_due_deposit, a_letter, advocate, arrived, in_finance, issued
from tests.support.clock import START

TABS = ("due", "on_its_way", "attention", "second", "paid")


def rows(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id)).all()


def come_as(session, client, name, hospital="alder-coast"):
    session.rollback()
    as_staff(client, staff(session, f"{name}@{hospital}.example"), session)


@pytest.fixture
def case(session, client) -> Case:
    """A case in step 3 with Daniel, its advocate, signed in."""
    with transaction() as writing:
        made = in_finance(writing)
    come_as(session, client, "daniel")
    return made


def money(client, case):
    return client.get(f"/c/{case.reference}/money")


def test_the_deposit_is_requested_with_its_rule_shown(session, client, case):
    page = money(client, case)
    for _press in range(2):
        assert client.submit(page, action="/deposit/request").status_code == 303
    (deposit,) = rows(session, Deposit)
    text = money(client, case).get_data(as_text=True)
    assert deposit.reference in text and "Finance board" in text


def test_without_a_payer_the_request_says_what_to_do_first(session, client, case):
    with transaction() as writing:
        writing.get(Case, case.id).payer_kind = None
    page = client.submit(money(client, case), action="/deposit/request")
    assert page.status_code == 422
    assert "Note who pays first" in page.get_data(as_text=True)


PAYMENT = {"method": "bank_transfer", "amount": "١٠٬٠٠٠٫٠٠", "received_on": "2026-11-24", "payer_name": "K."}


@pytest.fixture
def deposit(session, client) -> Deposit:
    made = session.get(Deposit, a_due_deposit(session)[1])
    come_as(session, client, "daniel")
    return made


def page_of(session, client, deposit):
    session.rollback()
    return money(client, session.get(Case, deposit.case_id))


def test_a_transfer_typed_in_arabic_digits_counts_after_the_second_person(session, client, deposit):
    assert (
        client.submit(page_of(session, client, deposit), action="/payments/record", **PAYMENT).status_code
        == 303
    )
    (payment,) = rows(session, Payment)
    assert (payment.amount_minor, payment.state) == (1_000_000, PaymentState.RECORDED)
    assert "/confirm" not in page_of(session, client, deposit).get_data(as_text=True)
    come_as(session, client, "grace")
    page = page_of(session, client, deposit)
    for _press in range(2):
        assert client.submit(page, action="/confirm").status_code == 303
    assert rows(session, Deposit)[0].state is DepositState.PAID


def test_the_first_person_cannot_confirm_by_a_forged_form(session, client, deposit):
    client.submit(page_of(session, client, deposit), action="/payments/record", **PAYMENT)
    (payment,) = rows(session, Payment)
    come_as(session, client, "grace")
    page = page_of(session, client, deposit)
    come_as(session, client, "daniel")
    assert client.submit(page, action="/confirm").status_code == 403
    assert rows(session, Payment)[0].state is PaymentState.RECORDED
    assert payment.recorded_by_id == staff(session, "daniel@alder-coast.example").id


def test_rejecting_needs_a_reason(session, client, deposit):
    client.submit(page_of(session, client, deposit), action="/payments/record", **PAYMENT)
    come_as(session, client, "grace")
    page = page_of(session, client, deposit)
    refused = client.submit(page, action="/reject", reason="  ")
    assert refused.status_code == 422
    assert client.submit(refused, action="/reject", reason="Not ours").status_code == 303
    assert rows(session, Payment)[0].state is PaymentState.REJECTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": ""},
        {"amount": "12,34,5"},
        {"amount": "-5"},
        {"received_on": "2027-01-01"},
        {"method": "card"},
    ],
)
def test_a_payment_that_cannot_be_read_is_not_noted(session, client, deposit, wrong):
    answer = client.submit(
        page_of(session, client, deposit), action="/payments/record", **{**PAYMENT, **wrong}
    )
    assert answer.status_code == 422
    assert rows(session, Payment) == []


def test_the_card_service_can_be_asked_when_its_event_is_late(session, client, card_service, deposit):
    with transaction() as writing:
        case, locked = queries.lock_deposit(writing, deposit.id)
        payment = card_actions.start_card_payment(writing, case, locked, actor=advocate(writing, case), now=START)
        key, public_id, amount = payment.idempotency_key, payment.public_id, payment.amount
    intent = card_service.payments.create_payment_intent(
        amount, deposit.reference, f"Deposit {deposit.reference}", key, {"payment": public_id}
    )
    with transaction() as writing:
        card_actions.attach_card_payment(writing, writing.scalars(sa.select(Payment)).one(), intent.id)
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, PAYS)
    assert client.submit(page_of(session, client, deposit), action="/ask").status_code == 303
    assert rows(session, Deposit)[0].state is DepositState.PAID


LETTER = {
    "issuer": "Embassy of Kuwait", "number": "LOG-77", "person_name": "AL MUTAIRI NOURA SAAD",
    "passport_number": "P1234567",
    "services": ["review", "evaluation", "treatment", "stay"], "ceiling": "30000", "letter_currency": "USD",
    "valid_from": "2026-11-01", "valid_until": "2027-02-01",
}  # fmt: skip


def test_a_letter_is_noted_by_one_and_accepted_by_another(session, client, case):
    with transaction() as writing:
        issued(writing, writing.get(Case, case.id))
    assert client.submit(money(client, case), action="/guarantees/record", **LETTER).status_code == 303
    assert "/accept" not in money(client, case).get_data(as_text=True)
    come_as(session, client, "lena")
    assert client.submit(money(client, case), action="/accept").status_code == 303
    assert rows(session, Guarantee)[0].state is GuaranteeState.ACCEPTED
    assert "This letter covers the estimate." in money(client, case).get_data(as_text=True)


def test_why_a_letter_does_not_cover_is_said_in_words(session, client, case):
    with transaction() as writing:
        issued(writing, writing.get(Case, case.id))
    small = {**LETTER, "ceiling": "100", "letter_currency": "SAR", "person_name": "Somebody Else"}
    assert client.submit(money(client, case), action="/guarantees/record", **small).status_code == 303
    text = money(client, case).get_data(as_text=True)
    for reason in ("is not the passport name", "in another currency"):
        assert reason in text
    wrong = {**LETTER, "valid_until": "2026-01-01"}
    assert client.submit(money(client, case), action="/guarantees/record", **wrong).status_code == 422


# --- who may come in -------------------------------------------------------------------------------------------


def test_other_hospitals_other_roles_and_strangers_find_nothing(session, client, case):
    with transaction() as writing:
        estimate = issued(writing, writing.get(Case, case.id))
        public_id = estimate.public_id
    base = f"/c/{case.reference}/money"
    pages = (base, f"{base}/estimate", f"{base}/estimate/{public_id}/preview", f"{base}/estimate/{public_id}.pdf")
    come_as(session, client, "liu", "jinghe")
    assert {client.get(page).status_code for page in pages} == {404}
    come_as(session, client, "dr.ellis")
    assert {client.get(page).status_code for page in (*pages, "/finance/deposits")} == {403}
    client.delete_cookie("concierge_staff")
    assert {client.get(page).status_code for page in (*pages, "/finance/deposits")} <= {302, 303}


def test_a_specialist_reads_the_money_and_changes_nothing(session, client, case):
    come_as(session, client, "maria")
    assert money(client, case).status_code == 200
    page = client.get(f"/c/{case.reference}/money/estimate")
    assert page.status_code == 200 and "/estimate/draft" not in page.get_data(as_text=True)
    assert client.post(f"/c/{case.reference}/money/estimate/draft").status_code in {400, 403}
    assert rows(session, Estimate) == []


def test_an_address_that_only_takes_forms_leads_back_to_the_page(client, case):
    for path in ("deposit/request", "guarantees/record"):
        assert client.get(f"/c/{case.reference}/money/{path}").location == f"/c/{case.reference}/money"


# --- the lists -------------------------------------------------------------------------------------------------


def test_the_deposit_list_shows_each_deposit_under_its_state_and_only_of_my_hospital(session, client):
    _case, deposit_id = a_due_deposit(session)
    a_due_deposit(session, "jinghe")
    come_as(session, client, "daniel")
    reference = session.get(Deposit, deposit_id).reference
    found = {tab: client.get(f"/finance/deposits?tab={tab}").get_data(as_text=True) for tab in TABS}
    assert [tab for tab in TABS if reference in found[tab]] == ["due"]
    assert "JI-" not in found["due"]
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, deposit_id)
        arrived(writing, case, deposit)
    assert reference in client.get("/finance/deposits?tab=second").get_data(as_text=True)
    assert client.get("/finance/deposits?tab=other").status_code == 404


def test_a_long_list_comes_in_pages_without_loss(session, client, monkeypatch):
    monkeypatch.setattr(deposit_queries, "PAGE", 2)
    for _time in range(5):
        a_due_deposit(session)
    come_as(session, client, "daniel")
    seen, after = [], ""
    while True:
        page = deposit_queries.deposits_page(session, (1, 2), "due", after)
        seen += [deposit.id for deposit, _case in page.rows]
        after = page.after
        if not after:
            break
    assert sorted(seen) == sorted(set(seen)) and len(seen) == 5
    assert "tab=due" in client.get("/finance/deposits").get_data(as_text=True)
    assert client.get("/finance/deposits?after=garbage").status_code == 200


def test_the_letters_list_shows_limit_estimate_and_what_ends_soon(session, client, case):
    with transaction() as writing:
        own = writing.get(Case, case.id)
        issued(writing, own)
        letter = a_letter(writing, own, valid_until=START.date() + timedelta(days=10))
    text = client.get("/finance/guarantees").get_data(as_text=True)
    assert "Embassy" in text and "USD 30,000" in text and "USD 13,000" in text
    with transaction() as writing:
        own = writing.get(Case, case.id)
        kept = writing.get(Guarantee, letter.id)
        letters.accept_guarantee(writing, own, kept, actor=advocate(writing, own, 1), now=START)
    assert "Ends within 14 days" in client.get("/finance/guarantees?tab=valid").get_data(as_text=True)
    for tab in ("expired", "refused"):
        assert "Embassy" not in client.get(f"/finance/guarantees?tab={tab}").get_data(as_text=True)
