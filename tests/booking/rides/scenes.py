"""A vehicle on the way, an outing and a shuttle, the short way."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from concierge.booking.rides import actions
from concierge.domain.access import Actor
from concierge.domain.vocabulary import OutingPurpose, ResourceKind, RunKind
from concierge.models import Case, Resource, Ride, Run, ShuttleLine
from tests.booking import scenes
from tests.support.clock import START

LEAVES = datetime(2026, 12, 9, 22, tzinfo=UTC)  # two in the afternoon in Los Angeles
HOUR = timedelta(hours=1)


def van(session: Session, case: Case, seats: int = 6, wheelchairs: int = 1) -> Resource:
    """The first vehicle with so many places."""
    found = scenes.resources(session, case, ResourceKind.VEHICLE)[0]
    found.seats, found.wheelchair_places = seats, wheelchairs
    session.flush()
    return found


def driver(session: Session, case: Case, name: str = "Luis Ortega") -> Resource:
    return actions.add_driver(
        session,
        case.hospital,
        name=name,
        languages=["es"],
        phone="+12135550121",
        licence_until=date(2027, 6, 30),
    )


def a_run(session: Session, case: Case, actor: Actor, vehicle: Resource | None = None, **changes) -> Run:
    facts = {
        "vehicle_id": (vehicle or scenes.resources(session, case, ResourceKind.VEHICLE)[0]).id,
        "starts_at": LEAVES, "ends_at": LEAVES + HOUR, "from_place": "Juniper House", "to_place": "Market",
    }  # fmt: skip
    return actions.plan_run(
        session, case.hospital, actions.RunOrder(**facts | changes), actor=actor, now=START
    )


def an_outing(session: Session, case: Case, actor: Actor, vehicle: Resource | None = None, **changes) -> Run:
    facts = {
        "kind": RunKind.OUTING, "purpose": OutingPurpose.SHOP, "title": "To the market", "meeting_point": "Front door",
        "join_until": LEAVES - HOUR,
    }  # fmt: skip
    return a_run(session, case, actor, vehicle, **facts | changes)


def joined(
    session: Session, case: Case, actor: Actor, run: Run, seats: int = 1, wheelchairs: int = 0, **who
) -> Ride:
    told = {"has_patient": True, "actor": actor, "now": START} | who
    return actions.join_run(
        session, case, public_id=run.public_id, seats=seats, wheelchairs=wheelchairs, **told
    )


def a_line(
    session: Session, case: Case, actor: Actor, vehicle: Resource | None = None, **changes
) -> ShuttleLine:
    """Every day at a quarter to eight and at noon."""
    facts = {
        "name": {"en": "House line", "ar": "خط البيت"}, "from_place": "Juniper House", "to_place": "Main entrance",
        "minutes": 15, "weekdays": tuple(range(7)), "times": (time(12), time(7, 45)),
        "vehicle_id": (vehicle or scenes.resources(session, case, ResourceKind.VEHICLE)[1]).id, "driver_id": None,
        "seats": 3, "wheelchair_places": 0, "valid_from": START.date(), "valid_until": None,
    }  # fmt: skip
    return actions.add_line(
        session, case.hospital, actions.LineOrder(**facts | changes), actor=actor, now=START
    )
