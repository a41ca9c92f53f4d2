"""Who and what is busy, in quarter-hours: the one guard against double booking of people, vehicles and rooms.

The primary key of `slot_ledger` decides, not a look before the insert: of two that ask at once the second is refused
by the database itself. Rows go in sorted by (subject, slot), because unsorted inserts deadlock on PostgreSQL.
"""


from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from concierge.db import is_deadlock
from concierge.domain.booking import QUARTER, quarter_hours
from concierge.domain.errors import SlotTaken
from concierge.models import SlotLedger


@dataclass(frozen=True)
class Busy:
    """One stretch that is taken: by `holder` (`ride:7`), of `subject` (`resource:3`), from and until in UTC."""

    subject: str
    holder: str
    starts_at: datetime
    ends_at: datetime


def resource_subject(resource_id: int) -> str:
    """A clinician, room, scanner, interpreter or vehicle."""
    return f"resource:{resource_id}"


def staff_subject(staff_id: int) -> str:
    """A member of staff, who talks with one family at a time."""
    return f"staff:{staff_id}"


def case_subject(case_id: int) -> str:
    """The patient of a case, who cannot be in two places either."""
    return f"case:{case_id}"


def claim(
    session: Session, subjects: Iterable[str], starts_at: datetime, ends_at: datetime, holder: str
) -> None:
    """Take every quarter-hour of every subject for `holder`, or none of them.

    Raises SlotTaken with a `Busy` for each stretch in the way, and InvalidInput as `domain.booking.quarter_hours`.
    To move a booking, `release()` it first in the same transaction.
    """
    wanted = sorted(set(subjects))
    slots = quarter_hours(starts_at, ends_at)
    rows = [{"subject": subject, "slot_at": slot, "holder": holder} for subject in wanted for slot in slots]
    with only_once(session, lambda: SlotTaken(busy(session, wanted, starts_at, ends_at))):
        session.execute(sa.insert(SlotLedger), rows)


@contextmanager
def only_once(session: Session, refusal: Callable[[], Exception]) -> Iterator[None]:
    """Insert rows that a key guards, all or none: where the key refuses them, `refusal()` is made and raised.

    A deadlock means the same to the person who lost it. The transaction stays usable.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        raise refusal() from error
    except DBAPIError as error:
        if not is_deadlock(error):
            raise
        raise refusal() from error


def release(session: Session, holder: str) -> None:
    """Give back everything that `holder` had; nothing happens when it had nothing."""
    session.execute(sa.delete(SlotLedger).where(SlotLedger.holder == holder))


def busy(
    session: Session, subjects: Iterable[str], starts_at: datetime, ends_at: datetime
) -> tuple[Busy, ...]:
    """What is taken of these subjects in this span, one entry for each subject and holder, in order."""
    first, last = sa.func.min(SlotLedger.slot_at), sa.func.max(SlotLedger.slot_at)
    statement = (
        sa.select(SlotLedger.subject, SlotLedger.holder, first, last)
        .where(
            SlotLedger.subject.in_(sorted(set(subjects))),
            SlotLedger.slot_at >= starts_at,
            SlotLedger.slot_at < ends_at,
        )
        .group_by(SlotLedger.subject, SlotLedger.holder)
        .order_by(SlotLedger.subject, first)
    )
    return tuple(
        Busy(subject, holder, from_at, last_at + QUARTER)
        for subject, holder, from_at, last_at in session.execute(statement)
    )


def taken(
    session: Session, subjects: Iterable[str], starts_at: datetime, ends_at: datetime, *, but: str = ""
) -> frozenset[datetime]:
    """The quarter-hours of this span in which any of these subjects is taken by another holder than `but`."""
    return frozenset(
        session.scalars(
            sa.select(SlotLedger.slot_at).where(
                SlotLedger.subject.in_(sorted(set(subjects))),
                SlotLedger.slot_at >= starts_at,
                SlotLedger.slot_at < ends_at,
                SlotLedger.holder != but,
            )
        )
    )
