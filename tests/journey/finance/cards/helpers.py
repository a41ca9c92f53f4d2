"""What the tests of the card room do again and again."""

import time

import requests
import sqlalchemy as sa

from concierge.domain.access import VISITOR
from concierge.gateways.demo_cards_client import DemoCards
from concierge.journey.finance.cards import reconcile
from concierge.models import CardEvent, Payment
from tests.journey.finance.conftest import API_KEY, PAYS
from tests.support.clock import START

DISPUTED, REFUND_PENDS, REFUND_FAILS = "4000000000000259", "4000000000007726", "4000000000005126"


def begin(card_service, deposit_id):
    """The open payment and its intent."""
    started = reconcile.start(card_service.payments, deposit_id, reconcile.FORM, actor=VISITOR, at=START)
    return started, reconcile.open_form(card_service.payments, started)


def pay(card_service, deposit_id, number=PAYS):
    started, intent = begin(card_service, deposit_id)
    DemoCards(card_service.url, API_KEY).confirm_with_card(intent.id, number)
    return started, intent


def newest(session, model, row_id):
    session.rollback()
    session.expire_all()
    return session.get(model, row_id)


def every(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id)).all()


def payments_of(session, deposit_id):
    return [one for one in every(session, Payment) if one.deposit_id == deposit_id]


def outcome_of(session):
    return {event.kind: event.outcome for event in every(session, CardEvent)}


def post(card_service, path, form=None):
    answer = requests.post(card_service.url + path, form or {}, auth=(API_KEY, ""), timeout=5)
    answer.raise_for_status()
    return answer.json()


def wait_until(is_so, seconds=5.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
