"""Whose word may call a physician at night, and when we call again (domain.md, *after hours*)."""

from datetime import timedelta

from concierge.domain.vocabulary import CameBy, Urgency

AGAIN_AFTER = timedelta(minutes=15)
# What a member of staff typed or a doctor sent. Anybody can fill in a form or open a chat, so they page nobody.
_HEARD = {CameBy.PHONE, CameBy.REFERRAL, CameBy.FAX, CameBy.PAYER}


def heard_urgency(came_by: CameBy, urgency: Urgency) -> Urgency:
    """The urgency that counts for an enquiry that came in this way."""
    return urgency if came_by in _HEARD else Urgency.ROUTINE
