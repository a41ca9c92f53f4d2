"""Trips as the house's own verbs make them, on the machine's clock: what a story begins with."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from concierge.booking.interpreters.actions import AssignmentOrder, assign_interpreter
from concierge.booking.itinerary.actions import publish_trip
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.lodging.actions import reserve_room
from concierge.booking.rides.actions import RideOrder, book_ride
from concierge.booking.travel.actions import FlightFacts, note_flight
from concierge.domain.clocks import at_local
from concierge.domain.journey import Step
from concierge.domain.vocabulary import AppointmentKind, Direction, Modality, Preparation, ResourceKind
from concierge.gateways.sms import MailboxSms, Sms
from concierge.journey.evaluation.actions import AppointmentOrder, set_appointment
from concierge.models import Answer, Appointment, Case, InterpreterAssignment, OutboxMessage, Resource
from tests.booking import scenes
from tests.stories.test_at_once import a_case_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.live import LiveServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANGELES = ZoneInfo("America/Los_Angeles")


def right_now() -> datetime:
    """Of the product, which runs on the machine's clock."""
    from concierge.web.clock import now

    return now()


@dataclass(frozen=True)
class Booked:
    """A trip with everything, by the ids of its rows."""

    ref: str
    case_id: int
    first_on: date


def a_whole_trip(session: "Session", email: str) -> Booked:
    """They land within a day; the evaluation begins on a Monday and has three appointments, one with a voice."""
    case = a_case_now(session, step=Step.EVALUATION, email=email)
    actor, now = scenes.coordinator(session), right_now()
    first = _a_whole_week(case, now)
    answer = session.get_one(Answer, case.id)
    answer.evaluation_from, answer.evaluation_to, answer.trip_confirmed_at = first, first + 2 * DAY, None
    session.execute(sa.delete(Appointment).where(Appointment.case_id == case.id))
    visits = [_an_appointment(session, case, first + number * DAY, 9 + number) for number in range(3)]
    lands_at = (now + 20 * HOUR).replace(minute=0, second=0, microsecond=0)
    flight = note_flight(session, case, _flight(lands_at), actor=actor, now=now)
    vehicle = scenes.resources(session, case, ResourceKind.VEHICLE)[0]
    ride = RideOrder(
        lands_at + HOUR, lands_at + 2 * HOUR, "Los Angeles (LAX)", "Juniper House", Direction.ARRIVAL,
        sign_text="NOURA AL MUTAIRI", seats=2, flight_id=flight.id,
    )  # fmt: skip
    book_ride(session, case, ride, vehicle_id=vehicle.id, actor=actor, now=now)
    reserve_room(
        session, case, room_id=scenes.rooms(session, case)[0].id, arrive_on=lands_at.astimezone(ANGELES).date(),
        leave_on=first + 3 * DAY, guests=2, actor=actor, now=now,
    )  # fmt: skip
    voice = scenes.interpreters_of(session, case, "ar")[0]
    interprets(session, case, voice, visits[1].starts_at, appointment_id=visits[1].id)
    return Booked(case.reference, case.id, first)


def _a_whole_week(case: Case, now: datetime) -> date:
    """The next Monday after the landing whose week has no holiday."""
    calendar, on = case.hospital.calendar, (now + 2 * DAY).astimezone(ANGELES).date()
    while on.weekday() or not all(calendar.is_working_day(on + number * DAY) for number in range(5)):
        on += DAY
    return on


def _an_appointment(session: "Session", case: Case, on: date, hour: int) -> Appointment:
    starts_at = at_local(on, time(hour), case.hospital.timezone)
    who, where = (
        scenes.resources(session, case, kind)[0] for kind in (ResourceKind.CLINICIAN, ResourceKind.ROOM)
    )
    order = AppointmentOrder(
        AppointmentKind.CONSULTATION, starts_at, starts_at + HOUR, Preparation.NONE, who.id, where.id
    )
    return set_appointment(session, case, order, actor=scenes.coordinator(session), now=right_now())


def _flight(lands_at: datetime) -> FlightFacts:
    """Sixteen hours from Riyadh."""

    def wall(at: datetime, zone: str) -> datetime:
        return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    return FlightFacts(
        Direction.ARRIVAL, "SV 41", "Riyadh (RUH)", "Asia/Riyadh", wall(lands_at - 16 * HOUR, "Asia/Riyadh"),
        "Los Angeles (LAX)", ANGELES.key, wall(lands_at, ANGELES.key),
    )  # fmt: skip


def interprets(
    session: "Session", case: Case, who: Resource, starts_at: datetime, appointment_id: int | None = None
) -> InterpreterAssignment:
    """An hour of Arabic in the room."""
    order = AssignmentOrder(who.id, "ar", Modality.ON_SITE, starts_at, starts_at + HOUR, appointment_id)
    return assign_interpreter(session, case, order, actor=scenes.coordinator(session), now=right_now())


def published(session: "Session", case: Case) -> None:
    """The family has the trip, and was told of it before the story begins."""
    publish_trip(
        session, case, fingerprint=trip_rows(session, case.id).fingerprint, knows_gaps=True,
        actor=scenes.coordinator(session), now=right_now(),
    )  # fmt: skip
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.case_id == case.id))


def messages(session: "Session", case_id: int, *events: str) -> list[tuple[str, str, str, str]]:
    """(event, medium, recipient, language) of everything that left or leaves for a family because of its trip."""
    of = OutboxMessage
    rows = session.scalars(sa.select(of).where(of.case_id == case_id, of.event.in_(events)).order_by(of.id))
    return [(row.event, row.medium, row.recipient, row.language) for row in rows]


def texts(house: "LiveServer", phone: str) -> list[Sms]:
    """The text messages that have landed on a phone."""
    return [text for text in MailboxSms(house.mailbox).texts() if text.to == phone]
