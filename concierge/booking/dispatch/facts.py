"""The day of one hospital as domain/dispatch.py judges it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.dispatch.queries import places_taken, span_of, things_of
from concierge.booking.firmness import not_firm
from concierge.cases import ledger
from concierge.domain.booking import QUARTER
from concierge.domain.dispatch import Car, Day, Driver, FixedRun, Journey, Rules, Span, Wanted
from concierge.domain.interpreting import spoken
from concierge.domain.journey import CaseState
from concierge.domain.vocabulary import BookingState, PlaceKind, ResourceKind, RunKind
from concierge.models import Case, Hospital, Resource, Ride, Run, SlotLedger

_AROUND = timedelta(
    hours=6
)  # a journey of the night before or after can keep a vehicle from the first or last


@dataclass(frozen=True)
class DayFacts:
    """The facts, and the rows behind them by the key or id that a proposal names.

    `not_firm`: rides that nobody may drive yet, by key, with the code of why; the day does not hold them.
    """

    day: Day
    rides: dict[str, tuple[Ride, Case]]
    runs: dict[str, Run]
    things: dict[int, Resource]
    not_firm: dict[str, str]


def facts_of(session: Session, hospital: Hospital, on: date, now: datetime) -> DayFacts:
    """Read anew, also inside a transaction that has locked the rows before."""
    rules, (begins_at, ends_at) = Rules.of(hospital.driving_rules), span_of(on, hospital)
    window = begins_at - _AROUND, ends_at + _AROUND
    wanted = _wanted(session, hospital, begins_at, ends_at)
    early = not_firm(session, [case for _ride, case in wanted], now)
    rides = [(ride, case) for ride, case in wanted if case.id not in early]
    cars = things_of(session, hospital.id, ResourceKind.VEHICLE)
    people = things_of(session, hospital.id, ResourceKind.DRIVER)
    drivers = [one for one in people if one.credential_until is None or one.credential_until >= on]
    runs = _runs(session, hospital, *window)
    away = _taken(session, [ledger.resource_subject(thing.id) for thing in (*cars, *drivers)], window, "run:")
    busy = _taken(session, [ledger.case_subject(ride.case_id) for ride, _case in rides], window, "")
    day = Day(
        rules,
        tuple(
            Wanted(
                ride.public_id, ride.starts_at, ride.from_place, ride.to_place, ride.seats, ride.wheelchairs,
                ride.direction, busy[ledger.case_subject(ride.case_id)] if ride.has_patient else (),
                spoken(case.person.spoken_language),
            )
            for ride, case in rides
        ),
        tuple(
            Car(car.id, car.seats, car.wheelchair_places, away[ledger.resource_subject(car.id)]) for car in cars
        ),
        tuple(
            Driver(
                driver.id, away[ledger.resource_subject(driver.id)],
                frozenset(spoken(language) for language in ("en", *driver.languages)),
            )
            for driver in drivers
        ),
        fixed_of(session, runs, rules),
        now,
    )  # fmt: skip
    return DayFacts(
        day,
        {ride.public_id: (ride, case) for ride, case in wanted},
        {run.public_id: run for run in runs},
        {thing.id: thing for thing in (*cars, *drivers)},
        {ride.public_id: early[case.id] for ride, case in wanted if case.id in early},
    )


def fixed_of(session: Session, runs: Sequence[Run], rules: Rules) -> tuple[FixedRun, ...]:
    """What stands already, with the places that are left. Others may join a transfer, whoever made it."""
    taken = places_taken(session, [run.id for run in runs])
    return tuple(
        FixedRun(
            run.public_id, run.vehicle_id, run.driver_id,
            Journey(rules.start_of(run.from_place), rules.area_of(_end_of(run)), run.starts_at, run.ends_at),
            run.seats - taken.get((run.id, PlaceKind.SEAT), 0),
            run.wheelchair_places - taken.get((run.id, PlaceKind.WHEELCHAIR), 0),
            run.kind is RunKind.TRANSFER,
        )
        for run in runs
    )  # fmt: skip


def _end_of(run: Run) -> str:
    """Where the vehicle stands afterwards: an outing brings everybody back."""
    return run.from_place if run.kind is RunKind.OUTING else run.to_place


def _wanted(
    session: Session, hospital: Hospital, begins_at: datetime, ends_at: datetime
) -> list[tuple[Ride, Case]]:
    statement = (
        sa.select(Ride, Case)
        .join(Case, Case.id == Ride.case_id)
        .where(
            Case.hospital_id == hospital.id, Case.state != CaseState.CLOSED, Ride.state == BookingState.REQUESTED,
            Ride.starts_at >= begins_at, Ride.starts_at < ends_at,
        )
        .order_by(Ride.starts_at, Ride.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return [(ride, case) for ride, case in session.execute(statement).unique()]


def _runs(session: Session, hospital: Hospital, begins_at: datetime, ends_at: datetime) -> Sequence[Run]:
    statement = (
        sa.select(Run)
        .where(
            Run.hospital_id == hospital.id, Run.state == BookingState.CONFIRMED, Run.starts_at >= begins_at,
            Run.starts_at < ends_at,
        )
        .order_by(Run.starts_at, Run.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.scalars(statement).unique().all()


def _taken(
    session: Session, subjects: Iterable[str], window: Span, but: str
) -> defaultdict[str, tuple[Span, ...]]:
    """The hours in which each subject is held, whole stretches, without those whose holder begins with `but`."""
    statement = (
        sa.select(SlotLedger.subject, SlotLedger.slot_at)
        .where(
            SlotLedger.subject.in_(sorted(set(subjects))), SlotLedger.slot_at >= window[0],
            SlotLedger.slot_at < window[1], *([SlotLedger.holder.not_like(f"{but}%")] if but else []),
        )
        .order_by(SlotLedger.subject, SlotLedger.slot_at)
    )  # fmt: skip
    stretches: dict[str, list[Span]] = defaultdict(list)
    for subject, slot_at in session.execute(statement):
        spans = stretches[subject]
        if spans and spans[-1][1] == slot_at:
            spans[-1] = (spans[-1][0], slot_at + QUARTER)
        else:
            spans.append((slot_at, slot_at + QUARTER))
    return defaultdict(tuple, {subject: tuple(spans) for subject, spans in stretches.items()})
