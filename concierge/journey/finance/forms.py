"""Forms of the money pages. Several stand on one page, so each field has a name of its own."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.numbers import whole
from concierge.web.forms import Form, Line


class ActForm(Form):
    """One button; `version` is that of the row which the page showed."""

    version = HiddenField()

    @property
    def shown_version(self) -> int | None:
        """The version the person saw, or None where the form has none."""
        return whole(self.version.raw_data[0]) if self.version.raw_data else None


class ReasonForm(Form):
    """Reject a payment or refuse a letter; the page may hold several, so the field's id is made unique."""

    reason = Line(_l("Reason"), most=500, message=_l("Enter the reason."))

    @classmethod
    def of(cls, public_id: str) -> "ReasonForm":
        form = cls()
        form.reason.id = form.reason.label.field_id = f"reason-{public_id}"
        return form
