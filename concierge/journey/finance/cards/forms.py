"""The form of our own page of the demo card service; a real card is typed at the card service only."""

from flask_babel import lazy_gettext as _l

from concierge.web.forms import Form, Line


class CardForm(Form):
    card_number = Line(
        _l("Test card number"), most=30, ltr=True, message=_l("Enter one of the test card numbers below.")
    )
