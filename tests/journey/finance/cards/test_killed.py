"""kill -9 between the card service's answer and our commit: a process dies exactly there."""

import os
import signal

import pytest

from concierge.db import db
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.jobs.cards import reconcile_cards
from concierge.journey.finance.cards import reconcile
from concierge.models import Deposit
from tests.journey.finance.cards.helpers import begin, newest, pay, payments_of
from tests.journey.finance.scenes import a_due_deposit
from tests.support.clock import START


class Killed(BaseException):
    """As kill -9: nothing catches it."""


def test_killed_before_the_new_intent_was_written_the_job_finds_the_same_one(
    session, card_service, clock, monkeypatch
):
    deposit_id = a_due_deposit(session)[1]

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(reconcile, "_attach", killed)
        with pytest.raises(Killed):
            begin(card_service, deposit_id)
    assert [(p.state, p.provider_id) for p in payments_of(session, deposit_id)] == [
        (PaymentState.STARTED, None)
    ]
    clock.forward(minutes=3)
    reconcile_cards()
    (payment,) = payments_of(session, deposit_id)
    assert payment.provider_id and begin(card_service, deposit_id)[1].id == payment.provider_id
    assert card_service.count("payment_intent.created") == 1


def _ask_and_die(app, payments, deposit_id) -> None:
    """In a process of its own: the service has answered that it is paid, and nothing is written any more."""
    answered = payments.find_payment_intent

    def and_die(intent_id):
        if answered(intent_id).is_paid:
            os.kill(os.getpid(), signal.SIGKILL)

    payments.find_payment_intent = and_die
    signal.alarm(30)
    try:
        with app.app_context():
            db.engine.dispose(close=False)  # the connections belong to the other process
            reconcile.ask_card_service(payments, deposit_id, at=START)
    finally:
        os._exit(1)


def test_after_kill_9_at_the_answer_that_it_is_paid_the_job_makes_it_right_and_nothing_is_charged_twice(
    app, session, card_service, clock
):
    deposit_id = a_due_deposit(session)[1]
    pay(card_service, deposit_id)
    session.rollback()
    child = os.fork()
    if not child:
        _ask_and_die(app, card_service.payments, deposit_id)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert newest(session, Deposit, deposit_id).state is DepositState.REQUESTED
    clock.forward(minutes=3)
    reconcile_cards()
    assert newest(session, Deposit, deposit_id).state is DepositState.PAID
    assert [p.state for p in payments_of(session, deposit_id)] == [PaymentState.CONFIRMED]
    assert card_service.count("charge.succeeded") == 1
