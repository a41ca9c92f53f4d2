"""Reads the translations of a page of messages, and the desk in the order of risk and age."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from concierge.domain.journey import Exit
from concierge.domain.numbers import whole
from concierge.domain.vocabulary import DeskState, TranslationState
from concierge.models import Case, GlossaryTerm, Message, Translation

PAGE = 40
_LATEST = 253_402_300_799_000_000  # microseconds; the last second of the calendar


def translations_of(session: Session, messages: list[Message]) -> dict[int, Translation]:
    """Message id → its translation, for those that have one."""
    ids = [one.id for one in messages if one.translation_state is not TranslationState.NOT_NEEDED]
    if not ids:
        return {}
    rows = session.scalars(sa.select(Translation).where(Translation.message_id.in_(ids)))
    return {row.message.id: row for row in rows}


def message_of(session: Session, case: Case, public_id: str) -> Message | None:
    """A message of this case by the id in its address."""
    if not public_id.isalnum():
        return None
    return session.scalar(
        sa.select(Message).where(Message.public_id == public_id, Message.case_id == case.id)
    )


@dataclass(frozen=True)
class DeskPage:
    """Rows in the order of work, and the key of the next page ("" at the end)."""

    rows: list[Translation]
    more: str


def _desk(hospital_ids: tuple[int, ...], languages: tuple[str, ...]) -> sa.Select:
    found = (
        sa.select(Translation)
        .join(Translation.case)
        .join(Case.person)
        .options(contains_eager(Translation.case).contains_eager(Case.person))
        .where(
            Translation.desk == sa.literal(DeskState.WAITING, Translation.desk.type, literal_execute=True),
            Translation.hospital_id.in_(hospital_ids),
            sa.or_(Case.exit.is_(None), Case.exit != Exit.DIED),
        )
    )
    if languages:
        found = found.where(Translation.source.in_(languages), Translation.target.in_(languages))
    return found


def desk_page(
    session: Session, hospital_ids: tuple[int, ...], languages: tuple[str, ...], after: str
) -> DeskPage:
    """One page of the desk; `languages` keeps to pairs of which somebody reads both. `after` is the key of a page."""
    found = _desk(hospital_ids, languages)
    if key := _parse(after):
        here = sa.tuple_(Translation.risk, Translation.wanted_at, Translation.id)
        at = sa.literal(key[1], Translation.wanted_at.type)
        found = found.where(here > sa.tuple_(sa.literal(key[0]), at, sa.literal(key[2])))
    order = (Translation.risk, Translation.wanted_at, Translation.id)
    rows = list(session.scalars(found.order_by(*order).limit(PAGE + 1)))
    return DeskPage(rows[:PAGE], _key_of(rows[PAGE - 1]) if len(rows) > PAGE else "")


def next_of(
    session: Session, hospital_ids: tuple[int, ...], languages: tuple[str, ...]
) -> Translation | None:
    """The gravest, oldest one that waits."""
    order = (Translation.risk, Translation.wanted_at, Translation.id)
    return session.scalar(_desk(hospital_ids, languages).order_by(*order).limit(1))


def _key_of(row: Translation) -> str:
    at = row.wanted_at or datetime.fromtimestamp(0, UTC)
    return f"{row.risk}-{int(at.timestamp() * 1_000_000)}-{row.id}"


def _parse(after: str) -> tuple[int, datetime, int] | None:
    parts = after.split("-")
    if len(parts) != 3:
        return None
    risk, at, row = whole(parts[0]), whole(parts[1], _LATEST), whole(parts[2])
    if risk is None or at is None or row is None:
        return None
    return risk, datetime.fromtimestamp(at / 1_000_000, UTC), row


def find(session: Session, public_id: str) -> Translation | None:
    """A translation with its case, by the id in its address."""
    if not public_id.isalnum():
        return None
    return session.scalar(
        sa.select(Translation).options(joinedload(Translation.case)).where(Translation.public_id == public_id)
    )


def find_term(session: Session, public_id: str, hospital_ids: tuple[int, ...]) -> GlossaryTerm | None:
    """A term of these hospitals; the group's own are kept by nobody here."""
    if not public_id.isalnum():
        return None
    return session.scalar(
        sa.select(GlossaryTerm).where(
            GlossaryTerm.public_id == public_id,
            GlossaryTerm.hospital_id.in_(hospital_ids),
            GlossaryTerm.ended_at.is_(None),
        )
    )
