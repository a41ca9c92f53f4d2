"""The one question of an intake that is not about the answer: why not."""

from flask_babel import lazy_gettext as _l

from concierge.journey.contact.intake.words import NO
from concierge.web.forms import Form, Paragraph, Pick


class DeclineForm(Form):
    why = Pick(
        _l("Why it is not for us"),
        [(code, title) for code, (title, _words) in NO.items()],
        message=_l("Choose why"),
    )
    note = Paragraph(_l("For colleagues"), required=False, most=1000, rows=2)
