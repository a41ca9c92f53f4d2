"""The day screen (S17) as its template reads it: what moves, what is wrong, and the drivers with their links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from concierge.booking.dispatch.facts import fixed_of
from concierge.booking.dispatch.queries import DayAcross, RunRow, day_across, links_of_day, next_arrival_at
from concierge.domain.clocks import local_day
from concierge.domain.dispatch import Rules, double_booked
from concierge.models import DriverLink, Hospital, OutboxMessage, Resource

SOON = timedelta(hours=24)


@dataclass(frozen=True)
class DriverDay:
    """A driver of this day, and how the link to it fared."""

    driver: Resource
    hospital: Hospital
    runs: int
    link: DriverLink | None
    message: OutboxMessage | None

    @property
    def is_undelivered(self) -> bool:
        return self.message is not None and self.message.state == "failed"


@dataclass(frozen=True)
class Board:
    """`clashes` are public ids of runs whose vehicle or driver would have to be in two places."""

    on: date
    today: date
    found: DayAcross
    clashes: frozenset[str]
    drivers: list[DriverDay]
    hospitals: list[Hospital]
    following: datetime | None
    now: datetime

    @property
    def home(self) -> str:
        return self.hospitals[0].timezone

    @property
    def following_on(self) -> date | None:
        return local_day(self.following, self.home) if self.following else None

    @property
    def before(self) -> date:
        return self.on - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.on + timedelta(days=1)

    @property
    def with_wishes(self) -> list[Hospital]:
        """Hospitals in which somebody waits for a vehicle."""
        waiting = {case.hospital_id for _ride, case in self.found.wanted}
        return [hospital for hospital in self.hospitals if hospital.id in waiting]

    def is_soon(self, at: datetime) -> bool:
        return at < self.now + SOON


def board(session: Session, hospitals: list[Hospital], on: date, now: datetime) -> Board:
    """A handful of queries, however full the day is."""
    found = day_across(session, hospitals, on)
    following = None if found.arrivals else next_arrival_at(session, hospitals, now)
    return Board(
        on, local_day(now, hospitals[0].timezone), found, _clashes(session, hospitals, found.runs),
        _drivers(session, hospitals, on, found.runs), hospitals, following, now,
    )  # fmt: skip


def _clashes(session: Session, hospitals: list[Hospital], rows) -> frozenset[str]:
    found: set[str] = set()
    for hospital in hospitals:
        runs = [row.run for row in rows if row.hospital.id == hospital.id]
        rules = Rules.of(hospital.driving_rules)
        found |= double_booked(fixed_of(session, runs, rules), rules)
    return frozenset(found)


def _drivers(
    session: Session, hospitals: list[Hospital], on: date, rows: Sequence[RunRow]
) -> list[DriverDay]:
    links = links_of_day(session, hospitals, on)
    driving: dict[int, list[RunRow]] = {}
    for row in rows:
        if row.run.driver_id:
            driving.setdefault(row.run.driver_id, []).append(row)
    days = [
        DriverDay(own[0].run.driver, own[0].hospital, len(own), *links.get(driver_id, (None, None)))
        for driver_id, own in driving.items()
        if own[0].run.driver is not None
    ]
    return sorted(days, key=lambda day: day.driver.name)
