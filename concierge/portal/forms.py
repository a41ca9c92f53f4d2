"""What the patient decides about people and access."""

from flask_babel import lazy_gettext as _l

from concierge.cases.participation import GIVABLE
from concierge.domain.access import Area
from concierge.domain.vocabulary import Relation
from concierge.web.forms import Choice, Choices, Email, Form, Line
from concierge.web.labels import choices, label
from config import LOCALES

AREAS = [(area.value, label(area)) for area in GIVABLE]


class AreasForm(Form):
    areas = Choices(_l("What this person may see and do, besides trip and evaluation days"), AREAS)

    @property
    def given(self) -> list[Area]:
        return [Area(value) for value in self.areas.data or ()]


class InviteForm(AreasForm):
    name = Line(_l("Name of the person"))
    email = Email(_l("E-mail address of the person"))
    relation = Choice(_l("Who is this person for the patient?"), choices(Relation, Relation.PATIENT))
    language = Choice(
        _l("Language of our mails to this person"), [(info.code, info.autonym) for info in LOCALES]
    )
