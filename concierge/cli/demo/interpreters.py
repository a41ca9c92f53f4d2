"""More people who interpret, by demo/interpreters.json: agencies, lines, a credential that ended, somebody on leave."""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions import (
    ProfileFacts,
    add_credential,
    add_language,
    add_person,
    note_absence,
)
from concierge.domain.access import SYSTEM
from concierge.domain.money import Money
from concierge.domain.vocabulary import AbsenceReason, InterpreterKind, Modality
from concierge.models import Hospital, InterpreterProfile
from concierge.web.clock import now

_PLAIN = (
    "name", "gender", "phone", "agency_name", "agency_phone", "minimum_minutes", "notice_minutes", "hours", "lines",
)  # fmt: skip


def load_interpreters(session: Session, hospitals: list[Hospital], path: Path) -> None:
    """Credentials and absences are counted in days from today, so that the demonstration never grows old."""
    book = json.loads(path.read_text(encoding="utf-8"))
    today = now().replace(minute=0, second=0, microsecond=0)
    for hospital in hospitals:
        known: dict[str, InterpreterProfile] = {}
        for row in book.get(hospital.slug, {}).get("people", ()):
            known[row["name"]] = _add(session, hospital, row)
        for row in book.get(hospital.slug, {}).get("away", ()):
            start = today + timedelta(days=row["in_days"])
            note_absence(
                session, known[row["name"]].resource_id, starts_at=start, ends_at=start + timedelta(days=row["days"]),
                reason=AbsenceReason(row["reason"]), note=row["note"], actor=SYSTEM, now=now(),
            )  # fmt: skip


def _add(session: Session, hospital: Hospital, row: dict) -> InterpreterProfile:
    facts = {key: row[key] for key in _PLAIN if key in row}
    rate = Money(row["rate_minor"], hospital.currency) if "rate_minor" in row else None
    ways = tuple(Modality(way) for way in row.get("modalities", [way.value for way in Modality]))
    made = add_person(
        session, hospital.id, ProfileFacts(kind=InterpreterKind(row["kind"]), rate=rate, modalities=ways, **facts)
    )
    for language, target, dialect in row["pairs"]:
        add_language(session, made, language=language, target=target, dialect=dialect)
    for name, number, days in row["credentials"]:
        add_credential(
            session, made, name=name, number=number, valid_until=now().date() + timedelta(days=days)
        )
    return made
