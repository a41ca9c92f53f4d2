"""Vehicles, drivers and timetables: added, off the road for days, and ended."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.rides.actions.orders import check_fits, the_driver, the_vehicle
from concierge.booking.rides.actions.together import plan_line
from concierge.cases import ledger
from concierge.domain.access import Actor
from concierge.domain.booking import MAX_LENGTH, quarter_hours
from concierge.domain.clocks import at_local
from concierge.domain.discreet import is_discreet
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.vocabulary import BookingState, ResourceKind
from concierge.models import Hospital, Outage, Resource, Run, ShuttleLine, SlotLedger

MOST_DAYS = 60


@dataclass(frozen=True)
class LineOrder:
    """A timetable as it is typed; `times` in order, `minutes` from end to end on quarter-hours."""

    name: dict[str, str]
    from_place: str
    to_place: str
    minutes: int
    weekdays: tuple[int, ...]
    times: tuple[time, ...]
    vehicle_id: int
    driver_id: int | None
    seats: int
    wheelchair_places: int
    valid_from: date
    valid_until: date | None


def add_vehicle(
    session: Session,
    hospital: Hospital,
    *,
    name: str,
    plate: str,
    seats: int,
    wheelchair_places: int,
    phone: str,
) -> Resource:
    """A vehicle with what families may take of it. Raises InvalidInput(plate, `plate_known`)."""
    known = sa.select(Resource.id).where(
        Resource.hospital_id == hospital.id, Resource.kind == ResourceKind.VEHICLE, Resource.plate == plate,
        Resource.is_active,
    )  # fmt: skip
    if session.scalar(known.limit(1)) is not None:
        raise InvalidInput("plate", "plate_known")
    if seats + wheelchair_places < 1:
        raise InvalidInput("seats", "nobody_rides")
    vehicle = Resource(
        hospital_id=hospital.id, kind=ResourceKind.VEHICLE, name=name, plate=plate, seats=seats,
        wheelchair_places=wheelchair_places, phone=phone,
    )  # fmt: skip
    session.add(vehicle)
    session.flush()
    return vehicle


def add_driver(
    session: Session, hospital: Hospital, *, name: str, languages: list[str], phone: str, licence_until: date
) -> Resource:
    driver = Resource(
        hospital_id=hospital.id, kind=ResourceKind.DRIVER, name=name, languages=languages, phone=phone,
        credential_until=licence_until,
    )  # fmt: skip
    session.add(driver)
    session.flush()
    return driver


def end_resource(session: Session, resource: Resource, *, now: datetime) -> None:
    """It is offered no more. Raises InvalidInput(form): has_runs_ahead, has_line."""
    for role in (Run.vehicle_id, Run.driver_id):
        ahead = sa.select(Run.id).where(
            role == resource.id, Run.ends_at > now, Run.state == BookingState.CONFIRMED
        )
        if session.scalar(ahead.limit(1)) is not None:
            raise InvalidInput("form", "has_runs_ahead")
    resource.is_active = False


def note_outage(
    session: Session,
    resource: Resource,
    *,
    first_on: date,
    last_on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Outage:
    """Days on which it cannot be had. Raises SlotTaken with the runs that are in the way, InvalidInput(last_on)."""
    hospital = session.get_one(Hospital, resource.hospital_id)
    starts_at = at_local(first_on, time(), hospital.timezone)
    ends_at = at_local(last_on + timedelta(days=1), time(), hospital.timezone)
    if last_on < first_on:
        raise InvalidInput("last_on", "ends_before_start")
    if (last_on - first_on).days >= MOST_DAYS:
        raise InvalidInput("last_on", "outage_too_long", days=MOST_DAYS)
    if ends_at <= now:
        raise InvalidInput("last_on", "time_in_past")
    outage = Outage(
        resource_id=resource.id, first_on=first_on, last_on=last_on, reason=reason, noted_by=actor.name
    )
    subject = ledger.resource_subject(resource.id)
    with session.begin_nested():
        session.add(outage)
        session.flush()
        rows = [
            {"subject": subject, "slot_at": slot, "holder": _holder(outage)}
            for count in range(-(-(ends_at - starts_at) // MAX_LENGTH))
            for slot in quarter_hours(
                starts_at + MAX_LENGTH * count, min(starts_at + MAX_LENGTH * (count + 1), ends_at)
            )
        ]
        with ledger.only_once(
            session, lambda: SlotTaken(ledger.busy(session, [subject], starts_at, ends_at))
        ):
            session.execute(sa.insert(SlotLedger), rows)
    return outage


def remove_outage(session: Session, outage: Outage) -> None:
    """It is on the road again."""
    ledger.release(session, _holder(outage))
    session.delete(outage)
    session.flush()


def _holder(outage: Outage) -> str:
    return f"outage:{outage.id}"


def add_line(
    session: Session, hospital: Hospital, order: LineOrder, *, actor: Actor, now: datetime
) -> ShuttleLine:
    """A timetable, with the runs of its next 14 days.

    Raises InvalidInput beside the field: not_discreet, times_needed, ends_before_start, too_many_seats,
    too_many_wheelchairs, unknown_vehicle, unknown_driver, licence_ended.
    """
    for field in ("from_place", "to_place"):
        if not is_discreet(getattr(order, field)):
            raise InvalidInput(field, "not_discreet")
    if not all(is_discreet(text) for text in order.name.values()):
        raise InvalidInput("name", "not_discreet")
    if not order.times or any(clock.minute % 15 for clock in order.times):
        raise InvalidInput("times", "times_needed")
    if order.valid_until and order.valid_until < order.valid_from:
        raise InvalidInput("valid_until", "ends_before_start")
    check_fits(the_vehicle(session, hospital.id, order.vehicle_id), order.seats, order.wheelchair_places)
    the_driver(session, hospital, order.driver_id, at_local(order.valid_from, time(12), hospital.timezone))
    line = ShuttleLine(
        hospital_id=hospital.id, name=order.name, from_place=order.from_place, to_place=order.to_place,
        minutes=order.minutes, weekdays=sorted(order.weekdays),
        times=[f"{clock:%H:%M}" for clock in sorted(set(order.times))], vehicle_id=order.vehicle_id,
        driver_id=order.driver_id, seats=order.seats, wheelchair_places=order.wheelchair_places,
        valid_from=order.valid_from, valid_until=order.valid_until, made_by=actor.name,
    )  # fmt: skip
    session.add(line)
    session.flush()
    plan_line(session, line, actor=actor, now=now)
    return line
