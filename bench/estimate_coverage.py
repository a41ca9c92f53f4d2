"""`python -m bench.estimate_coverage`: how often what a case has really cost lay inside the range that was shown.

Two ways to a range are compared: from the 20th to the 80th percentile of finished cases
(`domain/estimate.honest_range`), and the sum of the tariffs of the package. First with the demo's own cases
(demo/prices.json): the older two thirds make the range, the newest third is held out. Then with invented cases of each
demo package, by how many cases have finished.

How a case is invented: each line of its package costs, for each one, an amount drawn evenly between low and high of its
tariff; one case in four needs one more of its dearest service; one in twelve is complicated and costs half as much
again. A range that promised nothing would hold always; a good one holds near its three in five and is narrow.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from concierge.domain.estimate import LEAST_ACTUALS, honest_range
from concierge.domain.money import Money, MoneyRange

DEMO = Path(__file__).parents[1] / "demo"
SIZES = (LEAST_ACTUALS, 40, 80, 200, 1000)
POOL, RANGES, HELD_OUT = 10_000, 200, 100
MORE_IN, COMPLICATED_IN = 4, 12


@dataclass(frozen=True)
class Priced:
    """A package of the demo: (quantity, low, high) of each line that is in the sum, in minor units."""

    hospital: str
    code: str
    currency: str
    lines: tuple[tuple[int, int, int], ...]

    @property
    def tariff(self) -> MoneyRange:
        low, high = (sum(line[0] * line[end] for line in self.lines) for end in (1, 2))
        return MoneyRange(Money(low, self.currency), Money(high, self.currency))

    def total(self, random: Random) -> int:
        """What an invented case has cost, rounded to whole major units as bills of the demo are."""
        dearest = max(self.lines, key=lambda line: line[2])
        more = [(1, *dearest[1:])] if random.randrange(MORE_IN) == 0 else []
        total = sum(
            random.randint(low, high) for times, low, high in (*self.lines, *more) for _ in range(times)
        )
        if random.randrange(COMPLICATED_IN) == 0:
            total += total // 2
        return total // 100 * 100


@dataclass(frozen=True)
class Line:
    """One line of the report: shares of held-out totals inside, and the width beside that of the tariffs."""

    name: str
    n: int
    held_out: int
    by_percentile: float
    by_tariff: float
    width: float

    def __str__(self) -> str:
        return (
            f"| {self.name} | {self.n:,} | {self.held_out:,} | {self.by_percentile:.0%} | {self.by_tariff:.0%} "
            f"| {self.width:.2f} |"
        )


def packages() -> list[Priced]:
    """Every package of the demo with its tariffs."""
    found = []
    for hospital in json.loads((DEMO / "hospitals.json").read_text(encoding="utf-8")):
        price = {row["code"]: (row["low_minor"], row["high_minor"]) for row in hospital["tariffs"]}
        for package in hospital["packages"]:
            asked = [line for line in package["lines"] if not line["is_optional"]]
            lines = tuple((line["quantity"], *price[line["tariff_code"]]) for line in asked)
            found.append(Priced(hospital["slug"], package["code"], hospital["currency"], lines))
    return found


def _inside(shown: MoneyRange, totals: list[int]) -> float:
    return sum(shown.low.minor <= total <= shown.high.minor for total in totals) / len(totals)


def _width(shown: MoneyRange, tariff: MoneyRange) -> float:
    return (shown.high.minor - shown.low.minor) / (tariff.high.minor - tariff.low.minor)


def _held_out(package: Priced, rows: list[list[int]]) -> Line | None:
    """The newest third of the demo's own cases against the range of the older ones; None where those are few."""
    totals = [total for _days, total in sorted(rows, reverse=True)]
    cut = max(len(totals) * 2 // 3, LEAST_ACTUALS)
    shown = honest_range((Money(total, package.currency) for total in totals[:cut]), package.currency)
    newest = totals[cut:]
    if shown is None or not newest:
        return None
    name, tariff = f"{package.hospital} {package.code}, demo", package.tariff
    return Line(
        name, cut, len(newest), _inside(shown, newest), _inside(tariff, newest), _width(shown, tariff)
    )


def _invented(package: Priced, n: int, random: Random, pool: list[int]) -> Line:
    inside = narrow = by_tariff = 0.0
    for _ in range(RANGES):
        drawn = random.sample(pool, n + HELD_OUT)
        shown = honest_range((Money(total, package.currency) for total in drawn[:n]), package.currency)
        if shown is None:
            raise ValueError("a size below the least that makes a range")
        inside += _inside(shown, drawn[n:]) / RANGES
        by_tariff += _inside(package.tariff, drawn[n:]) / RANGES
        narrow += _width(shown, package.tariff) / RANGES
    name = f"{package.hospital} {package.code}, invented"
    return Line(name, n, RANGES * HELD_OUT, inside, by_tariff, narrow)


def report() -> str:
    """The table; the same at every run."""
    random = Random(4)
    demo = json.loads((DEMO / "prices.json").read_text(encoding="utf-8"))
    lines = []
    for package in packages():
        rows = demo[package.hospital]["actuals"].get(package.code, [])
        if rows and (line := _held_out(package, rows)):
            lines.append(line)
    for package in packages():
        if package.hospital == next(iter(demo)):  # the other one has the same packages in its own currency
            pool = [package.total(random) for _ in range(POOL)]
            lines += [_invented(package, n, random, pool) for n in SIZES]
    head = (
        "| package | finished cases | held out | inside by percentile | inside by tariff | width of the tariff's |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    return "\n".join([head, *map(str, lines)])


def main() -> int:
    print(report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
