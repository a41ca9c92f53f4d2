"""The engine's part of a translation: which rows are due, what is asked, and what becomes of the answer.

Nothing here calls the network: the job claims, asks between two transactions, and stores. A row is claimed with a
lease, and its answer counts only while the claim is still the same one, so that it is stored once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.conversation.translation import memory
from concierge.conversation.translation.actions import alarms_of, lock_row, show_draft
from concierge.conversation.translation.glossary import rules_for
from concierge.domain.vocabulary import DeskState, TranslationState
from concierge.models import Case, Translation

LEASE = timedelta(minutes=5)
BATCH = 10
FIRST_PATIENCE, MOST_PATIENCE = 4, 600  # seconds
GIVES_UP = timedelta(days=3)  # after that a late translation helps nobody; the team may still ask a person


# Written out, because SQLite finds the partial index only by values that stand in the statement.
_OPEN = Translation.state.in_(
    sa.bindparam("open", ["queued", "claimed"], expanding=True, literal_execute=True)
)


@dataclass(frozen=True)
class Asked:
    """A copy of what the engine is asked, so that no session is open meanwhile."""

    id: int
    attempts: int
    text: str
    source: str
    target: str
    key: str


def claim(session: Session, now: datetime) -> list[int]:
    """Rows that are due, or that a process left behind; each is ours for the time of the lease."""
    waiting = sa.and_(Translation.state == "queued", Translation.due_at <= now)
    abandoned = sa.and_(Translation.state == "claimed", Translation.lease_until < now)
    chosen = (
        sa.select(Translation.id)
        .where(_OPEN, sa.or_(waiting, abandoned))
        .order_by(Translation.due_at, Translation.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        sa.update(Translation)
        .where(Translation.id.in_(chosen))
        .values(state="claimed", lease_until=now + LEASE, attempts=Translation.attempts + 1)
        .returning(Translation.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(claimed))


def read(session: Session, row_id: int) -> Asked:
    """What to ask for a claimed row."""
    row = session.get_one(Translation, row_id, populate_existing=True)
    text = row.enquiry.story if row.enquiry else row.message.body
    key = memory.key_of(row.hospital_id, text, row.source, row.target)
    return Asked(row.id, row.attempts, text, row.source, row.target, key)


def store(
    session: Session, asked: Asked, *, text: str, engine: str, now: datetime, checked_by: str = ""
) -> None:
    """Keep the answer and show it; `checked_by` where a person once approved the same text."""
    row = _still_ours(session, asked)
    if row is None:
        return
    row.state, row.lease_until, row.error = "done", None, ""
    row.draft, row.engine, row.drafted_at = text, engine, now
    case = session.get_one(Case, row.case_id)
    row.alarms = alarms_of(rules_for(session, case, row.source, row.target).compare(asked.text, text))
    if engine:
        memory.remember(session, asked.key, text, now=now, engine=engine)
    if row.enquiry:
        row.finished_by = checked_by
        return
    message = row.message
    if message.is_held or row.desk is DeskState.CHECKED:
        return
    if checked_by:
        message.translation, message.translation_language = text, row.target
        message.translation_state, message.checked_by = TranslationState.CHECKED, checked_by[:120]
        message.translated_at = now
    else:
        show_draft(row)


def _still_ours(session: Session, asked: Asked) -> Translation | None:
    """The row, locked, unless it was claimed again, changed or finished by a person meanwhile."""
    row = lock_row(session, asked.id)
    if row.state != "claimed" or row.attempts != asked.attempts:
        return None
    return row


def no_answer(session: Session, asked: Asked, code: str, now: datetime) -> None:
    """No engine will ever do this: the text stays *not translated*."""
    if row := _still_ours(session, asked):
        row.state, row.lease_until, row.error = "none", None, code


def put_off(session: Session, asked: Asked, code: str, now: datetime) -> None:
    """Ask again later, with growing patience; not for ever."""
    row = _still_ours(session, asked)
    if row is None:
        return
    patience = min(MOST_PATIENCE, FIRST_PATIENCE * 2 ** min(row.attempts - 1, 8))
    written_at = row.enquiry.received_at if row.enquiry else row.message.at
    is_late = written_at + GIVES_UP < now
    row.state, row.lease_until, row.error = "none" if is_late else "queued", None, code
    row.due_at = now + timedelta(seconds=patience)


def hand_back(session: Session, row_ids: list[int]) -> None:
    """Claimed and not asked: as if nobody had taken them."""
    session.execute(
        sa.update(Translation)
        .where(Translation.id.in_(row_ids), Translation.state == "claimed")
        .values(state="queued", lease_until=None, attempts=Translation.attempts - 1)
        .execution_options(synchronize_session=False)
    )
