"""Forms of the builder and of the family's page. Several stand on one page, so each field has a name of its own."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from concierge.domain.estimate import Share
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import PayerKind
from concierge.journey.finance.estimates import actions
from concierge.journey.finance.forms import ActForm
from concierge.models import Estimate, EstimateLine, Tariff
from concierge.web.forms import Amount, Choice, Day, Form, Line, Paragraph, Whole
from concierge.web.i18n import autonym, current_code
from concierge.web.labels import label
from config import LOCALES


class StartForm(ActForm):
    """`start`, the pressed button, is the key of the package or past case; empty: a copy of the version in force."""

    start = Line(_l("Start"), required=False)


class AddLineForm(ActForm):
    tariff = Choice(_l("Service"), message=_l("Choose a service from the list."))
    quantity = Whole(_l("How many"), least=1, most_value=999)

    def offer(self, tariffs: list[Tariff]) -> "AddLineForm":
        """Fill the list of services."""
        self.tariff.choices = [
            (str(t.id), f"{t.code} · {t.name.get(current_code()) or t.name['en']}") for t in tariffs
        ]
        return self


class LinesForm(ActForm):
    """Quantity and range of each line, in fields named after its id; made by `lines_form`."""

    def validate(self, extra_validators=None) -> bool:
        """Besides the fields themselves: from low to high."""
        is_valid = super().validate(extra_validators)
        for field in self:
            low = (
                self._fields.get(field.name.replace("high_", "low_"))
                if field.name.startswith("high_")
                else None
            )
            if low and low.money_or_none and field.money_or_none and field.money_or_none < low.money_or_none:
                self.refuse(field.name, "range_upside_down")
                is_valid = False
        return is_valid

    def change_of(self, line: EstimateLine) -> actions.LineChange:
        """What was typed for this line; read after validation."""
        low, high = self[f"low_{line.id}"].money, self[f"high_{line.id}"].money
        return actions.LineChange(self[f"quantity_{line.id}"].number, MoneyRange(low, high))


def lines_form(draft: Estimate, **kept) -> LinesForm:
    """Three fields for each line: how many, from, to."""
    code = current_code()
    fields: dict[str, Line] = {}
    for line in draft.lines:
        fields |= {
            f"quantity_{line.id}": Whole(
                _l("Quantity of %(code)s", code=line.code), least=1, most_value=999, default=str(line.quantity)
            ),
            f"low_{line.id}": Amount(
                _l("Lowest price of %(code)s", code=line.code), currency=line.currency,
                default=line.each.low.typed(code),
            ),
            f"high_{line.id}": Amount(
                _l("Highest price of %(code)s", code=line.code), currency=line.currency,
                default=line.each.high.typed(code),
            ),
        }  # fmt: skip
    return type("LinesForm", (LinesForm,), fields)(**kept)


class TextsForm(ActForm):
    text_language = Choice(
        _l("Language of these texts"), choices=[(i.code, autonym(i.code)) for i in LOCALES]
    )
    primary = Line(_l("What the estimate is for, in one line"), required=False, most=200)
    included = Paragraph(_l("What is included"), required=False, most=4000, rows=3)
    not_included = Paragraph(_l("What is not included"), required=False, most=4000, rows=3)
    could_change = Paragraph(_l("What could change the amount"), required=False, most=4000, rows=3)
    diagnosis = Line(_l("Codes of the diagnosis"), required=False, most=120, ltr=True)

    @property
    def texts(self) -> actions.Texts:
        return actions.Texts(
            self.included.data, self.not_included.data, self.could_change.data, self.text_language.data,
            self.primary.data, self.diagnosis.data,
        )  # fmt: skip


class SharesForm(ActForm):
    """Margin of doubt, and rows of who pays; made by `shares_form`."""

    margin = Whole(_l("Margin of doubt, percent"), least=0, most_value=100)

    def rows(self) -> list[tuple[Line, Choice, Whole, Amount]]:
        """The fields row by row: name, kind, percent, amount."""
        return [
            tuple(self[f"{name}_{row}"] for name in ("payer", "kind", "percent", "amount"))
            for row in range(actions.MOST_SHARES)
            if f"payer_{row}" in self._fields
        ]

    def validate(self, extra_validators=None) -> bool:
        """A row has a name and either a percent or an amount; an empty row is left out."""
        is_valid = super().validate(extra_validators)
        for payer, _kind, percent, amount in self.rows():
            if not (payer.data or percent.data or amount.data):
                continue
            if not payer.data:
                self.refuse(payer.name, "payer_needed")
                is_valid = False
            if bool(percent.data) is bool(amount.data):
                self.refuse(percent.name, "percent_or_amount")
                is_valid = False
        return is_valid

    @property
    def shares(self) -> list[actions.NewShare]:
        """What was typed; read after validation."""
        return [
            actions.NewShare(
                Share(payer.data, percent.number_or_none, amount.money_or_none),
                PayerKind(kind.data) if kind.data else None,
            )
            for payer, kind, percent, amount in self.rows()
            if payer.data
        ]


def shares_form(draft: Estimate, **kept) -> SharesForm:
    """The rows there are and two more, at most MOST_SHARES."""
    kinds = [("", _l("Not said")), *((kind.value, label(kind)) for kind in PayerKind)]
    code = current_code()
    fields: dict[str, Any] = {}
    for row in range(min(len(draft.shares) + 2, actions.MOST_SHARES)):
        share = draft.shares[row] if row < len(draft.shares) else None
        fields |= {
            f"payer_{row}": Line(_l("Who pays"), required=False, most=120, default=share.label if share else ""),
            f"kind_{row}": Choice(
                _l("Kind of payer"), kinds, required=False,
                default=share.payer_kind.value if share and share.payer_kind else "",
            ),
            f"percent_{row}": Whole(
                _l("Percent"), required=False, least=1, most_value=100,
                default=str(share.percent) if share and share.percent else "",
            ),
            f"amount_{row}": Amount(
                _l("Or a fixed amount"), required=False, currency=draft.currency,
                default=share.amount.typed(code) if share and share.amount else "",
            ),
        }  # fmt: skip
    fields["margin"] = Whole(
        _l("Margin of doubt, percent"), least=0, most_value=100, default=str(draft.margin_percent)
    )
    return type("SharesForm", (SharesForm,), fields)(**kept)


class ReturnForm(ActForm):
    reason = Line(_l("Reason for giving it back"), most=500, message=_l("Enter the reason."))


class IssueForm(ActForm):
    issue_until = Day(_l("Valid until"), message=_l("Enter the last day on which this estimate is valid"))


# --- the family ------------------------------------------------------------------------------------------------


class VersionForm(Form):
    """`number` is the version that was read."""

    number = HiddenField()


class QuestionForm(VersionForm):
    question = Paragraph(_l("Your question"), most=4000, rows=4, message=_l("Write your question"))
