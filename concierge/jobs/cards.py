"""Looks up what the card service told us, and asks about what it should have told us."""

from concierge.web.clock import now
from concierge.web.vendors import gateways


def work_card_events() -> None:
    """Events that were taken a moment ago, or could not be looked up before."""
    payments = gateways().payments
    if payments is None:
        return
    from concierge.journey.finance.cards.events import work_due

    work_due(payments)


def reconcile_cards() -> None:
    """Every open card payment and refund is looked up and missed events are fetched: a lost webhook loses no money."""
    payments = gateways().payments
    if payments is None:
        return
    from concierge.journey.finance.cards import events, reconcile, refunds

    reconcile.reconcile_started(payments)
    refunds.resume(payments, refunds.book, at=now())
    events.fetch_missed(payments, at=now())
