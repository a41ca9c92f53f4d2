"""Verbs of step 3: estimates, the deposit and its payments, cards, letters of guarantee.

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
from concierge.journey.finance.actions.deposits import (
    announce_transfer,
    confirm_by_statement,
    confirm_payment,
    left_to_pay,
    record_payment,
    reference_prefix,
    reject_payment,
    request_deposit,
    standing_of,
    take_back_payment,
)
from concierge.journey.finance.actions.estimates import (
    USUAL_VALIDITY,
    Texts,
    add_line,
    change_quantities,
    change_texts,
    draft_estimate,
    issue_estimate,
    remove_line,
    understand_estimate,
    valid_tariffs,
)
from concierge.journey.finance.actions.guarantees import accept_guarantee, record_guarantee, refuse_guarantee

__all__ = [
    "USUAL_VALIDITY", "Texts", "accept_guarantee", "add_line", "adopt_card_payment", "announce_transfer",
    "attach_card_payment", "change_quantities", "change_texts",
    "confirm_by_statement", "confirm_payment", "draft_estimate", "fail_card_payment",
    "file_card_event", "handle_card_event", "issue_estimate", "left_to_pay", "note_declined",
    "open_card_payment", "record_guarantee", "record_payment", "reference_prefix", "refuse_guarantee", "reject_payment",
    "remove_line", "request_deposit", "settle_card_payment", "standing_of", "start_card_payment", "take_back_payment",
    "understand_estimate", "valid_tariffs",
]  # fmt: skip
