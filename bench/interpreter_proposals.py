"""`python -m bench.interpreter_proposals`: who could interpret among 2,000 people, asked in this process.

People with three languages of forty each, a credential, hours, one in twelve away, one in three busy that morning; and,
as the worst case, 2,000 people who all have the language. BENCH_DATABASES (sqlite,postgresql) says where.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import servers
from bench.names import application
from concierge.booking.interpreters.queries import offers
from concierge.domain.interpreting import Need
from concierge.domain.vocabulary import AbsenceReason, InterpreterKind, Modality, ResourceKind
from concierge.models import (
    InterpreterAbsence,
    InterpreterCredential,
    InterpreterLanguage,
    InterpreterProfile,
    Resource,
    SlotLedger,
)

PEOPLE, ASKED = 2000, 100
TEN = datetime(2026, 12, 8, 18, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
_FIRST = date(2026, 6, 1)


def fill(session: Session, hospital_id: int, languages: list[str], per_person: int) -> None:
    """2,000 people; the same at every run."""
    random, rows = Random(5), {model: [] for model in _ORDER}
    first = (session.scalar(sa.select(sa.func.max(Resource.id))) or 0) + 1
    for number in range(first, first + PEOPLE):
        rows[Resource].append(
            {"id": number, "hospital_id": hospital_id, "kind": ResourceKind.INTERPRETER, "name": f"Person {number}"}
        )
        rows[InterpreterProfile].append({
            "resource_id": number, "hospital_id": hospital_id, "kind": random.choice(list(InterpreterKind)[:2]),
            "hours": {str(day): [480, 1020] for day in range(5)}, "rate_minor": 9000, "currency": "USD",
        })  # fmt: skip
        rows[InterpreterLanguage] += [
            {"resource_id": number, "hospital_id": hospital_id, "language": language, "target": "en"}
            for language in random.sample(languages, per_person)
        ]
        rows[InterpreterCredential].append(
            {"resource_id": number, "name": "CMI", "valid_until": _FIRST + timedelta(days=random.randrange(900))}
        )  # fmt: skip
        if number % 12 == 0:
            rows[InterpreterAbsence].append({
                "resource_id": number, "starts_at": TEN - timedelta(days=1), "ends_at": TEN + timedelta(days=1),
                "reason": AbsenceReason.LEAVE, "noted_by": "B", "noted_at": TEN,
            })  # fmt: skip
        for day in range(5):  # a working week on the ledger
            starts_at = TEN + timedelta(days=day) + QUARTER * (0 if number % 3 == 0 else 8)
            rows[SlotLedger] += [
                {"subject": f"resource:{number}", "slot_at": starts_at + QUARTER * n, "holder": f"assignment:{number}"}
                for n in range(8)
            ]
    for model in _ORDER:
        session.execute(sa.insert(model), rows[model])
    session.commit()
    with session.get_bind().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


_ORDER = (
    Resource, InterpreterProfile, InterpreterLanguage, InterpreterCredential, InterpreterAbsence, SlotLedger,
)  # fmt: skip


def speed(session: Session, hospital_id: int) -> tuple[int, float, float, float]:
    """How many were ranked, p50 and p95 in milliseconds, and p50 of our own work (a busy machine lets us wait)."""
    need = Need(
        "ar", "en", Modality.ON_SITE, TEN, TEN + timedelta(hours=1), "America/Los_Angeles", "f", family=1
    )
    times, own, found = [], [], 0
    for _ in range(ASKED):
        began, worked = time.perf_counter(), time.process_time()
        ranked = offers(session, hospital_id, [need])[0]
        times.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
        found = len(ranked.able) + len(ranked.passed_over) + ranked.more_able + ranked.more_passed_over
        session.rollback()
    return found, median(times), quantiles(times, n=20)[-1], median(own)


def main() -> int:
    """Prints what it found; nothing passes or fails here."""
    from concierge.db import db
    from tests.factories import hospitals

    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    many = ["ar", *(f"l{number}" for number in range(39))]
    cases = (("three languages of forty each", many, 3), ("all have the language", ["ar"], 1))
    with (
        TemporaryDirectory(prefix="concierge-interpreters-") as name,
        servers.databases(kinds, Path(name)) as makers,
    ):
        print(f"{'database':12}{'2,000 people':34}{'ranked':>8}{'p50 ms':>9}{'p95 ms':>9}{'own p50 ms':>13}")
        for kind in kinds:
            for words, languages, per_person in cases:
                with application(makers[kind].create(), Path(name)):
                    hospital_id = hospitals(db.session())["alder-coast"].id
                    fill(db.session(), hospital_id, languages, per_person)
                    ranked, p50, p95, own = speed(db.session(), hospital_id)
                    print(f"{kind:12}{words:34}{ranked:>8}{p50:>9.1f}{p95:>9.1f}{own:>13.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
