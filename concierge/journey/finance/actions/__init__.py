"""Verbs of step 3: estimates, the deposit and its payments, letters of guarantee.

Every verb expects the case to be locked (`cases.actions.lock`), which makes the money of one case one queue, and
ends with `record()` and `settle()`.
"""

from concierge.journey.finance.actions.deposits import (
    announce_transfer,
    confirm_payment,
    left_to_pay,
    record_payment,
    reject_payment,
    request_deposit,
    standing_of,
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
    "USUAL_VALIDITY", "Texts", "accept_guarantee", "add_line", "announce_transfer",
    "change_quantities", "change_texts", "confirm_payment", "draft_estimate", "issue_estimate", "left_to_pay",
    "record_guarantee", "record_payment", "refuse_guarantee", "reject_payment",
    "remove_line", "request_deposit", "standing_of", "understand_estimate", "valid_tariffs",
]  # fmt: skip
