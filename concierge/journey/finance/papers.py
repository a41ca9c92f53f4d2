"""Estimate and receipt as PDFs: the reader's language beside English, amounts in one canonical form."""

from collections.abc import Callable

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from concierge.domain.clocks import local_day
from concierge.domain.estimate import totals
from concierge.domain.money import MoneyRange, total
from concierge.domain.vocabulary import Phase
from concierge.gateways import pdf
from concierge.models import Case, Deposit, Estimate, EstimateLine, Payment
from concierge.web import filters, paper
from concierge.web.clock import now
from concierge.web.i18n import autonym
from concierge.web.labels import label


def _both(language: str, text: Callable[[], object]) -> tuple[str, str]:
    """The same words in the reader's language and in English; equal for a reader of English."""
    return paper.in_both(language, lambda: str(text()))


def _line(pair: tuple[str, str]) -> str:
    """Both on one line, once where they are the same."""
    own, english = pair
    return own if own == english else f"{own} · {english}"


def _frame(case: Case, language: str, reference: str) -> dict:
    with force_locale(language):
        return {
            "letterhead": paper.letterhead(case.hospital),
            "footer": paper.footer(reference, case.hospital, now()),
        }


# --- estimate --------------------------------------------------------------------------------------------------


def estimate_paper(case: Case, estimate: Estimate, language: str) -> Response:
    """`C-2026-00417-estimate-2.pdf`, one version as it was issued."""
    kept = totals(estimate.lines, estimate.currency)
    data = {
        **_frame(case, language, case.reference),
        "title": _line(_both(language, lambda: _("Cost estimate"))),
        "facts": _estimate_facts(case, estimate, language),
        "total": {"label": _line(_both(language, lambda: _("Expected total"))), "value": kept.overall.canonical()},
        "head": [
            _line(_both(language, lambda: _("Service"))), _line(_both(language, lambda: _("Quantity"))),
            _line(_both(language, lambda: _("From"))), _line(_both(language, lambda: _("To"))),
        ],
        "phases": [_phase(phase, together, estimate, language) for phase, together in kept.by_phase],
        "texts": _texts(estimate, language),
        "text_language": estimate.text_language.split("_")[0],
        "text_dir": pdf.script_of(estimate.text_language)["dir"],
        "disclaimer": _both(language, lambda: disclaimer()),
        "heads": (autonym(language), "English"),
    }  # fmt: skip
    made = pdf.render("estimate", data, language, at=now())
    return paper.pdf_response(made, f"{case.reference}-estimate-{estimate.number}.pdf")


def disclaimer() -> str:
    """What every estimate says about itself."""
    return _(
        "This is an estimate. What you are charged may be higher or lower, "
        "because care depends on what the doctors find."
    )


def _estimate_facts(case: Case, estimate: Estimate, language: str) -> list:
    person = case.person

    def fact(text: Callable[[], object], value: Callable[[], object]) -> list:
        return [_line(_both(language, text)), _line(_both(language, value))]

    rows = [
        fact(lambda: _("For"), lambda: person.latin_name or person.native_name),
        fact(lambda: _("Reference"), lambda: case.reference),
        fact(lambda: _("Version"), lambda: estimate.number),
    ]
    if estimate.issued_at:
        issued_on = local_day(estimate.issued_at, case.hospital.timezone)
        rows.append(fact(lambda: _("Issued on"), lambda: filters.day(issued_on)))
    if estimate.valid_until:
        rows.append(fact(lambda: _("Valid until"), lambda: filters.day(estimate.valid_until)))
    return rows


def _phase(phase: Phase, together: MoneyRange, estimate: Estimate, language: str) -> dict:
    rows = [_estimate_row(line, language) for line in estimate.lines if line.phase is phase]
    return {
        "title": _line(_both(language, lambda: label(phase))),
        "rows": rows,
        "total": [
            _line(_both(language, lambda: _("Together"))), "", together.low.canonical(), together.high.canonical()
        ],
    }  # fmt: skip


def _estimate_row(line: EstimateLine, language: str) -> list:
    english = line.name["en"]
    name = [line.name.get(language) or english, english]
    return [name, str(line.quantity), line.total.low.canonical(), line.total.high.canonical()]


def _texts(estimate: Estimate, language: str) -> list:
    rows = (
        (lambda: _("What is included"), estimate.included),
        (lambda: _("What is not included"), estimate.not_included),
        (lambda: _("What could change the amount"), estimate.could_change),
    )
    return [[_line(_both(language, title)), text] for title, text in rows if text]


# --- receipt ---------------------------------------------------------------------------------------------------


def receipt_paper(
    case: Case, deposit: Deposit, payments: list[Payment], language: str, *, is_family: bool
) -> Response:
    """`AC-7K4M2Q-receipt.pdf`: all confirmed payments. Behind the link it names neither patient nor case."""

    def fact(text: Callable[[], object], value: str) -> list:
        return [_line(_both(language, text)), value]

    facts = [fact(lambda: _("Payment reference"), deposit.reference)]
    if is_family:
        person = case.person
        facts.append(fact(lambda: _("For"), person.latin_name or person.native_name))
        facts.append(fact(lambda: _("Reference"), case.reference))
    received = total([p.amount for p in payments if p.currency == deposit.currency], deposit.currency)
    data = {
        **_frame(case, language, deposit.reference),
        "title": _line(_both(language, lambda: _("Receipt"))),
        "facts": facts,
        "head": [
            _line(_both(language, lambda: _("Received on"))), _line(_both(language, lambda: _("How it was paid"))),
            _line(_both(language, lambda: _("Amount"))),
        ],
        "rows": [_receipt_row(case, payment, language, is_family) for payment in payments],
        "total": [
            _line(_both(language, lambda: _("Together"))), "", received.canonical()
        ],
        "thanks": _both(language, lambda: _("We have received this money as a deposit. Thank you.")),
        "rule": [case.hospital.text("refund_rule", language), case.hospital.text("refund_rule", "en")],
        "rule_title": _line(_both(language, lambda: _("When you get it back"))),
        "heads": (autonym(language), "English"),
    }  # fmt: skip
    made = pdf.render("receipt", data, language, at=now())
    return paper.pdf_response(made, f"{deposit.reference}-receipt.pdf")


def _receipt_row(case: Case, payment: Payment, language: str, is_family: bool) -> list:
    at = payment.received_on or payment.confirmed_at
    how = _line(_both(language, lambda: label(payment.method)))
    if payment.payer_name and is_family:
        how = f"{how} · {payment.payer_name}"
    return [_line(_both(language, lambda: filters.day(at))), how, payment.amount.canonical()]
