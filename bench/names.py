"""`python -m bench.names`: how well people are found and likenesses told, and how fast among 1,000,000 people.

First the labelled pairs of bench/names_data.py, asked of the product's own search and duplicate check: *recall at 10*
is the share of spellings with which the person stands among the first ten hits; *precision of the top suggestion* is
the share of first suggestions that name the right person, the hard pairs included (twins, father and son, namesakes).
Then the time of a search and of a duplicate check, one after the other, in the process that asks, on both databases.

BENCH_PEOPLE (1000000; 0 leaves the time out) and BENCH_DATABASES (sqlite,postgresql) say how much and where.
"""

import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from bench import crowd, servers
from bench.names_data import Pair, Written, other_pairs, same_pairs
from concierge.cases import duplicates
from concierge.cases.search import CaseFilter, find
from concierge.domain.duplicates import KnownPerson
from concierge.domain.people import PersonName
from tests.support.databases import migrate, test_config

ASKED = 300
PHONE, BORN, OTHER_BORN, EMAIL = "+966501230000", date(1980, 3, 14), date(1955, 7, 2), "family@example.com"


@dataclass(frozen=True)
class Quality:
    """One line of the first table: how many spellings, how many found, how many first suggestions, how many right."""

    script: str
    asked: int
    found: int
    suggested: int
    right: int

    @property
    def recall(self) -> float:
        return self.found / self.asked if self.asked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.suggested if self.suggested else 1.0


# --- how well ---------------------------------------------------------------------------------------------------


def quality(session: Session, hospital_id: int) -> list[Quality]:
    """A line for each script, one for the hard pairs, and the total. The people are written first."""
    same, other = list(same_pairs()), list(other_pairs())
    written = list(dict.fromkeys(pair.stored for pair in same))
    cases = {
        person: crowd.add_person(session, hospital_id, *person_facts(person, i))
        for i, person in enumerate(written)
    }
    session.flush()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in same:
        count = counts[pair.script]
        count["asked"] += 1
        count["found"] += cases[pair.stored] in _first_ten(session, pair.typed.native, hospital_id)
        number = written.index(pair.stored)
        top = _top(session, known(pair.typed, phone=_phone(number)), hospital_id)
        count["suggested"] += top is not None
        count["right"] += top == cases[pair.stored]
    lines = [Quality(script, **{name: count[name] for name in _COLUMNS}) for script, count in counts.items()]
    hard = sum(_is_taken_for(session, pair, hospital_id) for pair in other)
    lines.append(Quality("hard pairs", 0, 0, hard, 0))
    return [*lines, _total(lines)]


_COLUMNS = ("asked", "found", "suggested", "right")


def _total(lines: list[Quality]) -> Quality:
    return Quality("all", *(sum(getattr(line, name) for line in lines) for name in _COLUMNS))


def _phone(number: int) -> str:
    return f"+9665012{number:05d}"


def person_facts(person: Written, number: int) -> tuple[KnownPerson]:
    return (known(person, phone=_phone(number)),)


def known(person: Written, **facts) -> KnownPerson:
    return KnownPerson(PersonName(person.native, person.surname, person.given), **facts)


def _first_ten(session: Session, text: str, hospital_id: int) -> list[int]:
    found = find(session, text, CaseFilter((hospital_id,)))
    return [row.id for row in [*found.rows, *found.alike]][:10]


def _top(session: Session, person: KnownPerson, hospital_id: int) -> int | None:
    found = [
        match for match in duplicates.matches(session, person, (hospital_id,)) if match.score.is_suggested
    ]
    return found[0].case_id if found else None


def _is_taken_for(session: Session, pair: Pair, hospital_id: int) -> bool:
    """Whether the second of a hard pair is suggested as the first, who is written for this question only."""
    one, other = (known(name, **_facts(pair.shared, i)) for i, name in enumerate((pair.typed, pair.stored)))
    with session.begin_nested() as part:
        stored = crowd.add_person(session, hospital_id, other)
        # In a hospital of any size a common name is no rarity.
        twins = [crowd.add_person(session, hospital_id, known(pair.stored)) for _ in range(6)]
        top = _top(session, one, hospital_id)
        part.rollback()
    return top in (stored, *twins)


def _facts(shared: str, number: int) -> dict:
    facts: dict = {"phone": PHONE} if "p" in shared else {}
    facts |= {"email": EMAIL} if "e" in shared else {}
    if "b" in shared:
        return facts | {"born_on": BORN}
    return facts | {"born_on": OTHER_BORN if number else BORN} if "d" in shared else facts


# --- how fast ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """Milliseconds: by the clock on the wall, and what this process itself worked (on SQLite that is all of it)."""

    middle: float
    late: float
    own_middle: float
    own_late: float


def times(work: Callable[[Any], None], asked: list) -> Times:
    """p50 and p95; the first twenty warm up."""
    wall, own = [], []
    for question in asked:
        began, worked = time.perf_counter(), time.process_time()
        work(question)
        own.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    wall, own = wall[20:], own[20:]
    return Times(median(wall), quantiles(wall, n=20)[-1], median(own), quantiles(own, n=20)[-1])


def speed(session: Session, hospital_id: int) -> Iterator[tuple[str, Times]]:
    """Both questions, and each kind of search by itself."""
    random, chosen = Random(7), CaseFilter((hospital_id,))
    people = crowd.some_people(session, random, ASKED)

    def search(text: str) -> None:
        find(session, text, chosen)
        session.rollback()

    def check(person: KnownPerson) -> None:
        duplicates.matches(session, person, (hospital_id,))
        session.rollback()

    every = []
    for kind, ask in crowd.QUESTIONS.items():
        asked = [ask(person, random) for person in people]
        asked = [text for text in asked if text] or [""]
        every += asked[:: len(crowd.QUESTIONS)]
        if len(asked) > 40:
            yield f"search: {kind}", times(search, asked[:120])
    random.shuffle(every)
    yield "search, all kinds", times(search, every)
    yield "duplicate check", times(check, [crowd.as_written_again(person, random) for person in people])


@contextmanager
def application(url: str, folder: Path) -> Iterator[Flask]:
    """The product on a migrated database, for questions asked in this process."""
    from concierge import create_app
    from concierge.db import db

    app = create_app(test_config(url, folder / "instance"))
    migrate(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _print_quality(lines: list[Quality]) -> None:
    print(f"\n{'script':14}{'spellings':>10}{'recall at 10':>14}{'suggested':>11}{'precision':>11}")
    for line in lines:
        recall = f"{line.recall:.1%}" if line.asked else ""
        precision = f"{line.precision:.1%}" if line.asked else f"{line.suggested} wrong"
        print(f"{line.script:14}{line.asked:>10}{recall:>14}{line.suggested:>11}{precision:>11}")


def _print_speed(lines: Iterator[tuple[str, Times]]) -> None:
    print(
        f"{'ms':28}{'p50':>8}{'p95':>8}{'own p50':>10}{'own p95':>10}   others at work: {os.getloadavg()[0]:.1f}"
    )
    for question, took in lines:
        print(
            f"{question:28}{took.middle:8.1f}{took.late:8.1f}{took.own_middle:10.1f}{took.own_late:10.1f}",
            flush=True,
        )


def main() -> int:
    """0 when everything was asked. Nothing passes or fails here; tests/bench/test_names.py holds the floor."""
    people = int(os.environ.get("BENCH_PEOPLE", "1000000"))
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    from concierge.db import db

    with (
        TemporaryDirectory(prefix="concierge-names-") as name,
        servers.databases(kinds, Path(name)) as makers,
    ):
        folder = Path(name)
        for kind in kinds[:1]:
            with application(makers[kind].create(), folder):
                _print_quality(quality(db.session(), crowd.add_hospital(db.session())))
                db.session.rollback()
        if not people:
            return 0
        began = time.monotonic()
        made = crowd.write_files(folder, people, datetime.now(UTC))
        print(
            f"\n{people:,} people with {made:,} search keys made in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for kind in kinds:
            began = time.monotonic()
            with application(makers[kind].create(), folder):
                hospital_id = crowd.load(db.engine, db.session(), folder)
                print(f"\n{kind}: loaded in {time.monotonic() - began:.0f} s", flush=True)
                _print_speed(speed(db.session(), hospital_id))
    return 0


if __name__ == "__main__":
    sys.exit(main())
