"""Verbs of the letters of guarantee. Each expects the case to be locked and ends with `record()` and `settle()`."""

from concierge.journey.finance.guarantees.actions.alarms import raise_alarms
from concierge.journey.finance.guarantees.actions.amendments import (
    accept_amendment,
    record_amendment,
    refuse_amendment,
)
from concierge.journey.finance.guarantees.actions.letters import (
    accept_guarantee,
    attach_scan,
    name_guarantor,
    note_appeal,
    record_guarantee,
    refuse_guarantee,
)
from concierge.journey.finance.guarantees.actions.services import (
    PayerAnswer,
    bill_service,
    book_service,
    cancel_service,
    make_self_pay,
    pay_bill,
    perform_service,
)
from concierge.journey.finance.guarantees.actions.swaps import swap_deposit, undo_swap

__all__ = [
    "PayerAnswer", "accept_amendment", "accept_guarantee", "attach_scan", "bill_service", "book_service",
    "cancel_service", "make_self_pay", "name_guarantor", "note_appeal", "pay_bill", "perform_service", "raise_alarms",
    "record_amendment", "record_guarantee", "refuse_amendment", "refuse_guarantee", "swap_deposit", "undo_swap",
]  # fmt: skip
