"""A visit with everything: flight, pick-up, room, four appointments on its held days, an interpreter."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.domain.clocks import at_local
from concierge.domain.journey import Step
from concierge.domain.vocabulary import AppointmentKind, Preparation, ResourceKind
from concierge.journey.evaluation.actions import AppointmentOrder, set_appointment
from concierge.models import Answer, Appointment
from tests.booking import scenes
from tests.factories import a_case
from tests.support.clock import START

MONDAY = date(2026, 12, 7)
HOUR = timedelta(hours=1)


def a_visit(session: Session, *, is_published: bool = False) -> SimpleNamespace:
    """Monday to Thursday; they land on Sunday and have a room from then until Friday."""
    case = a_case(session, step=Step.EVALUATION)
    answer = session.get_one(Answer, case.id)
    answer.evaluation_from, answer.evaluation_to = MONDAY, MONDAY + timedelta(days=3)
    answer.trip_confirmed_at = None
    session.execute(sa.delete(Appointment).where(Appointment.case_id == case.id))
    actor = scenes.coordinator(session)
    who, where = (
        scenes.resources(session, case, kind) for kind in (ResourceKind.CLINICIAN, ResourceKind.ROOM)
    )
    visits = [
        set_appointment(
            session, case, order(case, day, who[0].id, where[0].id), actor=actor, now=START
        )
        for day in range(3)
    ]  # fmt: skip
    landing = datetime(2026, 12, 6, 13, 40)
    flight = scenes.a_flight(
        session, case, actor, departs_local=datetime(2026, 12, 6, 8, 30), arrives_local=landing
    )
    picked_at = datetime(2026, 12, 6, 14, 30, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    ride = scenes.a_ride(session, case, actor, starts_at=picked_at, ends_at=picked_at + HOUR)
    first = MONDAY - timedelta(days=1)
    stay = scenes.a_stay(session, case, actor, arrive_on=first, leave_on=first + timedelta(days=5))
    voice = scenes.an_assignment(
        session,
        case,
        actor,
        starts_at=visits[1].starts_at,
        ends_at=visits[1].ends_at,
        appointment_id=visits[1].id,
    )
    session.flush()
    if is_published:
        seen = trip_rows(session, case.id).fingerprint
        publish_trip(session, case, fingerprint=seen, knows_gaps=True, actor=actor, now=START)
    return SimpleNamespace(
        case=case, actor=actor, visits=visits, flight=flight, ride=ride, stay=stay, voice=voice, answer=answer,
        url=f"/c/{case.reference}/travel/change",
    )  # fmt: skip


def order(case, day: int, clinician_id: int | None = None, room_id: int | None = None) -> AppointmentOrder:
    starts_at = at_local(
        MONDAY + timedelta(days=day), datetime(2026, 1, 1, 9 + day).time(), case.hospital.timezone
    )
    return AppointmentOrder(
        AppointmentKind.CONSULTATION, starts_at, starts_at + HOUR, Preparation.NONE, clinician_id, room_id
    )
