"""Forms of the deposit's pages. Several stand on one page, so each field has a name of its own."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import PaymentMethod
from concierge.models import Case
from concierge.web import choices
from concierge.web.forms import Amount, Choice, Day, Email, Form, Line
from concierge.web.i18n import current_code
from concierge.web.labels import label


class PaymentForm(Form):
    method = Choice(_l("How it came"))
    amount = Amount(_l("Amount that arrived"))
    payer_name = Line(_l("Name of the sender, as the bank shows it"), required=False, most=200)
    received_on = Day(_l("Day on which it arrived"))

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, for `record_payment`; read after validation."""
        return {
            "method": PaymentMethod(self.method.data), "amount": self.amount.money, "payer_name": self.payer_name.data,
            "received_on": self.received_on.day,
        }  # fmt: skip

    def prepare(self, case: Case, currency: str) -> "PaymentForm":
        """Currency of the deposit, and the methods that this hospital takes by hand."""
        self.amount.currency = currency
        offered = [PaymentMethod(m["method"]) for m in case.hospital.payment_methods]
        by_hand = [m for m in offered if m is not PaymentMethod.CARD] or [PaymentMethod.BANK_TRANSFER]
        self.method.choices = [(m.value, label(m)) for m in by_hand]
        return self


class AgainForm(Form):
    again_reason = Line(_l("Why it is requested again"), most=500, message=_l("Enter the reason."))


class CancelForm(Form):
    cancel_reason = Line(_l("Why it is cancelled"), most=500, message=_l("Enter the reason."))


class PayerForm(Form):
    """Who pays by card behind the link; what is typed stands on the payment and nowhere else."""

    payer_name = Line(_l("Your name"), most=200, message=_l("Enter your name"))
    payer_email = Email(_l("Your e-mail, for the receipt"), required=False)


class FromForm(Form):
    """From which country the money comes; asked by GET, because it only changes what is shown."""

    country = Choice(_l("From which country do you pay?"), required=False)

    @classmethod
    def shown(cls, usual: str) -> "FromForm":
        """As asked for in the address, else `usual`."""
        form = cls(formdata=request.args if "country" in request.args else None, meta={"csrf": False})
        known = choices.countries(current_code())
        form.country.choices = {"": [("", _l("Choose a country"))], **known}
        codes = {code for group in known.values() for code, _name in group}
        if form.country.data not in codes:
            form.country.data = usual if usual in codes else ""
        return form


class ExportForm(Form):
    purpose = Line(
        _l("What do you need the list for?"), most=300, message=_l("Write what you need the list for")
    )
