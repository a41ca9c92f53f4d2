from datetime import datetime

from flask_babel import lazy_gettext as _l

from concierge.booking.forms import TripForm
from concierge.booking.travel.actions import FlightFacts
from concierge.domain.vocabulary import Direction
from concierge.web.forms import Line, LocalDateTime


class FlightForm(TripForm):
    """A flight as its ticket says. Each time is typed as the clock at its own airport shows it."""

    number = Line(_l("Flight number"), most=12, ltr=True)
    from_airport = Line(_l("From which airport"), most=80)
    from_timezone = Line(_l("Time zone of that airport"), most=40, ltr=True)
    departs_local = LocalDateTime(_l("Take-off, local time there"))
    to_airport = Line(_l("To which airport"), most=80)
    to_timezone = Line(_l("Time zone of that airport"), most=40, ltr=True)
    arrives_local = LocalDateTime(_l("Landing, local time there"))

    def facts(self, direction: Direction) -> FlightFacts:
        """What was typed; call after `validate()`."""
        return FlightFacts(
            direction, self.number.data, self.from_airport.data, self.from_timezone.data, _naive(self.departs_local),
            self.to_airport.data, self.to_timezone.data, _naive(self.arrives_local),
        )  # fmt: skip


def _naive(field: LocalDateTime) -> datetime:
    """The field reads the wall clock as if it were UTC; the zone of the airport comes later, with its summer time."""
    return field.at.replace(tzinfo=None)
