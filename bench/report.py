"""The figures as a table: for the terminal, for docs/performance.md, and as JSON for whoever compares runs."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.load import Figures

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Result:
    """One page on one database with so many cases, beside its floor; the hello world has none."""

    database: str
    cases: int
    page: str
    app: Figures
    floor: Figures | None = None

    @property
    def of_floor(self) -> float | None:
        """1.0 where Concierge answers as many requests as the bare route."""
        return self.app.per_second / self.floor.per_second if self.floor else None

    def as_dict(self) -> dict:
        floor = self.floor.as_dict() if self.floor else None
        return {
            "database": self.database, "cases": self.cases, "page": self.page, "app": self.app.as_dict(),
            "floor": floor,
            "of_floor": round(self.of_floor, 2) if self.of_floor else None,
        }  # fmt: skip


def table(results: list[Result]) -> str:
    """One line per page and database. *growth* is the median time with the most cases over that with the fewest."""
    head = (
        "| database | page | cases | requests/s | p50 ms | p95 ms "
        "| floor requests/s | floor p50 | floor p95 | of its floor | growth |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    ordered = sorted(results, key=lambda r: (list(NAMES).index(r.database), _first(results, r), r.cases))
    return "\n".join([head, *(_line(results, result) for result in ordered)])


def _first(results: list[Result], result: Result) -> int:
    return next(i for i, other in enumerate(results) if other.page == result.page)


def _line(results: list[Result], result: Result) -> str:
    app, floor = result.app, result.floor
    bare = f"{floor.per_second:.0f} | {floor.p50:.1f} | {floor.p95:.1f}" if floor else "| |"
    share = f"{result.of_floor:.2f}" if result.of_floor else ""
    return (
        f"| {NAMES[result.database]} | {result.page} | {result.cases:,} "
        f"| {app.per_second:.0f} | {app.p50:.1f} | {app.p95:.1f} | {bare} | {share} | {_growth(results, result)} |"
    )


def _growth(results: list[Result], result: Result) -> str:
    same = [r for r in results if (r.database, r.page) == (result.database, result.page)]
    fewest = min(same, key=lambda r: r.cases)
    if result is fewest or result is not max(same, key=lambda r: r.cases):
        return ""
    return f"{result.app.p50 / fewest.app.p50:.2f}"


def save(results: list[Result], folder: Path, seconds: float) -> None:
    """last.json and last.md beside the bench; not kept in git, because each machine has its own."""
    found = {"seconds": seconds, "results": [result.as_dict() for result in results]}
    (folder / "last.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "last.md").write_text(table(results) + "\n", encoding="utf-8")
