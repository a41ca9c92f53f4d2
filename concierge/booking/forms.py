"""What the forms of the travel page share."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from concierge.web.forms import Form

LENGTHS = [
    ("15", _l("15 minutes")), ("30", _l("30 minutes")), ("45", _l("45 minutes")), ("60", _l("1 hour")),
    ("90", _l("1 hour 30 minutes")), ("120", _l("2 hours")), ("180", _l("3 hours")), ("240", _l("4 hours")),
]  # fmt: skip


class TripForm(Form):
    """One of several forms on a page: `place` is its anchor, and the beginning of the ids of its fields."""

    place = ""
    is_taken = False  # somebody else was faster; the page answers 409 and shows what is free

    def __init__(self, *args, place: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place or self.place
        for field in self:
            field.id = f"{self.place}-{field.name}"

    def refuse_taken(self, field: str, code: str) -> None:
        """Somebody else has it now."""
        self.is_taken = True
        self.refuse(field, code)


def typed_at(at: datetime | None, timezone: str) -> str:
    """As a date and time field holds it."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%dT%H:%M}" if at else ""
