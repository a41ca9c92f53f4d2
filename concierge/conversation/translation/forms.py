"""What is asked at the translation desk, on the glossary and of a held message."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.models import Hospital
from concierge.web.forms import Choice, Form, Line, Paragraph, Tick
from concierge.web.i18n import current_code
from config import LOCALES


class ApproveForm(Form):
    """The translation that a person answers for. `seen` is the original from which it was made."""

    text = Paragraph(_l("Translation"), message=_l("Enter the translation"), rows=8, most=20_000)
    seen = HiddenField()
    is_confirmed = Tick(_l("I have compared both texts: the translation is right as it is"))


class HeldForm(Form):
    """Other words for a message that the family has not seen."""

    message = Paragraph(_l("Message"), message=_l("Write something first"), rows=6)


class TermForm(Form):
    """A term with its forms, several with commas between them."""

    term = Line(_l("Term"), message=_l("Enter the term"), most=120)
    language = Choice(_l("Language of the term"), [(info.code, info.autonym) for info in LOCALES])
    is_protected = Tick(_l("Protected: a name or a medicine, which stays as it is written"))
    hospital = Choice(_l("Hospital"))

    def __init__(self, hospitals: list[Hospital], **kwargs):
        super().__init__(**kwargs)
        self.hospital.choices = [(str(one.id), one.text("name", current_code())) for one in hospitals]

    def forms(self) -> dict[str, list[str]]:
        """{locale: [form, …]} of the languages in which something was written."""
        typed = {info.code: self[f"in_{info.code}"].data or "" for info in LOCALES}
        split = {code: text.replace("،", ",").replace("，", ",").split(",") for code, text in typed.items()}
        found = {code: [form.strip() for form in forms if form.strip()] for code, forms in split.items()}
        return {code: forms for code, forms in found.items() if forms}

    def form_fields(self) -> list:
        """One field for each language."""
        return [self[f"in_{info.code}"] for info in LOCALES]


for _info in LOCALES:
    setattr(TermForm, f"in_{_info.code}", Line(_info.autonym, required=False, most=300))
