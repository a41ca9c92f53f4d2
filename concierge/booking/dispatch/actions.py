"""Verbs of dispatch: a proposal is stored as a whole or not at all, and drivers get a link for their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.booking.dispatch.facts import DayFacts, facts_of
from concierge.booking.dispatch.queries import message_key, span_of
from concierge.booking.rides.actions import RunOrder, lock_all, plan_run, put_on_run
from concierge.cases.actions import lock, record
from concierge.cases.tasks.actions import end_once
from concierge.domain.access import Actor
from concierge.domain.dispatch import ProposedRun
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.tokens import hash_token, new_token
from concierge.domain.vocabulary import ResourceKind
from concierge.models import CaseTask, DriverLink, Hospital, Resource, Ride, Run

UNDO = timedelta(minutes=2)
AFTER_THE_DAY = timedelta(hours=6)  # a run that begins before midnight ends after it
_MOST = 160  # characters of a place


def confirm(
    session: Session,
    hospital: Hospital,
    on: date,
    runs: Sequence[ProposedRun],
    fingerprint: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a proposal: the number of rides that got a vehicle.

    The rows are locked first and the facts read again, so of two proposals at once the second meets other facts.
    Raises Stale when anything of the day changed since; SlotTaken and RunFull where the ledgers refuse.
    """
    riders = {key for run in runs for key in run.riders}
    wanted = sa.select(Ride.id).where(Ride.public_id.in_(riders))
    fixed = sa.select(Run.id).where(Run.public_id.in_([run.fixed_key for run in runs if run.fixed_key]))
    lock_all(session, rides=session.scalars(wanted), runs=session.scalars(fixed))
    facts = facts_of(session, hospital, on, now)
    if facts.day.fingerprint != fingerprint:
        raise Stale
    for run in runs:
        _store(session, hospital, facts, run, actor, now)
    return len(riders)


def _store(
    session: Session, hospital: Hospital, facts: DayFacts, proposed: ProposedRun, actor: Actor, now: datetime
) -> None:
    rides = [facts.rides[key][0] for key in proposed.riders]
    run = facts.runs.get(proposed.fixed_key)
    if run is None:
        order = RunOrder(
            proposed.car_id, proposed.journey.starts_at, proposed.journey.ends_at, rides[0].from_place,
            _together(ride.to_place for ride in rides), driver_id=proposed.driver_id,
        )  # fmt: skip
        run = plan_run(session, hospital, order, actor=actor, now=now)
    for ride in sorted(rides, key=lambda ride: ride.case_id):
        put_on_run(session, ride, run, actor=actor, now=now)


def _together(places) -> str:
    """All places at which somebody gets out, each once, as long as they fit."""
    distinct = list(dict.fromkeys(places))
    while len(", ".join(distinct)) > _MOST:
        distinct.pop()
    return ", ".join(distinct)


# --- the driver's link -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewLink:
    """The row, and the secret that only its holder knows."""

    link: DriverLink
    token: str


def make_link(
    session: Session, hospital: Hospital, driver_id: int, on: date, *, actor: Actor, now: datetime
) -> NewLink:
    """A private link to this driver's day; the ones before end. Raises InvalidInput(driver_id): unknown_driver,
    driver_without_phone; (on, date_in_past)."""
    driver = session.get(Resource, driver_id)
    is_ours = driver is not None and driver.hospital_id == hospital.id and driver.is_active
    if driver is None or not is_ours or driver.kind is not ResourceKind.DRIVER:
        raise InvalidInput("driver_id", "unknown_driver")
    if not driver.phone:
        raise InvalidInput("driver_id", "driver_without_phone")
    expires_at = span_of(on, hospital)[1] + AFTER_THE_DAY
    if expires_at <= now:
        raise InvalidInput("on", "date_in_past")
    before = sa.and_(DriverLink.driver_id == driver.id, DriverLink.on == on, DriverLink.revoked_at.is_(None))
    session.execute(sa.update(DriverLink).where(before).values(revoked_at=now))
    token = new_token()
    link = DriverLink(
        hospital_id=hospital.id, hospital=hospital, driver=driver, on=on, token_hash=hash_token(token), made_at=now,
        made_by=actor.name, expires_at=expires_at,
    )  # fmt: skip
    session.add(link)
    session.flush()
    return NewLink(link, token)


def send_link(session: Session, link: DriverLink, url: str, language: str, *, now: datetime) -> None:
    """The link by text message; its secret is wiped from the outbox once it has left."""
    outbox.enqueue(
        session, event="driver_link", key=message_key(link), recipient=link.driver.phone, language=language,
        timezone=link.hospital.timezone, context={"url": url, "on": link.on.isoformat()}, medium="sms", now=now,
    )  # fmt: skip


def revoke_link(session: Session, link: DriverLink, *, now: datetime) -> None:
    """From now on the link opens nothing."""
    link.revoked_at = link.revoked_at or now


def undo_outcome(session: Session, ride: Ride, *, actor: Actor, now: datetime) -> None:
    """Take back what a driver pressed by mistake. Raises InvalidInput(form, `undo_over`) after two minutes."""
    case = lock(session, ride.case_id)
    session.refresh(ride)
    if ride.outcome_at is None:
        return
    if now - ride.outcome_at > UNDO:
        raise InvalidInput("form", "undo_over")
    ride.outcome, ride.outcome_at, ride.outcome_by = None, None, ""
    key = f"ride_not_found:{ride.id}"
    end_once(session, key=key)
    # The key is free again: should nobody be found after all, the coordinator gets a new task.
    session.execute(sa.update(CaseTask).where(CaseTask.key == key).values(key=None))
    record(session, case, "rider_outcome_undone", actor, now, ride=ride.public_id)
