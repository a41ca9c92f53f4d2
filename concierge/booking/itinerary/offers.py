"""What a form can choose from, looked up when somebody asks: free rooms and vehicles, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from concierge.booking.lodging.forms import StayForm
from concierge.booking.lodging.queries import free_rooms
from concierge.booking.rides.forms import RideForm
from concierge.booking.rides.queries import free_vehicles
from concierge.domain.booking import quarter_hours
from concierge.domain.money import Money
from concierge.models import Case, LodgingRoom, Resource
from concierge.web import filters
from concierge.web.i18n import current_code


@dataclass
class Offer:
    """`notes` say something about each choice."""

    notes: dict[str, str] = field(default_factory=dict)


def offer_rooms(session: Session, case: Case, form: StayForm) -> Offer:
    """Puts the free rooms into the form. Raises InvalidInput for nights that make no stay."""
    arrive_on, leave_on = form.arrive_on.day_or_none, form.leave_on.day_or_none
    guests = form.guests.number_or_none
    rooms: Sequence[LodgingRoom] = ()
    if arrive_on and leave_on and guests:
        rooms = free_rooms(
            session, case.hospital_id, arrive_on, leave_on, guests=guests,
            needs_kitchen=form.needs_kitchen.data, needs_accessible=form.needs_accessible.data,
        )  # fmt: skip
    code = current_code()
    form.room_id.choices = [
        (
            str(room.id),
            _("%(house)s, room %(room)s", house=room.house.get(code) or room.house["en"], room=room.name),
        )
        for room in rooms
    ]
    return Offer({str(room.id): _about_room(room) for room in rooms})


def _about_room(room: LodgingRoom) -> str:
    parts = [ngettext("%(num)s bed", "%(num)s beds", room.beds)]
    if room.has_kitchen:
        parts.append(_("Kitchen"))
    if room.is_accessible:
        parts.append(_("Accessible with a wheelchair"))
    price = filters.money(Money(room.night_minor, room.currency)).striptags()
    parts.append(_("%(price)s a night", price=price))
    return " · ".join(parts)


def ride_span(form: RideForm) -> tuple[datetime, datetime]:
    """Start and end in UTC; call after `validate()`. Raises InvalidInput beside the quarter-hours."""
    starts_at = form.starts_at.at
    ends_at = starts_at + timedelta(minutes=int(form.minutes.data))
    quarter_hours(starts_at, ends_at)
    return starts_at, ends_at


def offer_vehicles(session: Session, case: Case, form: RideForm) -> Offer:
    """Puts the free vehicles into the form."""
    found: list[Resource] = []
    if form.starts_at.at_or_none and form.seats.number_or_none and not form.minutes.errors:
        starts_at, ends_at = ride_span(form)
        found = free_vehicles(
            session,
            case.hospital_id,
            starts_at,
            ends_at,
            seats=form.seats.number,
            wheelchair=form.wheelchair.data,
        )
    form.vehicle_id.choices = [(str(car.id), car.name) for car in found]
    return Offer({str(car.id): _about_vehicle(car) for car in found})


def _about_vehicle(car: Resource) -> str:
    parts = [ngettext("%(num)s seat", "%(num)s seats", car.seats)]
    if car.has_wheelchair_place:
        parts.append(_("A place for a wheelchair"))
    return " · ".join([*parts, f"\u2066{car.plate}\u2069"])
