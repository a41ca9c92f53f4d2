"""What the card service told us is worked on here, a moment after it was taken: claim with a lease, look the truth up
outside any transaction, write it with what came of the event in one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.gateways.payments import Dispute, PaymentError, StripePayments
from concierge.journey.finance.cards import actions, queries, reconcile, refunds
from concierge.journey.finance.cards.actions import Outcome
from concierge.journey.finance.cards.reconcile import HOSTED, Truth
from concierge.models import CardEvent, Case, Deposit, Payment
from concierge.web.clock import now as clock

log = structlog.get_logger()
REMEMBERED = timedelta(days=3)  # how long the card service itself tries to deliver


@dataclass(frozen=True)
class Told:
    """An event without its row, so that no session is open while the card service is asked."""

    id: str
    kind: str
    object_id: str
    intent_id: str


def work_due(payments: StripePayments) -> int:
    """One batch; how many were finished. With the first sign of an outage the rest is put off as well."""
    with transaction() as session:
        claimed = actions.claim_events(session, now=clock())
    for done, event_id in enumerate(claimed):
        try:
            work(payments, event_id)
        except PaymentError as error:
            log.warning("card_event_put_off", card_event=event_id, error=type(error).__name__)
            with transaction() as session:
                actions.put_off(session, claimed[done:], now=clock())
            return done
        except Exception:
            log.exception("card_event_failed", card_event=event_id)
            with transaction() as session:
                actions.put_off(session, [event_id], now=clock())
    return len(claimed)


def work(payments: StripePayments, event_id: str) -> None:
    """Look up what this event is about and write it. Raises PaymentError when the card service does not answer."""
    row = db.session().get(CardEvent, event_id)
    if row is None or row.due_at is None:
        return
    told = Told(row.id, row.kind, row.object_id, row.intent_id)
    db.session().rollback()  # no transaction stays open while the network is slow
    if told.kind in actions.ABOUT_DISPUTES:
        _of_dispute(payments, told)
    elif told.kind in actions.ABOUT_REFUNDS:
        _of_refunds(payments, told)
    else:
        _of_payment(payments, told)


def fetch_missed(payments: StripePayments, *, at: datetime) -> int:
    """Ask for events that were never delivered to us, and note them like delivered ones; how many were new."""
    missed = payments.list_missed_events(actions.HANDLED, at - REMEMBERED)
    with transaction() as session:
        return sum(actions.note_event(session, event, now=at) for event in reversed(missed))


# --- what it is about ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The payment in question, locked with its case, and what the truth about it was."""

    case: Case
    deposit: Deposit
    payment: Payment | None
    outcome: str


def _bring_in_order(session: Session, truth: Truth, provider_id: str, at: datetime) -> Found | None:
    """Find the payment and write what stands at the card service: so no event needs one that came before it."""
    intent = truth.intent
    ids = [provider_id, intent.id] if intent else [provider_id]
    payment = queries.find_payment(session, ids, intent.payment if intent else "")
    deposit_id = payment.deposit_id if payment else None
    if (
        payment is None
        and intent
        and (wanted := queries.find_deposit_by_reference(session, intent.reference))
    ):
        deposit_id = wanted.id
    if deposit_id is None:
        return None
    case, deposit = queries.lock_deposit(session, deposit_id)
    own = payment and next((p for p in deposit.payments if p.id == payment.id), None)
    if own:
        outcome = reconcile.write_truth(session, case, deposit, own, truth, at)
    elif intent and intent.is_paid:
        outcome = actions.adopt_card_payment(session, case, deposit, intent=intent, now=at)
    else:
        return Found(case, deposit, None, "ignored")
    known = next((p for p in deposit.payments if intent and p.provider_id == intent.id), own)
    return Found(case, deposit, known, outcome)


def _of_payment(payments: StripePayments, told: Told) -> None:
    truth = reconcile.look_up(payments, told.object_id)
    with transaction() as session:
        found = _bring_in_order(session, truth, told.object_id, clock())
        if found is None:
            is_money = truth.intent is not None and truth.intent.is_paid
            is_stranger = is_money or (truth.intent is None and not told.object_id.startswith(HOSTED))
            outcome = Outcome("unmatched", needs_look=True) if is_stranger else Outcome("ignored")
        else:
            outcome = Outcome(found.outcome, found.case.id)
        actions.finish_event(session, told.id, outcome)


def _truth_of(payments: StripePayments, intent_id: str) -> Truth:
    return reconcile.look_up(payments, intent_id) if intent_id else Truth(None, is_closed=True)


def _of_dispute(payments: StripePayments, told: Told) -> None:
    dispute = payments.find_dispute(told.object_id)
    if dispute is None:
        with transaction() as session:
            actions.finish_event(session, told.id, Outcome("unmatched", needs_look=True))
        return
    truth = _truth_of(payments, dispute.intent_id or told.intent_id)
    with transaction() as session:
        actions.finish_event(session, told.id, _write_dispute(session, dispute, truth))


def _write_dispute(session: Session, dispute: Dispute, truth: Truth) -> Outcome:
    found = _bring_in_order(session, truth, dispute.intent_id or "", clock()) if truth.intent else None
    if found is None or found.payment is None:
        return Outcome("unmatched", needs_look=True)
    outcome = actions.write_dispute(session, found.case, found.deposit, found.payment, dispute, now=clock())
    return Outcome(outcome, found.case.id)


def _of_refunds(payments: StripePayments, told: Told) -> None:
    """`refund.…` names one refund, `charge.refunded` a charge with perhaps several."""
    if told.kind == "charge.refunded":
        answers = payments.list_refunds(told.intent_id) if told.intent_id else []
    else:
        one = payments.find_refund(told.object_id)
        answers = [one] if one else []
    intent_id = next((one.intent_id for one in answers if one.intent_id), None) or told.intent_id
    truth = _truth_of(payments, intent_id)
    with transaction() as session:
        found = _bring_in_order(session, truth, intent_id, clock()) if truth.intent else None
        if found is None or found.payment is None or not answers:
            outcome = Outcome("unmatched", found.case.id if found else None, needs_look=True)
        else:
            heard = [refunds.hear(session, found.case, one, now=clock()) for one in answers]
            code, is_new = max(heard, key=lambda one: one[1])  # what people must look into, if there is any
            outcome = Outcome(code, found.case.id, needs_look=is_new)
        actions.finish_event(session, told.id, outcome)


def ask_of_disputes(payments: StripePayments, case_id: int) -> None:
    """*Ask the card service* of a case: the newest word on each of its disputes."""
    ids = [row.provider_id for row in queries.disputes_of(db.session(), case_id)]
    db.session().rollback()
    for provider_id in ids:
        if dispute := payments.find_dispute(provider_id):
            truth = _truth_of(payments, dispute.intent_id or "")
            with transaction() as session:
                _write_dispute(session, dispute, truth)
