"""Verbs of step 3: the deposit and its payments, cards, letters of guarantee.

Every verb expects the case to be locked (`cases.actions.lock`), which makes the money of one case one queue, and
ends with `record()` and `settle()`.
"""

from concierge.journey.finance.actions.cards import (
    adopt_card_payment,
    attach_card_payment,
    fail_card_payment,
    file_card_event,
    handle_card_event,
    note_declined,
    open_card_payment,
    settle_card_payment,
    start_card_payment,
)
from concierge.journey.finance.actions.guarantees import accept_guarantee, record_guarantee, refuse_guarantee
from concierge.journey.finance.deposits.actions import (
    announce_transfer,
    confirm_payment,
    left_to_pay,
    record_payment,
    reject_payment,
    request_deposit,
    standing_of,
)

__all__ = [
    "accept_guarantee", "adopt_card_payment", "announce_transfer", "attach_card_payment", "confirm_payment",
    "fail_card_payment", "file_card_event", "handle_card_event", "left_to_pay", "note_declined",
    "open_card_payment", "record_guarantee", "record_payment", "refuse_guarantee", "reject_payment",
    "request_deposit", "settle_card_payment", "standing_of", "start_card_payment",
]  # fmt: skip
