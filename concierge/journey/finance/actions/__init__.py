"""Verbs of step 3: the deposit and its payments, letters of guarantee.

Every verb expects the case to be locked (`cases.actions.lock`), which makes the money of one case one queue, and
ends with `record()` and `settle()`.
"""

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
    "accept_guarantee", "announce_transfer", "confirm_payment", "left_to_pay", "record_guarantee", "record_payment",
    "refuse_guarantee", "reject_payment", "request_deposit", "standing_of",
]  # fmt: skip
