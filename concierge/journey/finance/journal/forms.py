"""Forms with which the journal leaves the house as a file: never without a purpose."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from concierge.web.forms import Choice, Form, Line


class ExportForm(Form):
    purpose = Line(_l("What it is for"), most=300, message=_l("Enter what the file is for."))


class MonthForm(ExportForm):
    month = Choice(_l("Month"), message=_l("Choose a month from the list."))

    def offer(self, months: Iterable[tuple[str, str]]) -> "MonthForm":
        self.month.choices = list(months)
        return self
