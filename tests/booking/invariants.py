"""What holds of every trip at any moment, whatever happened before: the ledgers say what the bookings say."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.domain.booking import nights, quarter_hours
from concierge.domain.vocabulary import BookingState, PlaceKind, ServiceState
from concierge.models import (
    BookingShare,
    CaseService,
    Flight,
    InterpreterAssignment,
    LodgingNight,
    PlaceLedger,
    Ride,
    Run,
    SlotLedger,
    Stay,
)

Held = dict[str, Counter]


def ledger_equals_bookings(session: Session) -> None:
    """Every night, quarter-hour, seat and paid part belongs to a booking that lives, and every one has all of its own.

    A hold that is over may have lost its nights already.
    """
    session.rollback()
    assert _nights(session) == {}
    assert _slots(session) == {}
    assert _places(session) == {}
    assert _paid(session) == set()


def _nights(session: Session) -> dict:
    told = {
        stay.id: {(stay.room_id, night) for night in nights(stay.arrive_on, stay.leave_on)}
        for stay in session.scalars(sa.select(Stay).where(Stay.state != BookingState.CANCELLED))
        if stay.room_id
    }
    kept: dict[int, set] = {}
    ended = set(session.scalars(sa.select(LodgingNight.stay_id).where(LodgingNight.held_until.is_not(None))))
    for row in session.scalars(sa.select(LodgingNight)):
        kept.setdefault(row.stay_id, set()).add((row.room_id, row.night))
    held = {stay.id for stay in session.scalars(sa.select(Stay).where(Stay.state == BookingState.HELD))}
    assert ended <= held, "nights of a firm stay have no end"
    return {
        key: (told.get(key), kept.get(key))
        for key in told.keys() | kept.keys()
        if told.get(key, set()) != kept.get(key, set())
        and not (key in held and kept.get(key, set()) <= told.get(key, set()))
    }


def _slots(session: Session) -> dict:
    told: Held = {}
    for run in session.scalars(sa.select(Run).where(Run.state == BookingState.CONFIRMED)):
        subjects = [ledger.resource_subject(one) for one in (run.vehicle_id, run.driver_id) if one]
        told[f"run:{run.id}"] = _hours(subjects, run)
    for ride in session.scalars(sa.select(Ride).where(Ride.state == BookingState.CONFIRMED, Ride.has_patient)):
        told[f"ride:{ride.id}"] = _hours([ledger.case_subject(ride.case_id)], ride)
    for row in session.scalars(
        sa.select(InterpreterAssignment).where(InterpreterAssignment.state != BookingState.CANCELLED)
    ):
        told[f"assignment:{row.id}"] = _hours([ledger.resource_subject(row.interpreter_id)], row)
    kept: Held = {}
    for slot in session.scalars(sa.select(SlotLedger)):
        kind = slot.holder.partition(":")[0]
        if kind in {"run", "ride", "assignment"}:
            subject = slot.subject
            if subject.startswith("line:"):  # one of several of one person
                subject = f"resource:{subject.split(':')[1]}"
            kept.setdefault(slot.holder, Counter())[(subject, slot.slot_at)] += 1
    return {key: (told.get(key), kept.get(key)) for key in told.keys() | kept.keys() if told.get(key) != kept.get(key)}


def _hours(subjects: list[str], row: Run | Ride | InterpreterAssignment) -> Counter:
    return Counter((subject, slot) for subject in subjects for slot in quarter_hours(row.starts_at, row.ends_at))


def _places(session: Session) -> dict:
    told = {
        (ride.id, kind): number
        for ride in session.scalars(sa.select(Ride).where(Ride.state == BookingState.CONFIRMED))
        for kind, number in ((PlaceKind.SEAT, ride.seats), (PlaceKind.WHEELCHAIR, ride.wheelchairs))
        if number
    }
    kept = Counter((row.ride_id, row.kind) for row in session.scalars(sa.select(PlaceLedger)))
    return {key: (told.get(key), kept.get(key)) for key in told.keys() | kept.keys() if told.get(key) != kept.get(key)}


def _paid(session: Session) -> set[str]:
    """Bookings that somebody pays although they are no more."""
    live = {
        *(f"stay:{key}" for key in session.scalars(sa.select(Stay.id).where(Stay.state != BookingState.CANCELLED))),
        *(f"ride:{key}" for key in session.scalars(sa.select(Ride.id).where(Ride.state == BookingState.CONFIRMED))),
        *(one.booking for one in session.scalars(sa.select(Flight).where(Flight.is_cancelled.is_(False)))),
    }
    paid = set(session.scalars(sa.select(BookingShare.booking)))
    charged = sa.select(CaseService.booking).where(
        CaseService.state == ServiceState.BOOKED, CaseService.booking != ""
    )
    return (paid | set(session.scalars(charged))) - live
