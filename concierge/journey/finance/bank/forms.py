"""Forms of the bank pages."""

from collections.abc import Iterable

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from wtforms.widgets import FileInput

from concierge.domain.money import Money
from concierge.domain.vocabulary import AsideReason
from concierge.gateways.statements import COLUMNS, DATE_FORMATS, ENCODINGS, NEEDED, Layout
from concierge.journey.finance.bank.words import COLUMN, DECIMAL, DELIMITER
from concierge.models import Hospital
from concierge.web.forms import Amount, Choice, Day, Form, Line, Paragraph, Pick, Tick, Upload
from concierge.web.i18n import current_code
from concierge.web.labels import label

_EXAMPLE = {
    "%Y-%m-%d": "2026-12-08", "%d.%m.%Y": "08.12.2026", "%d/%m/%Y": "08/12/2026 (8 December)",
    "%m/%d/%Y": "12/08/2026 (8 December)", "%Y/%m/%d": "2026/12/08", "%Y%m%d": "20261208",
}  # fmt: skip


class FilterForm(Form):
    """What the list shows; sent by GET."""

    class Meta:
        csrf = False

    hospital = Choice(_l("Hospital"), required=False)
    day = Day(_l("Booked on"), required=False)


class ImportForm(Form):
    hospital = Choice(_l("Account of"))
    file = Upload(_l("Statement of the bank"), widget=FileInput())  # one, because each is told of by itself

    def offer(self, hospitals: Iterable[Hospital]) -> "ImportForm":
        """The hospitals whose statements this person may take in."""
        self.hospital.choices = hospital_choices(hospitals)
        return self


def hospital_choices(hospitals: Iterable[Hospital]) -> list[tuple[str, str]]:
    return [(hospital.slug, hospital.text("name", current_code())) for hospital in hospitals]


class LayoutForm(Form):
    encoding = Choice(_l("Character encoding"), choices=[(one, one.upper()) for one in ENCODINGS])
    delimiter = Choice(_l("Between columns"), choices=list(DELIMITER.items()))
    decimal = Choice(_l("Decimal sign"), choices=list(DECIMAL.items()))
    date_format = Choice(_l("How days are written"), choices=[(one, _EXAMPLE[one]) for one in DATE_FORMATS])
    booked_on = Line(COLUMN["booked_on"], most=60)
    amount = Line(COLUMN["amount"], most=60)
    debit = Line(COLUMN["debit"], required=False, most=60)
    payer_name = Line(COLUMN["payer_name"], required=False, most=60)
    payer_account = Line(COLUMN["payer_account"], required=False, most=60)
    text = Line(COLUMN["text"], required=False, most=60)
    bank_id = Line(COLUMN["bank_id"], required=False, most=60)
    account = Line(COLUMN["account"], required=False, most=60)

    @property
    def kept(self) -> dict:
        """What was typed, as the hospital keeps it."""
        fields = {
            name: self._fields[name].data for name in ("encoding", "delimiter", "decimal", "date_format")
        }
        return {
            **fields,
            "columns": {name: self._fields[name].data for name in COLUMNS if self._fields[name].data},
        }


def layout_of(hospital: Hospital) -> Layout:
    """How this hospital's bank writes its text files."""
    return Layout(**hospital.statement_layout)


def layout_form(hospital: Hospital) -> LayoutForm:
    """Filled with what is kept."""
    known = layout_of(hospital)
    columns = {name: known.columns.get(name, "") for name in COLUMNS}
    return LayoutForm(
        encoding=known.encoding, delimiter=known.delimiter, decimal=known.decimal, date_format=known.date_format,
        **columns,
    )  # fmt: skip


def has_columns(hospital: Hospital) -> bool:
    return all(layout_of(hospital).columns.get(name) for name in NEEDED)


class AsideForm(Form):
    reason = Pick(_l("Why it is for no deposit"), choices=[(one.value, label(one)) for one in AsideReason])
    note = Paragraph(_l("Reason"), most=500, rows=2, message=_l("Enter the reason."))


def share_form(currency: str, names: dict[str, tuple[str, Money]]) -> Form:
    """One amount for each chosen deposit: public id → (what its field is called, the amount it starts with)."""
    fields = {
        f"share_{public_id}": Amount(called, required=False, currency=currency, default=_written(amount))
        for public_id, (called, amount) in names.items()
    }
    rest = Tick(_l("The rest of the transfer stays open"))
    return type("ShareForm", (Form,), {**fields, "rest": rest})()


def _written(amount: Money) -> str:
    """As the field reads it in the reader's language: no groups, its own decimal sign."""
    decimals = f".{'0' * amount.exponent}" if amount.exponent else ""
    return format_decimal(amount.amount, f"0{decimals}") if amount.is_positive else ""
