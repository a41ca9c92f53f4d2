"""Verbs of the estimate. Every verb expects the case to be locked (`cases.actions.lock`)."""

from concierge.journey.finance.estimates.actions.approval import (
    approve_estimate,
    ask_approval,
    return_estimate,
    standing,
)
from concierge.journey.finance.estimates.actions.checks import missing_contents
from concierge.journey.finance.estimates.actions.drafting import (
    MOST_SHARES,
    USUAL_VALIDITY,
    LineChange,
    NewShare,
    Texts,
    add_line,
    change_lines,
    change_shares,
    change_texts,
    draft_estimate,
    move_line,
    remove_line,
    reprice,
    take_trip,
)
from concierge.journey.finance.estimates.actions.issuing import (
    GOOD_FAITH,
    ask_renewal,
    is_tripped,
    issue_estimate,
    last_understood,
    plan_good_faith,
    understand_estimate,
)

__all__ = [
    "GOOD_FAITH", "MOST_SHARES", "USUAL_VALIDITY", "LineChange", "NewShare", "Texts", "add_line", "approve_estimate",
    "ask_approval", "ask_renewal", "change_lines", "change_shares", "change_texts", "draft_estimate",
    "is_tripped", "issue_estimate", "last_understood", "missing_contents", "move_line", "plan_good_faith",
    "remove_line", "reprice", "return_estimate", "standing", "take_trip", "understand_estimate",
]  # fmt: skip
