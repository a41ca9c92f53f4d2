"""What this hospital translated before: a checked text goes before every machine, and no text is asked for twice."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge.models import TranslationMemory


def key_of(hospital_id: int, text: str, source: str, target: str) -> str:
    """Of the source; which engine answered stands beside it."""
    return hashlib.sha256("\n".join((str(hospital_id), source, target, text)).encode()).hexdigest()


def recall(session: Session, key: str, engine: str = "") -> TranslationMemory | None:
    """What a person approved, else what this engine said."""
    return session.scalar(
        sa.select(TranslationMemory)
        .where(TranslationMemory.key == key, TranslationMemory.engine.in_(("", engine)))
        .order_by(TranslationMemory.engine)
        .limit(1)
    )


def remember(
    session: Session, key: str, text: str, *, now: datetime, engine: str = "", checked_by: str = ""
) -> None:
    """Keep an answer; a newer approval takes the place of the older one."""
    found = session.scalar(
        sa.select(TranslationMemory).where(TranslationMemory.key == key, TranslationMemory.engine == engine)
    )
    if found is None:
        try:
            with session.begin_nested():
                session.add(
                    TranslationMemory(key=key, engine=engine, text=text, checked_by=checked_by, at=now)
                )
            return
        except IntegrityError:  # somebody kept the same one in this moment
            return
    found.text, found.checked_by, found.at = text, checked_by, now
