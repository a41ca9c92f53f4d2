"""Tomorrow's arrivals: families that land on one afternoon and wait for a vehicle, so that the day screen has work."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.rides.actions import RideOrder, request_ride
from concierge.booking.travel.actions import FlightFacts, note_flight
from concierge.cases.actions import lock
from concierge.cli.demo.acts import Team
from concierge.domain.access import Actor, Role
from concierge.domain.booking import up_to_quarter_at
from concierge.domain.clocks import at_local, local_day
from concierge.domain.journey import CaseState, Step
from concierge.domain.vocabulary import Direction, Programme
from concierge.models import Case, Hospital
from concierge.web.clock import now

OUT_OF_THE_AIRPORT = timedelta(minutes=50)


def families_arrive(session: Session, path: Path, teams: dict[str, Team]) -> None:
    """Through the verbs of flights and rides, by the coordinator."""
    told = json.loads(path.read_text(encoding="utf-8"))
    hospital = session.scalars(sa.select(Hospital).where(Hospital.slug == told["hospital"])).one()
    hospital.driving_rules = told["driving_rules"]
    on_the_way = sa.select(Case.id).where(
        Case.hospital_id == hospital.id, Case.step == Step.ACCEPTANCE, Case.state == CaseState.OPEN,
        Case.programme == Programme.TREATMENT,
    )  # fmt: skip
    actor = teams[hospital.slug].actor(Role.COORDINATOR)
    for case_id, flight in zip(session.scalars(on_the_way.order_by(Case.id)), told["flights"], strict=False):
        _arrive(session, lock(session, case_id), told, flight, actor)


def _arrive(session: Session, case: Case, told: dict, flight: dict, actor: Actor) -> None:
    tomorrow = local_day(now(), told["to_timezone"]) + timedelta(days=1)
    lands_at = at_local(tomorrow, time.fromisoformat(flight["lands"]), told["to_timezone"])
    facts = FlightFacts(
        direction=Direction.ARRIVAL, number=flight["number"], from_airport=flight["from_airport"],
        from_timezone=flight["from_timezone"],
        departs_local=_wall(lands_at - timedelta(hours=flight["hours"]), flight["from_timezone"]),
        to_airport=told["to_airport"], to_timezone=told["to_timezone"],
        arrives_local=_wall(lands_at, told["to_timezone"]),
    )  # fmt: skip
    note_flight(session, case, facts, actor=actor, now=now())
    starts_at = up_to_quarter_at(lands_at + OUT_OF_THE_AIRPORT)
    order = RideOrder(
        starts_at, starts_at + timedelta(hours=1), f"{told['to_airport']} Terminal {flight['terminal']}",
        told["to_place"], Direction.ARRIVAL, case.person.latin_name or case.person.native_name, flight["seats"],
        flight["wheelchairs"],
    )  # fmt: skip
    request_ride(session, case, order, actor=actor, now=now())


def _wall(at: datetime, timezone: str) -> datetime:
    return at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
