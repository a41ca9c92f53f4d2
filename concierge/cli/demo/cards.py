"""Card payments of the demonstration: two that arrived, one of them disputed, and one that nobody can place."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Actor
from concierge.domain.vocabulary import PaymentMethod, PaymentState
from concierge.gateways.payments import Dispute, Event, Intent
from concierge.journey.finance.cards import actions, queries
from concierge.journey.finance.cards.actions import Outcome
from concierge.models import Case, Deposit, Payment
from concierge.web.clock import now


@dataclass(frozen=True)
class _Ids:
    """As the card service makes them."""

    intent: str
    event: str

    @classmethod
    def new(cls) -> "_Ids":
        return cls(*(f"{prefix}_demo{secrets.token_hex(10)}" for prefix in ("pi", "evt")))


def pay(session: Session, case: Case, deposit: Deposit, *, actor: Actor, at: datetime) -> None:
    """The family pays the deposit by card, and the card service tells us."""
    ids = _Ids.new()
    payment = actions.start_card_payment(session, case, deposit, actor=actor, now=at)
    amount, reference = payment.amount, deposit.reference
    actions.attach_card_payment(session, payment, ids.intent)
    intent = Intent(ids.intent, "succeeded", "", amount, amount, reference, None)
    outcome = actions.settle_card_payment(session, case, deposit, payment, intent=intent, now=at)
    _told(session, ids, "payment_intent.succeeded", ids.intent, at, Outcome(outcome, case.id))


def trouble(session: Session) -> None:
    """The first of them is disputed, and a payment comes that carries no reference of ours."""
    paid = sa.select(Payment).where(
        Payment.method == PaymentMethod.CARD, Payment.state == PaymentState.CONFIRMED
    )
    payment = session.scalars(paid.order_by(Payment.id)).first()
    at, ids = now() - timedelta(hours=5), _Ids.new()
    if payment and payment.provider_id:
        case, deposit = queries.lock_deposit(session, payment.deposit_id)
        due_by = now() + timedelta(days=6, hours=3)
        dispute = Dispute(
            f"dp_demo{secrets.token_hex(10)}", "needs_response", payment.amount, payment.provider_id, "unrecognized",
            due_by, is_withdrawn=True,
        )  # fmt: skip
        outcome = actions.write_dispute(session, case, deposit, payment, dispute, now=at)
        _told(session, ids, "charge.dispute.created", dispute.id, at, Outcome(outcome, case.id))
    stranger = _Ids.new()
    at += timedelta(hours=2)
    _told(
        session,
        stranger,
        "payment_intent.succeeded",
        stranger.intent,
        at,
        Outcome("unmatched", needs_look=True),
    )


def _told(session: Session, ids: _Ids, kind: str, object_id: str, at: datetime, outcome: Outcome) -> None:
    actions.note_event(session, Event(ids.event, kind, object_id, ids.intent, at), now=at)
    actions.finish_event(session, ids.event, outcome)
