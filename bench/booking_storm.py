"""`python -m bench.booking_storm`: 64 clients on 4 processes book, hold, move and cancel at random.

10,000 acts over 200 rooms, 50 interpreters and the places of 10 outings, with the verbs of the pages, each in its own
transaction with its case locked, as a page does it. Afterwards nothing may overlap, no deadlock may have reached a
person, no hold may be left once its hour is over, and the ledgers must say what the bookings say. BENCH_DATABASES
(sqlite,postgresql) says where; BENCH_ACTS (10000), BENCH_ROOMS (200) and BENCH_INTERPRETERS (50) how much.
"""

import contextvars
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import servers
from bench.names import application
from concierge.booking.interpreters.actions import (
    AssignmentOrder,
    assign_interpreter,
    cancel_assignment,
    move_assignment,
)
from concierge.booking.lodging.actions import cancel_stay, confirm_hold, hold_room, move_stay, reserve_room
from concierge.booking.lodging.queries import Need
from concierge.booking.lodging.waiting import wait_for_room
from concierge.booking.rides.actions import RunOrder, announce_outing, join_run, leave_run
from concierge.cases.actions import lock
from concierge.cli.hospitals import load_hospitals
from concierge.db import db, transaction
from concierge.domain.access import SYSTEM as ACTOR
from concierge.domain.errors import DomainError
from concierge.domain.vocabulary import (
    BookingState,
    Modality,
    OutingPurpose,
    PatientAnswer,
    PlaceKind,
    ResourceKind,
    RunKind,
)
from concierge.jobs import lodging as jobs
from concierge.models import (
    Answer,
    Case,
    Hospital,
    InterpreterAssignment,
    LodgingHouse,
    LodgingNight,
    LodgingRoom,
    Person,
    PlaceLedger,
    Resource,
    Ride,
    Run,
    SlotLedger,
    Stay,
)
from config import ROOT

PROCESSES, CLIENTS, CASES, OUTINGS = 4, 64, 400, 10
ACTS = int(os.environ.get("BENCH_ACTS", "10000"))
ROOMS = int(os.environ.get("BENCH_ROOMS", "200"))
INTERPRETERS = int(os.environ.get("BENCH_INTERPRETERS", "50"))
DAYS = 30
Act = Callable[[Session, Case, Random, datetime], None]


def fill() -> None:
    """Rooms and interpreters of one hospital, and the families that want them."""
    now = datetime.now(UTC)
    with transaction() as session:
        hospital = load_hospitals(session, ROOT / "demo" / "hospitals.json", "concierge-bench")[0]
        session.execute(sa.update(LodgingRoom).values(is_active=False))
        house = session.scalars(
            sa.select(LodgingHouse).where(LodgingHouse.hospital_id == hospital.id).order_by(LodgingHouse.id)
        ).first()
        assert house is not None
        session.add_all(
            LodgingRoom(
                hospital_id=hospital.id, house_id=house.id, name=f"S{number}", beds=2, night_minor=10_000,
                currency=hospital.currency,
            )
            for number in range(ROOMS)
        )  # fmt: skip
        session.add_all(
            Resource(
                hospital_id=hospital.id, kind=ResourceKind.INTERPRETER, name=f"Storm {number}", languages=["ar"],
                credential="CHI", credential_until=now.date() + timedelta(days=900),
            )
            for number in range(INTERPRETERS)
        )  # fmt: skip
        families = [
            Case(
                hospital=hospital, person=Person(native_name=f"Family {number}", created_at=now), opened_at=now,
                step_entered_at=now, waiting_since=now,
            )
            for number in range(CASES)
        ]  # fmt: skip
        session.add_all(families)
        session.flush()
        session.add_all(
            Answer(case_id=case.id, reply=PatientAnswer.YES, replied_at=now, replied_by="Family") for case in families
        )
        _announce(session, hospital, now)


def _announce(session: Session, hospital: Hospital, now: datetime) -> None:
    """Outings of one van, each on a day of its own."""
    van = Resource(
        hospital_id=hospital.id, kind=ResourceKind.VEHICLE, name="Storm van", seats=20, wheelchair_places=4
    )
    session.add(van)
    session.flush()
    for day in range(OUTINGS):
        starts_at = now.replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=2 + day)
        order = RunOrder(
            vehicle_id=van.id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), from_place="Juniper House",
            to_place="Market", kind=RunKind.OUTING, purpose=OutingPurpose.SHOP, title="To the market",
            join_until=starts_at - timedelta(hours=1),
        )  # fmt: skip
        announce_outing(session, hospital, order, actor=ACTOR, now=now)


# --- the acts ----------------------------------------------------------------------------------------------------


def _nights(random: Random, now: datetime) -> dict[str, date]:
    first = now.date() + timedelta(days=2 + random.randrange(DAYS))
    return {"arrive_on": first, "leave_on": first + timedelta(days=random.randint(1, 7))}


def _room_id(random: Random, rooms: list[int]) -> int:
    """Some rooms are wanted more than others, so that people meet."""
    return rooms[min(int(random.expovariate(4) * len(rooms)), len(rooms) - 1)]


def _mine(session: Session, model, case: Case, random: Random, *conditions) -> str:
    found = session.scalars(
        sa.select(model.public_id).where(
            model.case_id == case.id, model.state != BookingState.CANCELLED, *conditions
        )
    ).all()
    return random.choice(found) if found else ""


def acts(rooms: list[int], interpreters: list[int]) -> list[Act]:
    """What people do, as often as they do it."""

    def reserve(session, case, random, now):
        reserve_room(
            session, case, room_id=_room_id(random, rooms), guests=2, **_nights(random, now), actor=ACTOR, now=now
        )

    def hold(session, case, random, now):
        lasts = timedelta(seconds=random.choice((0.05, 1, 5)))
        hold_room(
            session, case, room_id=_room_id(random, rooms), guests=2, lasts=lasts, **_nights(random, now), actor=ACTOR,
            now=now,
        )  # fmt: skip

    def confirm(session, case, random, now):
        if key := _mine(session, Stay, case, random, Stay.state == BookingState.HELD):
            confirm_hold(session, case, public_id=key, actor=ACTOR, now=now)

    def move(session, case, random, now):
        if key := _mine(session, Stay, case, random):
            room_id = random.choice((None, _room_id(random, rooms)))
            move_stay(session, case, public_id=key, room_id=room_id, **_nights(random, now), actor=ACTOR, now=now)

    def cancel(session, case, random, now):
        if key := _mine(session, Stay, case, random):
            cancel_stay(session, case, public_id=key, actor=ACTOR, now=now)

    def wait(session, case, random, now):
        days = _nights(random, now)
        wait_for_room(session, case, Need(days["arrive_on"], days["leave_on"], 2), actor=ACTOR, now=now)

    rooms_acts = [reserve] * 4 + [hold] * 3 + [confirm] * 2 + [move] * 3 + [cancel] * 3 + [wait]
    return rooms_acts + _interpreter_acts(interpreters) + _outing_acts()


def _interpreter_acts(interpreters: list[int]) -> list[Act]:
    def span(random: Random, now: datetime) -> tuple[datetime, datetime]:
        day = now.replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=2 + random.randrange(5))
        starts_at = day + timedelta(minutes=15 * random.randrange(24))
        return starts_at, starts_at + timedelta(minutes=15 * random.randint(1, 6))

    def assign(session, case, random, now):
        order = AssignmentOrder(random.choice(interpreters), "ar", Modality.ON_SITE, *span(random, now))
        assign_interpreter(session, case, order, actor=ACTOR, now=now)

    def move(session, case, random, now):
        if key := _mine(session, InterpreterAssignment, case, random):
            starts_at, ends_at = span(random, now)
            move_assignment(
                session, case, public_id=key, starts_at=starts_at, ends_at=ends_at, actor=ACTOR, now=now
            )

    def cancel(session, case, random, now):
        if key := _mine(session, InterpreterAssignment, case, random):
            cancel_assignment(session, case, public_id=key, actor=ACTOR, now=now)

    found: list[Act] = [assign] * 4 + [cancel] * 2 + [move] * 2
    return found if interpreters else []


def _outing_acts() -> list[Act]:
    def join(session, case, random, now):
        run = random.choice(session.scalars(sa.select(Run.public_id).where(Run.kind == RunKind.OUTING)).all())
        join_run(
            session, case, public_id=run, seats=random.randint(1, 3), wheelchairs=random.randint(0, 1),
            has_patient=random.random() < 0.5, actor=ACTOR, now=now,
        )  # fmt: skip

    def leave(session, case, random, now):
        if key := _mine(session, Ride, case, random, Ride.run_id.is_not(None)):
            leave_run(session, case, public_id=key, actor=ACTOR, now=now)

    return [join] * 3 + [leave]


# --- the clients -------------------------------------------------------------------------------------------------


def client_process(url: str, folder: str, number: int) -> int:
    """One of the processes: its share of the clients, each with its share of the acts. Prints what they met."""
    met: Counter[str] = Counter()
    with application(url, Path(folder)):
        from flask import current_app

        app = current_app._get_current_object()  # type: ignore[attr-defined]
        session = db.session()
        rooms = list(session.scalars(sa.select(LodgingRoom.id).where(LodgingRoom.is_active.is_(True))))
        people = list(
            session.scalars(sa.select(Resource.id).where(Resource.name.like("Storm %")).order_by(Resource.id))
        )
        cases = list(session.scalars(sa.select(Case.id).order_by(Case.id)))
        session.rollback()
        what = acts(rooms, people)

        def client(place: int) -> None:
            with app.app_context():
                random = Random(number * 1000 + place)
                for _act in range(ACTS // CLIENTS):
                    met[_once(random.choice(what), random.choice(cases), random)] += 1
                db.session.remove()

        threads = [
            threading.Thread(target=contextvars.Context().run, args=(client, place))
            for place in range(CLIENTS // PROCESSES)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print("\n".join(f"{name} {count}" for name, count in met.items()))
    return 0


def _once(act: Act, case_id: int, random: Random) -> str:
    """Done, refused kindly, or what a person would have seen as an error."""
    try:
        with transaction() as session:
            act(session, lock(session, case_id), random, datetime.now(UTC))
    except DomainError:
        return "refused"
    except Exception as error:  # what reaches a person is what is counted here
        state = getattr(getattr(error, "orig", None), "sqlstate", "")
        return "deadlock" if state == "40P01" else f"error:{type(error).__name__}"
    return "done"


# --- what is left ------------------------------------------------------------------------------------------------


def faults() -> dict[str, int]:
    """What must be zero, each counted from the bookings themselves and not from the guard."""
    session = db.session()
    live = session.execute(
        sa.select(Stay.id, Stay.room_id, Stay.arrive_on, Stay.leave_on).where(
            Stay.state != BookingState.CANCELLED, Stay.room_id.is_not(None)
        )
    ).all()
    booked = [
        (row.room_id, row.arrive_on + timedelta(days=i), row.id)
        for row in live
        for i in range((row.leave_on - row.arrive_on).days)
    ]
    ledger = {tuple(row) for row in session.execute(
        sa.select(LodgingNight.room_id, LodgingNight.night, LodgingNight.stay_id)
    )}  # fmt: skip
    spans = session.execute(
        sa.select(
            InterpreterAssignment.id, InterpreterAssignment.interpreter_id, InterpreterAssignment.starts_at,
            InterpreterAssignment.ends_at,
        ).where(InterpreterAssignment.state != BookingState.CANCELLED)
    ).all()  # fmt: skip
    quarters = [
        (f"resource:{row.interpreter_id}", row.starts_at + timedelta(minutes=15 * i), f"assignment:{row.id}")
        for row in spans
        for i in range(int((row.ends_at - row.starts_at) / timedelta(minutes=15)))
    ]
    slots = {tuple(row) for row in session.execute(
        sa.select(SlotLedger.subject, SlotLedger.slot_at, SlotLedger.holder).where(
            SlotLedger.subject.like("resource:%"), SlotLedger.holder.like("assignment:%")
        )
    )}  # fmt: skip
    places = _places(session)
    held = sa.select(sa.func.count()).select_from(Stay).where(Stay.state == BookingState.HELD)
    return {
        "overlaps of rooms": len(booked) - len({(room, night) for room, night, _stay in booked}),
        "overlaps of interpreters": len(quarters) - len({(who, at) for who, at, _holder in quarters}),
        "holds left after their hour": session.scalar(held.where(Stay.held_until <= datetime.now(UTC))) or 0,
        "nights in which ledger and bookings differ": len(ledger ^ set(booked)),
        "quarter-hours in which they differ": len(slots ^ set(quarters)),
        **places,
    }


def _places(session: Session) -> dict[str, int]:
    """Outings with more people than places, and rides whose places are not those of the ledger."""
    rides = session.execute(
        sa.select(Ride.id, Ride.run_id, Ride.seats, Ride.wheelchairs).where(
            Ride.run_id.is_not(None), Ride.state != BookingState.CANCELLED
        )
    ).all()
    counted = session.execute(
        sa.select(PlaceLedger.ride_id, PlaceLedger.kind, sa.func.count()).group_by(
            PlaceLedger.ride_id, PlaceLedger.kind
        )
    )
    booked = {(row.id, kind): many for row in rides for kind, many in _wanted(row) if many}
    sits: Counter[tuple[int, PlaceKind]] = Counter()
    for row in rides:
        sits.update({(row.run_id, kind): many for kind, many in _wanted(row)})
    has = {
        (run.id, kind): many
        for run in session.execute(sa.select(Run.id, Run.seats, Run.wheelchair_places.label("wheelchairs")))
        for kind, many in _wanted(run)
    }
    return {
        "outings with more people than places": sum(many > has[key] for key, many in sits.items()),
        "rides whose places differ": len(set(booked.items()) ^ {((row[0], row[1]), row[2]) for row in counted}),
    }


def _wanted(row) -> list[tuple[PlaceKind, int]]:
    return [(PlaceKind.SEAT, row.seats), (PlaceKind.WHEELCHAIR, row.wheelchairs)]


def measure(kind: str, url: str, folder: Path) -> bool:
    """Prints what one database held out; whether it held."""
    with application(url, folder):
        fill()
    began = time.monotonic()
    command = [sys.executable, "-m", "bench.booking_storm", url, str(folder)]
    running = [
        subprocess.Popen([*command, str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    met: Counter[str] = Counter()
    try:
        for process in running:
            for line in process.communicate()[0].splitlines():
                name, _space, count = line.rpartition(" ")
                met[name] += int(count)
    finally:
        for process in running:
            process.kill()
    took = time.monotonic() - began
    with application(url, folder):
        time.sleep(5.1)  # the longest hold that was made
        while jobs.end_holds():
            pass
        found = faults() | {"deadlocks that reached a person": met["deadlock"]}
        found |= {name: count for name, count in met.items() if name.startswith("error:")}
    print(f"{kind}: {sum(met.values()):,} acts of {CLIENTS} clients in {took:.0f} s, {met['done']:,} done, "
          f"{met['refused']:,} refused, {sum(met.values()) / took:.0f} a second", flush=True)  # fmt: skip
    for fault, number in found.items():
        print(f"  {number:>5} {fault}")
    return not any(found.values()) and sum(met.values()) > 0


def main() -> int:
    """0 when nothing went wrong on any database."""
    if len(sys.argv) == 4:
        return client_process(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing stays behind
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    with TemporaryDirectory(prefix="concierge-storm-") as name, servers.databases(kinds, Path(name)) as makers:
        held = [measure(kind, makers[kind].create(), Path(name)) for kind in kinds]
    print(f"Everything held: {'yes' if all(held) else 'no'}")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
