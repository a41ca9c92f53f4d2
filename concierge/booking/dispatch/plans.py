"""A proposal on its way from the page that showed it to the press that stores it: signed, so that nobody changes it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from concierge.booking.dispatch import words
from concierge.booking.dispatch.facts import DayFacts, facts_of
from concierge.booking.words import FIRM
from concierge.domain import dispatch
from concierge.domain.dispatch import Journey, ProposedRun
from concierge.gateways.assignment import propose
from concierge.models import Case, Hospital, Resource, Ride
from concierge.web import signed

KIND = "dispatch"


@dataclass(frozen=True)
class Rider:
    ride: Ride
    case: Case
    waits: timedelta


@dataclass(frozen=True)
class ShownRun:
    """One run of a proposal as people read it."""

    starts_at: datetime
    ends_at: datetime
    car: Resource
    driver: Resource | None
    riders: tuple[Rider, ...]
    is_new: bool


@dataclass(frozen=True)
class ShownProposal:
    """Everything of the page: nothing of it is stored yet."""

    hospital: Hospital
    on: date
    runs: tuple[ShownRun, ...]
    unplaced: tuple[tuple[Ride, Case, object], ...]
    verdict: str
    plan: str  # signed

    @property
    def new_runs(self) -> int:
        return sum(run.is_new for run in self.runs)


@dataclass(frozen=True)
class Plan:
    """What comes back with the press."""

    hospital_id: int
    on: date
    fingerprint: str
    runs: tuple[ProposedRun, ...]


def proposal_for(session: Session, hospital: Hospital, on: date, now: datetime) -> ShownProposal:
    """Ask the solver, and dress its answer."""
    facts = facts_of(session, hospital, on, now)
    found = propose(facts.day)
    wanted = {ride.key: ride for ride in facts.day.wanted}

    def shown(run: ProposedRun) -> ShownRun:
        riders = [
            Rider(*facts.rides[key], dispatch.waits(wanted[key], run.journey.starts_at)) for key in run.riders
        ]
        driver = facts.things.get(run.driver_id) if run.driver_id else None
        return ShownRun(
            run.journey.starts_at, run.journey.ends_at, facts.things[run.car_id], driver, tuple(riders),
            not run.fixed_key,
        )  # fmt: skip

    return ShownProposal(
        hospital, on, tuple(shown(run) for run in found.runs),
        (
            *((*facts.rides[key], words.REASON[code]) for key, code in found.unplaced),
            *((*facts.rides[key], FIRM[code]) for key, code in facts.not_firm.items()),
        ),
        words.verdict(found),
        _sign(hospital, on, facts, found.runs),
    )  # fmt: skip


def _sign(hospital: Hospital, on: date, facts: DayFacts, runs: tuple[ProposedRun, ...]) -> str:
    rows = [
        [
            run.car_id, run.driver_id, list(run.riders), run.fixed_key, run.journey.start, run.journey.area,
            run.journey.starts_at.isoformat(), run.journey.ends_at.isoformat(),
        ]
        for run in runs
    ]  # fmt: skip
    return signed.sign(KIND, json.dumps([hospital.id, on.isoformat(), facts.day.fingerprint, rows]))


def read(text: str) -> Plan | None:
    """What was signed, or None for anything else."""
    told = signed.read(KIND, text)
    if told is None:
        return None
    hospital_id, on, fingerprint, rows = json.loads(told)
    runs = tuple(
        ProposedRun(
            Journey(start, area, datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)), car_id,
            driver_id, tuple(riders), fixed_key,
        )
        for car_id, driver_id, riders, fixed_key, start, area, starts_at, ends_at in rows
    )  # fmt: skip
    return Plan(hospital_id, date.fromisoformat(on), fingerprint, runs)
