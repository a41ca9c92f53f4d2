"""The form of a reply template: one box for each shipped language, side by side."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.reply_templates import MOST
from concierge.web.forms import Choice, Form, Line, Paragraph
from concierge.web.i18n import tag_of
from config import LOCALES


class TemplateForm(Form):
    """`code` is what stays the same over all versions; `replaces` the version that was on the page."""

    hospital = Choice(_l("Hospital"))
    code = Line(_l("Short name"), message=_l("Enter a short name"), most=40, ltr=True)
    replaces = HiddenField(default="0")
    name = Line(_l("Name in the list"), message=_l("Enter a name"), most=120)

    def texts(self) -> dict[str, str]:
        """What was typed, by locale."""
        return {info.code: self[f"text_{info.code}"].data or "" for info in LOCALES}


for _info in LOCALES:
    _field = Paragraph(
        _info.autonym, required=_info.code == "en", most=MOST, rows=9, render_kw={"lang": tag_of(_info.code)}
    )
    setattr(TemplateForm, f"text_{_info.code}", _field)
