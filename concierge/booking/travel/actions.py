"""Flights as the family told them or a coordinator typed them; we do not sell flights."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from concierge.booking.changes import booking_of, trip_changed
from concierge.booking.travel.places import known_timezones
from concierge.cases.actions import check_open
from concierge.domain.access import Actor
from concierge.domain.clocks import instants_of
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Direction
from concierge.models import Case, Flight

# The longest scheduled flight takes under 20 hours: more is a wrong day or a wrong time zone.
LONGEST = timedelta(hours=24)
_NUMBER = re.compile(r"[A-Z0-9]{2,3} ?\d{1,4}[A-Z]?")


@dataclass(frozen=True)
class FlightFacts:
    """A flight as its ticket says: naive wall-clock times, each at its own airport."""

    direction: Direction
    number: str
    from_airport: str
    from_timezone: str
    departs_local: datetime
    to_airport: str
    to_timezone: str
    arrives_local: datetime


def note_flight(session: Session, case: Case, facts: FlightFacts, *, actor: Actor, now: datetime) -> Flight:
    """Write a flight down. Raises InvalidInput for a time that no clock shows, or a landing before the take-off."""
    check_open(case)
    number = " ".join(facts.number.upper().split())
    if not _NUMBER.fullmatch(number):
        raise InvalidInput("number", "no_flight_number")
    departs_at, arrives_at = _instants(facts)
    if arrives_at < now:
        raise InvalidInput("arrives_local", "time_in_past")
    flight = Flight(
        case_id=case.id, direction=facts.direction, number=number, from_airport=facts.from_airport,
        from_timezone=facts.from_timezone, to_airport=facts.to_airport, to_timezone=facts.to_timezone,
        departs_at=departs_at, arrives_at=arrives_at,
    )  # fmt: skip
    session.add(flight)
    session.flush()
    trip_changed(session, case, "flight_noted", actor, now, flight=flight.public_id, number=number)
    return flight


def remove_flight(session: Session, case: Case, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Take a flight out of the trip. Twice changes nothing. Raises InvalidInput for a flight of another case."""
    flight = booking_of(session, Flight, case, public_id)
    if flight.is_cancelled:
        return
    flight.is_cancelled = True
    trip_changed(session, case, "flight_cancelled", actor, now, flight=public_id, number=flight.number)


def _instants(facts: FlightFacts) -> tuple[datetime, datetime]:
    """Both times in UTC. In an hour that comes twice: the first take-off, and the first landing after it."""
    departures = _at("departs_local", facts.departs_local, "from_timezone", facts.from_timezone)
    arrivals = _at("arrives_local", facts.arrives_local, "to_timezone", facts.to_timezone)
    departs_at = departures[0]
    after = [at for at in arrivals if at > departs_at]
    if not after:
        raise InvalidInput("arrives_local", "lands_before_departure")
    if after[0] - departs_at > LONGEST:
        raise InvalidInput("arrives_local", "flight_too_long")
    return departs_at, after[0]


def _at(field: str, local: datetime, zone_field: str, timezone: str) -> tuple[datetime, ...]:
    if timezone not in known_timezones():
        raise InvalidInput(zone_field, "unknown_timezone")
    found = instants_of(local, timezone)
    if not found:
        raise InvalidInput(field, "time_does_not_exist")
    return found


def change_flight(
    session: Session, case: Case, *, public_id: str, facts: FlightFacts, actor: Actor, now: datetime
) -> Flight:
    """Other facts of the same flight. Raises InvalidInput as `note_flight`."""
    check_open(case)
    flight = booking_of(session, Flight, case, public_id)
    flight.departs_at, flight.arrives_at = _instants(facts)
    flight.number, flight.direction = facts.number, facts.direction
    flight.from_airport, flight.from_timezone = facts.from_airport, facts.from_timezone
    flight.to_airport, flight.to_timezone = facts.to_airport, facts.to_timezone
    session.flush()
    trip_changed(session, case, "flight_changed", actor, now, flight=public_id, number=facts.number)
    return flight
