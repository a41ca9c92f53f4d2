"""Asks the card service about payments that were started and never heard of again."""

from concierge.web.vendors import gateways


def reconcile_cards() -> None:
    """Every started card payment is looked up, so that a lost webhook loses no money."""
    payments = gateways().payments
    if payments is None:
        return
    from concierge.journey.finance.reconcile import reconcile_started

    reconcile_started(payments)
