"""Forms of the money pages. Several stand on one page, so each field has a name of its own."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.numbers import whole
from concierge.domain.vocabulary import PaymentMethod
from concierge.models import Case, Estimate, Tariff
from concierge.web.forms import Amount, Choice, Day, Form, Line, Paragraph, Whole
from concierge.web.i18n import autonym, current_code
from concierge.web.labels import label
from config import LOCALES


class ActForm(Form):
    """One button; `version` is that of the row which the page showed."""

    version = HiddenField()

    @property
    def shown_version(self) -> int | None:
        """The version the person saw, or None where the form has none."""
        return whole(self.version.raw_data[0]) if self.version.raw_data else None


class AddLineForm(ActForm):
    tariff = Choice(_l("Service"), message=_l("Choose a service from the list."))
    quantity = Whole(_l("How many"), least=1, most_value=999)

    def offer(self, tariffs: list[Tariff]) -> "AddLineForm":
        """Fill the list of services."""
        self.tariff.choices = [
            (str(t.id), f"{t.code} · {t.name.get(current_code()) or t.name['en']}") for t in tariffs
        ]
        return self


def lines_form(draft: Estimate) -> ActForm:
    """One field for the quantity of each line, named after its id."""
    fields = {
        f"quantity_{line.id}": Whole(
            _l("Quantity of %(code)s", code=line.code), least=1, most_value=999, default=str(line.quantity)
        )
        for line in draft.lines
    }
    return type("LinesForm", (ActForm,), fields)()


class TextsForm(ActForm):
    text_language = Choice(
        _l("Language of these texts"), choices=[(i.code, autonym(i.code)) for i in LOCALES]
    )
    included = Paragraph(_l("What is included"), required=False, most=4000, rows=3)
    not_included = Paragraph(_l("What is not included"), required=False, most=4000, rows=3)
    could_change = Paragraph(_l("What could change the amount"), required=False, most=4000, rows=3)


class IssueForm(ActForm):
    issue_until = Day(_l("Valid until"), message=_l("Enter the last day on which this estimate is valid"))


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


class ReasonForm(Form):
    """Reject a payment or refuse a letter; the page may hold several, so the field's id is made unique."""

    reason = Line(_l("Reason"), most=500, message=_l("Enter the reason."))

    @classmethod
    def of(cls, public_id: str) -> "ReasonForm":
        form = cls()
        form.reason.id = form.reason.label.field_id = f"reason-{public_id}"
        return form


class UnderstoodForm(Form):
    """`number` is the version that was read."""

    number = HiddenField()


class CardForm(Form):
    """Our own page of the demo card service; a real card is typed at the card service only."""

    card_number = Line(
        _l("Test card number"), most=30, ltr=True, message=_l("Enter one of the test card numbers below.")
    )
