"""Money follows its case: balances are carried over at a merge and back at its undo; no entry is ever moved."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import journal
from concierge.domain.access import Actor
from concierge.domain.journal import Line, carried_out, carried_over
from concierge.models import Case, Deposit, Guarantee, JournalEntry, Merge, Payment, Refund


def carry_over(
    session: Session, made: Merge, survivor: Case, other: Case, actor: Actor, now: datetime
) -> None:
    """All balances of the ended case, which end there and begin in the case that stays."""
    lines = journal.lines_of(session, other.id)
    _carry(session, lines, other, survivor, f"merge:{made.id}", actor, now)


def carry_back(
    session: Session, made: Merge, survivor: Case, other: Case, actor: Actor, now: datetime
) -> None:
    """What was carried over, and what happened since to the deposit and the letters that went back."""
    fact = f"merge:{made.id}:in"
    carried = session.scalar(sa.select(JournalEntry).where(JournalEntry.fact == fact))
    happened = sa.and_(JournalEntry.case_id == survivor.id, JournalEntry.at >= made.merged_at)
    since = session.scalars(
        sa.select(JournalEntry).where(happened, ~JournalEntry.fact.startswith("merge:"))
    ).all()
    theirs = _subjects(session, other.id, since)
    back = [entry for entry in since if _subject(entry) in theirs] + ([carried] if carried else [])
    lines = [line for entry in back for line in journal.as_lines(entry.lines)]
    _carry(session, lines, survivor, other, f"merge:{made.id}:undone", actor, now)


def _carry(
    session: Session, lines: list[Line], from_: Case, to: Case, fact: str, actor: Actor, now: datetime
) -> None:
    journal.post(session, from_, carried_out(lines), fact=f"{fact}:out", actor=actor, now=now)
    journal.post(session, to, carried_over(lines), fact=f"{fact}:in", actor=actor, now=now)


def _subject(entry: JournalEntry) -> str:
    """The public id of the payment, refund or letter that an entry is about: "refund:Xy…:sent:1"."""
    return entry.fact.split(":")[1] if ":" in entry.fact else ""


def _subjects(session: Session, case_id: int, entries: Iterable[JournalEntry]) -> set[str]:
    """Which of the things that these entries are about belong to this case now."""
    ids = {_subject(entry) for entry in entries}
    of_deposit = (
        sa.select(model.public_id)
        .join(Deposit, Deposit.id == model.deposit_id)
        .where(Deposit.case_id == case_id, model.public_id.in_(ids))
        for model in (Payment, Refund)
    )
    letters = sa.select(Guarantee.public_id).where(Guarantee.case_id == case_id, Guarantee.public_id.in_(ids))
    return set(session.scalars(sa.union(*of_deposit, letters)))
