"""`python -m bench.itinerary_consequences`: what follows when an evaluation with 40 bookings moves by two days.

Gathered from the rows, computed, and held against the ledgers (who and what is free then), in this process on SQLite;
*own* is its processor time, which says more than the clock on a busy machine. The aim is 150 ms.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from bench.names import application
from concierge.booking.itinerary.moves.free import obstacles
from concierge.booking.itinerary.queries import trip_rows
from concierge.booking.itinerary.whole import whole_trip
from concierge.db import transaction
from concierge.domain.clocks import at_local
from concierge.domain.consequences import VISIT, Change, Doing, consequences
from concierge.domain.journey import Step
from concierge.domain.vocabulary import AppointmentKind, Modality, ResourceKind
from concierge.models import Answer, Appointment, Case, InterpreterAssignment
from tests.booking import scenes
from tests.factories import a_case
from tests.support.databases import SqliteServer

ITEMS, TIMES = 40, 60
MONDAY = date(2026, 12, 7)
AFTER = timedelta(minutes=45)


def a_full_visit(session: Session) -> Case:
    """Flights, a ride, a room, and appointments with an interpreter each until there are 40 bookings."""
    case = a_case(session, step=Step.EVALUATION)
    answer = session.get_one(Answer, case.id)
    answer.evaluation_from, answer.evaluation_to = MONDAY, MONDAY + timedelta(days=3)
    actor = scenes.coordinator(session)
    scenes.a_flight(session, case, actor)
    scenes.a_ride(session, case, actor)
    scenes.a_stay(session, case, actor)
    who, where = (scenes.resources(session, case, kind) for kind in (ResourceKind.CLINICIAN, ResourceKind.ROOM))
    voice = scenes.interpreters_of(session, case, "ar")[0]
    for number in range((ITEMS - 4) // 2):  # one appointment came with the case
        starts_at = at_local(MONDAY + timedelta(days=number % 4), datetime.min.time(), case.hospital.timezone)
        starts_at += timedelta(hours=9) + number // 4 * timedelta(hours=1)
        visit = Appointment(
            case_id=case.id, kind=AppointmentKind.CONSULTATION, starts_at=starts_at, ends_at=starts_at + AFTER,
            clinician_id=who[number % len(who)].id, room_id=where[number % len(where)].id,
        )  # fmt: skip
        session.add(visit)
        session.flush()
        session.add(
            InterpreterAssignment(
                case_id=case.id, interpreter_id=voice.id, appointment_id=visit.id, language="ar",
                modality=Modality.ON_SITE, starts_at=starts_at, ends_at=starts_at + AFTER, booked_by="bench",
                booked_at=datetime.now(UTC),
            )
        )  # fmt: skip
    session.flush()
    return case


def ask(session: Session, case: Case) -> int:
    """The whole question once; how many items were answered for."""
    session.expire_all()
    rows = trip_rows(session, case.id)
    trip, calendar = whole_trip(session, case, rows), case.hospital.calendar
    change = Change(Doing.MOVE, VISIT, first_on=MONDAY + timedelta(days=2))
    found = consequences(trip, change, calendar)
    obstacles(session, case, rows, found, now=datetime.now(UTC))
    return len(found)


def main() -> int:
    """0 when it was measured."""
    with TemporaryDirectory(prefix="concierge-itinerary-") as name:
        folder = Path(name)
        with application(SqliteServer(folder).create(), folder), transaction() as session:
            case, times = a_full_visit(session), []
            for _time in range(TIMES):
                began, worked = time.perf_counter(), time.process_time()
                count = ask(session, case)
                times.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
    wall, own = zip(*times, strict=True)
    print(f"{'consequences of':18}{'first':>8}{'p50':>8}{'p95':>8}{'own p50':>9}   ms")
    print(f"{count:3} bookings{'':6}{wall[0]:8.0f}{median(wall):8.1f}{sorted(wall)[-3]:8.1f}{median(own):9.1f}")
    print(f"others at work: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
