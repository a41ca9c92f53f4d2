"""What changes: one item, or the whole evaluation. Times are the hospital's, those of a flight its airport's."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.booking.forms import TripForm
from concierge.domain.consequences import VISIT, Change, Doing, Times
from concierge.domain.errors import InvalidInput
from concierge.domain.itinerary import ItemKind, StayItem, TimedItem, Trip
from concierge.web.forms import Day, Line, LocalDateTime, Pick

_DOING = [(Doing.MOVE.value, _l("It gets another time")), (Doing.CANCEL.value, _l("It is cancelled"))]
_FIELDS = {"first_on", "days", "starts_at", "delay", "arrive_on", "leave_on", "doing"}


class ChangeForm(TripForm):
    """Only the fields of what changes are there. `seen` is the list that was shown, and of which change."""

    place = "change"
    item = HiddenField()
    seen = HiddenField()
    doing = Pick(_l("What happens"), _DOING)
    first_on = Day(_l("New first day"), required=False)
    days = Line(_l("Or later by how many days"), required=False, most=4, ltr=True)
    starts_at = LocalDateTime(_l("New start"), required=False)
    delay = Line(_l("Or later by how many minutes"), required=False, most=5, ltr=True)
    arrive_on = Day(_l("First night"))
    leave_on = Day(_l("Day of leaving"))

    def __init__(self, trip: Trip, item: TimedItem | StayItem | None, **kwargs):
        super().__init__(data=self._beginning(trip, item), **kwargs)
        self.trip, self.subject = trip, item
        self.starts_at.timezone = trip.timezone
        for name in _FIELDS - self._wanted(item):
            del self[name]

    @staticmethod
    def _beginning(trip: Trip, item: TimedItem | StayItem | None) -> dict[str, str]:
        data = {"doing": Doing.MOVE.value, "item": item.key if item else VISIT}
        if isinstance(item, StayItem):
            data |= {"arrive_on": item.arrive_on.isoformat(), "leave_on": item.leave_on.isoformat()}
        elif item is not None:
            local = item.starts_at.astimezone(ZoneInfo(trip.timezone))
            data["starts_at"] = "" if item.kind is ItemKind.FLIGHT else f"{local:%Y-%m-%dT%H:%M}"
        elif trip.visit:
            data["first_on"] = trip.visit[0].isoformat()
        return data

    @staticmethod
    def _wanted(item: TimedItem | StayItem | None) -> set[str]:
        if item is None:
            return {"first_on", "days"}
        if isinstance(item, StayItem):
            return {"doing", "arrive_on", "leave_on"}
        return {"doing", "starts_at", "delay"}

    def change(self) -> Change:
        """What was chosen; call after `validate()`. Raises InvalidInput."""
        item = self.subject
        if item is None:
            return self._visit()
        if self.doing.data == Doing.CANCEL:
            return Change(Doing.CANCEL, item.key)
        if isinstance(item, StayItem):
            if self.leave_on.day <= self.arrive_on.day:
                raise InvalidInput("leave_on", "leaves_before_arrival")
            times = Times(arrive_on=self.arrive_on.day, leave_on=self.leave_on.day)
            return Change(Doing.MOVE, item.key, times)
        by = timedelta(minutes=_whole(self.delay.data, "delay"))
        if not by and self.starts_at.at_or_none is not None:
            by = self.starts_at.at - item.starts_at
        if not by:
            raise InvalidInput("starts_at", "time_or_delay")
        return Change(Doing.MOVE, item.key, Times(item.starts_at + by, item.ends_at + by))

    def _visit(self) -> Change:
        if self.trip.visit is None:
            raise InvalidInput("first_on", "hold_dates_first")
        days = _whole(self.days.data, "days")
        first_on = self.trip.visit[0] + timedelta(days=days) if days else self.first_on.day_or_none
        if first_on is None or first_on == self.trip.visit[0]:
            raise InvalidInput("first_on", "day_or_days")
        return Change(Doing.MOVE, VISIT, first_on=first_on)


def _whole(text: str | None, field: str) -> int:
    """Also a negative number: earlier. Empty is 0."""
    typed = (text or "").strip().replace("\u2212", "-")
    if not typed:
        return 0
    try:
        return int(typed)
    except ValueError as error:
        raise InvalidInput(field, "no_whole_number") from error
