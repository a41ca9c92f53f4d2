"""An urgent enquiry that nobody answered calls again after a quarter of an hour, and tells the leads."""

from concierge.db import transaction
from concierge.domain.oncall import AGAIN_AFTER
from concierge.journey.contact.oncall import actions, queries
from concierge.web.clock import now

BATCH = 20


def call_again() -> int:
    """Repeat what is due; the number of calls."""
    at = now()
    with transaction() as session:
        pages = queries.unanswered(session, at - AGAIN_AFTER, BATCH)
        for page in pages:
            actions.call_again(session, page, at)
        return len(pages)
