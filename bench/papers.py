"""`python -m bench.papers`: the preview of an estimate of 200 lines, and the papers of finance, one after the other.

Asked in this process on SQLite, through the whole application as a signed-in advocate; *own* is its processor time,
which says more than the clock on a busy machine. The first answer of each stands apart: it compiles templates, reads
the words of the language and lays every line out, of which the printer remembers much the next time.
The aims are 100 ms for the preview and 150 ms for a PDF.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy.orm import Session

from bench.names import application
from concierge.cases.actions import lock
from concierge.db import transaction
from concierge.domain.journey import Step
from concierge.domain.vocabulary import Phase
from concierge.gateways import pdf
from concierge.journey.finance.deposits.actions import request_deposit
from concierge.journey.finance.estimates import actions
from concierge.models import EstimateLine
from tests.factories import a_case, actor_of, as_staff, staff
from tests.support.databases import SqliteServer

LINES, TIMES = 200, 15
LANGUAGES = ("ar", "en", "zh_Hans", "es")
ADVOCATE = "daniel@alder-coast.example"
Report = tuple[str, list[tuple[float, float]]]  # what, and (ms, own ms) of each time


def _issued(session: Session, language: str) -> tuple[str, str]:
    """A case with an issued estimate of 200 lines and a deposit: its reference, the estimate's id in addresses."""
    case = lock(session, a_case(session, step=Step.FINANCE, language=language).id)
    who = {"actor": actor_of(staff(session, ADVOCATE), case.hospital_id), "now": datetime.now(UTC)}
    draft = actions.draft_estimate(session, case, **who)
    like = draft.lines[0]
    draft.lines = [_line(like, number) for number in range(LINES)]
    case.hospital.estimate_approval_minor = None  # no second person here
    session.flush()
    actions.issue_estimate(session, case, draft, valid_until=who["now"].date() + timedelta(days=60), **who)
    request_deposit(session, case, **who)
    return case.reference, draft.public_id


def _line(like: EstimateLine, number: int) -> EstimateLine:
    name = {locale: f"{text} {number}" for locale, text in like.name.items()}
    phases = (Phase.REVIEW, Phase.EVALUATION, Phase.STAY)
    return EstimateLine(
        position=number + 1, phase=phases[number % 3], code=like.code, name=name, quantity=number % 4 + 1,
        low_minor=like.low_minor + number * 100, high_minor=like.high_minor + number * 1700, currency=like.currency,
        source=like.source, source_on=like.source_on, tariff_id=like.tariff_id,
    )  # fmt: skip


def _timed(ask: Callable[[], object]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def measure(app: Flask) -> Iterator[Report]:
    """Each page and paper in turn."""
    with transaction() as session:
        made = {language: _issued(session, language) for language in LANGUAGES}
        client = app.test_client()
        as_staff(client, staff(session, ADVOCATE), session, datetime.now(UTC))
    yield "the printer warms itself", [_timed(pdf.warm)]
    for language, (reference, public_id) in made.items():
        money = f"/c/{reference}/money"
        for what, address in (
            ("preview", f"{money}/estimate/{public_id}/preview"),
            ("estimate PDF", f"{money}/estimate/{public_id}.pdf"),
            ("statement PDF", f"{money}/statement.pdf"),
        ):

            def ask(address: str = address) -> None:
                answer = client.get(address)
                if answer.status_code != 200:
                    raise SystemExit(f"{address} answered {answer.status_code}")

            yield f"{what}, {language}", [_timed(ask) for _time in range(TIMES)]


def main() -> int:
    """0 when everything was measured."""
    with TemporaryDirectory(prefix="concierge-papers-") as name:
        folder = Path(name)
        with application(SqliteServer(folder).create(), folder) as app:
            print(f"{'ms':28}{'first':>8}{'own':>6}{'p50':>8}{'own':>6}")
            for what, times in measure(app):
                wall, own = (median(column) for column in zip(*(times[1:] or times), strict=True))
                print(f"{what:28}{times[0][0]:8.0f}{times[0][1]:6.0f}{wall:8.0f}{own:6.0f}", flush=True)
    print(f"others at work: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
