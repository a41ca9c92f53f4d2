"""One change of a trip and all that follows from it: applied together or not at all.

Everything that moves gives its hours back first; then each is claimed anew, in the order of time, so that a trip can
move within its own hours and two coordinators take rows in one order. What the ledgers refuse takes all of it back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.interpreters.actions import cancel_assignment, move_assignment
from concierge.booking.interpreters.people.queries import locked
from concierge.booking.itinerary.queries import TripRows, trip_rows
from concierge.booking.itinerary.whole import whole_trip
from concierge.booking.lodging.actions import cancel_stay, move_stay
from concierge.booking.rides.actions import cancel_ride, lock_all, move_ride
from concierge.booking.travel.actions import FlightFacts, change_flight, remove_flight
from concierge.cases import ledger
from concierge.cases.actions import check_open
from concierge.cases.appointments import drop_appointment, shift_appointment
from concierge.cases.tasks.actions import add_task
from concierge.cases.trip_costs import trip_costs
from concierge.cases.visit_dates import set_dates
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import at_local
from concierge.domain.consequences import (
    VISIT,
    Change,
    Consequence,
    Doing,
    Name,
    Proposal,
    Times,
    consequences,
    new_visit,
)
from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.itinerary import ItemKind
from concierge.models import Answer, Case, Flight, LodgingNight

CANCEL: dict[ItemKind, Callable[..., object]] = {
    ItemKind.FLIGHT: remove_flight,
    ItemKind.RIDE: cancel_ride,
    ItemKind.CHECK_IN: cancel_stay,
    ItemKind.INTERPRETER: cancel_assignment,
    ItemKind.APPOINTMENT: drop_appointment,
}
MOVE: dict[ItemKind, Callable[..., object]] = {
    ItemKind.RIDE: move_ride,
    ItemKind.APPOINTMENT: shift_appointment,
    ItemKind.INTERPRETER: move_assignment,
}
TITLE = 200  # characters of a task


@dataclass(frozen=True)
class Decision:
    """What a person decided for one consequence. `question` are the words of a task where it is to ask;
    `room_id` is another room for a stay that moves."""

    doing: Proposal
    question: str = ""
    room_id: int | None = None


def fingerprint(rows: TripRows, answer: Answer | None) -> str:
    """Changes with anything that the list of consequences was made from."""
    visit = (answer.evaluation_from, answer.evaluation_to) if answer else ()
    return sha256(f"{rows.fingerprint}{visit}".encode()).hexdigest()[:32]


def apply_change(
    session: Session,
    case: Case,
    change: Change,
    decisions: Mapping[Name, Decision],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Do the change and what was decided for the rest. `seen` is the fingerprint of the trip that was shown.

    Raises Stale when it is another one now, SlotTaken or RoomTaken for what somebody else has, and InvalidInput; the
    transaction is then to be given up.
    """
    check_open(case)
    rows, answer = trip_rows(session, case.id), session.get(Answer, case.id)
    if fingerprint(rows, answer) != seen:
        raise Stale("trip_stale")
    trip, calendar = whole_trip(session, case, rows), case.hospital.calendar
    decided = [(one, _decision(one, decisions)) for one in consequences(trip, change, calendar)]
    if change.key == VISIT:
        _move_visit(session, case, answer, change, actor, now)
    moving = [(one.name, one.times, d.room_id) for one, d in decided if d.doing is Proposal.MOVE and one.times]
    dropped = [one.name for one, decision in decided if decision.doing is Proposal.CANCEL]
    primary = next((name for name in _names(rows) if name[1] == change.key), None)
    if primary and change.doing is Doing.MOVE:
        moving.append((primary, change.times, None))
    elif primary:
        dropped.append(primary)
    _lock(session, rows, {name for name, *_rest in moving}.union(dropped))
    for kind, key in sorted(dropped, key=_unmix):
        CANCEL[kind](session, case, public_id=key, actor=actor, now=now)
    _release(session, rows, {name for name, _times, _room in moving})
    for name, times, room_id in sorted(moving, key=lambda one: (_begin(one[1], case), one[0])):
        _move(session, case, name, times, room_id, actor, now)
    _ask(session, case, [d.question for _one, d in decided if d.doing is Proposal.ASK], actor, now)
    trip_changed(
        session, case, "trip_moved", actor, now, moved=len(moving), cancelled=len(dropped), visit=change.key == VISIT
    )


def _lock(session: Session, rows: TripRows, names: set[Name]) -> None:
    """Runs and interpreters of all that changes, by id as everybody locks them: the order of a trip is another one."""
    lock_all(session, rides=[row.id for row in rows.rides if (ItemKind.RIDE, row.public_id) in names])
    voices = (row for row in rows.assignments if (ItemKind.INTERPRETER, row.public_id) in names)
    locked(session, (row.interpreter_id for row in voices))


def _unmix(name: Name) -> tuple[bool, Name]:
    """Interpreters go before their appointment."""
    return name[0] is ItemKind.APPOINTMENT, name


def _decision(one: Consequence, decisions: Mapping[Name, Decision]) -> Decision:
    """What a person chose, else what was proposed. Raises InvalidInput for what cannot be done with it."""
    decision = decisions.get(one.name, Decision(one.proposal))
    if decision.doing not in choices_of(one):
        raise InvalidInput("form", "choose_one")
    return decision


def choices_of(one: Consequence) -> tuple[Proposal, ...]:
    """What can be done with an item. A flight is the family's, a paper its writer's."""
    if one.kind is ItemKind.VISA_LETTER or one.kind is ItemKind.FLIGHT:
        return Proposal.KEEP, Proposal.ASK
    found = [Proposal.KEEP, *([Proposal.MOVE] if one.times else []), Proposal.CANCEL, Proposal.ASK]
    return tuple(found)


def _names(rows: TripRows) -> Iterable[Name]:
    yield from ((ItemKind.FLIGHT, row.public_id) for row in rows.flights)
    yield from ((ItemKind.RIDE, row.public_id) for row in rows.rides)
    yield from ((ItemKind.CHECK_IN, row.public_id) for row in rows.stays)
    yield from ((ItemKind.APPOINTMENT, row.public_id) for row in rows.appointments)
    yield from ((ItemKind.INTERPRETER, row.public_id) for row in rows.assignments)


def _move_visit(
    session: Session, case: Case, answer: Answer | None, change: Change, actor: Actor, now: datetime
) -> None:
    if answer is None or answer.evaluation_from is None or answer.evaluation_to is None or change.first_on is None:
        raise InvalidInput("first_on", "hold_dates_first")
    held = (answer.evaluation_from, answer.evaluation_to)
    first_on, last_on = new_visit(held, change.first_on, case.hospital.calendar)
    if (first_on, last_on) != held:
        set_dates(session, case, answer, first_on, last_on, actor=actor, now=now)


def _release(session: Session, rows: TripRows, moving: set[Name]) -> None:
    """All that moves gives back what it has, before the first of it is claimed anew."""
    timed = (
        (ItemKind.APPOINTMENT, "appointment", rows.appointments),
        (ItemKind.RIDE, "ride", rows.rides),
        (ItemKind.INTERPRETER, "assignment", rows.assignments),
    )
    for kind, holder, found in timed:
        for row in found:
            if (kind, row.public_id) in moving:
                ledger.release(session, f"{holder}:{row.id}")
    stays = [stay.id for stay in rows.stays if (ItemKind.CHECK_IN, stay.public_id) in moving]
    session.execute(sa.delete(LodgingNight).where(LodgingNight.stay_id.in_(stays)))


def _begin(times: Times, case: Case) -> datetime:
    if times.starts_at is not None:
        return times.starts_at
    if times.arrive_on is not None:
        return at_local(times.arrive_on, time(), case.hospital.timezone)
    return datetime.max.replace(tzinfo=UTC)


def _move(
    session: Session, case: Case, name: Name, times: Times, room_id: int | None, actor: Actor, now: datetime
) -> None:
    kind, key = name
    if times.arrive_on is not None and times.leave_on is not None:
        move_stay(
            session, case, public_id=key, arrive_on=times.arrive_on, leave_on=times.leave_on, room_id=room_id,
            actor=actor, now=now,
        )  # fmt: skip
    elif times.starts_at is None or times.ends_at is None:
        raise InvalidInput("starts_at", "time_needed")
    elif kind is ItemKind.FLIGHT:
        flight = booking_of(session, Flight, case, key)
        facts = _facts(session, flight, times.starts_at, times.ends_at)
        change_flight(session, case, public_id=key, facts=facts, actor=actor, now=now)
    else:
        MOVE[kind](
            session, case, public_id=key, starts_at=times.starts_at, ends_at=times.ends_at, actor=actor, now=now
        )


def _facts(session: Session, flight: Flight, departs_at: datetime, arrives_at: datetime) -> FlightFacts:
    """The flight as it is noted, at other times; its price stands in its shares."""
    noted = [cost for cost in trip_costs(session, flight.case_id) if cost.booking == flight.booking]
    names = [field.name for field in fields(FlightFacts) if hasattr(flight, field.name)]
    known: dict[str, Any] = {name: getattr(flight, name) for name in names}
    local = {
        "departs_local": departs_at.astimezone(ZoneInfo(flight.from_timezone)).replace(tzinfo=None),
        "arrives_local": arrives_at.astimezone(ZoneInfo(flight.to_timezone)).replace(tzinfo=None),
    }
    return FlightFacts(**known | local | {"cost": noted[0].cost if noted else None})


def _ask(session: Session, case: Case, questions: list[str], actor: Actor, now: datetime) -> None:
    """A task of the coordinator for each question."""
    due_at = case.hospital.calendar.add_working_hours(now, 4)
    for question in filter(None, questions):
        add_task(
            session, case, title=question[:TITLE], owner_role=Role.COORDINATOR, due_at=due_at, actor=actor, now=now
        )
