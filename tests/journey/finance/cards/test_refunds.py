"""A refund to a card goes out once, whoever is killed meanwhile, and what becomes of it is heard."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from concierge.domain.money import Money
from concierge.gateways.payments import CardRefund, PaymentsUnavailable, StripePayments
from concierge.jobs.cards import reconcile_cards
from concierge.journey.finance.cards import refunds
from concierge.journey.finance.cards.refunds import Order
from concierge.models import CardEvent, CaseTask, Deposit
from tests.journey.finance.cards.helpers import (
    REFUND_FAILS,
    REFUND_PENDS,
    every,
    newest,
    outcome_of,
    pay,
    post,
)
from tests.journey.finance.conftest import API_KEY, PAYS, WEBHOOK_SECRET, deliver
from tests.journey.finance.scenes import a_due_deposit
from tests.support.clock import START

PART = Money(400_000, "USD")


@dataclass
class Book:
    """Our refunds, kept in memory as the room of the refunds keeps them in its table."""

    orders: dict[str, Order] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def waiting(self, session):
        return [one for one in self.orders if self.told.get(one, "pending") == "pending"]

    def order(self, session, refund):
        return self.orders.get(refund) if refund in self.waiting(session) else None

    def answered(self, session, case, refund, answer: CardRefund, now):
        if refund not in self.orders:
            return False
        self.told[refund] = answer.status
        return True

    def refused(self, session, case, refund, code, now):
        self.told[refund] = f"refused: {code}"


class Killed(BaseException):
    """As kill -9: nothing catches it."""


@pytest.fixture
def book(monkeypatch) -> Book:
    made = Book()
    monkeypatch.setattr(refunds, "book", made)
    return made


def paid(session, client, card_service, book, number=PAYS, amounts=(PART,)):
    """A paid deposit with approved refunds r0, r1, …"""
    case_id, deposit_id = a_due_deposit(session)
    _started, intent = pay(card_service, deposit_id, number)
    deliver(client, card_service.events("payment_intent.succeeded")[0])
    reference = newest(session, Deposit, deposit_id).reference
    for number_of, amount in enumerate(amounts):
        name = f"r{number_of}"
        book.orders[name] = Order(name, case_id, intent.id, amount, reference)
    return intent


def tasks(session):
    session.rollback()
    return session.scalars(sa.select(CaseTask.code).where(CaseTask.code.like("card_%"))).all()


def test_an_approved_refund_is_sent_once_and_its_events_are_ours(session, client, card_service, book):
    intent = paid(session, client, card_service, book)
    assert refunds.send(card_service.payments, book, "r0", at=START).money == PART
    assert refunds.send(card_service.payments, book, "r0", at=START) is None
    reconcile_cards()
    assert [one.refund for one in card_service.payments.list_refunds(intent.id)] == ["r0"]
    for kind in ("refund.created", "charge.refunded"):
        deliver(client, card_service.events(kind)[0])
    assert {outcome_of(session)[kind] for kind in ("refund.created", "charge.refunded")} == {
        "refund_succeeded"
    }
    assert tasks(session) == []


def test_more_than_was_paid_is_refused_and_told_to_the_book(session, client, card_service, book):
    paid(session, client, card_service, book, amounts=(PART, Money(700_000, "USD")))
    assert refunds.resume(card_service.payments, book, at=START) == 1
    assert book.told["r0"] == "succeeded" and book.told["r1"].startswith("refused: ")


@pytest.mark.parametrize("has_forgotten_keys", [False, True])
def test_killed_between_the_answer_and_our_commit_the_refund_is_not_sent_again(
    session, client, card_service, book, monkeypatch, has_forgotten_keys
):
    intent = paid(session, client, card_service, book)

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(refunds, "_write", killed)
        with pytest.raises(Killed):
            refunds.send(card_service.payments, book, "r0", at=START)
    assert book.told == {}
    if has_forgotten_keys:  # as after a day at the card service
        monkeypatch.setattr(Order, "key", property(lambda order: f"new-{order.refund}"))
    reconcile_cards()
    assert book.told == {"r0": "succeeded"}
    assert len(card_service.payments.list_refunds(intent.id)) == 1


def test_a_service_that_does_not_answer_leaves_it_approved_and_the_job_sends_it(
    session, client, card_service, book
):
    intent = paid(session, client, card_service, book)
    gone = StripePayments(API_KEY, WEBHOOK_SECRET, "http://127.0.0.1:9", max_retries=0)
    with pytest.raises(PaymentsUnavailable):
        refunds.send(gone, book, "r0", at=START)
    assert refunds.resume(gone, book, at=START) == 0
    reconcile_cards()
    assert [one.status for one in card_service.payments.list_refunds(intent.id)] == ["succeeded"]


@pytest.mark.parametrize(
    ("number", "kind", "status"),
    [(REFUND_PENDS, "refund.updated", "succeeded"), (REFUND_FAILS, "refund.failed", "failed")],
)
def test_what_the_bank_decides_later_is_heard(
    session, client, card_service, book, number, kind, status
):
    paid(session, client, card_service, book, number)
    refunds.send(card_service.payments, book, "r0", at=START)
    for _time in range(2):
        deliver(client, card_service.events(kind)[0])
    assert book.told["r0"] == status
    assert outcome_of(session)[kind] == f"refund_{status}"


def test_a_refund_that_was_made_at_the_card_service_by_hand_is_told_to_the_advocate(
    session, client, card_service, book
):
    intent = paid(session, client, card_service, book)
    post(card_service, "/v1/refunds", {"payment_intent": intent.id, "amount": "1000"})
    for kind in ("charge.refunded", "refund.created"):
        deliver(client, card_service.events(kind)[0])
    assert outcome_of(session)["refund.created"] == "refund_unknown"
    assert [one.kind for one in every(session, CardEvent) if one.needs_look] == ["charge.refunded"]
    assert tasks(session) == ["card_refund_unknown"]
