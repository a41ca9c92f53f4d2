"""Whose word may call a physician at night, and when we call again (domain.md, *after hours*)."""

from datetime import timedelta

from concierge.domain.vocabulary import CameBy, Urgency

AGAIN_AFTER = timedelta(minutes=15)
# What a member of staff typed or a doctor sent. Anybody can fill in a form or open a chat, so they page nobody.
_HEARD = {CameBy.PHONE, CameBy.REFERRAL, CameBy.FAX, CameBy.PAYER}


def may_page(came_by: CameBy) -> bool:
    """Whether an urgent enquiry that came in this way calls the physician on call after hours."""
    return came_by in _HEARD


def heard_urgency(came_by: CameBy, urgency: Urgency) -> Urgency:
    """The urgency that counts for an enquiry that came in this way."""
    return urgency if may_page(came_by) else Urgency.ROUTINE
