"""What the rooms show beside the trips of the families: a hold, a family that waits, a hotel that was asked."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.lodging.actions import hold_room
from concierge.booking.lodging.partners import ask_partner
from concierge.booking.lodging.queries import Need, free_rooms, houses
from concierge.booking.lodging.waiting import wait_for_room
from concierge.cases.actions import lock
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import local_day
from concierge.domain.journey import CaseState, Step
from concierge.journey.contact.team import with_role
from concierge.models import Case, Hospital
from concierge.web.clock import now


def fill_rooms(session: Session, hospital: Hospital) -> None:
    """Three families that are on their way to this hospital."""
    coming = (Step.ACCEPTANCE, Step.CLINICAL, Step.FINANCE)
    found = sa.select(Case.id).where(
        Case.hospital_id == hospital.id, Case.state == CaseState.OPEN, Case.step.in_(coming)
    )
    ids = session.scalars(found.order_by(Case.step, Case.id).limit(3)).all()
    if len(ids) < 3:
        return
    coordinator = with_role(session, hospital.id, Role.COORDINATOR)[0]
    who: dict[str, Any] = {"actor": Actor("staff", coordinator.id, coordinator.name), "now": now()}
    first = local_day(now(), hospital.timezone) + timedelta(days=4)
    nights: dict[str, Any] = {"arrive_on": first, "leave_on": first + timedelta(days=6)}
    free = free_rooms(session, hospital.id, Need(**nights, guests=2), now=now(), most=1)
    if free:
        case, day = lock(session, ids[0]), timedelta(hours=24)
        hold_room(session, case, room_id=free[0].room.id, guests=2, lasts=day, **nights, **who)
    wait_for_room(session, lock(session, ids[1]), Need(**nights, guests=7, needs_kitchen=True), **who)
    hotel = houses(session, (hospital.id,), is_partner=True)[0]
    ask_partner(
        session, lock(session, ids[2]), house_id=hotel.id, guests=3, note="A quiet room on a low floor", **nights, **who
    )  # fmt: skip
