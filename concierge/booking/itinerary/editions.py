"""The published editions of a trip: what was told, what differs from it now, and what somebody has not seen yet."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.itinerary.queries import TripRows, as_trip, trip_rows
from concierge.domain import editions
from concierge.domain.editions import Change, Shown
from concierge.domain.itinerary import Entry, ItemKind, assemble
from concierge.models import (
    Appointment,
    Case,
    Flight,
    InterpreterAssignment,
    PortalAccount,
    Ride,
    Stay,
    TripEdition,
    TripSeen,
)

NEWEST = TripEdition.number.desc()


def latest(session: Session, case: Case) -> TripEdition | None:
    """The edition that the family has, None before the trip was published."""
    return session.scalar(
        sa.select(TripEdition).where(TripEdition.case_id == case.id).order_by(NEWEST).limit(1)
    )


def changes_since(session: Session, case: Case, account: PortalAccount) -> list[Change]:
    """What was published since this account last pressed *seen*; since the first edition when it never did."""
    newest = latest(session, case)
    known = newest and _last_seen(session, case, account)
    if newest is None or known is None or known.id == newest.id:
        return []
    return editions.changes(shown(known), shown(newest))


def unpublished(session: Session, case: Case, rows: TripRows | None = None) -> list[Change]:
    """What differs now from the last edition; [] before the first one."""
    newest = latest(session, case)
    if newest is None:
        return []
    return editions.changes(shown(newest), current(case, rows or trip_rows(session, case.id)))


def seen_by(session: Session, edition: TripEdition) -> list[str]:
    """Who of the family has pressed *seen* for this edition, by name."""
    names = (
        sa.select(PortalAccount.name)
        .join(TripSeen, TripSeen.account_id == PortalAccount.id)
        .where(TripSeen.edition_id == edition.id)
    )
    return list(session.scalars(names.order_by(TripSeen.seen_at, PortalAccount.id)))


def _last_seen(session: Session, case: Case, account: PortalAccount) -> TripEdition | None:
    of_case = sa.select(TripEdition).where(TripEdition.case_id == case.id)
    seen = of_case.join(TripSeen, TripSeen.edition_id == TripEdition.id).where(
        TripSeen.account_id == account.id
    )
    return session.scalar(seen.order_by(NEWEST).limit(1)) or session.scalar(
        of_case.order_by(TripEdition.number).limit(1)
    )


def current(case: Case, rows: TripRows) -> tuple[Shown, ...]:
    """The trip of this moment as an edition would hold it."""
    days = assemble(as_trip(rows, case.hospital.timezone))
    return tuple(
        Shown(entry.kind, entry.key, entry.at, entry.until, _about(entry))
        for day in days
        for entry in day.entries
    )


def as_items(rows: tuple[Shown, ...]) -> list[dict]:
    """For the column of an edition."""
    return [
        {
            "kind": row.kind.value,
            "key": row.key,
            "at": row.at.isoformat(),
            "until": row.until.isoformat() if row.until else None,
            "about": row.about,
        }
        for row in rows
    ]


def shown(edition: TripEdition) -> tuple[Shown, ...]:
    """What an edition holds."""
    return tuple(
        Shown(
            ItemKind(item["kind"]),
            item["key"],
            datetime.fromisoformat(item["at"]),
            datetime.fromisoformat(item["until"]) if item["until"] else None,
            item["about"],
        )
        for item in edition.items
    )


def _about(entry: Entry) -> str:
    """Place and people of a row. Vehicle and driver are no news: a card says on the day who comes."""
    row = entry.source
    match row:
        case Flight():
            said: tuple = (row.number, row.from_airport, row.to_airport, row.leaves_at.isoformat())
        case Ride():
            said = (row.from_place, row.to_place)
        case Stay():
            said = (row.room_id,)
        case Appointment():
            said = (row.kind.value, row.preparation.value, row.clinician_id, row.room_id)
        case InterpreterAssignment():
            said = (row.interpreter_id, row.modality.value)
        case _other:
            said = ()
    return "|".join("" if one is None else str(one) for one in said)
