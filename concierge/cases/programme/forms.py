"""Forms of the programme: which one, and for telehealth where the patient is now."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import Programme
from concierge.web import choices as lists
from concierge.web.forms import Choice, Form, HiddenField, Paragraph, Pick
from concierge.web.i18n import current_code
from concierge.web.labels import choices


class ProgrammeForm(Form):
    version = HiddenField()
    programme = Pick(_l("Programme"), choices(Programme))
    reason = Paragraph(_l("Why it changes"), message=_l("Say why"), most=2000, rows=2)


class PlaceForm(Form):
    version = HiddenField()
    country = Choice(_l("The patient is now in"), message=_l("Choose the country"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.country.choices = [("", _l("Choose one")), *lists.all_countries(current_code())]
