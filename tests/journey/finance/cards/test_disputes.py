"""A payment that the card holder's bank wants back: row, journal, task, pages; whatever comes first."""

import pytest
import sqlalchemy as sa

from concierge.cases import journal
from concierge.cases.actions import close, lock
from concierge.db import transaction
from concierge.domain.access import SYSTEM
from concierge.domain.journal import Account, balances
from concierge.domain.journey import Exit
from concierge.domain.money import Money
from concierge.domain.tasks import TaskState
from concierge.domain.vocabulary import DepositState, DisputeState, PaymentState
from concierge.gateways.demo_cards_client import DemoCards
from concierge.jobs.cards import reconcile_cards, work_card_events
from concierge.models import CardDispute, Case, CaseEvent, CaseTask, Deposit
from tests.factories import as_staff, staff
from tests.journey.finance.cards.helpers import DISPUTED, every, newest, pay, payments_of, post
from tests.journey.finance.conftest import API_KEY, deliver, tell
from tests.journey.finance.scenes import a_due_deposit
from tests.support.clock import START

PAID = Money(1_000_000, "USD")


@pytest.fixture
def due(session, card_service) -> int:
    return a_due_deposit(session)[1]


def case_of(session, deposit_id) -> Case:
    return newest(session, Case, newest(session, Deposit, deposit_id).case_id)


def balance(session, deposit_id):
    case = case_of(session, deposit_id)
    return {
        account: amount
        for (account, _currency), amount in balances(journal.lines_of(session, case.id)).items()
    }


def tasks(session):
    session.rollback()
    found = sa.select(CaseTask.code, CaseTask.state).where(CaseTask.code.like("card_%")).order_by(CaseTask.id)
    return [tuple(row) for row in session.execute(found)]


def decide(card_service, words):
    """The bank decides; returns the event that says so."""
    (opened,) = card_service.events("charge.dispute.created")
    dispute_id = opened.body.split(b'"object": {"id": "')[1].split(b'"')[0].decode()
    post(card_service, f"/v1/disputes/{dispute_id}", {"evidence[uncategorized_text]": words})
    return opened, card_service.events("charge.dispute.closed")[0]


def test_a_disputed_payment_becomes_a_row_a_posting_and_a_task(session, client, card_service, due):
    pay(card_service, due, DISPUTED)
    for kind in ("payment_intent.succeeded", "charge.dispute.created", "charge.dispute.funds_withdrawn"):
        for _time in range(2):
            deliver(client, card_service.events(kind)[0])
    (dispute,) = every(session, CardDispute)
    assert (dispute.amount, dispute.state, dispute.reason) == (PAID, DisputeState.OPEN, "fraudulent")
    assert balance(session, due) == {Account.DISPUTED: PAID, Account.DEPOSITS: -PAID}
    assert tasks(session) == [("card_dispute", TaskState.OPEN)]
    assert newest(session, Deposit, due).state is DepositState.PAID
    case = case_of(session, due)
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    panel = client.get(f"/c/{case.reference}/money").get_data(as_text=True)
    assert "Disputed card payments" in panel and dispute.provider_id in panel and "did not pay this" in panel
    listed = client.get("/finance/card-events?tab=disputes").get_data(as_text=True)
    assert case.reference in listed and "Waits for our answer" in listed
    assert "Answer the disputed card payment" in client.get("/tasks").get_data(as_text=True)


@pytest.mark.parametrize("is_won", [True, False])
def test_the_decision_may_be_the_first_that_we_hear_and_the_payment_the_last(
    session, client, card_service, due, is_won
):
    pay(card_service, due, DISPUTED)
    opened, closed = decide(card_service, "winning_evidence" if is_won else "nothing")
    for event in (closed, opened, closed, card_service.events("payment_intent.succeeded")[0]):
        deliver(client, event)
    (dispute,) = every(session, CardDispute)
    (payment,) = payments_of(session, due)
    deposit = newest(session, Deposit, due)
    if is_won:
        assert dispute.state is DisputeState.WON
        assert balance(session, due) == {Account.CARD_SERVICE: PAID, Account.DEPOSITS: -PAID}
        assert (payment.state, deposit.state) == (PaymentState.CONFIRMED, DepositState.PAID)
        assert tasks(session) == [("card_dispute", TaskState.CANCELLED)]
    else:
        assert dispute.state is DisputeState.LOST
        assert balance(session, due) == {}
        assert (payment.state, deposit.state) == (PaymentState.REJECTED, DepositState.REQUESTED)
        assert tasks(session) == [
            ("card_dispute", TaskState.CANCELLED),
            ("card_dispute_lost", TaskState.OPEN),
        ]
    kinds = sa.select(CaseEvent.kind).where(CaseEvent.kind.like("dispute_%")).order_by(CaseEvent.id)
    assert session.scalars(kinds).all() == ["dispute_opened", f"dispute_{dispute.state}"]


def test_a_dispute_of_a_case_that_has_ended_still_reaches_the_advocate(session, client, card_service, due):
    pay(card_service, due, DISPUTED)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    with transaction() as writing:
        case = lock(writing, newest(session, Deposit, due).case_id)
        close(writing, case, exit=Exit.CHOSE_ELSEWHERE, reason="nearer", actor=SYSTEM, now=START)
    deliver(client, card_service.events("charge.dispute.created")[0])
    assert tasks(session) == [("card_dispute", TaskState.OPEN)]


def test_a_dispute_whose_webhook_was_lost_is_found_by_the_job_and_by_the_button(
    session, client, card_service, due
):
    card_service.deliver_nothing()
    pay(card_service, due, DISPUTED)
    card_service.events("charge.dispute.created")
    reconcile_cards()
    work_card_events()
    assert [one.state for one in every(session, CardDispute)] == [DisputeState.OPEN]
    decide(card_service, "winning_evidence")
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    page = client.get(f"/c/{case_of(session, due).reference}/money")
    assert client.submit(page, action="/ask").status_code == 303
    assert [one.state for one in every(session, CardDispute)] == [DisputeState.WON]


def test_a_dispute_that_belongs_to_no_payment_is_listed(session, client, card_service):
    intent = card_service.payments.create_payment_intent(Money(100, "USD"), "ZZ-1", "Deposit ZZ-1", "none")
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, DISPUTED)
    tell(client, card_service.events("charge.dispute.created")[0])
    work_card_events()
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    assert "Payment disputed" in client.get("/finance/card-events").get_data(as_text=True)
