"""Words of the bank pages: why a deposit is suggested, and what its amount would become."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from concierge.domain.matching import LIKELY_FROM, Reason, Suggestion
from concierge.web.filters import money

REASON = {
    Reason.REFERENCE: _l("Payment reference in the text"),
    Reason.REFERENCE_MISREAD: _l("Payment reference, misread"),
    Reason.ACCOUNT: _l("Paid from this account before"),
    Reason.NAME: _l("Name fits"),
    Reason.NAME_PART: _l("One word of the name fits"),
    Reason.AMOUNT: _l("Amount fits"),
    Reason.AMOUNT_SHORT: _l("Short by bank fees"),
    Reason.AMOUNT_PART: _l("Part of the amount"),
    Reason.AMOUNT_OVER: _l("More than is open"),
    Reason.AWAITED: _l("Family said it is on its way"),
    Reason.OTHER_CURRENCY: _l("Other currency"),
    Reason.NOTHING_OPEN: _l("Paid already"),
}
AGAINST = frozenset({Reason.OTHER_CURRENCY, Reason.NOTHING_OPEN, Reason.AMOUNT_OVER, Reason.AMOUNT_PART})
TABS = {
    "open": _l("To match"),
    "out": _l("Money out"),
    "matched": _l("Matched"),
    "aside": _l("Set aside"),
}
COLUMN = {
    "booked_on": _l("Column of the booking day"),
    "amount": _l("Column of the amount (money in, where money out has its own)"),
    "debit": _l("Column of money out, where it has its own"),
    "payer_name": _l("Column of the payer's name"),
    "payer_account": _l("Column of the payer's account"),
    "text": _l("Column of the text of the transfer"),
    "bank_id": _l("Column of the bank's own number"),
    "account": _l("Column of our account"),
}
DELIMITER = {";": _l("Semicolon ;"), ",": _l("Comma ,"), "\t": _l("Tab"), "|": _l("Bar |")}
DECIMAL = {".": _l("Point: 1,250.00"), ",": _l("Comma: 1.250,00")}


def strength(suggestion: Suggestion):
    """How sure it is, in a word; who is not sure looks again."""
    return (
        _("Sure") if suggestion.is_sure else _("Likely") if suggestion.score >= LIKELY_FROM else _("Perhaps")
    )


def outcome(suggestion: Suggestion) -> str:
    """What the whole transfer would make of this deposit, with the amount that is missing or too much."""
    missing = suggestion.missing
    if missing is None:
        return _("The deposit is in another currency. It will need attention.")
    if Reason.NOTHING_OPEN in suggestion.reasons:
        return _("Nothing is open here any more. All of it would be too much.")
    if missing.is_zero:
        return _("Exactly what is open.")
    if not missing.is_positive:
        text = _("%(amount)s more than is open.")
    elif Reason.AMOUNT_SHORT in suggestion.reasons:
        text = _("%(amount)s short, within our tolerance for bank fees: the deposit counts as paid.")
    else:
        text = _("%(amount)s stay open after it.")
    return Markup(text) % {"amount": money(max(missing, -missing))}  # noqa: S704  (our own sentence)
