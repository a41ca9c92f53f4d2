"""Verbs of the journal's files: who takes what and why is written before anything leaves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import record
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput
from concierge.models import Case, JournalEntry, JournalExport, ReadLog


def note_export(
    session: Session,
    *,
    purpose: str,
    case: Case | None = None,
    month: str = "",
    actor: Actor,
    now: datetime,
) -> JournalExport:
    """One case's entries, or those of a month ("2026-11")."""
    if not purpose:
        raise InvalidInput("purpose", "reason_needed")
    export = JournalExport(
        at=now, staff_id=actor.id, staff_name=actor.name, purpose=purpose, month=month,
        case_id=case.id if case else None,
    )  # fmt: skip
    session.add(export)
    session.flush()
    if case is not None:
        record(session, case, "journal_exported", actor, now, reason=purpose)
    return export


def log_reads(
    session: Session,
    hospital_ids: tuple[int, ...],
    begin: datetime,
    end: datetime,
    *,
    page: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Each case in the file of a month counts as read by whoever takes it. How many cases."""
    cases = session.scalars(
        sa.select(JournalEntry.case_id)
        .join(Case, Case.id == JournalEntry.case_id)
        .where(JournalEntry.at >= begin, JournalEntry.at < end, Case.hospital_id.in_(hospital_ids))
        .distinct()
    ).all()
    rows = [
        {
            "case_id": case_id, "at": now, "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name,
            "page": page,
        }
        for case_id in cases
    ]  # fmt: skip
    if rows:
        session.execute(sa.insert(ReadLog), rows)
    return len(rows)
