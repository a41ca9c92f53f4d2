"""What the pages of the journal read. Keyset-paged, the newest entry first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from concierge.models import (
    CardDispute,
    Case,
    CaseService,
    Guarantee,
    GuaranteeAmendment,
    JournalEntry,
    JournalExport,
    JournalLine,
    Payment,
    Refund,
)

PAGE = 30


@dataclass(frozen=True)
class Page:
    """Entries of one screen; `before` is the place of the next, 0 at the end."""

    entries: list[JournalEntry]
    before: int


def entries_page(session: Session, case_id: int, before: int | None = None, most: int = PAGE) -> Page:
    """Entries of a case with their lines, older than `before`."""
    statement = sa.select(JournalEntry).where(JournalEntry.case_id == case_id)
    if before:
        statement = statement.where(JournalEntry.id < before)
    rows = list(session.scalars(statement.order_by(JournalEntry.id.desc()).limit(most + 1)))
    return Page(rows[:most], rows[most - 1].id if len(rows) > most else 0)


def find_entry(session: Session, case_id: int, public_id: str) -> JournalEntry | None:
    found = sa.and_(JournalEntry.case_id == case_id, JournalEntry.public_id == public_id)
    return session.scalar(sa.select(JournalEntry).where(found))


def find_entry_of(session: Session, case_id: int, fact: str) -> JournalEntry | None:
    """The entry of a case that was written for this very fact."""
    found = sa.and_(JournalEntry.case_id == case_id, JournalEntry.fact == fact)
    return session.scalar(sa.select(JournalEntry).where(found))


def entries_about(session: Session, case_id: int, prefix: str) -> list[JournalEntry]:
    """Entries of a case whose fact begins so, the oldest first."""
    found = sa.and_(JournalEntry.case_id == case_id, JournalEntry.fact.startswith(prefix, autoescape=True))
    return list(session.scalars(sa.select(JournalEntry).where(found).order_by(JournalEntry.id)))


Subject = Payment | Refund | CardDispute | CaseService | Guarantee
SUBJECTS: dict[str, Any] = {
    "payment": Payment,
    "refund": Refund,
    "dispute": CardDispute,
    "service": CaseService,
    "letter": Guarantee,
}


def subjects(session: Session, entries: list[JournalEntry]) -> dict[str, Subject]:
    """What these entries are about, by the public id in their facts; of an amendment its letter.

    One question for each kind that occurs.
    """
    ids: dict[str, set[str]] = {}
    for entry in entries:
        kind, _colon, rest = entry.fact.partition(":")
        ids.setdefault(kind, set()).add(rest.partition(":")[0])
    found: dict[str, Subject] = {}
    for kind in SUBJECTS.keys() & ids.keys():
        model = SUBJECTS[kind]
        found |= {row.public_id: row for row in session.scalars(sa.select(model).where(model.public_id.in_(ids[kind])))}
    if "amendment" in ids:
        amended = (
            sa.select(GuaranteeAmendment.public_id, Guarantee)
            .join(Guarantee, Guarantee.id == GuaranteeAmendment.guarantee_id)
            .where(GuaranteeAmendment.public_id.in_(ids["amendment"]))
        )
        found |= {row[0]: row[1] for row in session.execute(amended)}
    return found


# --- files -----------------------------------------------------------------------------------------------------


def lines_of_case(session: Session, case_id: int) -> Iterator[tuple[JournalEntry, JournalLine, Case]]:
    return _lines(session, JournalEntry.case_id == case_id)


def lines_between(
    session: Session, hospital_ids: tuple[int, ...], begin: datetime, end: datetime
) -> Iterator[tuple[JournalEntry, JournalLine, Case]]:
    """All lines of the cases of these hospitals that were written in this time."""
    return _lines(
        session, JournalEntry.at >= begin, JournalEntry.at < end, Case.hospital_id.in_(hospital_ids)
    )


def _lines(
    session: Session, *conditions: sa.ColumnElement[bool]
) -> Iterator[tuple[JournalEntry, JournalLine, Case]]:
    statement = (
        sa.select(JournalEntry, JournalLine, Case)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(Case, Case.id == JournalEntry.case_id)
        .where(*conditions)
        .options(lazyload(JournalEntry.lines))
        .order_by(JournalEntry.at, JournalEntry.id, JournalLine.id)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(statement):
        yield row[0], row[1], row[2]


def latest_exports(session: Session, staff_id: int) -> list[JournalExport]:
    """What this person took out last."""
    statement = sa.select(JournalExport).where(JournalExport.staff_id == staff_id)
    return list(session.scalars(statement.order_by(JournalExport.id.desc()).limit(10)))


def find_export(session: Session, public_id: str) -> JournalExport | None:
    return session.scalar(sa.select(JournalExport).where(JournalExport.public_id == public_id))
