"""Forms of the money pages. Several stand on one page, so each field has a name of its own."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.numbers import whole
from concierge.domain.vocabulary import Phase
from concierge.web.forms import Amount, Choice, Choices, Day, Form, Line
from concierge.web.labels import label

_LETTER_CURRENCIES = ("USD", "EUR", "GBP", "CNY", "SAR", "AED", "KWD", "QAR", "OMR", "BHD", "RUB", "KZT")


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


class GuaranteeForm(Form):
    issuer = Line(_l("Who guarantees"), most=200)
    number = Line(_l("Number of the letter"), most=60, ltr=True)
    person_name = Line(_l("Name of the patient, as on the letter"), most=200)
    passport_number = Line(_l("Passport number on the letter"), required=False, most=20, ltr=True)
    services = Choices(
        _l("What it covers"), required=True, message=_l("Tick at least one part that the letter covers.")
    )
    ceiling = Amount(_l("Limit"))
    letter_currency = Choice(_l("Currency of the limit"))
    valid_from = Day(_l("Valid from"))
    valid_until = Day(_l("Last valid day"))

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, for `record_guarantee`; read after validation."""
        return {
            "issuer": self.issuer.data, "number": self.number.data, "person_name": self.person_name.data,
            "passport_number": self.passport_number.data, "services": [Phase(code) for code in self.services.data],
            "ceiling": self.ceiling.money, "valid_from": self.valid_from.day, "valid_until": self.valid_until.day,
        }  # fmt: skip

    def prepare(self, currency: str) -> "GuaranteeForm":
        """Currencies with that of the hospital first, and the phases to tick."""
        offered = dict.fromkeys((currency, *_LETTER_CURRENCIES))
        self.letter_currency.choices = [(code, code) for code in offered]
        chosen = self.letter_currency.data
        self.ceiling.currency = chosen if chosen in offered else currency
        self.services.choices = [(phase.value, label(phase)) for phase in Phase]
        return self


