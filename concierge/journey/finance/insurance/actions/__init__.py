"""Verbs on the payers of a case and on the questions to insurers. Every verb expects the case to be locked."""

from concierge.journey.finance.insurance.actions.checks import (
    CheckAnswer,
    answer_check,
    note_try,
    request_check,
    withdraw_check,
)
from concierge.journey.finance.insurance.actions.payers import (
    Agreed,
    PayerFacts,
    add_paper,
    add_payer,
    change_payer,
    end_payer,
    move_payer,
    say_facts,
)

__all__ = [
    "Agreed", "CheckAnswer", "PayerFacts", "add_paper", "add_payer", "answer_check", "change_payer", "end_payer",
    "move_payer", "note_try", "request_check", "say_facts", "withdraw_check",
]  # fmt: skip
