"""Flights and trains as the family told them or a coordinator typed them; we do not sell them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking import benefits
from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.firmness import is_firm_allowed
from concierge.booking.travel.places import known_timezones
from concierge.booking.travellers import chosen
from concierge.cases.actions import check_open
from concierge.cases.tasks.actions import add_once
from concierge.domain.access import Actor, Role
from concierge.domain.clocks import instants_of, local_day
from concierge.domain.errors import InvalidInput
from concierge.domain.flights import LONGEST, Leg, journeys, matters, number_of
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Direction, FlightSource, FlightState, Standing, TransportMode
from concierge.models import Case, Document, Flight

# The same number twice within a day is the same flight, noted twice.
_SAME_DAY = timedelta(hours=18)
_LOOK_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class FlightFacts:
    """A flight as its ticket says: naive wall-clock times, each at its own place.

    Codes are IATA, empty for stations. `travellers` are public ids; none means everybody who comes.
    `is_payment_asked`: refused where the rule of benefits refuses.
    """

    direction: Direction
    number: str
    from_airport: str
    from_timezone: str
    departs_local: datetime
    to_airport: str
    to_timezone: str
    arrives_local: datetime
    mode: TransportMode = TransportMode.FLIGHT
    carrier: str = ""
    booking_reference: str = ""
    from_code: str = ""
    from_terminal: str = ""
    to_code: str = ""
    to_terminal: str = ""
    travellers: tuple[str, ...] = ()
    is_planned: bool = False
    cost: Money | None = None
    is_own_cost: bool = False
    is_payment_asked: bool = False


def note_flight(
    session: Session,
    case: Case,
    facts: FlightFacts,
    *,
    source: FlightSource = FlightSource.TYPED,
    document: Document | None = None,
    told_by: str = "",
    actor: Actor,
    now: datetime,
) -> Flight:
    """Write a flight down. `told_by` names who of the family told it: a coordinator has to check it then.

    Raises InvalidInput for a time that no clock shows, a landing before the take-off or in the past, a number that is
    none or is noted already (`already_noted`, with `flight`), and a payment that the rule refuses.
    """
    check_open(case)
    flight = Flight(
        case_id=case.id, source=source, document_id=document.id if document else None, told_by=told_by,
        is_to_check=bool(told_by), is_cancelled=False, status=FlightState.SCHEDULED,
    )  # fmt: skip
    _write(session, case, flight, facts, now)
    session.add(flight)
    session.flush()
    _after(session, case, flight, facts, now)
    event = "flight_told" if told_by else "flight_noted"
    if told_by:
        due_at, key = now + _LOOK_WITHIN, f"flight:{flight.id}:told"
        add_once(
            session, case, key=key, code="check_flight", owner_role=Role.COORDINATOR, due_at=due_at, now=now
        )
    trip_changed(session, case, event, actor, now, flight=flight.public_id, number=flight.number)
    return flight


def change_flight(
    session: Session, case: Case, *, public_id: str, facts: FlightFacts, actor: Actor, now: datetime
) -> Flight:
    """Other facts of the same flight; its earlier times stay beside the new ones. Raises as `note_flight` does."""
    check_open(case)
    flight = booking_of(session, Flight, case, public_id)
    if flight.is_cancelled:
        raise InvalidInput("form", "unknown_booking")
    before, was_direction = (flight.departs_at, flight.arrives_at), flight.direction
    _write(session, case, flight, facts, now)
    if (flight.departs_at, flight.arrives_at) != before:
        flight.earlier_departs_at, flight.earlier_arrives_at = before
        flight.status, flight.status_at = FlightState.SCHEDULED, None
        flight.expected_departs_at = flight.expected_arrives_at = None
    flight.is_to_check = False  # whoever changes it has looked at it
    session.flush()
    _after(session, case, flight, facts, now)
    if was_direction is not flight.direction:
        _number_legs(session, case, was_direction)
    trip_changed(session, case, "flight_changed", actor, now, flight=public_id, number=flight.number)
    return flight


def confirm_flight(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """What the family told is right. Twice changes nothing."""
    flight = booking_of(session, Flight, case, public_id)
    if flight.is_to_check and not flight.is_cancelled:
        flight.is_to_check = False
        trip_changed(session, case, "flight_checked", actor, now, flight=public_id, number=flight.number)


def remove_flight(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Take a flight out of the trip. Twice changes nothing. Raises InvalidInput for a flight of another case."""
    flight = booking_of(session, Flight, case, public_id)
    if flight.is_cancelled:
        return
    flight.is_cancelled = True
    session.flush()
    benefits.unshare(session, flight.booking)
    _number_legs(session, case, flight.direction)
    trip_changed(session, case, "flight_cancelled", actor, now, flight=public_id, number=flight.number)


def note_status(
    session: Session,
    case: Case,
    *,
    public_id: str,
    status: FlightState,
    departs_at: datetime | None = None,
    arrives_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """How the flight stands now, as a feed or a person says; times are UTC, None where nothing is said of them.

    True where it matters to those who wait: then the case has the event, and the coordinator a task.
    Raises InvalidInput(arrives_local | departs_local) for times that no delay explains.
    """
    flight = booking_of(session, Flight, case, public_id)
    _check_expected(flight, departs_at, arrives_at)
    was, was_leaving, was_landing = flight.status, flight.leaves_at, flight.lands_at
    flight.status, flight.status_at = status, now
    flight.expected_departs_at, flight.expected_arrives_at = departs_at, arrives_at
    is_gone = status in (FlightState.CANCELLED, FlightState.DIVERTED) and was is not status
    is_moved = matters(was_leaving, flight.leaves_at) or matters(was_landing, flight.lands_at)
    if flight.is_cancelled or not (is_gone or is_moved):
        session.flush()
        return False
    trip_changed(
        session, case, "flight_status", actor, now,
        flight=public_id, number=flight.number, status=status, lands=flight.lands_at.isoformat(),
    )  # fmt: skip
    key = f"flight:{flight.public_id}:{status}:{flight.lands_at:%Y%m%d%H%M}"
    due_at = now + _LOOK_WITHIN
    add_once(session, case, key=key, code="flight_moved", owner_role=Role.COORDINATOR, due_at=due_at, now=now)
    return True


def _check_expected(flight: Flight, departs_at: datetime | None, arrives_at: datetime | None) -> None:
    for field, planned, expected in (
        ("departs_local", flight.departs_at, departs_at), ("arrives_local", flight.arrives_at, arrives_at),
    ):  # fmt: skip
        if expected is not None and abs(expected - planned) > timedelta(hours=48):
            raise InvalidInput(field, "delay_too_long")
    if (arrives_at or flight.arrives_at) <= (departs_at or flight.departs_at) and (departs_at and arrives_at):
        raise InvalidInput("arrives_local", "lands_before_departure")


def _write(session: Session, case: Case, flight: Flight, facts: FlightFacts, now: datetime) -> None:
    number = number_of(facts.mode, facts.number)
    if number is None:
        raise InvalidInput(
            "number", "no_train_number" if facts.mode is TransportMode.TRAIN else "no_flight_number"
        )
    if (facts.from_code or facts.from_airport.casefold()) == (facts.to_code or facts.to_airport.casefold()):
        raise InvalidInput("to_airport", "same_place")
    departs_at, arrives_at = _instants(facts)
    if arrives_at < now and arrives_at != flight.arrives_at:
        raise InvalidInput("arrives_local", "time_in_past")
    _check_once(session, case, flight, number, departs_at)
    people, firm = chosen(session, case, facts.travellers), is_firm_allowed(session, case, now)
    flight.direction, flight.mode, flight.number, flight.carrier = (
        facts.direction,
        facts.mode,
        number,
        facts.carrier,
    )
    flight.booking_reference = facts.booking_reference.upper()
    flight.from_airport, flight.from_code, flight.from_terminal = (
        facts.from_airport, facts.from_code, facts.from_terminal,
    )  # fmt: skip
    flight.to_airport, flight.to_code, flight.to_terminal = facts.to_airport, facts.to_code, facts.to_terminal
    flight.from_timezone, flight.to_timezone = facts.from_timezone, facts.to_timezone
    flight.departs_at, flight.arrives_at = departs_at, arrives_at
    flight.travellers = [traveller.public_id for traveller in people]
    flight.is_planned, flight.is_own_cost = facts.is_planned or not firm.is_allowed, facts.is_own_cost


def _check_once(session: Session, case: Case, flight: Flight, number: str, departs_at: datetime) -> None:
    """The case is locked meanwhile, so that two people cannot note it at the same moment."""
    twin = session.scalar(
        sa.select(Flight.public_id).where(
            Flight.case_id == case.id, Flight.number == number, Flight.is_cancelled.is_(False),
            Flight.departs_at.between(departs_at - _SAME_DAY, departs_at + _SAME_DAY), Flight.id != (flight.id or 0),
        )
    )  # fmt: skip
    if twin is not None:
        raise InvalidInput("number", "already_noted", flight=twin)


def _after(session: Session, case: Case, flight: Flight, facts: FlightFacts, now: datetime) -> None:
    """Who pays, and which leg of its journey it is."""
    on = local_day(flight.departs_at, case.hospital.timezone)
    shares = benefits.share(
        session, case, flight.booking, Benefit.TRAVEL, travellers=chosen(session, case, flight.travellers), on=on,
        cost=facts.cost, is_own_cost=facts.is_own_cost, now=now,
    )  # fmt: skip
    refused = next((share for share in shares if share.standing is Standing.REFUSED), None)
    if facts.is_payment_asked and refused:
        raise InvalidInput("payment", "payment_refused", reason=refused.reason)
    _number_legs(session, case, flight.direction)


def _number_legs(session: Session, case: Case, direction: Direction) -> None:
    rows = session.scalars(
        sa.select(Flight).where(
            Flight.case_id == case.id, Flight.direction == direction, Flight.is_cancelled.is_(False)
        )
    ).all()
    by_key = {row.public_id: row for row in rows}
    legs = [
        Leg(
            row.public_id, row.from_code or row.from_airport, row.to_code or row.to_airport, row.departs_at,
            row.arrives_at, frozenset(row.travellers),
        )
        for row in rows
    ]  # fmt: skip
    for journey in journeys(legs):
        for place, leg in enumerate(journey, 1):
            by_key[leg.key].leg, by_key[leg.key].legs = place, len(journey)
    session.flush()


def _instants(facts: FlightFacts) -> tuple[datetime, datetime]:
    """Both times in UTC. In an hour that comes twice: the first take-off, and the first landing after it."""
    departures = _at("departs_local", facts.departs_local, "from_timezone", facts.from_timezone)
    arrivals = _at("arrives_local", facts.arrives_local, "to_timezone", facts.to_timezone)
    departs_at = departures[0]
    after = [at for at in arrivals if at > departs_at]
    if not after:
        raise InvalidInput("arrives_local", "lands_before_departure")
    if after[0] - departs_at > LONGEST[facts.mode]:
        is_train = facts.mode is TransportMode.TRAIN
        raise InvalidInput("arrives_local", "train_too_long" if is_train else "flight_too_long")
    return departs_at, after[0]


def _at(field: str, local: datetime, zone_field: str, timezone: str) -> tuple[datetime, ...]:
    if timezone not in known_timezones():
        raise InvalidInput(zone_field, "unknown_timezone")
    found = instants_of(local, timezone)
    if not found:
        raise InvalidInput(field, "time_does_not_exist")
    return found
