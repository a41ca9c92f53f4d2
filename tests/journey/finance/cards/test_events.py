"""The webhook writes down, the job looks up. Delivered often, late, in any order, or never: the truth is written."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import db, transaction
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.gateways.demo_cards_client import DemoCards
from concierge.gateways.payments import StripePayments
from concierge.jobs.cards import reconcile_cards, work_card_events
from concierge.journey.finance.cards import actions, events, queries
from concierge.models import CardEvent, CaseEvent, Deposit
from tests.factories import as_staff, staff
from tests.journey.finance.cards.helpers import every, newest, outcome_of, pay, payments_of
from tests.journey.finance.conftest import API_KEY, DECLINED, PAYS, WEBHOOK_SECRET, deliver, tell
from tests.journey.finance.scenes import a_due_deposit
from tests.support.clock import START


@pytest.fixture
def due(session, card_service) -> int:
    return a_due_deposit(session)[1]


@pytest.fixture
def cut(app, card_service, monkeypatch):
    """Takes the card service away and gives it back."""
    known = app.extensions["concierge.gateways"]

    def switch(is_there: bool) -> None:
        gone = StripePayments(API_KEY, WEBHOOK_SECRET, "http://127.0.0.1:9", max_retries=0)
        monkeypatch.setattr(known, "payments", card_service.payments if is_there else gone, raising=False)

    return switch


def test_the_webhook_answers_without_asking_the_card_service_and_the_job_asks_later(
    session, client, card_service, due, cut, clock
):
    pay(card_service, due)
    cut(False)
    assert deliver(client, card_service.events("payment_intent.succeeded")[0]).status_code == 200
    cut(True)
    work_card_events()
    assert newest(session, Deposit, due).state is DepositState.REQUESTED  # not its turn yet
    clock.forward(seconds=6)
    work_card_events()
    assert newest(session, Deposit, due).state is DepositState.PAID
    assert every(session, CardEvent)[0].due_at is None


def test_an_outage_is_told_to_people_after_some_tries_and_mends_itself(
    session, client, card_service, due, cut, clock
):
    pay(card_service, due)
    tell(client, card_service.events("payment_intent.succeeded")[0])
    cut(False)
    tries = []
    while not every(session, CardEvent)[0].needs_look:
        work_card_events()
        (event,) = every(session, CardEvent)
        tries.append((event.due_at - clock()).total_seconds())
        clock.forward(seconds=tries[-1] + 1)
    assert tries == [5 * 2**n for n in range(actions.events.ALARM_AFTER)]
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    page = client.get("/finance/card-events")
    assert event.id in page.get_data(as_text=True) and "does not answer" in page.get_data(as_text=True)
    assert client.submit(page, action="/again").status_code == 303
    cut(True)
    assert client.submit(client.get("/finance/card-events"), action="/again").status_code == 303
    assert newest(session, Deposit, due).state is DepositState.PAID
    assert [(e.outcome, e.needs_look) for e in every(session, CardEvent)] == [("confirmed", False)]


def test_a_hundred_deliveries_at_once_and_two_workers_are_one_payment(app, session, card_service, due):
    pay(card_service, due)
    (event,) = card_service.events("payment_intent.succeeded")
    answers, ready = [], threading.Barrier(6)

    def deliveries() -> None:
        ready.wait()
        for _time in range(25):
            answers.append(tell(app.test_client(), event).status_code)

    def worker() -> None:
        ready.wait()
        with app.app_context():
            for _time in range(5):
                work_card_events()
            db.session.remove()

    threads = [threading.Thread(target=act) for act in (*[deliveries] * 4, *[worker] * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work_card_events()
    assert answers == [200] * 100
    assert len(every(session, CardEvent)) == 1
    assert [p.state for p in payments_of(session, due)] == [PaymentState.CONFIRMED]
    confirmed = sa.select(sa.func.count()).where(CaseEvent.kind == "payment_confirmed")
    assert session.scalar(confirmed) == 1


def test_a_day_late_and_in_the_wrong_order_it_ends_in_the_truth(session, client, card_service, due, clock):
    pay(card_service, due, DECLINED)
    pay(card_service, due)
    told = [
        card_service.events(kind)[0] for kind in ("payment_intent.succeeded", "payment_intent.payment_failed")
    ]
    clock.forward(hours=24)
    for event in (*told, *reversed(told)):
        deliver(client, event)
    assert [(p.state, p.failure_code) for p in payments_of(session, due)] == [(PaymentState.CONFIRMED, "")]
    deposit = newest(session, Deposit, due)
    assert (deposit.state, deposit.paid_at) == (DepositState.PAID, START + timedelta(hours=24))


def test_what_was_never_delivered_is_fetched_by_the_job(session, card_service, due, clock):
    """For a payment the job would ask anyway; of a payment that we did not start only the event tells."""
    reference = newest(session, Deposit, due).reference
    card_service.deliver_nothing()
    intent = card_service.payments.create_payment_intent(
        Money(5000, "USD"), reference, f"Deposit {reference}", "x"
    )
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, PAYS)
    card_service.events("payment_intent.succeeded")
    reconcile_cards()
    reconcile_cards()
    work_card_events()
    assert outcome_of(session)["payment_intent.succeeded"] == "unknown_payment"
    assert newest(session, Deposit, due).attention == "card_payment_unknown"


def test_each_event_is_claimed_by_one_and_again_after_its_lease(session, client, card_service, due, clock):
    pay(card_service, due)
    tell(client, card_service.events("payment_intent.succeeded")[0])
    for expected in (1, 0):
        with transaction() as writing:
            assert len(actions.claim_events(writing, now=clock())) == expected
    clock.forward(seconds=121)
    with transaction() as writing:
        (event_id,) = actions.claim_events(writing, now=clock())
    events.work(card_service.payments, event_id)
    assert newest(session, CardEvent, event_id).attempts == 2
    assert newest(session, Deposit, due).state is DepositState.PAID


def test_events_are_read_in_pages_and_those_of_another_hospital_are_not_shown(
    session, client, card_service, monkeypatch
):
    monkeypatch.setattr(queries, "PAGE", 2)
    own = [a_due_deposit(session)[1] for _time in range(2)]
    for deposit_id in (*own, a_due_deposit(session, "jinghe")[1]):
        pay(card_service, deposit_id)
    for event in card_service.events("payment_intent.succeeded", 3):
        deliver(client, event)
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    seen, after = [], ""
    while True:
        page = queries.events_page(session, (1,), "all", after)
        seen += [event.case_id for event, _case in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 2
    text = client.get("/finance/card-events?tab=all").get_data(as_text=True)
    assert "Payment confirmed" in text and "JI-" not in text
    assert client.get("/finance/card-events?after=9999999999999999999.x").status_code == 200
    assert client.get("/finance/card-events?tab=other").status_code == 404


def test_an_unknown_payment_is_listed_until_a_second_pair_of_eyes_looked(session, client, card_service):
    intent = card_service.payments.create_payment_intent(Money(100, "USD"), "ZZ-1", "Deposit ZZ-1", "none")
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, PAYS)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    as_staff(client, staff(session, "daniel@alder-coast.example"), session)
    page = client.get("/finance/card-events")
    assert intent.id in page.get_data(as_text=True)
    assert client.submit(page, action="/handled").status_code == 303
    assert intent.id not in client.get("/finance/card-events").get_data(as_text=True)
    assert "Daniel" in client.get("/finance/card-events?tab=all").get_data(as_text=True)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    assert not every(session, CardEvent)[0].needs_look
