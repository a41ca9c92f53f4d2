"""Card payments against the running demo card service: once, whatever is pressed, delivered, lost or forged."""

import json
import threading
import time
from datetime import timedelta

import pytest
import requests
import sqlalchemy as sa

from concierge.db import db, transaction
from concierge.domain.access import VISITOR
from concierge.domain.errors import NotAllowed, Stale
from concierge.domain.money import Money
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.gateways.demo_cards_client import DemoCards
from concierge.gateways.demo_cards_courier import signature_header
from concierge.gateways.payment_amounts import AmountNotPayable
from concierge.gateways.payments import PaymentsUnavailable, StripePayments
from concierge.journey.finance.cards import actions, queries, reconcile
from concierge.journey.finance.deposits import actions as money
from concierge.models import CardEvent, Case, Deposit, OutboxMessage
from tests.gateways.http_sink import Received
from tests.journey.finance.cards.helpers import begin, newest, outcome_of, pay, payments_of
from tests.journey.finance.conftest import API_KEY, NO_FUNDS, PAYS, WEBHOOK_SECRET, deliver
from tests.journey.finance.scenes import a_due_deposit, advocate, arrived
from tests.support.clock import START


@pytest.fixture
def due(session, card_service) -> int:
    """The id of a deposit that waits for money."""
    return a_due_deposit(session)[1]


def test_a_paid_card_is_confirmed_by_the_signed_event_and_told_once(session, client, card_service, due):
    pay(card_service, due)
    (event,) = card_service.events("payment_intent.succeeded")
    assert newest(session, Deposit, due).state is DepositState.REQUESTED
    assert deliver(client, event).status_code == 200
    deposit = newest(session, Deposit, due)
    assert (deposit.state, deposit.paid_at) == (DepositState.PAID, START)
    told = sa.select(sa.func.count()).where(OutboxMessage.event == "deposit_received")
    assert session.scalar(told) == 1


def test_a_forged_old_or_missing_signature_changes_nothing(session, client, card_service, due):
    pay(card_service, due)
    (event,) = card_service.events("payment_intent.succeeded")
    forged = signature_header(event.body, "whsec_other", int(time.time()))
    old = signature_header(event.body, WEBHOOK_SECRET, int(time.time()) - 3600)
    assert {deliver(client, event, signature).status_code for signature in (forged, old, "", "t=1,v1=0")} == {
        400
    }
    assert newest(session, Deposit, due).state is DepositState.REQUESTED
    assert session.scalar(sa.select(sa.func.count()).select_from(CardEvent)) == 0


def test_a_signed_lie_is_not_believed_because_the_truth_is_looked_up(session, client, card_service, due):
    _started, intent = begin(card_service, due)
    data = {"object": {"id": intent.id, "status": "succeeded", "amount_received": 1_000_000}}
    body = {"id": "evt_lie", "type": "payment_intent.succeeded", "created": int(time.time()), "data": data}
    payload = json.dumps(body).encode()
    signature = signature_header(payload, WEBHOOK_SECRET, int(time.time()))
    assert deliver(client, Received("/", {"Stripe-Signature": signature}, payload)).status_code == 200
    assert payments_of(session, due)[0].state is PaymentState.STARTED
    assert outcome_of(session) == {"payment_intent.succeeded": "open"}


def test_a_declined_card_says_why_once_and_leaves_the_same_payment_open(session, client, card_service, due):
    pay(card_service, due, NO_FUNDS)
    (event,) = card_service.events("payment_intent.payment_failed")
    deliver(client, event)
    reconcile.ask_card_service(card_service.payments, due, at=START)
    (payment,) = payments_of(session, due)
    assert (payment.state, payment.failure_code) == (PaymentState.STARTED, "insufficient_funds")
    assert newest(session, Deposit, due).state is DepositState.REQUESTED
    told = sa.select(sa.func.count()).where(OutboxMessage.event == "payment_failed")
    assert session.scalar(told) == 1


def test_a_wrong_amount_is_held_for_an_advocate_who_settles_it(session, client, card_service, due):
    started, _intent = begin(card_service, due)
    payments = card_service.payments
    other = payments.create_payment_intent(
        Money(900_000, "USD"), started.reference, started.description, "other", {"payment": started.public_id}
    )
    DemoCards(card_service.url, API_KEY).confirm_with_card(other.id, PAYS)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    deposit = newest(session, Deposit, due)
    assert (deposit.state, deposit.attention) == (DepositState.NEEDS_ATTENTION, "card_amount_differs")
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, due)
        assert not money.left_to_pay(deposit, case).is_positive
        (payment,) = deposit.payments
        assert (payment.state, payment.amount_minor) == (PaymentState.RECORDED, 900_000)
        money.confirm_payment(writing, case, deposit, payment, actor=advocate(writing, case), now=START)
        assert deposit.state is DepositState.PART_PAID


def test_our_own_payment_in_another_currency_is_held_for_an_advocate(session, client, card_service, due):
    started, _intent = begin(card_service, due)
    other = card_service.payments.create_payment_intent(
        Money(1_000_000, "EUR"),
        started.reference,
        started.description,
        "other",
        {"payment": started.public_id},
    )
    DemoCards(card_service.url, API_KEY).confirm_with_card(other.id, PAYS)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    assert newest(session, Deposit, due).attention == "card_amount_differs"
    (payment,) = payments_of(session, due)
    assert (payment.state, payment.amount) == (PaymentState.RECORDED, Money(1_000_000, "EUR"))


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_a_payment_with_our_reference_that_we_did_not_start_needs_attention(
    session, client, card_service, due, currency
):
    reference = newest(session, Deposit, due).reference
    intent = card_service.payments.create_payment_intent(
        Money(500_000, currency), reference, f"Deposit {reference}", "stranger"
    )
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, PAYS)
    (event,) = card_service.events("payment_intent.succeeded")
    for _time in range(2):
        deliver(client, event)
    deposit = newest(session, Deposit, due)
    assert (deposit.state, deposit.attention) == (DepositState.NEEDS_ATTENTION, "card_payment_unknown")
    assert [p.state for p in payments_of(session, due)] == [PaymentState.RECORDED]


def test_money_for_a_payment_that_was_closed_is_not_lost(session, client, card_service, due):
    pay(card_service, due)
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, due)
        actions.fail_card_payment(writing, case, deposit, deposit.payments[0], code="closed", now=START)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    deposit = newest(session, Deposit, due)
    assert (deposit.state, deposit.attention) == (DepositState.NEEDS_ATTENTION, "card_paid_late")


# --- pressed at once -------------------------------------------------------------------------------------------


def at_once(app, *acts):
    """Run each act in a thread of its own with its own session, all starting together."""
    ready, results = threading.Barrier(len(acts)), []

    def run(act) -> None:
        with app.app_context():
            ready.wait()
            try:
                results.append(act())
            except NotAllowed as error:
                results.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_who_pay_at_once_make_one_payment(app, session, client, card_service, due):
    results = at_once(app, *[lambda: pay(card_service, due)[1].id] * 2)
    assert len(set(results) - {"nothing_to_pay"}) == 1
    (event,) = card_service.events("payment_intent.succeeded")
    at_once(app, *[lambda: deliver(app.test_client(), event).status_code] * 4)
    (payment,) = payments_of(session, due)
    assert payment.state is PaymentState.CONFIRMED
    assert newest(session, Deposit, due).state is DepositState.PAID


def test_without_the_lock_two_payments_would_be_open(app, session, card_service, due, monkeypatch):
    """The race is real: two that look at the same moment find none. SQLite has one writer at a time by itself."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    both_looked = threading.Barrier(1 if is_sqlite else 2)
    known = actions.start_card_payment

    def unguarded(own, deposit_id):
        deposit = own.get(Deposit, deposit_id)
        return own.get(Case, deposit.case_id), deposit

    def slow(own, case, deposit, *, actor, now):
        is_first = actions.open_card_payment(deposit) is None
        both_looked.wait()
        return known(own, case, deposit, actor=actor, now=now) if is_first else deposit.payments[0]

    monkeypatch.setattr(queries, "lock_deposit", unguarded)
    monkeypatch.setattr(actions, "start_card_payment", slow)

    def press():
        return reconcile.start(card_service.payments, due, reconcile.FORM, actor=VISITOR, at=START).id

    assert len(set(at_once(app, press, press))) == (1 if is_sqlite else 2)


# --- lost and forgotten ----------------------------------------------------------------------------------------


def test_a_lost_webhook_is_made_up_for_by_the_job(session, card_service, due, clock):
    pay(card_service, due)
    assert reconcile.reconcile_started(card_service.payments) == 0
    clock.forward(minutes=3)
    assert reconcile.reconcile_started(card_service.payments) == 1
    assert newest(session, Deposit, due).state is DepositState.PAID
    assert reconcile.reconcile_started(card_service.payments) == 0


def test_a_crash_before_the_service_was_called_is_taken_up_with_the_same_key(session, card_service, due):
    first = reconcile.start(card_service.payments, due, reconcile.FORM, actor=VISITOR, at=START)
    intent = reconcile.open_form(card_service.payments, first)
    assert reconcile.open_form(card_service.payments, first).id == intent.id
    assert reconcile.find_started(due).provider_id == intent.id


def test_an_abandoned_payment_is_closed_at_the_service_after_a_day(session, card_service, due, clock):
    _started, intent = begin(card_service, due)
    clock.forward(hours=25)
    reconcile.reconcile_started(card_service.payments)
    assert card_service.payments.find_payment_intent(intent.id).status == "canceled"
    assert [p.state for p in payments_of(session, due)] == [PaymentState.FAILED]


def test_a_transfer_that_came_first_closes_the_open_card(session, card_service, due):
    _started, intent = begin(card_service, due)
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, due)
        payment = arrived(writing, case, deposit)
        money.confirm_payment(writing, case, deposit, payment, actor=advocate(writing, case, 1), now=START)
    reconcile.close_unwanted(card_service.payments, due, at=START)
    assert card_service.payments.find_payment_intent(intent.id).status == "canceled"
    with pytest.raises(NotAllowed):
        begin(card_service, due)


def test_after_a_part_payment_the_card_asks_for_the_rest_only(session, card_service, due):
    _first, old = begin(card_service, due)
    with transaction() as writing:
        case, deposit = queries.lock_deposit(writing, due)
        payment = arrived(writing, case, deposit, 400_000)
        money.confirm_payment(writing, case, deposit, payment, actor=advocate(writing, case, 1), now=START)
    _second, intent = begin(card_service, due)
    assert intent.money == Money(600_000, "USD")
    assert card_service.payments.find_payment_intent(old.id).status == "canceled"


def test_the_hosted_page_and_our_form_are_never_open_together(session, client, card_service, due):
    _started, intent = begin(card_service, due)
    links = {"success_url": "http://localhost/back", "cancel_url": "http://localhost/", "locale": "ar"}
    hosted = reconcile.start(card_service.payments, due, reconcile.HOSTED, actor=VISITOR, at=START)
    page = reconcile.open_hosted(card_service.payments, hosted, **links)
    assert card_service.payments.find_payment_intent(intent.id).status == "canceled"
    assert reconcile.open_hosted(card_service.payments, reconcile.find_started(due), **links).id == page.id
    requests.post(page.url, {"number": PAYS}, timeout=5, allow_redirects=False)
    for kind in ("payment_intent.succeeded", "checkout.session.completed"):
        deliver(client, card_service.events(kind)[0])
    assert newest(session, Deposit, due).state is DepositState.PAID
    assert [p.state for p in payments_of(session, due)] == [PaymentState.FAILED, PaymentState.CONFIRMED]


def test_two_tabs_in_two_languages_never_hold_two_pages_that_can_be_paid(session, card_service, due):
    """Both are told the same open payment; the page that is written down first is the only one that stays open."""
    payments, made = card_service.payments, []
    started = reconcile.start(payments, due, reconcile.HOSTED, actor=VISITOR, at=START)

    def press(locale):
        links = {"success_url": "http://localhost/back", "cancel_url": "http://localhost/", "locale": locale}
        made.append(reconcile.open_hosted(payments, started, **links))

    press("en")
    with pytest.raises(Stale):
        press("ar")
    assert reconcile.find_started(due).provider_id == made[0].id
    pages = requests.get(
        f"{card_service.url}/v1/events", {"limit": 99}, auth=(API_KEY, ""), timeout=5
    ).json()["data"]
    closed = [event["data"]["object"]["id"] for event in pages if event["type"] == "checkout.session.expired"]
    assert len(closed) == 1 and closed != [made[0].id]


@pytest.mark.parametrize("minor", [1, 10**9])
def test_an_amount_that_no_card_can_carry_opens_nothing(session, card_service, due, minor, monkeypatch):
    monkeypatch.setattr(actions.payments, "left_to_pay", lambda deposit, case: Money(minor, "KWD"))
    monkeypatch.setattr(reconcile, "left_to_pay", lambda deposit, case: Money(minor, "KWD"))
    with pytest.raises(AmountNotPayable):
        begin(card_service, due)
    assert [p.state for p in payments_of(session, due)] in ([], [PaymentState.FAILED])


def test_the_service_out_of_reach_leaves_an_open_payment_and_no_charge(session, card_service, due):
    gone = StripePayments(API_KEY, WEBHOOK_SECRET, "http://127.0.0.1:9", max_retries=0)
    started = reconcile.start(gone, due, reconcile.FORM, actor=VISITOR, at=START)
    with pytest.raises(PaymentsUnavailable):
        reconcile.open_form(gone, started)
    reconcile.reconcile_started(gone, now=lambda: START + timedelta(hours=1))
    assert [p.state for p in payments_of(session, due)] == [PaymentState.STARTED]
