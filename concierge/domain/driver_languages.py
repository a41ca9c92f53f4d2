"""Who drives whom, so that as many families as can be understand their driver: the last step of a plan.

It changes neither journeys nor vehicles nor who rides together, only the driver's name on a run, and sends nobody to
two places.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from concierge.domain import dispatch
from concierge.domain.dispatch import Day, ProposedRun

Trial = tuple[tuple[int, int | None], ...]  # runs by their place, each with another driver


def in_their_language(runs: Sequence[ProposedRun], day: Day) -> tuple[ProposedRun, ...]:
    """The same runs, with drivers exchanged, or replaced by one who is free, wherever more families are understood.

    Each exchange makes it better, so that it comes to an end; the same day gives the same answer. Runs that stand
    already keep their driver.
    """
    crew = _Crew(runs, day)
    while crew.better():
        pass
    return tuple(replace(run, driver_id=name) for run, name in zip(runs, crew.names, strict=True))


class _Crew:
    """`names` are the drivers of the runs, in their order; `understood` how many families of a run each would reach."""

    def __init__(self, runs: Sequence[ProposedRun], day: Day) -> None:
        self.runs, self.day = runs, day
        self.names = [run.driver_id for run in runs]
        self.own = [at for at, run in enumerate(runs) if not run.fixed_key and run.driver_id is not None]
        self.drivers = {driver.id: driver for driver in sorted(day.drivers, key=lambda one: one.id)}
        language = {ride.key: ride.language for ride in day.wanted}
        self.understood = {
            (at, driver.id): sum(language.get(key) in driver.languages for key in runs[at].riders)
            for at in self.own
            for driver in day.drivers
        }

    def better(self) -> bool:
        """Make one change for the better; False where there is none."""
        alone: list[Trial] = [((at, driver),) for at in self.own for driver in self.drivers]
        exchanged = [((a, self.names[b]), (b, self.names[a])) for a, b in combinations(self.own, 2)]
        for trial in alone + exchanged:
            if self._gain(trial) <= 0:
                continue
            names = list(self.names)
            for at, name in trial:
                names[at] = name
            if all(self._fits(at, names) for at, _name in trial):
                self.names = names
                return True
        return False

    def _gain(self, trial: Trial) -> int:
        return sum(
            self.understood.get((at, name or 0), 0) - self.understood.get((at, self.names[at] or 0), 0)
            for at, name in trial
        )

    def _fits(self, at: int, names: Sequence[int | None]) -> bool:
        driver, journey = self.drivers.get(names[at] or 0), self.runs[at].journey
        others = (run.journey for place, run in enumerate(self.runs) if place != at and names[place] == names[at])
        return (
            driver is not None
            and dispatch.is_driver_free(driver, journey, self.day)
            and not any(dispatch.clash(other, journey, self.day.rules) for other in others)
        )
