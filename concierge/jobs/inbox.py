"""Brings snoozed talks back when their time has come, and forgets who wrote a while ago."""

from concierge.conversation.inbox import actions
from concierge.db import transaction
from concierge.web.clock import now

BATCH = 200


def wake_talks() -> int:
    """Up to one batch; the number of talks that were woken."""
    with transaction() as session:
        actions.forget_presence(session, now())
        return actions.wake_due(session, now(), BATCH)
