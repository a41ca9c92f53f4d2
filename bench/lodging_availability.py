"""`python -m bench.lodging_availability`: which of 5,000 rooms are free, and two weeks of their calendar.

60 nights of twelve houses are three quarters full, some of it held. Asked is what a coordinator asks: other nights,
people and needs each time, the first page and the one after it. The aim is p95 under 60 ms on PostgreSQL and 100 ms
on SQLite. BENCH_DATABASES (sqlite,postgresql) says where; BENCH_PLANS=1 prints how the databases look for it.
"""

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import servers
from bench.names import Times, application, times
from concierge.booking.lodging.queries import Need, RoomFilter, calendar, free_rooms
from concierge.cli.hospitals import load_hospitals
from concierge.db import db, transaction
from concierge.models import (
    Case,
    Hospital,
    LodgingHouse,
    LodgingNight,
    LodgingRate,
    LodgingRoom,
    Person,
    Stay,
)
from concierge.models.types import new_public_id
from config import ROOT

ROOMS, HOUSES, NIGHTS, ASKED = 5_000, 12, 60, 220
AIM = {"postgresql": 60, "sqlite": 100}
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
FIRST = date(2026, 12, 2)


def fill(rooms: int = ROOMS) -> int:
    """Houses, rooms, seasons, stays and their nights; the hospital's id."""
    random = Random(5)
    with transaction() as session:
        hospital = load_hospitals(session, ROOT / "demo" / "hospitals.json", "concierge-bench")[0]
        case = Case(
            hospital=hospital, person=Person(native_name="Bench", created_at=NOW), opened_at=NOW,
            step_entered_at=NOW, waiting_since=NOW,
        )  # fmt: skip
        session.add(case)
        session.flush()
        houses = _houses(session, hospital, random)
        room_rows = [_room(hospital, houses[number % HOUSES], number, random) for number in range(rooms)]
        session.execute(sa.insert(LodgingRoom), room_rows)
        made = session.scalars(sa.select(LodgingRoom.id).where(LodgingRoom.house_id.in_(houses))).all()
        stays = [stay for room_id in made for stay in _stays(room_id, houses[0], case.id, random)]
        session.execute(sa.insert(Stay), stays)
        rows = session.execute(
            sa.select(Stay.id, Stay.room_id, Stay.arrive_on, Stay.leave_on, Stay.held_until)
        ).all()
        nights = [
            {"room_id": row.room_id, "night": row.arrive_on + timedelta(days=i), "stay_id": row.id,
             "held_until": row.held_until}
            for row in rows
            for i in range((row.leave_on - row.arrive_on).days)
        ]  # fmt: skip
        session.execute(sa.insert(LodgingNight), nights)
        hospital_id = hospital.id
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What the database does by itself in a while: on PostgreSQL the ledger is then read from its index alone.
        connection.execute(sa.text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    return hospital_id


def _houses(session: Session, hospital: Hospital, random: Random) -> list[int]:
    houses = [
        LodgingHouse(
            hospital_id=hospital.id, name={"en": f"House {number}"}, address={"en": "1 Fictional Way"},
            phone="+12135550100", metres=random.randint(200, 4000), walk_minutes=random.randint(3, 50),
        )
        for number in range(HOUSES)
    ]  # fmt: skip
    session.add_all(houses)
    session.flush()
    session.add_all(
        LodgingRate(
            house_id=house.id, from_on=date(2026, 12, 18), until_on=date(2027, 1, 10), night_minor=15_000 + house.id,
            currency=hospital.currency,
        )
        for house in houses
    )  # fmt: skip
    return [house.id for house in houses]


def _room(hospital: Hospital, house_id: int, number: int, random: Random) -> dict:
    return {
        "hospital_id": hospital.id, "house_id": house_id, "name": str(number), "floor": "", "is_active": True,
        "beds": random.choice((1, 2, 2, 2, 3, 4, 6)), "has_kitchen": random.random() < 0.6,
        "is_accessible": random.random() < 0.15, "night_minor": random.randrange(8_000, 20_000, 500),
        "currency": hospital.currency,
    }  # fmt: skip


def _stays(room_id: int, house_id: int, case_id: int, random: Random) -> list[dict]:
    """One after the other, with an empty night here and there; one in ten is a hold, half of those are over."""
    found, at, end = [], FIRST, FIRST + timedelta(days=NIGHTS)
    while at < end:
        at += timedelta(days=random.choice((0, 0, 0, 1, 2, 6)))
        until = min(at + timedelta(days=random.randint(2, 9)), end)
        if until <= at:
            break
        hold = NOW + timedelta(hours=random.choice((-1, 20))) if random.random() < 0.1 else None
        found.append(
            {
                "public_id": new_public_id(), "case_id": case_id, "house_id": house_id, "room_id": room_id,
                "arrive_on": at, "leave_on": until, "guests": 1, "state": "held" if hold else "confirmed",
                "held_until": hold, "price": [], "booked_by": "bench", "booked_at": NOW,
            }
        )  # fmt: skip
        at = until
    return found


def needs(count: int = ASKED) -> list[Need]:
    random, found = Random(6), []
    for _number in range(count):
        arrive_on = FIRST + timedelta(days=random.randrange(NIGHTS - 14))
        found.append(
            Need(
                arrive_on, arrive_on + timedelta(days=random.randint(1, 14)), random.choice((1, 2, 2, 3, 4, 6)),
                needs_kitchen=random.random() < 0.3, needs_accessible=random.random() < 0.2,
                most_metres=random.choice((None, None, 1_500)), most_minor=random.choice((None, None, 14_000)),
            )
        )  # fmt: skip
    return found


def ask(session: Session, hospital_id: int) -> dict[str, Times]:
    """The times of each question."""

    def search(need: Need) -> None:
        page = free_rooms(session, hospital_id, need, now=NOW)
        if len(page) == 20:
            free_rooms(session, hospital_id, need, now=NOW, after=page[-1].place)
        session.rollback()

    def first_page(need: Need) -> None:
        free_rooms(session, hospital_id, need, now=NOW)
        session.rollback()

    def two_weeks(need: Need) -> None:
        asked = RoomFilter(guests=need.guests, needs_kitchen=need.needs_kitchen)
        calendar(session, (hospital_id,), need.arrive_on, asked, now=NOW)
        session.rollback()

    asked = needs()
    return {
        "free rooms, one page": times(first_page, asked),
        "free rooms, two pages": times(search, asked),
        "calendar": times(two_weeks, asked),
    }


def plan(session: Session, hospital_id: int) -> str:
    """How the database looks for the free rooms of a week."""
    statements: list[Any] = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if "FROM lodging_room" in statement:
            statements.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    free_rooms(session, hospital_id, Need(FIRST + timedelta(days=20), FIRST + timedelta(days=27), 2), now=NOW)
    sa.event.remove(engine, "before_cursor_execute", note)
    verb = "EXPLAIN ANALYZE" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found = session.connection().exec_driver_sql(f"{verb} {statements[0][0]}", statements[0][1]).all()
    return "\n".join(" ".join(map(str, row)) for row in found)


def main() -> int:
    """0 when the first page and the calendar were fast enough on every database."""
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    is_fast = True
    with TemporaryDirectory(prefix="concierge-lodging-") as name, servers.databases(kinds, Path(name)) as makers:
        for kind in kinds:
            with application(makers[kind].create(), Path(name)):
                hospital_id, session = fill(), db.session()
                for question, took in ask(session, hospital_id).items():
                    is_fast = is_fast and (took.late < AIM[kind] or question == "free rooms, two pages")
                    print(f"{kind}: {question:24} p50 {took.middle:6.1f} ms, p95 {took.late:6.1f} ms, own work p95 "
                          f"{took.own_late:6.1f} ms; others at work: {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
                if os.environ.get("BENCH_PLANS"):
                    print(plan(session, hospital_id))
    print(f"Under {AIM}: {'yes' if is_fast else 'no'}")
    return 0 if is_fast else 1


if __name__ == "__main__":
    sys.exit(main())
