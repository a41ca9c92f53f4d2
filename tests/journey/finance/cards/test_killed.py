"""kill -9 between the card service's answer and our commit: a process of its own dies exactly there."""

import signal
import subprocess
import sys

import pytest

from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.jobs.cards import reconcile_cards
from concierge.journey.finance.cards import reconcile
from concierge.models import Deposit
from config import ROOT
from tests.journey.finance.cards.helpers import begin, newest, pay, payments_of
from tests.journey.finance.scenes import a_due_deposit

PROGRAM = """
import os, signal, sys
from pathlib import Path
from concierge import create_app
from concierge.gateways.payments import StripePayments
from concierge.journey.finance.cards import reconcile
from tests.support.clock import START
from tests.support.databases import test_config

database, folder, url, deposit_id = sys.argv[1:]
payments = StripePayments("sk_test_demo", "whsec_demo", url)
answered = payments.find_payment_intent

def and_die(*args):
    assert answered(*args).is_paid
    os.kill(os.getpid(), signal.SIGKILL)

payments.find_payment_intent = and_die
with create_app(test_config(database, Path(folder))).app_context():
    reconcile.ask_card_service(payments, int(deposit_id), at=START)
"""


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


def test_after_kill_9_at_the_answer_that_it_is_paid_the_job_makes_it_right_and_nothing_is_charged_twice(
    app, session, card_service, clock, tmp_path
):
    deposit_id = a_due_deposit(session)[1]
    pay(card_service, deposit_id)
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", PROGRAM, database, str(tmp_path), card_service.url, str(deposit_id)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert newest(session, Deposit, deposit_id).state is DepositState.REQUESTED
    clock.forward(minutes=3)
    reconcile_cards()
    assert newest(session, Deposit, deposit_id).state is DepositState.PAID
    assert [p.state for p in payments_of(session, deposit_id)] == [PaymentState.CONFIRMED]
    assert card_service.count("charge.succeeded") == 1
