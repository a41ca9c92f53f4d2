"""The form of a journey, for staff and family alike: how it begins, how it is read, what noting it does."""


from typing import Any

from flask import request
from sqlalchemy.orm import Session

from concierge.booking import benefits, words
from concierge.booking.forms import typed_at
from concierge.booking.travel.actions import note_flight
from concierge.booking.travel.forms import OWN, RULE, JourneyForm, naming_leg
from concierge.booking.travel.reading import Reading, read_document
from concierge.booking.travellers import needs_of, travellers_of
from concierge.db import db
from concierge.domain.clocks import local_day
from concierge.domain.money import Money
from concierge.domain.vocabulary import Benefit, Direction, RecordKind, TransportMode
from concierge.gateways import airports
from concierge.models import Case, Document, Flight
from concierge.records.queries import find_document
from concierge.web.access import current_actor
from concierge.web.clock import now
from concierge.web.i18n import current_code

_SAME = (
    "mode", "direction", "number", "carrier", "from_airport", "from_terminal", "from_timezone", "to_airport",
    "to_terminal", "to_timezone",
)  # fmt: skip


def blank(case: Case, way: Direction) -> JourneyForm:
    """What was posted; else one leg that begins at home, or reads the document that the address names."""
    reading = None
    if not request.form and (document := _document(case, request.args.get("document", ""))):
        reading = read_document(case, document, way)
    return filled(case, reading, way)


def filled(case: Case, reading: Reading | None, way: Direction, *, is_posted: bool = True) -> JourneyForm:
    """`is_posted` False: the fields begin with the reading, whatever another form has sent."""
    values: dict[str, Any] = reading.values if reading else {"legs": [_first_leg(case, way)]}
    values = {"payment": RULE, **values}
    form = JourneyForm(data=values) if is_posted else JourneyForm(formdata=None, data=values)
    form.reading = reading
    return form.prepare(travellers_of(db.session(), case), case.hospital.currency)


def of_flight(case: Case, flight: Flight, cost: Money | None, *, is_posted: bool = True) -> JourneyForm:
    """For changing one: what was posted, else as it is noted."""
    leg = {name: getattr(flight, name) for name in _SAME} | {
        "departs_local": typed_at(flight.departs_at, flight.from_timezone),
        "arrives_local": typed_at(flight.arrives_at, flight.to_timezone),
    }
    values = {
        "legs": [leg], "booking_reference": flight.booking_reference, "who": flight.travellers,
        "is_planned": flight.is_planned, "cost": cost.typed(current_code()) if cost else "",
        "payment": OWN if flight.is_own_cost else RULE,
    }  # fmt: skip
    form = JourneyForm(data=values) if is_posted else JourneyForm(formdata=None, data=values)
    return form.prepare(travellers_of(db.session(), case), case.hospital.currency)


def would_pay(
    case: Case, form: JourneyForm, flight: Flight | None = None, cost: Money | None = None
) -> list[tuple[str, int]]:
    """Who would pay these tickets, for whom is ticked and as is typed so far, else as `flight` is noted, at `cost`."""
    known = {one.public_id: one for one in travellers_of(db.session(), case)}
    people = [known[key] for key in form.who.data or () if key in known] or list(known.values())
    leaves_at, cost = form.legs.entries[0].form.departs_local.at_or_none, form.cost.money_or_none or cost
    on = leaves_at.date() if leaves_at else local_day(flight.departs_at if flight else now(), case.hospital.timezone)
    verdicts = benefits.preview(
        db.session(), case, Benefit.TRAVEL, people, on, cost=cost, instead_of=flight.booking if flight else "",
        is_booking=cost is not None,
    )  # fmt: skip
    return words.would_pay_lines(verdicts)


def add_leg(form: JourneyForm) -> None:
    """One more, from where the last one lands."""
    last = form.legs.entries[-1].form
    form.legs.append_entry({
        "mode": last.mode.data, "direction": last.direction.data, "from_airport": last.to_airport.data,
        "from_timezone": last.to_timezone.data,
    })  # fmt: skip


def note_all(session: Session, case: Case, form: JourneyForm, *, told_by: str = "") -> list[Flight]:
    """Each leg becomes a flight. Raises InvalidInput beside the field of its leg."""
    document = _document(case, form.document.data or "", session)
    flights = []
    for number, facts in enumerate(form.journey()):
        with naming_leg(number):
            flights.append(
                note_flight(
                    session, case, facts, source=form.told_source, document=document, told_by=told_by,
                    actor=current_actor(), now=now(),
                )
            )  # fmt: skip
    return flights


def _document(case: Case, public_id: str, session: Session | None = None) -> Document | None:
    """The file of a confirmation. To families only their own: who may see the trip may not see every record."""
    found = find_document(session or db.session(), case, public_id) if public_id else None
    if found is None or found.kind is not RecordKind.OTHER:
        return None
    actor = current_actor()
    is_own = (found.uploader_kind, found.uploader_name) == (actor.kind, actor.name)
    return found if actor.is_staff or is_own else None


def _first_leg(case: Case, way: Direction) -> dict[str, str]:
    """The patient's airport where the family told it; the other end is asked."""
    home = airports.find(needs_of(db.session(), case).home_airport)
    at_home = f"{home.city} ({home.code})" if home else ""
    is_arrival = way is Direction.ARRIVAL
    zones = (case.person.timezone, case.hospital.timezone)
    return {
        "mode": TransportMode.FLIGHT.value, "direction": way.value,
        "from_airport" if is_arrival else "to_airport": at_home,
        "from_timezone": zones[0 if is_arrival else 1], "to_timezone": zones[1 if is_arrival else 0],
    }  # fmt: skip
