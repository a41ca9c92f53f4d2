"""Warns of letters of guarantee that end or run dry: one task of the advocate for each alarm, once."""

import sqlalchemy as sa

from concierge.cases.actions import lock
from concierge.db import db, transaction
from concierge.domain.access import SYSTEM
from concierge.journey.finance.guarantees import actions, queries
from concierge.models import Guarantee
from concierge.web.clock import now


def watch_letters() -> int:
    """The number of alarms that were raised."""
    at = now()
    return sum(
        _raise(case_id, letter_id) for case_id, letter_id in queries.letters_to_watch(db.session(), at)
    )


def _raise(case_id: int, letter_id: int) -> int:
    with transaction() as session:
        case = lock(session, case_id)
        letter = session.scalars(sa.select(Guarantee).where(Guarantee.id == letter_id)).one()
        return actions.raise_alarms(session, case, letter, actor=SYSTEM, now=now())
