"""Verbs of the card room. They write what was meant and what the card service says; none of them calls it.

Every verb on a payment expects the case to be locked, which makes the money of one case one queue.
"""

from concierge.journey.finance.cards.actions.disputes import write_dispute
from concierge.journey.finance.cards.actions.events import (
    ABOUT_DISPUTES,
    ABOUT_PAYMENTS,
    ABOUT_REFUNDS,
    HANDLED,
    Outcome,
    ask_again,
    claim_events,
    finish_event,
    look_into,
    note_event,
    put_off,
)
from concierge.journey.finance.cards.actions.payments import (
    adopt_card_payment,
    attach_card_payment,
    fail_card_payment,
    note_declined,
    open_card_payment,
    settle_card_payment,
    start_card_payment,
)

__all__ = [
    "ABOUT_DISPUTES", "ABOUT_PAYMENTS", "ABOUT_REFUNDS", "HANDLED", "Outcome", "adopt_card_payment", "ask_again",
    "attach_card_payment", "claim_events", "fail_card_payment", "finish_event", "look_into", "note_declined",
    "note_event", "open_card_payment", "put_off", "settle_card_payment", "start_card_payment", "write_dispute",
]  # fmt: skip
