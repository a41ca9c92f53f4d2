"""The trial balance, some times a day: whatever does not agree is an alarm in the log, by case number and amount."""

import structlog

from concierge.db import db
from concierge.journey.finance.journal.books import Fault, faults

log = structlog.get_logger()


def check_books() -> list[Fault]:
    """What was found; a name or an illness is never in it."""
    found = faults(db.session())
    db.session.rollback()
    for fault in found:
        log.error(
            "books_do_not_agree", case=fault.case_id, about=fault.code, currency=fault.currency,
            expected=fault.expected, found=fault.found,
        )  # fmt: skip
    return found
