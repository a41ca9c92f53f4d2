"""`python -m bench.ride_assignment`: the fewest runs for a day of arrivals, and how far from the best that is.

Goal (docs/performance.md): 60 arrivals in under 5 seconds. The day is made from a seed: flights land in waves, families
have one to six people, some in a wheelchair, and there are fewer vehicles than anybody would wish.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta

from concierge.domain.dispatch import Car, Day, Driver, Rules, Wanted
from concierge.domain.vocabulary import Direction
from concierge.gateways.assignment import propose

ARRIVALS, SECONDS = 60, 5.0
MORNING = datetime(2026, 12, 8, 14, tzinfo=UTC)


def a_day(arrivals: int = ARRIVALS, seed: int = 1) -> Day:
    """A day with this many families in three terminals, for two areas."""
    chance = random.Random(seed)
    waves = [MORNING + timedelta(minutes=15 * chance.randrange(56)) for _ in range(max(arrivals // 4, 1))]
    wanted = tuple(
        Wanted(
            key=f"ride{number:03}",
            starts_at=chance.choice(waves) + timedelta(minutes=chance.choice((0, 5, 10, 20, 30))),
            from_place=f"Los Angeles (LAX) Terminal {chance.choice('BBB47')}",
            to_place=chance.choice(("Juniper House", "Juniper House", "Harbor Hotel")),
            seats=chance.choice((1, 1, 2, 2, 2, 3, 3, 4, 6)),
            wheelchairs=int(chance.random() < 0.15),
            direction=Direction.ARRIVAL,
        )
        for number in range(arrivals)
    )
    cars = tuple(
        Car(number, *kind) for number, kind in enumerate([(7, 1)] * 4 + [(4, 0)] * 4 + [(12, 2)] * 2, 1)
    )
    morning = (MORNING - timedelta(hours=2), MORNING + timedelta(hours=5))
    evening = (MORNING + timedelta(hours=9), MORNING + timedelta(hours=18))
    drivers = tuple(Driver(100 + number, (morning if number % 2 else evening,)) for number in range(14))
    rules = Rules.of({"drives": [["LAX", "Juniper House", 50], ["LAX", "Harbor Hotel", 35]]})
    return Day(rules, wanted, cars, drivers, (), MORNING - timedelta(hours=6))


def main() -> int:
    """0 when every day was planned in time."""
    slowest = 0.0
    for seed in range(1, 6):
        day = a_day(seed=seed)
        began = time.monotonic()
        found = propose(day)
        took = time.monotonic() - began
        slowest = max(slowest, took)
        gap = f"gap {found.may_save / found.new_runs:.0%}" + (", proven best" if found.is_best else "")
        print(
            f"day {seed}: {ARRIVALS} arrivals, {found.new_runs} runs, bound {found.least_runs}, {gap},"
            f" {len(found.unplaced)} not placed, {took:.2f} s",
            flush=True,
        )
    return int(slowest >= SECONDS)


if __name__ == "__main__":
    sys.exit(main())
