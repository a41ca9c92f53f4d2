from datetime import date

from flask_babel import lazy_gettext as _l

from concierge.booking.forms import TripForm
from concierge.web.forms import Day, Pick, Tick, Whole


class StayForm(TripForm):
    """Nights, people and wishes; the room is chosen from those that are free."""

    place = "room"
    arrive_on = Day(_l("First night"))
    leave_on = Day(_l("Day of leaving"))
    guests = Whole(_l("How many people"), least=1, most_value=20)
    needs_kitchen = Tick(_l("A kitchen in the room"))
    needs_accessible = Tick(_l("Accessible with a wheelchair"))
    room_id = Pick(_l("Room"), required=False, message=_l("Choose a room"))

    def wish(self) -> tuple[date, date, int]:
        """First night, day of leaving and people; call after `validate()`."""
        return self.arrive_on.day, self.leave_on.day, self.guests.number
