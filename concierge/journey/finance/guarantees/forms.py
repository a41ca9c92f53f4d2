"""Forms of the letters and of the services that use them up. Several stand on one page, so ids are made unique."""

from datetime import date
from typing import Any, TypeVar

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from concierge.domain.money import Money
from concierge.domain.vocabulary import LiaisonWay, PaymentMethod, Phase
from concierge.journey.finance.guarantees.words import ANSWERS
from concierge.models import CaseService, Document, EstimateLine, Guarantee, PayerOrganisation
from concierge.web.forms import Amount, Choice, Choices, Day, Form, Line, Paragraph, Pick, Upload, Whole
from concierge.web.i18n import current_code
from concierge.web.labels import choices, label

_LETTER_CURRENCIES = ("USD", "EUR", "GBP", "CNY", "SAR", "AED", "KWD", "QAR", "OMR", "BHD", "RUB", "KZT")
F = TypeVar("F", bound=Form)


def unique(form: F, key: str) -> F:
    """The form with ids of its own, so that it may stand on a page many times."""
    for name, field in form._fields.items():
        if not field.flags.hidden:
            field.id = field.label.field_id = f"{name}-{key}"
    return form


class GuaranteeForm(Form):
    organisation = Choice(_l("Organisation"), required=False)
    issuer = Line(_l("Who guarantees, as printed"), most=200)
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

    def prepare(self, currency: str, organisations: list[PayerOrganisation]) -> "GuaranteeForm":
        """Currencies with that of the hospital first, the phases to tick, and who is known as a payer."""
        offered = dict.fromkeys((currency, *_LETTER_CURRENCIES))
        self.letter_currency.choices = [(code, code) for code in offered]
        chosen = self.letter_currency.data
        self.ceiling.currency = chosen if chosen in offered else currency
        self.services.choices = [(phase.value, label(phase)) for phase in Phase]
        known = [(one.public_id, one.name) for one in organisations]
        self.organisation.choices = [("", _("Not named yet")), *known]
        return self


class GuarantorForm(Form):
    organisation = Choice(_l("Organisation"))

    def offer(self, organisations: list[PayerOrganisation]) -> "GuarantorForm":
        self.organisation.choices = [(one.public_id, one.name) for one in organisations]
        return self


class AcceptForm(Form):
    override = Line(_l("Why this letter is taken against the stop rule"), required=False, most=500)


class AmendForm(Form):
    amendment_number = Line(_l("Number of the amendment"), required=False, most=60, ltr=True)
    ceiling = Amount(_l("Limit from now on"))
    valid_until = Day(_l("Last valid day from now on"))
    services = Choices(
        _l("What it covers from now on"),
        required=True,
        message=_l("Tick at least one part that the letter covers."),
    )

    @classmethod
    def of(cls, letter: Guarantee) -> "AmendForm":
        """With what is in force."""
        form = cls(
            ceiling=plain(letter.ceiling),
            valid_until=letter.valid_until.isoformat(),
            services=list(letter.services),
        )
        form.ceiling.currency = letter.currency
        form.services.choices = [(phase.value, label(phase)) for phase in Phase]
        return form

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, for `record_amendment`; read after validation."""
        return {
            "number": self.amendment_number.data, "ceiling": self.ceiling.money, "valid_until": self.valid_until.day,
            "services": [Phase(code) for code in self.services.data],
        }  # fmt: skip


class AppealForm(Form):
    appeal = Paragraph(_l("What we answered to the guarantor"), most=2000, rows=3)


class ScanForm(Form):
    """A document that is here already, or a new file."""

    document = Choice(_l("A document of this case"), required=False)
    files = Upload(_l("Or a new file"), required=False)

    def offer(self, documents: list[Document]) -> "ScanForm":
        known = [(one.public_id, one.file_name) for one in documents]
        self.document.choices = [("", _("None of these")), *known]
        return self


class LiaisonForm(Form):
    way = Pick(_l("How you talked"), choices=choices(LiaisonWay))
    with_whom = Line(_l("With whom"), most=200)
    said = Paragraph(_l("What was said"), most=4000, rows=3)
    follow_up_on = Day(_l("Ask again on"), required=False)

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, for `note_liaison`; read after validation."""
        return {
            "way": LiaisonWay(self.way.data), "with_whom": self.with_whom.data, "said": self.said.data,
            "follow_up_on": self.follow_up_on.day_or_none,
        }  # fmt: skip


class BookForm(Form):
    """`codes` are the reasons for which the chosen letter does not pay: only then the two last fields are shown."""

    codes: tuple[str, ...] = ()

    line = Choice(_l("Service of the estimate"), message=_l("Choose a service from the list."))
    quantity = Whole(_l("How many"), least=1, most_value=999, default="1")
    scheduled_on = Day(_l("Day on which it is planned"))
    payer = Choice(_l("Who pays"), required=False)
    answer = Pick(_l("What shall be done"), choices=ANSWERS, required=False)
    why = Line(_l("Reason"), required=False, most=500)

    def offer(self, lines: list[EstimateLine], letters: list[Guarantee]) -> "BookForm":
        """The lines in force and the accepted letters; the first letter is proposed."""
        self.line.choices = [(str(one.id), f"{one.code} · {shown(one.name)}") for one in lines]
        known = [(letter.public_id, f"{letter.issuer} {letter.number}") for letter in letters]
        self.payer.choices = [*known, ("", _("The patient"))]
        return self


class PerformForm(Form):
    day = Day(_l("Day on which it took place"))


class BillForm(Form):
    bill_number = Line(_l("Number of the bill"), most=60, ltr=True)
    amount = Amount(_l("Amount of the bill"))
    day = Day(_l("Day of the bill"))

    @classmethod
    def of(cls, service: CaseService, today: date) -> "BillForm":
        form = cls(amount=plain(service.amount), day=today.isoformat())
        form.amount.currency = service.currency
        return form


class PaidForm(Form):
    method = Choice(_l("How it came"), choices=choices(PaymentMethod))
    day = Day(_l("Day on which it arrived"))


class CancelForm(Form):
    reason = Line(_l("Reason"), most=500, message=_l("Enter the reason."))


def plain(amount: Money) -> str:
    """An amount as a field shows it before somebody changes it: with the reader's decimal sign, so it is read back."""
    pattern = "0." + "0" * amount.exponent if amount.exponent else "0"
    return format_decimal(
        amount.amount, pattern, current_code(), group_separator=False, numbering_system="latn"
    )


def shown(name: dict) -> str:
    """The name of a service in the reader's language."""
    return name.get(current_code()) or name["en"]
