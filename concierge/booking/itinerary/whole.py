"""The trip with what hangs on what: interpreters on appointments, bookings on letters, rooms and rides on needs."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.itinerary.queries import TripRows, as_trip
from concierge.booking.travellers import needs_of, travellers_of
from concierge.domain.itinerary import StayItem, TimedItem, Trip
from concierge.domain.vocabulary import BookingState, Direction, RunKind
from concierge.models import (
    Answer,
    Appointment,
    BookingShare,
    Case,
    Flight,
    Guarantee,
    InterpreterAssignment,
    Ride,
    Stay,
)

Letters = dict[str, date]


def whole_trip(session: Session, case: Case, rows: TripRows) -> Trip:
    """What gaps and consequences judge: the rows, the held days, the travellers, the letters that pay."""
    trip, answer = as_trip(rows, case.hospital.timezone), session.get(Answer, case.id)
    letters, by_id = _letters(session, case), {visit.id: visit.public_id for visit in rows.appointments}
    travellers = travellers_of(session, case)
    visit = (answer.evaluation_from, answer.evaluation_to) if answer else (None, None)
    return replace(
        trip,
        items=tuple(_linked(item, by_id, letters) for item in trip.items),
        stays=tuple(_stay(item, letters) for item in trip.stays),
        visit=(visit[0], visit[1]) if visit[0] and visit[1] else None,
        has_visa_letter=answer is not None and answer.visa_letter_sent_at is not None,
        needs_interpreter=bool(needs_of(session, case).interpreter_language),
        wheelchairs=sum(traveller.needs_wheelchair for traveller in travellers),
        passports=tuple((one.passport_name, one.passport_until) for one in travellers if one.passport_until),
    )


def _letters(session: Session, case: Case) -> Letters:
    """The last day of the letter that pays each booking, by the booking's name in the ledgers."""
    statement = (
        sa.select(BookingShare.booking, sa.func.min(Guarantee.valid_until))
        .join(Guarantee, Guarantee.id == BookingShare.letter_id)
        .where(BookingShare.case_id == case.id)
        .group_by(BookingShare.booking)
    )
    return dict(session.execute(statement).all())


def _linked(item: TimedItem, appointments: dict[int, str], letters: Letters) -> TimedItem:
    match item.source:
        case Flight() as flight:
            is_arrival = flight.direction is Direction.ARRIVAL
            place = flight.to_airport if is_arrival else flight.from_airport
            return replace(item, place=place, paid_until=letters.get(f"flight:{flight.id}"))
        case Ride() as ride:
            run = ride.run
            return replace(
                item, place=ride.from_place, paid_until=letters.get(f"ride:{ride.id}"), wheelchairs=ride.wheelchairs,
                is_wanted=ride.state is BookingState.REQUESTED,
                is_shared=run is not None and run.kind is not RunKind.TRANSFER,
                wheelchair_places=run.wheelchair_places if run else None,
            )  # fmt: skip
        case InterpreterAssignment() as assignment:
            return replace(item, of=appointments.get(assignment.appointment_id or 0, ""))
        case Appointment() as visit:
            return replace(item, place=visit.room.name if visit.room else "")
        case _other:
            return item


def _stay(item: StayItem, letters: Letters) -> StayItem:
    if not isinstance(item.source, Stay):
        return item
    stay = item.source
    return replace(
        item, place=stay.room.name if stay.room else "", is_accessible=stay.room is None or stay.room.is_accessible,
        held_until=stay.held_until, paid_until=letters.get(f"stay:{stay.id}"),
    )  # fmt: skip
