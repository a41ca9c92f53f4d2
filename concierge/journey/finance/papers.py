"""The receipt as a PDF, and what the papers of finance share: the reader's language beside English."""

from collections.abc import Callable

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from concierge.domain.money import total
from concierge.gateways import pdf
from concierge.models import Case, Deposit, Payment
from concierge.web import filters, paper
from concierge.web.clock import now
from concierge.web.i18n import autonym
from concierge.web.labels import label


def both(language: str, text: Callable[[], object]) -> tuple[str, str]:
    """The same words in the reader's language and in English; equal for a reader of English."""
    return paper.in_both(language, lambda: str(text()))


def one_line(pair: tuple[str, str]) -> str:
    """Both on one line, once where they are the same."""
    own, english = pair
    return own if own == english else f"{own} · {english}"


def frame(case: Case, language: str, reference: str) -> dict:
    with force_locale(language):
        return {
            "letterhead": paper.letterhead(case.hospital),
            "footer": paper.footer(reference, case.hospital, now()),
        }


# --- receipt ---------------------------------------------------------------------------------------------------


def receipt_paper(
    case: Case, deposit: Deposit, payments: list[Payment], language: str, *, is_family: bool
) -> Response:
    """`AC-7K4M2Q-receipt.pdf`: all confirmed payments. Behind the link it names neither patient nor case."""

    def fact(text: Callable[[], object], value: str) -> list:
        return [one_line(both(language, text)), value]

    facts = [fact(lambda: _("Payment reference"), deposit.reference)]
    if is_family:
        person = case.person
        facts.append(fact(lambda: _("For"), person.latin_name or person.native_name))
        facts.append(fact(lambda: _("Reference"), case.reference))
    received = total([p.amount for p in payments if p.currency == deposit.currency], deposit.currency)
    data = {
        **frame(case, language, deposit.reference),
        "title": one_line(both(language, lambda: _("Receipt"))),
        "facts": facts,
        "head": [
            one_line(both(language, lambda: _("Received on"))), one_line(both(language, lambda: _("How it was paid"))),
            one_line(both(language, lambda: _("Amount"))),
        ],
        "rows": [_receipt_row(case, payment, language, is_family) for payment in payments],
        "total": [
            one_line(both(language, lambda: _("Together"))), "", received.canonical()
        ],
        "thanks": both(language, lambda: _("We have received this money as a deposit. Thank you.")),
        "rule": [case.hospital.text("refund_rule", language), case.hospital.text("refund_rule", "en")],
        "rule_title": one_line(both(language, lambda: _("When you get it back"))),
        "heads": (autonym(language), "English"),
    }  # fmt: skip
    made = pdf.render("receipt", data, language, at=now())
    return paper.pdf_response(made, f"{deposit.reference}-receipt.pdf")


def _receipt_row(case: Case, payment: Payment, language: str, is_family: bool) -> list:
    at = payment.received_on or payment.confirmed_at
    how = one_line(both(language, lambda: label(payment.method)))
    if payment.payer_name and is_family:
        how = f"{how} · {payment.payer_name}"
    return [one_line(both(language, lambda: filters.day(at))), how, payment.amount.canonical()]
