"""Forms of prices. Amounts are in the currency of the hospital, which the view sets; names have one box a language."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.errors import InvalidInput
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType, PayerKind, Phase, Programme
from concierge.journey.finance.prices.actions import LineFacts, PackageFacts, RuleFacts, TariffFacts
from concierge.models import Hospital, Package
from concierge.web.forms import Amount, Choice, Day, Form, Line, Tick, Upload, Whole
from concierge.web.i18n import tag_of
from concierge.web.labels import choices
from config import LOCALES

MOST_LINES = 60
SPARE_LINES = 5


class PriceForm(Form):
    """A price from a day on."""

    low = Amount(_l("From"))
    high = Amount(_l("To"))
    source = Line(_l("Source"), message=_l("Enter where the price comes from"), most=120)
    valid_from = Day(_l("First day"), message=_l("Enter the first day"))

    def priced_in(self, hospital: Hospital) -> Any:
        """The form in the currency of this hospital."""
        self.low.currency = self.high.currency = hospital.currency
        return self

    @property
    def range(self) -> MoneyRange:
        """Raises InvalidInput("high", …) when the two ends are the wrong way round or nothing at all."""
        low, high = self.low.money, self.high.money
        if high < low:
            raise InvalidInput("high", "range_upside_down")
        if not high.is_positive:
            raise InvalidInput("high", "negative")
        return MoneyRange(low, high)


def _names(form: Form) -> dict[str, str]:
    typed = {info.code: form[f"name_{info.code}"].data for info in LOCALES}
    return {code: text for code, text in typed.items() if text}


class TariffForm(PriceForm):
    code = Line(_l("Code"), message=_l("Enter a code"), most=20, ltr=True)
    phase = Choice(_l("Phase"), choices(Phase))
    valid_until = Day(_l("Last day"), required=False)

    @property
    def facts(self) -> TariffFacts:
        """What was typed; read after validation."""
        return TariffFacts(
            self.code.data, _names(self), Phase(self.phase.data), self.range, self.source.data, self.valid_from.day,
            self.valid_until.day_or_none,
        )  # fmt: skip


class EndForm(Form):
    last_day = Day(_l("Last day"), message=_l("Enter the last day"))


class PackageForm(Form):
    """`lines` says how many rows the page showed; rows without a code are left out."""

    code = Line(_l("Code"), message=_l("Enter a code"), most=20, ltr=True)
    cancer_type = Choice(
        _l("Illness"), [("", _l("Every illness")), *choices(CancerType, CancerType.NOT_SURE)], required=False
    )
    programme = Choice(_l("Programme"), choices(Programme))
    valid_from = Day(_l("First day"), message=_l("Enter the first day"))
    lines = HiddenField()
    line_count: int

    @property
    def rows(self) -> list[tuple[Line, Whole, Tick]]:
        """The fields of each line."""
        return [
            (self[f"line_{at}_code"], self[f"line_{at}_quantity"], self[f"line_{at}_optional"])
            for at in range(self.line_count)
        ]

    @property
    def facts(self) -> PackageFacts:
        """What was typed; read after validation."""
        typed = [
            LineFacts(at, code.data, quantity.number_or_none or 1, bool(optional.data))
            for at, (code, quantity, optional) in enumerate(self.rows)
            if code.data
        ]
        cancer_type = CancerType(self.cancer_type.data) if self.cancer_type.data else None
        return PackageFacts(
            self.code.data,
            _names(self),
            cancer_type,
            Programme(self.programme.data),
            self.valid_from.day,
            typed,
        )


for _info in LOCALES:
    for _form in (TariffForm, PackageForm):
        _field = Line(
            _l("Name in %(language)s", language=_info.autonym), required=_info.code == "en", most=200,
            message=_l("Enter the English name. It stands in where a language is missing."),
            render_kw={"lang": tag_of(_info.code)},
        )  # fmt: skip
        setattr(_form, f"name_{_info.code}", _field)


def package_form(count: int, package: Package | None = None) -> PackageForm:
    """The form with `count` rows for lines, filled from a package where one is given."""
    count = max(1, min(count, MOST_LINES))
    fields: dict[str, Any] = {"line_count": count}
    held = package.lines if package else []
    for at in range(count):
        line = held[at] if at < len(held) else None
        fields |= {
            f"line_{at}_code": Line(
                _l("Code of line %(number)s", number=at + 1), required=False, most=20, ltr=True,
                default=line.tariff_code if line else "",
            ),
            f"line_{at}_quantity": Whole(
                _l("Quantity of line %(number)s", number=at + 1), required=False, least=1, most_value=999,
                default=str(line.quantity) if line else "",
            ),
            f"line_{at}_optional": Tick(
                _l("Line %(number)s is offered, not in the sum", number=at + 1),
                default=bool(line and line.is_optional),
            ),
        }  # fmt: skip
    given: dict[str, Any] = {}
    if package:
        given = {
            "code": package.code, "cancer_type": package.cancer_type or "", "programme": package.programme,
            **{f"name_{locale}": text for locale, text in package.name.items()},
        }  # fmt: skip
    form = type("PackageLinesForm", (PackageForm,), fields)(data=given or None)
    form.lines.data = str(count)
    return form


class RuleForm(Form):
    cancer_type = Choice(
        _l("Illness"), [("", _l("Every illness")), *choices(CancerType, CancerType.NOT_SURE)], required=False
    )
    payer_kind = Choice(_l("Who pays"), [("", _l("Every payer")), *choices(PayerKind)], required=False)
    amount = Amount(_l("Deposit"))
    valid_from = Day(_l("First day"), message=_l("Enter the first day"))
    valid_until = Day(_l("Last day"), required=False)

    @property
    def facts(self) -> RuleFacts:
        """What was typed; read after validation."""
        return RuleFacts(
            CancerType(self.cancer_type.data) if self.cancer_type.data else None,
            PayerKind(self.payer_kind.data) if self.payer_kind.data else None,
            self.amount.money, self.valid_from.day, self.valid_until.day_or_none,
        )  # fmt: skip


class NextRuleForm(Form):
    """Another amount for the same illness and payer."""

    amount = Amount(_l("New deposit"))
    valid_from = Day(_l("First day"), message=_l("Enter the first day"))

    def amount_of(self) -> Money:
        return self.amount.money


class FileForm(Form):
    file = Upload(_l("File"))


class ImportForm(Form):
    """`seen` are the counts that the reader saw in the preview."""

    seen = HiddenField()


class ActualForm(Form):
    actual_package = Choice(_l("Package"), message=_l("Choose a package from the list."))
    actual_total = Amount(_l("Total of the evaluation"))
    actual_finished_on = Day(_l("Day on which it was over"))
