"""A trip in pieces: each function books one thing, the short way, with sensible days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter
from concierge.booking.lodging.actions import reserve_room
from concierge.booking.rides.actions import RideOrder, book_ride
from concierge.booking.travel.actions import FlightFacts, note_flight
from concierge.domain.access import Actor
from concierge.domain.vocabulary import Direction, FirmFrom, Modality, PatientAnswer, ResourceKind
from concierge.models import Answer, Case, LodgingRoom, Resource
from tests import factories
from tests.factories import actor_of, staff
from tests.support.clock import START

FIRST = datetime(2026, 12, 8).date()
LAST = FIRST + timedelta(days=6)
TEN = datetime(2026, 12, 9, 18, tzinfo=UTC)  # ten in the morning in Los Angeles


def a_case(session: Session, **facts) -> Case:
    """A family that said yes and has paid, so that what is booked for it becomes firm."""
    return says_yes(session, factories.a_case(session, **facts))


def says_yes(session: Session, case: Case) -> Case:
    session.flush()
    if session.get(Answer, case.id) is None:
        session.add(Answer(case_id=case.id, reply=PatientAnswer.YES, replied_at=START, replied_by="Noura"))
    if case.hospital.firm_from is not FirmFrom.PATIENT_YES:
        session.add(factories.a_deposit(case, is_paid=True))
    session.flush()
    return case


def coordinator(session: Session, slug: str = "alder-coast") -> Actor:
    return actor_of(
        staff(session, "tom@alder-coast.example" if slug == "alder-coast" else "hu@jinghe.example")
    )


def resources(session: Session, case: Case, kind: ResourceKind) -> list[Resource]:
    return list(
        session.scalars(
            sa.select(Resource)
            .where(Resource.hospital_id == case.hospital_id, Resource.kind == kind)
            .order_by(Resource.id)
        )
    )


def rooms(session: Session, case: Case) -> list[LodgingRoom]:
    return list(
        session.scalars(
            sa.select(LodgingRoom).where(LodgingRoom.hospital_id == case.hospital_id).order_by(LodgingRoom.id)
        )
    )


def flight_facts(**changes) -> FlightFacts:
    """From Riyadh, landing at 13:40 on the first day."""
    facts = {
        "direction": Direction.ARRIVAL, "number": "SV 41", "from_airport": "Riyadh (RUH)",
        "from_timezone": "Asia/Riyadh",
        "departs_local": datetime(2026, 12, 8, 8, 30), "to_airport": "Los Angeles (LAX)",
        "to_timezone": "America/Los_Angeles", "arrives_local": datetime(2026, 12, 8, 13, 40),
    }  # fmt: skip
    return FlightFacts(**facts | changes)


def a_flight(session: Session, case: Case, actor: Actor, **changes):
    return note_flight(session, case, flight_facts(**changes), actor=actor, now=START)


def a_stay(session: Session, case: Case, actor: Actor, room: LodgingRoom | None = None, **changes):
    wanted = {"arrive_on": FIRST, "leave_on": LAST, "guests": 2} | changes
    chosen = room or rooms(session, case)[0]
    return reserve_room(session, case, room_id=chosen.id, actor=actor, now=START, **wanted)


def a_ride_order(**changes) -> RideOrder:
    """From the airport at half past two."""
    starts_at = datetime(2026, 12, 8, 14, 30, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    facts = {
        "direction": Direction.ARRIVAL, "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1), "from_place": "Los Angeles (LAX)", "to_place": "Juniper House",
        "sign_text": "NOURA AL MUTAIRI", "seats": 2,
    }  # fmt: skip
    return RideOrder(**facts | changes)


def a_ride(
    session: Session, case: Case, actor: Actor, vehicle: Resource | None = None, driver: Resource | None = None,
    **changes,
):  # fmt: skip
    """With a transfer of its own."""
    chosen = vehicle or resources(session, case, ResourceKind.VEHICLE)[0]
    return book_ride(
        session, case, a_ride_order(**changes), vehicle_id=chosen.id, driver_id=driver.id if driver else None,
        actor=actor, now=START,
    )  # fmt: skip


def interpreters_of(session: Session, case: Case, language: str) -> list[Resource]:
    everybody = resources(session, case, ResourceKind.INTERPRETER)
    return [person for person in everybody if language in person.languages]


def an_assignment(session: Session, case: Case, actor: Actor, person: Resource | None = None, **changes):
    chosen = person or interpreters_of(session, case, "ar")[0]
    facts = {
        "interpreter_id": chosen.id,
        "language": "ar",
        "modality": Modality.ON_SITE,
        "starts_at": TEN,
        "ends_at": TEN + timedelta(hours=1),
    }
    return assign_interpreter(session, case, AssignmentOrder(**facts | changes), actor=actor, now=START)
