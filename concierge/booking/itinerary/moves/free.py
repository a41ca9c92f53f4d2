"""Whether each proposal can be had: asked of the ledgers before anything is stored, and again by them when it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.itinerary.queries import TripRows
from concierge.booking.lodging.queries import Need, free_rooms
from concierge.cases import ledger
from concierge.domain.consequences import Consequence, Name, Times
from concierge.domain.itinerary import ItemKind
from concierge.domain.vocabulary import RunKind
from concierge.models import Case, LodgingNight, LodgingRoom, Resource, SlotLedger, Stay

MOST_ROOMS = 3


@dataclass(frozen=True)
class Obstacle:
    """Who or what is taken then; for a stay, the nights that are gone and rooms that are free for all of them."""

    names: tuple[str, ...] = ()
    nights: tuple[date, ...] = ()
    rooms: tuple[LodgingRoom, ...] = ()


def obstacles(
    session: Session, case: Case, rows: TripRows, wanted: Iterable[Consequence], *, now: datetime
) -> dict[Name, Obstacle]:
    """Only what is not free stands in the answer. The trip's own bookings are never in its own way."""
    found = [one for one in wanted if one.times is not None]
    return _busy(session, rows, found) | _nights(session, case, rows, found, now)


def _busy(session: Session, rows: TripRows, wanted: Sequence[Consequence]) -> dict[Name, Obstacle]:
    needs = {one.name: (one.times, _things(rows, one)) for one in wanted if one.times and one.times.starts_at}
    ids = {thing for _when, things in needs.values() for thing in things}
    if not ids:
        return {}
    spans = [times for times, _who in needs.values()]
    taken = session.execute(
        sa.select(SlotLedger.subject, SlotLedger.slot_at).where(
            SlotLedger.subject.in_([ledger.resource_subject(one) for one in sorted(ids)]),
            SlotLedger.slot_at >= min(_span(times)[0] for times in spans),
            SlotLedger.slot_at < max(_span(times)[1] for times in spans),
            SlotLedger.holder.not_in(_own(rows)),
        )
    ).all()
    names = dict(session.execute(sa.select(Resource.id, Resource.name).where(Resource.id.in_(ids))).all())
    answer = {}
    for name, (times, things) in needs.items():
        starts_at, ends_at = _span(times)
        busy = {subject for subject, slot in taken if starts_at <= slot < ends_at}
        in_the_way = tuple(names[one] for one in things if ledger.resource_subject(one) in busy)
        if in_the_way:
            answer[name] = Obstacle(names=in_the_way)
    return answer


def _span(times: Times) -> tuple[datetime, datetime]:
    if times.starts_at is None or times.ends_at is None:
        raise ValueError("a stay has no hours")
    return times.starts_at, times.ends_at


def _things(rows: TripRows, one: Consequence) -> tuple[int, ...]:
    """Clinician and room, vehicle and driver, or interpreter of this booking."""
    key = one.key
    match one.kind:
        case ItemKind.APPOINTMENT:
            visit = next(row for row in rows.appointments if row.public_id == key)
            found: tuple[int | None, ...] = (visit.clinician_id, visit.room_id)
        case ItemKind.RIDE:
            run = next(row for row in rows.rides if row.public_id == key).run
            is_own = run is not None and run.kind is RunKind.TRANSFER
            found = (run.vehicle_id, run.driver_id) if run is not None and is_own else ()
        case ItemKind.INTERPRETER:
            found = (next(row for row in rows.assignments if row.public_id == key).interpreter_id,)
        case _other:
            found = ()
    return tuple(thing for thing in found if thing is not None)


def _own(rows: TripRows) -> list[str]:
    return [
        *(f"appointment:{row.id}" for row in rows.appointments),
        *(f"assignment:{row.id}" for row in rows.assignments),
        *(f"ride:{row.id}" for row in rows.rides),
        *(f"run:{row.run_id}" for row in rows.rides if row.run_id),
    ]


def _nights(
    session: Session, case: Case, rows: TripRows, wanted: Sequence[Consequence], now: datetime
) -> dict[Name, Obstacle]:
    stays = {stay.public_id: stay for stay in rows.stays}
    asked = [(one.name, stays[one.key], one.times) for one in wanted if one.kind is ItemKind.CHECK_IN]
    own, answer = [stay.id for stay in rows.stays], {}
    for name, stay, times in asked:
        if times is None or times.arrive_on is None or times.leave_on is None or stay.room_id is None:
            continue
        gone = tuple(_taken_nights(session, stay, own, times.arrive_on, times.leave_on, now))
        if gone:
            need = Need(times.arrive_on, times.leave_on, stay.guests)
            free = free_rooms(session, case.hospital_id, need, now=now, most=MOST_ROOMS)
            answer[name] = Obstacle(nights=gone, rooms=tuple(one.room for one in free))
    return answer


def _taken_nights(
    session: Session, stay: Stay, own: list[int], arrive_on: date, leave_on: date, now: datetime
) -> Iterator[date]:
    yield from session.scalars(
        sa.select(LodgingNight.night)
        .where(
            LodgingNight.room_id == stay.room_id,
            LodgingNight.night.between(arrive_on, leave_on - timedelta(days=1)),
            LodgingNight.stay_id.not_in(own),
            sa.or_(LodgingNight.held_until.is_(None), LodgingNight.held_until > now),
        )
        .order_by(LodgingNight.night)
    )
