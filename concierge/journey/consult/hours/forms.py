"""Forms of the hours in which somebody can be called."""

from datetime import time

from flask_babel import lazy_gettext as _l

from concierge.web.filters import format_clock
from concierge.web.forms import Choice, Choices, Day, Form, Line
from concierge.web.i18n import current_code

_QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


class HoursForm(Form):
    weekdays = Choices(_l("Days"), required=True, message=_l("Choose at least one day"))
    opens = Choice(_l("From"))
    closes = Choice(_l("Until"))
    valid_from = Day(_l("First day"), required=False)
    valid_until = Day(_l("Last day"), required=False)

    def __init__(self, days: list[tuple[str, str]], **kwargs):
        super().__init__(data={"opens": "09:00", "closes": "17:00"}, **kwargs)
        self.weekdays.choices = days
        code = current_code()
        self.opens.choices = self.closes.choices = [
            (f"{clock:%H:%M}", format_clock(clock, code)) for clock in _QUARTERS
        ]


class AbsenceForm(Form):
    first_on = Day(_l("First day"))
    last_on = Day(_l("Last day"))


class RemoveForm(Form):
    """`row` is the value of the button that was pressed."""

    row = Line(required=False)
