"""The statement for the payer: what came, what went back, what we hold; in the reader's language and in English."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.cases import refunds
from concierge.cases.journal import lines_of
from concierge.domain import refund as rules
from concierge.domain.clocks import local_day
from concierge.domain.journal import Account, balances
from concierge.domain.money import Money
from concierge.gateways import pdf
from concierge.journey.finance.journal.words import OF_THE_PAYER
from concierge.journey.finance.refunds.queries import refunds_of_case
from concierge.models import Case, Deposit, Payment, Refund
from concierge.web import filters, paper
from concierge.web.clock import now
from concierge.web.i18n import autonym
from concierge.web.labels import label
from config import LOCALES


def language_of(case: Case) -> str:
    """The patient's language, where we ship it, else English."""
    shipped = {info.code for info in LOCALES}
    return case.person.language if case.person.language in shipped else "en"


def statement_paper(session: Session, case: Case, deposit: Deposit, language: str) -> Response:
    """`AC-7K4M2Q-statement.pdf`: every payment that counts, every refund that left, and the balance."""

    def both(text: Callable[[], object]) -> str:
        own, english = paper.in_both(language, lambda: str(text()))
        return own if own == english else f"{own} · {english}"

    with force_locale(language):
        frame = {
            "letterhead": paper.letterhead(case.hospital),
            "footer": paper.footer(deposit.reference, case.hospital, now()),
        }
    person, today = case.person, local_day(now(), case.hospital.timezone)
    data = {
        **frame,
        "title": both(lambda: _("Statement")),
        "facts": [
            [both(lambda: _("Payment reference")), deposit.reference],
            [both(lambda: _("For")), person.latin_name or person.native_name],
            [both(lambda: _("Reference")), case.reference],
            [both(lambda: _("As of")), both(lambda: filters.day(today))],
        ],
        "head": [
            both(lambda: _("Day")), both(lambda: _("Payment or refund")), both(lambda: _("Received")),
            both(lambda: _("Given back")),
        ],
        "rows": _rows(session, case, deposit, both),
        "balances": [[both(text), amount.canonical()] for text, amount in _balances(session, case, deposit)],
        "rule": [case.hospital.text("refund_rule", language), case.hospital.text("refund_rule", "en")],
        "rule_title": both(lambda: _("When you get it back")),
        "heads": (autonym(language), "English"),
    }  # fmt: skip
    made = pdf.render("statement", data, language, at=now())
    return paper.pdf_response(made, f"{deposit.reference}-statement.pdf")


def _rows(
    session: Session, case: Case, deposit: Deposit, both: Callable[[Callable[[], object]], str]
) -> list[list[str]]:
    moved: list[tuple[date, list[str]]] = []
    for payment in refunds.confirmed(deposit):
        on = payment.received_on or _day(case, payment.confirmed_at)
        moved.append((on, [_what(both, payment, payment.payer_name), payment.amount.canonical(), ""]))
    for refund in refunds_of_case(session, case.id):
        if refund.state in rules.GONE and refund.sent_on:
            moved.append(
                (refund.sent_on, [_what(both, refund, refund.receiver), "", refund.amount.canonical()])
            )
    moved.sort(key=lambda pair: pair[0])
    return [[both(lambda on=on: filters.day(on)), *cells] for on, cells in moved]  # type: ignore[misc]


def _day(case: Case, at: datetime | None) -> date:
    return local_day(at or now(), case.hospital.timezone)


def _what(both: Callable[[Callable[[], object]], str], row: Payment | Refund, name: str) -> str:
    kind = both(lambda: _("Refund") if isinstance(row, Refund) else _("Payment"))
    return " · ".join(part for part in (kind, both(lambda: label(row.method)), name) if part)


def _balances(session: Session, case: Case, deposit: Deposit) -> list[tuple[Callable[[], object], Money]]:
    """What we hold and what is due to go back, in each currency; one line of zero where nothing is left."""
    text = {
        Account.DEPOSITS: lambda: _("Held for you"),
        Account.REFUNDS_DUE: lambda: _("Due to go back to you"),
    }
    found = balances(lines_of(session, case.id))
    rows = [(text[account], -amount) for (account, _code), amount in found.items() if account in OF_THE_PAYER]
    return rows or [(text[Account.DEPOSITS], Money.zero(deposit.currency))]
