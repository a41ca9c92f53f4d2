"""The trip in words: one card for each thing that happens, the same on the page, on paper and in a calendar.

Texts are plain; whatever is inserted into a sentence is isolated, because it may run in another direction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from concierge.booking.itinerary.queries import TripRows, as_trip
from concierge.domain import itinerary
from concierge.domain.itinerary import Entry, ItemKind
from concierge.domain.vocabulary import (
    BookingState,
    Direction,
    FlightState,
    Preparation,
    RunKind,
    TransportMode,
)
from concierge.models import Appointment, Case, Flight, InterpreterAssignment, LodgingHouse, Ride, Run, Stay
from concierge.web import filters
from concierge.web.filters import phone_text
from concierge.web.i18n import current_code
from concierge.web.labels import label

_FSI, _PDI = "\u2068", "\u2069"


@dataclass(frozen=True)
class Fact:
    """One line of a card. `is_code`: plates and flight numbers, always left to right; a phone is a link.

    `is_for_driver`: an address in the script of the place, shown large to whoever drives. `is_moment`: a take-off or
    a landing, which a page shows above the card instead.
    """

    label: str
    value: str
    is_code: bool = False
    is_phone: bool = False
    is_for_driver: bool = False
    is_moment: bool = False


@dataclass(frozen=True)
class Card:
    """`at` is the moment that stands above it; a check-in and a check-out have a `usual` hour in words instead."""

    kind: ItemKind
    key: str
    title: str
    at: datetime
    until: datetime | None
    facts: tuple[Fact, ...]
    place: str
    usual: str
    is_confirmed: bool
    row: object

    @property
    def phone(self) -> str:
        """Whom to call about it: the driver, the house; "" where nobody is."""
        return next((fact.value for fact in self.facts if fact.is_phone), "")

    @property
    def ends_at(self) -> datetime:
        """When it is over and the next thing counts."""
        return self.until or self.at


@dataclass(frozen=True)
class CardDay:
    on: date
    cards: tuple[Card, ...]


# By the public id of their appointment; and what each kind of booking says: title, lines, place.
Interpreters = dict[str, InterpreterAssignment | None]
Words = tuple[str, tuple[Fact, ...], str]


def isolate(value: object) -> str:
    """Inside plain text: what has its own direction does not disturb the line around it."""
    return f"{_FSI}{value}{_PDI}"


def time_in(at: datetime, timezone: str, place: str = "") -> str:
    """A time with the name of its place, as plain text; `place` where the city of the clock is another one."""
    code = current_code()
    return _(
        "%(time)s in %(place)s",
        time=isolate(filters.local_time(at, timezone, code)),
        place=isolate(place or filters.city_of(timezone, code)),
    )


def _hour_in(at: datetime, timezone: str) -> str:
    """The same without the day, on a card that stands under it."""
    place = filters.city_of(timezone, current_code())
    return _("%(time)s in %(place)s", time=isolate(filters.clock(at, timezone)), place=isolate(place))


def cards_by_day(case: Case, rows: TripRows, *, is_joined: bool = True) -> list[CardDay]:
    """The whole trip by hospital day. `is_joined`: an interpreter stands on the card of the appointment."""
    in_visits = {row.appointment_id: row for row in rows.assignments if row.appointment_id and is_joined}
    joined = {in_visits[visit.id].public_id for visit in rows.appointments if visit.id in in_visits}
    by_visit = {visit.public_id: in_visits.get(visit.id) for visit in rows.appointments}
    days = []
    for day in itinerary.assemble(as_trip(rows, case.hospital.timezone)):
        cards = tuple(_card(case, entry, by_visit) for entry in day.entries if entry.key not in joined)
        days.append(CardDay(day.on, cards))
    return [day for day in days if day.cards]


def _card(case: Case, entry: Entry, interpreters: Interpreters) -> Card:
    title, facts, place = _WORDS[entry.kind](case, entry.source, interpreters)
    state = getattr(entry.source, "state", BookingState.CONFIRMED)
    return Card(
        entry.kind, entry.key, title, entry.at, entry.until, tuple(fact for fact in facts if fact.value), place,
        _usual_hour(entry), state is BookingState.CONFIRMED, entry.source,
    )  # fmt: skip


def _usual_hour(entry: Entry) -> str:
    code = current_code()
    if entry.kind is ItemKind.CHECK_IN:
        return _("From %(time)s", time=isolate(filters.format_clock(_house(entry).check_in, code)))
    if entry.kind is ItemKind.CHECK_OUT:
        return _("Until %(time)s", time=isolate(filters.format_clock(_house(entry).check_out, code)))
    return ""


def _house(entry: Entry) -> LodgingHouse:
    """Of a check-in or a check-out."""
    assert isinstance(entry.source, Stay)  # noqa: S101  (what the source of such an entry is)
    return entry.source.house


def _phone(number: str) -> str:
    return phone_text(number) if number else ""


def _vehicle(run: Run) -> tuple[Fact, ...]:
    return (
        Fact(_("Driver"), run.driver.name if run.driver else ""),
        Fact(_("Vehicle"), run.vehicle.name),
        Fact(_("Plate"), run.vehicle.plate, is_code=True),
        Fact(_("Phone of the driver"), _phone((run.driver or run.vehicle).phone), is_phone=True),
    )


def _flight(_case: Case, flight: Flight, _interpreters: Interpreters) -> Words:
    has_news = flight.status is not FlightState.SCHEDULED
    takes_off = _moment(flight.departs_at, flight.leaves_at, flight.from_timezone, flight.from_airport)
    lands = _moment(flight.arrives_at, flight.lands_at, flight.to_timezone, flight.to_airport)
    facts = (
        Fact(_("How it stands"), str(label(flight.status)) if has_news else ""),
        Fact(_("Departs"), takes_off, is_moment=True),
        Fact(_("Terminal or platform"), _at(flight.from_airport, flight.from_terminal)),
        Fact(_("Lands"), lands, is_moment=True),
        Fact(_("Terminal or platform"), _at(flight.to_airport, flight.to_terminal)),
        Fact(_("Booking reference"), flight.booking_reference, is_code=True),
    )
    airport = flight.to_airport if flight.direction is Direction.ARRIVAL else flight.from_airport
    is_train = flight.mode is TransportMode.TRAIN
    title = _("Train %(number)s", number=isolate(flight.number)) if is_train else _(
        "Flight %(number)s", number=isolate(flight.number)
    )
    return title, facts, airport


def _at(airport: str, terminal: str) -> str:
    return f"{isolate(airport)} · {isolate(terminal)}" if terminal else ""


def _moment(planned: datetime, expected: datetime, timezone: str, airport: str) -> str:
    """The time of the ticket at its airport, and the one that is expected now where it is another."""
    if planned == expected:
        return time_in(planned, timezone, airport)
    return _(
        "was %(before)s, now %(now)s",
        before=time_in(planned, timezone, airport), now=time_in(expected, timezone, airport),
    )  # fmt: skip


def _ride(_case: Case, ride: Ride, _interpreters: Interpreters) -> Words:
    meeting_point = ride.run.meeting_point if ride.run else ""
    facts = (
        Fact(_("Where people meet"), meeting_point),
        Fact(_("From"), ride.from_place if ride.from_place != meeting_point else ""),
        Fact(_("To"), ride.to_place),
        Fact(_("Text on the sign"), ride.sign_text),
        *(_vehicle(ride.run) if ride.run else ()),
    )
    return _ride_title(ride), facts, ride.from_place


def _ride_title(ride: Ride) -> str:
    if ride.direction is not None:
        is_arrival = ride.direction is Direction.ARRIVAL
        return _("Pick-up at the airport") if is_arrival else _("Ride to the airport")
    if ride.run and ride.run.kind is RunKind.SHUTTLE:
        return _("Hospital shuttle")
    return (ride.run.title if ride.run else "") or _("Ride to %(place)s", place=isolate(ride.to_place))


def _way(house: LodgingHouse) -> str:
    """How far it is to the hospital; empty where nobody has measured it."""
    if house.metres is None or house.walk_minutes is None:
        return ""
    return _(
        "%(metres)s metres, %(minutes)s minutes on foot",
        metres=isolate(house.metres), minutes=isolate(house.walk_minutes),
    )  # fmt: skip


def _check_in(_case: Case, stay: Stay, _interpreters: Interpreters) -> Words:
    house, code = stay.house, current_code()
    name, address = house.text("name", code), house.text("address", code)
    facts = (
        Fact(_("Room"), stay.room.name if stay.room else "", is_code=True),
        Fact(_("Number of the booking"), stay.confirmation_number, is_code=True),
        Fact(_("Your room until"), filters.weekday(stay.leave_on)),
        Fact(_("Address"), address),
        Fact(_("Address for the taxi driver"), house.local_address or address, is_for_driver=True),
        Fact(_("Way to the hospital"), _way(house)),
        Fact(_("How to get there"), house.text("directions", code)),
        Fact(_("Phone"), _phone(house.phone), is_phone=True),
    )
    return _("Check in at %(house)s", house=isolate(name)), facts, name


def _check_out(_case: Case, stay: Stay, _interpreters: Interpreters) -> Words:
    house = stay.house.text("name", current_code())
    return _("Leave the room at %(house)s", house=isolate(house)), (), house


def _appointment(case: Case, visit: Appointment, interpreters: Interpreters) -> Words:
    assignment = interpreters.get(visit.public_id)
    room = visit.room
    facts = (
        Fact(_("Ends"), _hour_in(visit.ends_at, case.hospital.timezone)),
        Fact(_("Where"), room.name if room else ""),
        Fact(_("Floor"), room.place if room else ""),
        Fact(_("With"), visit.clinician.name if visit.clinician else ""),
        Fact(_("Interpreter"), assignment.interpreter.name if assignment else ""),
        Fact(
            _("Prepare"),
            str(label(visit.preparation)) if visit.preparation is not Preparation.NONE else "",
        ),
    )
    return str(label(visit.kind)), facts, case.hospital.text("name", current_code())


def _interpreter(case: Case, assignment: InterpreterAssignment, _interpreters: Interpreters) -> Words:
    facts = (
        Fact(_("Name"), assignment.interpreter.name),
        Fact(_("Language"), filters.spoken_name(assignment.language, current_code())),
        Fact(_("How"), str(label(assignment.modality))),
        Fact(_("Ends"), _hour_in(assignment.ends_at, case.hospital.timezone)),
    )
    return _("Interpreter"), facts, case.hospital.text("name", current_code())


_WORDS: dict[ItemKind, Callable[..., Words]] = {
    ItemKind.FLIGHT: _flight,
    ItemKind.RIDE: _ride,
    ItemKind.CHECK_IN: _check_in,
    ItemKind.CHECK_OUT: _check_out,
    ItemKind.APPOINTMENT: _appointment,
    ItemKind.INTERPRETER: _interpreter,
}
