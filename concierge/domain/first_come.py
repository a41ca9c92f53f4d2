"""A plan of a day of rides as a person would make one: each family in its turn, the first journey that has room.

It is never the best and always there: where the solver found nothing better in its time, this is what people see, and
the solver begins with it.
"""

from dataclasses import dataclass

from concierge.domain import dispatch
from concierge.domain.dispatch import Day, FixedRun, Journey, ProposedRun, Wanted


@dataclass
class _Taken:
    """A journey in the making, and the places that are left."""

    journey: Journey
    car_id: int
    driver_id: int | None
    seats: int
    wheelchairs: int
    riders: list[str]
    fixed: FixedRun | None = None

    def takes(self, ride: Wanted, journeys: tuple[Journey, ...], day: Day) -> bool:
        if self.seats < ride.seats or self.wheelchairs < ride.wheelchairs:
            return False
        return dispatch.joins(ride, self.fixed, day) if self.fixed else self.journey in journeys

    def add(self, ride: Wanted) -> None:
        self.seats -= ride.seats
        self.wheelchairs -= ride.wheelchairs
        self.riders.append(ride.key)


def first_come(day: Day) -> tuple[ProposedRun, ...]:
    """Runs that can be driven; whoever is in none of them stays behind. The same day gives the same runs."""
    made = [
        _Taken(run.journey, run.car_id, run.driver_id, run.seats_left, run.wheelchairs_left, [], run)
        for run in day.fixed
        if run.is_open
    ]
    for ride in sorted(day.wanted, key=lambda one: (one.starts_at, -one.seats, one.key)):
        journeys = dispatch.journeys_for(ride, day)
        run = next((one for one in made if one.takes(ride, journeys, day)), None)
        if run is None and (run := _new(ride, journeys, made, day)):
            made.append(run)
        if run:
            run.add(ride)
    found = [
        ProposedRun(
            one.journey, one.car_id, one.driver_id, tuple(one.riders), one.fixed.key if one.fixed else ""
        )
        for one in made
        if one.riders
    ]
    return tuple(sorted(found, key=lambda run: (run.journey.starts_at, run.car_id)))


def _new(ride: Wanted, journeys: tuple[Journey, ...], made: list[_Taken], day: Day) -> _Taken | None:
    """The smallest free vehicle, as late as the family may wait: so others come along."""

    def is_free(one_id: int, journey: Journey, whose: str) -> bool:
        return not any(
            getattr(one, whose) == one_id and dispatch.clash(one.journey, journey, day.rules) for one in made
        )

    cars = sorted(day.cars, key=lambda car: (car.wheelchair_places, car.seats, car.id))
    for journey in reversed(journeys):
        for car in cars:
            fits = car.seats >= ride.seats and car.wheelchair_places >= ride.wheelchairs
            if not (fits and dispatch.is_car_free(car, journey, day) and is_free(car.id, journey, "car_id")):
                continue
            if not day.drivers:
                return _Taken(journey, car.id, None, car.seats, car.wheelchair_places, [])
            for driver in day.drivers:
                if dispatch.is_driver_free(driver, journey, day) and is_free(driver.id, journey, "driver_id"):
                    return _Taken(journey, car.id, driver.id, car.seats, car.wheelchair_places, [])
    return None
