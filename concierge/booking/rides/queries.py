"""Vehicles with their driver, and whether they are free."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import ledger
from concierge.domain.vocabulary import ResourceKind
from concierge.models import Resource


def vehicles(session: Session, hospital_id: int) -> Sequence[Resource]:
    """All vehicles of a hospital that are in use, smallest first."""
    statement = (
        sa.select(Resource)
        .where(
            Resource.hospital_id == hospital_id,
            Resource.kind == ResourceKind.VEHICLE,
            Resource.is_active.is_(True),
        )
        .order_by(Resource.seats, Resource.id)
    )
    return session.scalars(statement).all()


def free_vehicles(
    session: Session,
    hospital_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    seats: int,
    wheelchairs: int,
) -> list[Resource]:
    """Vehicles with room enough that nobody has in this span."""
    fitting = [
        vehicle
        for vehicle in vehicles(session, hospital_id)
        if vehicle.seats >= seats and vehicle.wheelchair_places >= wheelchairs
    ]
    subjects = {ledger.resource_subject(vehicle.id): vehicle for vehicle in fitting}
    taken = {stretch.subject for stretch in ledger.busy(session, subjects, starts_at, ends_at)}
    return [vehicle for subject, vehicle in subjects.items() if subject not in taken]
