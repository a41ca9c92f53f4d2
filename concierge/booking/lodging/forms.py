"""The forms of rooms: what a family looks for, holds, days, a partner's hotel, seasons of a house."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from flask_babel import lazy_gettext as _l

from concierge.booking.forms import TripForm
from concierge.booking.lodging.partners import MOST_GUESTS
from concierge.booking.lodging.queries import FreeRoom, Need
from concierge.domain.money import Money
from concierge.models import LodgingHouse
from concierge.web.forms import Amount, Choice, Day, Line, Pick, Tick, Whole
from concierge.web.i18n import current_code

HOLDS = [
    ("1", _l("1 hour")), ("4", _l("4 hours")), ("24", _l("1 day")), ("48", _l("2 days")),
]  # fmt: skip


class StayForm(TripForm):
    """Nights, people and wishes; the room is chosen from those that are free, then held or booked."""

    place = "room"
    arrive_on = Day(_l("First night"))
    leave_on = Day(_l("Day of leaving"))
    guests = Whole(_l("How many people"), least=1, most_value=MOST_GUESTS)
    needs_kitchen = Tick(_l("A kitchen in the room"))
    needs_accessible = Tick(_l("Accessible with a wheelchair"))
    house_id = Choice(_l("House"), required=False)
    most_metres = Whole(_l("At most so many metres from the hospital"), required=False, most_value=100_000)
    most_a_night = Amount(_l("At most a night"), required=False)
    room_id = Pick(_l("Room"), required=False, message=_l("Choose a room"))
    hours = Choice(_l("How long to hold it"), HOLDS, required=False)
    after = Line(required=False)  # where the last page of free rooms ended

    found: list[FreeRoom] | None = None  # what is free, once somebody has looked (lodging/panel.py)
    notes: Mapping[str, str] = MappingProxyType({})
    next_place = ""

    def need(self) -> Need:
        """What was typed; call after `validate()`."""
        most: Money | None = self.most_a_night.money_or_none
        return Need(
            self.arrive_on.day, self.leave_on.day, self.guests.number, self.needs_kitchen.data,
            self.needs_accessible.data, int(self.house_id.data) if self.house_id.data else None,
            self.most_metres.number_or_none, most.minor if most else None,
        )  # fmt: skip

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=int(self.hours.data or HOLDS[0][0]))


class MoveForm(TripForm):
    """Other days of one stay; another room only where its own is taken."""

    arrive_on = Day(_l("First night"))
    leave_on = Day(_l("Day of leaving"))
    room_id = Pick(_l("Another room"), required=False)


class PartnerForm(TripForm):
    """Nights in a hotel that is not ours."""

    place = "partner"
    house_id = Choice(_l("Hotel"))
    arrive_on = Day(_l("First night"))
    leave_on = Day(_l("Day of leaving"))
    guests = Whole(_l("How many people"), least=1, most_value=MOST_GUESTS)
    note = Line(_l("What the hotel should know"), required=False)


class AnswerForm(TripForm):
    """The hotel says yes, with its number."""

    number = Line(_l("Number of the booking"), most=60, ltr=True)
    cost = Amount(_l("What it costs altogether"), required=False)


class RefusalForm(TripForm):
    """The hotel says no."""

    why = Line(_l("What the hotel said"), required=False)


class RateForm(TripForm):
    """A season of a house, or of one room of it."""

    place = "rate"
    room_id = Choice(_l("For"), required=False)
    from_on = Day(_l("First day"))
    until_on = Day(_l("Last day"))
    night = Amount(_l("Price of a night"))


def house_choices(houses: list[LodgingHouse], anywhere: str = "") -> list[tuple[str, str]]:
    """The houses by name; first "anywhere" where it may stay open."""
    named = [(str(house.id), house.text("name", current_code())) for house in houses]
    return [("", anywhere), *named] if anywhere else named
