"""Forms of handing over."""

from flask_babel import lazy_gettext as _l

from concierge.web.forms import Choice, Form, HiddenField, Paragraph


class CaseForm(Form):
    """One case. `to` is a role and a person: `specialist:12`; the view fills in who can be chosen."""

    to = Choice(_l("To"), message=_l("Choose a colleague"))
    note = Paragraph(
        _l("What the colleague has to know"), message=_l("Write a note for the colleague"), most=2000, rows=4
    )


class AllForm(Form):
    """Everything of one person. `giver` was chosen before and is only carried along: `hospital:role:person`."""

    giver = HiddenField()
    taker = Choice(_l("To"), message=_l("Choose a colleague"))
    note = Paragraph(
        _l("Why, and what the colleague has to know"),
        message=_l("Write a note for the colleague"),
        most=2000,
        rows=3,
    )
