"""Writes the journal of a case; what is written stays. The rules are in `domain/journal.py`."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Actor
from concierge.domain.journal import Line, Posting
from concierge.models import Case, JournalEntry, JournalLine


def post(
    session: Session, case: Case, posting: Posting | None, *, fact: str, actor: Actor, now: datetime
) -> None:
    """Write a posting once: `fact` names what it is about, and a second one of the same name changes nothing.

    None is nothing to write. The case must be locked, so that two postings of one fact wait for each other; the
    unique key of `fact` is the last guard.
    """
    if posting is None:
        return
    session.flush()
    if session.scalar(sa.select(JournalEntry.id).where(JournalEntry.fact == fact)) is not None:
        return
    entry = JournalEntry(
        case_id=case.id, at=now, happening=posting.happening, fact=fact, actor_kind=actor.kind, actor_id=actor.id,
        actor_name=actor.name,
    )  # fmt: skip
    entry.lines = [
        JournalLine(account=line.account, amount_minor=line.amount.minor, currency=line.amount.currency)
        for line in posting.lines
    ]
    session.add(entry)
    session.flush()


def lines_of(session: Session, case_id: int) -> list[Line]:
    """Every line of a case, the oldest first."""
    statement = (
        sa.select(JournalLine)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.case_id == case_id)
        .order_by(JournalLine.id)
    )
    return as_lines(session.scalars(statement))


def as_lines(rows: Iterable[JournalLine]) -> list[Line]:
    return [Line(row.account, row.amount) for row in rows]
