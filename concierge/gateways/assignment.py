"""The fewest journeys that drive everybody, by CP-SAT; nothing else of the product knows the solver.

Two searches, which begin with the plan that a person would make (domain/first_come.py): on a machine so busy that
nothing better is found in time, that plan is the answer. The first leaves as few people behind as possible and then
makes as few journeys as possible; its bound says how many a perfect plan could still save. The second keeps both
numbers and looks for fewer vehicles and less waiting. Vehicles that are alike are one crew, and so are drivers: they
flow through places and quarter-hours, which asks the solver for numbers instead of names. One seed and one thread, so
that the same day gives the same proposal.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from ortools.sat.python import cp_model

from concierge.domain import dispatch
from concierge.domain.booking import QUARTER
from concierge.domain.dispatch import Day, Journey, Proposal, ProposedRun, Wanted
from concierge.domain.driver_languages import in_their_language
from concierge.domain.first_come import first_come

SEARCH_SECONDS = (3.0, 0.8)  # by the clock, whatever the machine
_SEED = 20
_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def propose(day: Day, *, seconds: tuple[float, float] = SEARCH_SECONDS) -> Proposal:
    """The proposal for a day; takes at most the sum of `seconds` and the time to write the question down."""
    alone = {ride.key: dispatch.reason_alone(ride, day) for ride in day.wanted}
    rides = tuple(ride for ride in day.wanted if not alone[ride.key] or _can_join(ride, day))
    plain = first_come(replace(day, wanted=rides))
    found = _Question(day, rides, plain).answer(seconds) if rides else Proposal()
    placed = {rider for run in found.runs for rider in run.riders}
    left = tuple((key, code or "all_taken") for key, code in alone.items() if key not in placed)
    return replace(found, runs=in_their_language(found.runs, day), unplaced=left)


def _can_join(ride: Wanted, day: Day) -> bool:
    return any(dispatch.joins(ride, run, day) for run in day.fixed)


@dataclass(frozen=True)
class _Crew:
    """Vehicles or drivers of which each can do what the others can."""

    members: tuple[int, ...]
    can: frozenset[Journey]
    seats: int = 0
    wheelchair_places: int = 0


class _Flow:
    """How a crew moves through the day: it waits, drives empty, or drives a journey, and never is in two places."""

    def __init__(self, cp: cp_model.CpModel, crew: _Crew, loads: dict[Journey, list], day: Day) -> None:
        """`loads`: the variables of a journey, each of which takes one of the crew along."""
        self.crew, self.loads = crew, loads
        rules = day.rules
        places = sorted({rules.spot(end) for journey in loads for end in (journey.start, journey.area)})
        first = min(journey.starts_at for journey in loads)
        last = max(journey.ends_at for journey in loads) + rules.turnaround
        self.nodes = [
            (first + QUARTER * step, place)
            for step in range((last - first) // QUARTER + 1)
            for place in places
        ]
        known, most = set(self.nodes), len(crew.members)
        self.sources = {place: cp.new_int_var(0, most, "") for place in places}
        cp.add(sum(self.sources.values()) <= most)
        self.empty: dict[tuple, list[tuple[tuple, cp_model.IntVar]]] = defaultdict(list)
        for at, place in self.nodes:
            for other in places:
                to = (at + (rules.drive(place, other) or QUARTER), other)
                if to in known:
                    self.empty[at, place].append((to, cp.new_int_var(0, most, "")))
        self.full: dict[tuple, list[tuple[tuple, Journey]]] = defaultdict(list)
        for journey in loads:
            free_at = journey.ends_at + dispatch.up_to_quarter(rules.turnaround)
            self.full[journey.starts_at, rules.spot(journey.start)].append(
                ((free_at, rules.spot(journey.area)), journey)
            )
        self._keep(cp, first)

    def _keep(self, cp: cp_model.CpModel, first: datetime) -> None:
        """Who comes to a place leaves it again, or stays to the end."""
        coming: dict[tuple, list] = defaultdict(list)
        leaving: dict[tuple, list] = defaultdict(list)
        for node, ways in self.empty.items():
            for to, var in ways:
                coming[to].append(var)
                leaving[node].append(var)
        for node, journeys in self.full.items():
            for to, journey in journeys:
                coming[to] += self.loads[journey]
                leaving[node] += self.loads[journey]
        for at, place in self.nodes:
            start = self.sources[place] if at == first else 0
            cp.add(sum(leaving[at, place]) <= sum(coming[at, place]) + start)

    def names(self, value: Callable) -> dict[Journey, list[int]]:
        """Who of the crew drives each journey, read along the flow."""
        free, waiting = list(self.crew.members), defaultdict(list)
        for place, var in self.sources.items():
            waiting[self.nodes[0][0], place] = [free.pop(0) for _one in range(value(var))]
        named: dict[Journey, list[int]] = defaultdict(list)
        for node in self.nodes:
            here = waiting[node]
            for to, journey in self.full.get(node, ()):
                for _one in range(sum(value(var) for var in self.loads[journey])):
                    named[journey].append(here[0])
                    waiting[to].append(here.pop(0))
            for to, var in self.empty.get(node, ()):
                for _one in range(value(var)):
                    waiting[to].append(here.pop(0))
        return named


class _Question:
    """The day as CP-SAT reads it. A *load* is one vehicle of a crew on one journey; riders sit in loads."""

    def __init__(self, day: Day, rides: tuple[Wanted, ...], plain: tuple[ProposedRun, ...]) -> None:
        """`plain` is a plan to begin with."""
        self.day, self.rides, self.plain, self.cp = day, rides, plain, cp_model.CpModel()
        self.by_key = {ride.key: ride for ride in rides}
        options = {ride.key: dispatch.journeys_for(ride, day) for ride in rides}
        self.takers: dict[Journey, list[Wanted]] = defaultdict(list)
        for ride in rides:
            for journey in options[ride.key]:
                self.takers[journey].append(ride)
        self.journeys = sorted(self.takers, key=lambda one: (one.starts_at, one.start, one.area))
        self.left = {ride.key: self.cp.new_bool_var("") for ride in rides}
        self.loads: dict[tuple[Journey, int, int], cp_model.IntVar] = {}
        self.sits: dict[tuple[str, tuple[Journey, int, int]], cp_model.IntVar] = {}
        self.crews = self._crews_of_cars()
        for number, crew in enumerate(self.crews):
            self._load(number, crew)
        self.joins = self._joins()
        self._everybody_once()
        self.cars = [self._flow(crew, number) for number, crew in enumerate(self.crews) if crew.can]
        self.drivers = self._drivers()
        self._begin_with(plain)

    def _crews_of_cars(self) -> list[_Crew]:
        alike: dict[tuple, list[int]] = defaultdict(list)
        for car in self.day.cars:
            can = frozenset(one for one in self.journeys if dispatch.is_car_free(car, one, self.day))
            alike[car.seats, car.wheelchair_places, can].append(car.id)
        return [
            _Crew(tuple(ids), can, seats, chairs)
            for (seats, chairs, can), ids in sorted(alike.items(), key=lambda item: (item[0][:2], item[1]))
        ]

    def _load(self, number: int, crew: _Crew) -> None:
        """The vehicles of this crew that may go on each journey, and who may sit in them; the first goes first."""
        for journey in self.journeys:
            fitting = [
                ride for ride in self.takers[journey]
                if ride.seats <= crew.seats and ride.wheelchairs <= crew.wheelchair_places
            ] if journey in crew.can else []  # fmt: skip
            before = None
            for copy in range(min(len(crew.members), len(fitting))):
                load = self.cp.new_bool_var("")
                self.loads[journey, number, copy] = load
                if before is not None:
                    self.cp.add_implication(load, before)
                before = load
                self._fill(load, (journey, number, copy), crew, fitting[copy:])

    def _fill(self, load, key: tuple[Journey, int, int], crew: _Crew, fitting: list[Wanted]) -> None:
        within = []
        for ride in fitting:
            sits = self.sits[ride.key, key] = self.cp.new_bool_var("")
            self.cp.add_implication(sits, load)
            within.append((ride, sits))
        self.cp.add(sum(ride.seats * var for ride, var in within) <= crew.seats * load)
        if any(ride.wheelchairs for ride in fitting):
            self.cp.add(sum(ride.wheelchairs * var for ride, var in within) <= crew.wheelchair_places * load)
        self.cp.add_bool_or([var for _ride, var in within]).only_enforce_if(load)

    def _joins(self) -> dict:
        """Who may come along on a journey that stands already, within the places it has left."""
        joins: dict[tuple[str, str], cp_model.IntVar] = {}
        for run in self.day.fixed:
            within = [ride for ride in self.rides if dispatch.joins(ride, run, self.day)]
            for ride in within:
                joins[ride.key, run.key] = self.cp.new_bool_var("")
            for left, size in ((run.seats_left, "seats"), (run.wheelchairs_left, "wheelchairs")):
                self.cp.add(sum(getattr(ride, size) * joins[ride.key, run.key] for ride in within) <= left)
        return joins

    def _everybody_once(self) -> None:
        ways = defaultdict(list)
        for (key, _way), var in (*self.sits.items(), *self.joins.items()):
            ways[key].append(var)
        for key, var in self.left.items():
            self.cp.add_exactly_one([*ways[key], var])

    def _flow(self, crew: _Crew, number: int) -> _Flow:
        mine: dict[Journey, list] = {journey: [] for journey in self.journeys if journey in crew.can}
        for (journey, of, _copy), load in self.loads.items():
            if of == number:
                mine[journey].append(load)
        return _Flow(self.cp, crew, mine, self.day)

    def _drivers(self) -> list[_Flow]:
        """As many drivers on a journey as vehicles; a hospital without drivers of its own has one in each vehicle."""
        if not self.day.drivers:
            return []
        alike: dict[frozenset[Journey], list[int]] = defaultdict(list)
        for driver in self.day.drivers:
            free = frozenset(one for one in self.journeys if dispatch.is_driver_free(driver, one, self.day))
            alike[free].append(driver.id)
        crews = [
            _Crew(tuple(ids), can) for can, ids in sorted(alike.items(), key=lambda item: item[1]) if can
        ]
        steers = [
            {
                journey: [self.cp.new_int_var(0, len(crew.members), "")]
                for journey in self.journeys
                if journey in crew.can
            }
            for crew in crews
        ]
        for journey in self.journeys:
            driven = sum(load for (of, _crew, _copy), load in self.loads.items() if of == journey)
            self.cp.add(driven == sum(var for crew in steers for var in crew.get(journey, ())))
        return [_Flow(self.cp, crew, loads, self.day) for crew, loads in zip(crews, steers, strict=True)]

    def _begin_with(self, plain: tuple[ProposedRun, ...]) -> None:
        """Vehicles of a crew on one journey are numbered by their first rider, as `_load` lets them be filled."""
        order = {ride.key: number for number, ride in enumerate(self.rides)}
        ours = {car_id: number for number, crew in enumerate(self.crews) for car_id in crew.members}
        copies: dict[tuple[Journey, int], int] = defaultdict(int)
        chosen = set()
        for run in sorted(plain, key=lambda one: min(order[key] for key in one.riders)):
            chosen |= set(run.riders)
            if run.fixed_key:
                hints = [self.joins[key, run.fixed_key] for key in run.riders]
            else:
                crew = ours[run.car_id]
                load = (run.journey, crew, copies[run.journey, crew])
                copies[run.journey, crew] += 1
                hints = [self.loads[load], *(self.sits[key, load] for key in run.riders)]
            for var in hints:
                self.cp.add_hint(var, 1)
        for key, var in self.left.items():
            self.cp.add_hint(var, key not in chosen)

    # --- what is best -----------------------------------------------------------------------------------------

    def answer(self, seconds: tuple[float, float]) -> Proposal:
        """The best that was found, with what a better plan could still gain."""
        people = len(self.rides) + 1
        left, runs = sum(self.left.values()), sum(self.loads.values())
        self.cp.minimize(people * left + runs)
        first = self._search(seconds[0])
        plain = len(self.rides) - sum(len(run.riders) for run in self.plain), _new(self.plain)
        if first is None or plain < (_sum(first, self.left.values()), _sum(first, self.loads.values())):
            return Proposal(self.plain, (), 0, plain[1], plain[0])
        behind, driven = _sum(first, self.left.values()), _sum(first, self.loads.values())
        bound = ceil(first.best_objective_bound - 1e-6)
        least = min(driven, max(0, bound - people * behind))
        least_behind = min(behind, max(0, ceil((bound - len(self.rides)) / people)))
        self.cp.add(left == behind)
        self.cp.add(runs == driven)
        self.cp.clear_hints()
        for number in range(len(self.cp.proto.variables)):
            var = self.cp.get_int_var_from_proto_index(number)
            self.cp.add_hint(var, first.value(var))
        self.cp.minimize(self._comfort())
        found = self._runs(self._search(seconds[1]) or first)
        return Proposal(found, (), least, driven - least, behind - least_behind)

    def _comfort(self):
        """Fewer vehicles, then less waiting, then smaller vehicles."""
        vehicles = sum(var for flow in self.cars for var in flow.sources.values())
        waiting = sum(
            (dispatch.waits(self.by_key[key], journey.starts_at) // QUARTER) * var
            for (key, (journey, _crew, _copy)), var in self.sits.items()
        )
        size = sum(number * load for (_journey, number, _copy), load in self.loads.items())
        return len(self.rides) * (20 * vehicles + 2 * waiting) + size

    def _search(self, seconds: float) -> cp_model.CpSolver | None:
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = _SEED
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = (
            2  # the flows make its bound tight: seconds instead of minutes
        )
        solver.parameters.max_time_in_seconds = seconds
        return solver if solver.solve(self.cp) in _FOUND else None

    def _runs(self, found: cp_model.CpSolver) -> tuple[ProposedRun, ...]:
        riders: dict[tuple[Journey, int, int], list[str]] = defaultdict(list)
        for (key, load), var in self.sits.items():
            if found.boolean_value(var):
                riders[load].append(key)
        drivers: dict[Journey, list[int]] = defaultdict(list)
        for flow in self.drivers:
            for journey, names in flow.names(found.value).items():
                drivers[journey] += names
        made = []
        for flow in self.cars:
            named = flow.names(found.value)
            for (journey, number, _copy), keys in riders.items():
                if self.crews[number] is flow.crew:
                    driver = drivers[journey].pop(0) if self.drivers else None
                    made.append(ProposedRun(journey, named[journey].pop(0), driver, tuple(keys)))
        for run in self.day.fixed:
            more = [ride.key for ride in self.rides if (ride.key, run.key) in self.joins]
            more = [key for key in more if found.boolean_value(self.joins[key, run.key])]
            if more:
                made.append(ProposedRun(run.journey, run.car_id, run.driver_id, tuple(more), run.key))
        return tuple(sorted(made, key=lambda run: (run.journey.starts_at, run.car_id)))


def _new(runs: tuple[ProposedRun, ...]) -> int:
    return sum(not run.fixed_key for run in runs)


def _sum(found: cp_model.CpSolver, some: Iterable) -> int:
    return sum(found.value(var) for var in some)
