"""The forms of rides with sensible beginnings, and the vehicles and drivers that they can choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.booking.forms import LENGTHS, typed_at
from concierge.booking.rides.forms import MoveForm, RideForm, VehicleForm
from concierge.booking.rides.queries import drivers, free_drivers, free_vehicles, vehicles
from concierge.booking.travellers import travellers_of
from concierge.domain.booking import quarter_hours, up_to_quarter_at
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import BookingState, Direction
from concierge.models import Case, Flight, Resource, Ride, Stay, Traveller
from concierge.web import filters
from concierge.web.i18n import current_code

# Passport and bags take a while; and the airport is reached three hours before the flight.
RIDE_AFTER_LANDING = timedelta(minutes=45)
RIDE_BEFORE_TAKE_OFF = timedelta(hours=4)
WAYS = (*Direction, "other")  # to and from a flight, and any other ride


@dataclass
class Offer:
    """What is free: `notes` say something about each vehicle. `is_looked`: somebody asked."""

    notes: dict[str, str] = field(default_factory=dict)
    is_looked: bool = False


@dataclass(frozen=True)
class Known:
    """What the trip already says, so that nobody types it again; and what may be chosen. One query for each."""

    flights: Sequence[Flight]
    stay: Stay | None
    people: Sequence[Traveller]
    vehicles: Sequence[Resource]
    drivers: Sequence[Resource]

    def flight(self, way: str) -> Flight | None:
        """The first flight here, or the last one home."""
        found = [flight for flight in self.flights if flight.direction == way]
        return (found[0] if way == Direction.ARRIVAL else found[-1]) if found else None


def known(session: Session, case: Case) -> Known:
    flights = sa.select(Flight).where(Flight.case_id == case.id, Flight.is_cancelled.is_(False))
    stays = sa.select(Stay).where(Stay.case_id == case.id, Stay.state != BookingState.CANCELLED)
    return Known(
        session.scalars(flights.order_by(Flight.departs_at, Flight.id)).all(),
        session.scalar(stays.order_by(Stay.arrive_on, Stay.id).limit(1)),
        travellers_of(session, case),
        vehicles(session, case.hospital_id),
        drivers(session, case.hospital_id),
    )


def ride_form(case: Case, trip: Known, way: str, *, is_active: bool = False) -> RideForm:
    """Begins with the flight, the house, the travellers; on `is_active` it reads what was sent."""
    flight = trip.flight(way)
    data = _places(case, trip, way, flight) | _people(trip)
    data |= {"minutes": "60", "sign_text": "", "starts_at": ""}
    if way == Direction.ARRIVAL:
        data["sign_text"] = (case.person.latin_name or case.person.native_name)[:80]
    if flight:
        at = flight.arrives_at + RIDE_AFTER_LANDING
        if way == Direction.DEPARTURE:
            at = flight.departs_at - RIDE_BEFORE_TAKE_OFF
        data["starts_at"] = typed_at(up_to_quarter_at(at), case.hospital.timezone)
    form = prepared(trip, _made(RideForm, is_active, place=f"ride-{way}", data=data))
    form.starts_at.timezone = case.hospital.timezone
    return form


def _places(case: Case, trip: Known, way: str, flight: Flight | None) -> dict[str, str]:
    hospital = case.hospital.text("name", "en")
    bed = trip.stay.house.text("name", "en") if trip.stay else hospital
    if way == Direction.ARRIVAL:
        return {"from_place": flight.to_airport if flight else "", "to_place": bed}
    if way == Direction.DEPARTURE:
        return {"from_place": bed, "to_place": flight.from_airport if flight else ""}
    return {"from_place": bed if trip.stay else "", "to_place": hospital}


def _people(trip: Known) -> dict[str, str]:
    wheelchairs = sum(person.needs_wheelchair for person in trip.people)
    seats = len(trip.people) - wheelchairs if trip.people else 2
    return {"seats": str(seats), "wheelchairs": str(wheelchairs)}


def _made(kind, is_active: bool, **values):
    """Only the form of this address reads what was posted; the others stand beside it with their beginnings."""
    return kind(**values) if is_active else kind(formdata=None, **values)


def vehicle_form(trip: Known, ride: Ride, *, is_active: bool = False) -> VehicleForm:
    """A vehicle for a ride that is wanted."""
    return prepared(trip, _made(VehicleForm, is_active, place=f"find-{ride.public_id}"))


def move_form(case: Case, ride: Ride, *, is_active: bool = False) -> MoveForm:
    minutes = str((ride.ends_at - ride.starts_at) // timedelta(minutes=1))
    data = {"starts_at": typed_at(ride.starts_at, case.hospital.timezone), "minutes": minutes}
    form = _made(MoveForm, is_active, place=f"move-{ride.public_id}", data=data)
    form.starts_at.timezone = case.hospital.timezone
    if minutes not in dict(LENGTHS):
        length = ngettext("%(num)s minute", "%(num)s minutes", int(minutes))
        form.minutes.choices = [(minutes, length), *LENGTHS]
    return form


def prepared(trip: Known, form):
    """With every vehicle and driver that may be chosen."""
    form.vehicle_id.choices = [(str(car.id), car.name) for car in trip.vehicles]
    form.driver_id.choices = _driver_choices(trip.drivers)
    return form


def span(form: RideForm | MoveForm) -> tuple[datetime, datetime]:
    """Start and end in UTC; call after `validate()`. Raises InvalidInput beside the quarter-hours."""
    starts_at = form.starts_at.at
    ends_at = starts_at + timedelta(minutes=int(form.minutes.data))
    quarter_hours(starts_at, ends_at)
    return starts_at, ends_at


def offer(session: Session, case: Case, form: VehicleForm, ride: Ride | None = None) -> Offer:
    """Puts the free vehicles and drivers into a form that was sent."""
    if not form.is_submitted():
        return Offer()
    found: list[Resource] = []
    try:
        wanted = _wanted(form, ride)
    except InvalidInput as error:
        if not form.errors:
            form.refuse(error.field, error.code)
        wanted = None
    if wanted:
        starts_at, ends_at, seats, wheelchairs = wanted
        found = free_vehicles(
            session, case.hospital_id, starts_at, ends_at, seats=seats, wheelchairs=wheelchairs
        )
        form.driver_id.choices = _driver_choices(free_drivers(session, case.hospital_id, starts_at, ends_at))
    form.vehicle_id.choices = [(str(car.id), car.name) for car in found]
    return Offer({str(car.id): about_vehicle(car) for car in found}, is_looked=wanted is not None)


def _wanted(form: VehicleForm, ride: Ride | None) -> tuple[datetime, datetime, int, int] | None:
    if ride is not None:
        return ride.starts_at, ride.ends_at, ride.seats, ride.wheelchairs
    if not isinstance(form, RideForm) or form.starts_at.at_or_none is None or form.minutes.errors:
        return None
    if form.seats.number_or_none is None or form.wheelchairs.number_or_none is None:
        return None
    return (*span(form), form.seats.number, form.wheelchairs.number)


def _driver_choices(people) -> list[tuple[str, str]]:
    code = current_code()
    named = [
        (str(one.id), " · ".join([one.name, *(filters.spoken_name(tag, code) for tag in one.languages)]))
        for one in people
    ]
    return [("", _("Nobody named yet")), *named]


def about_vehicle(car: Resource) -> str:
    parts = [ngettext("%(num)s seat", "%(num)s seats", car.seats)]
    if car.wheelchair_places:
        parts.append(wheelchair_text(car.wheelchair_places))
    return " · ".join([*parts, f"\u2066{car.plate}\u2069"])


def wheelchair_text(number: int) -> str:
    return ngettext("%(num)s wheelchair place", "%(num)s wheelchair places", number)
