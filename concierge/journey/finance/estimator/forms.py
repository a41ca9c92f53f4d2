"""The three questions of the cost page, asked by GET with short codes, and the form for exchange rates."""

from flask import request
from flask_babel import lazy_gettext as _l

from concierge.domain.estimator import ILLNESS, MOST_PEOPLE, PAYS, Asked
from concierge.domain.vocabulary import CancerType
from concierge.web.forms import Choice, Day, Form, Line, Paragraph, Pick
from concierge.web.labels import label


def _illness(kind: CancerType) -> object:
    return _l("I am not sure, or it is not in this list") if kind is CancerType.NOT_SURE else label(kind)


class CostForm(Form):
    """The names are short because they stand in the address, where they must say nothing."""

    a = Choice(_l("Which part of the body is ill?"), message=_l("Choose one, or “I am not sure”"))
    b = Pick(
        _l("Who will pay?"),
        [(code, label(who)) for code, who in PAYS.items()],
        message=_l("Choose who will pay"),
    )
    n = Choice(
        _l("How many people will travel, with the patient?"),
        [(str(count), str(count)) for count in range(1, MOST_PEOPLE + 1)],
        message=_l("Choose how many people will travel"),
        default="2",
    )
    c = Choice(_l("Show the amounts also in"), required=False)

    @classmethod
    def shown(cls, currencies: list[str], guessed: str) -> "CostForm":
        """As asked in the address. The guessed currency is only offered: it can be changed or taken away."""
        form = cls(formdata=request.args if "a" in request.args else None, meta={"csrf": False})
        form.a.choices = [("", _l("Choose one")), *((code, _illness(kind)) for code, kind in ILLNESS.items())]
        form.c.choices = [("", _l("No other currency")), *((code, code) for code in currencies)]
        if "a" not in request.args and guessed in currencies:
            form.c.data = guessed
        elif form.c.data not in currencies:  # its rate has become too old since this address was kept
            form.c.data = ""
        return form

    @property
    def asked(self) -> Asked:
        """Read after validation."""
        return Asked(ILLNESS[self.a.data], PAYS[self.b.data], int(self.n.data))


class RatesForm(Form):
    source = Line(_l("Who published the rates"), most=120, message=_l("Write who published the rates"))
    on = Day(_l("Day of the rates"), message=_l("Enter the day of the rates"))
    lines = Paragraph(_l("Rates, one a line"), most=20_000, rows=8, message=_l("Enter at least one rate"))
