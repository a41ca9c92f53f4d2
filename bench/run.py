"""`make bench`: fills both databases with 1,000 and 100,000 cases and measures every page beside its floor.

Nothing here passes or fails: it prints what it found. BENCH_SECONDS (5) is how long each page is asked for, BENCH_CASES
(1000,100000) and BENCH_DATABASES (sqlite,postgresql) say where. TEST_DATABASE_URL names a PostgreSQL server other than
our own. Every process that it starts ends with it.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bench import (
    estimate_coverage,
    interpreter_proposals,
    itinerary_consequences,
    lodging_availability,
    pages,
    papers,
    scene,
    servers,
)
from bench.load import CannotMeasure, read, require_wrk
from bench.report import Result, save, table

DRAFTS_PER_SECOND = 2400  # more than the floor can send, shared between the two
FOLDER = Path(__file__).parent


def main() -> int:
    """0 when everything was measured, 1 with a sentence when something is missing or answers wrongly."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    seconds = float(os.environ.get("BENCH_SECONDS", "5"))
    sizes = [int(text) for text in os.environ.get("BENCH_CASES", "1000,100000").split(",")]
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    began_at = time.monotonic()
    try:
        require_wrk()
        results = list(_measure_all(kinds, sizes, seconds))
    except CannotMeasure as error:
        print(f"The measurement stopped: {error}", file=sys.stderr)
        return 1
    save(results, FOLDER, seconds)
    print(f"\nHow often a finished case lay inside the range that was shown:\n\n{estimate_coverage.report()}")
    print("\nEstimates of 200 lines and the papers of finance:\n")
    papers.main()
    print("\nWhat follows when a visit of 40 bookings moves:\n")
    itinerary_consequences.main()
    print("\nFree rooms among 5,000:\n")
    lodging_availability.main()
    print("\nWho could interpret among 2,000 people:\n")
    interpreter_proposals.main()
    print(
        f"\n{table(results)}\n\n{time.monotonic() - began_at:.0f} s, {os.cpu_count()} cores; written to bench/last.json"
    )
    return 0


def _measure_all(kinds: list[str], sizes: list[int], seconds: float) -> Iterator[Result]:
    with (
        TemporaryDirectory(prefix="concierge-bench-") as folder,
        servers.databases(kinds, Path(folder)) as makers,
    ):
        urls = {(kind, size): maker.create() for kind, maker in makers.items() for size in sizes}
        print(f"Filling {len(urls)} databases", flush=True)
        servers.seed_all([(url, size) for (_kind, size), url in urls.items()])
        for (kind, size), url in urls.items():
            yield from _measure(kind, size, url, seconds, Path(folder))


def _measure(kind: str, size: int, url: str, seconds: float, folder: Path) -> Iterator[Result]:
    engine = sa.create_engine(url)
    found = scene.make(engine, drafts=int(seconds * DRAFTS_PER_SECOND))
    with servers.app_and_floor(url, folder) as ports:
        yield _said(Result(kind, size, "hello world", read(ports[1], [("/hello", "")], seconds)))
        for page in pages.readings(found, pages.session_cookie(ports[0])):
            yield _said(Result(kind, size, page.name, *pages.measure_reading(page, ports, seconds)))
        yield _said(Result(kind, size, "open a case", *pages.measure_opening(found, ports, seconds)))
        yield _said(Result(kind, size, "move a step", *pages.measure_moving(found, ports, seconds, engine)))
    engine.dispose()


def _said(result: Result) -> Result:
    share = f", {result.of_floor:.2f} of its floor" if result.of_floor else ""
    print(f"{result.database} {result.cases:,} {result.page}: {result.app.per_second:.0f} requests/s, "
          f"p50 {result.app.p50:.1f} ms, p95 {result.app.p95:.1f} ms{share}", flush=True)  # fmt: skip
    return result
