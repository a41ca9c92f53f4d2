"""Entries and balances as rows for people: what happened, how much, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from concierge.domain.journal import MEMORANDUM, Account, Line, balances
from concierge.domain.money import Money, total
from concierge.journey.finance.journal import queries, words
from concierge.models import CardDispute, Case, CaseService, Guarantee, JournalEntry, Payment, Refund


@dataclass(frozen=True)
class Balance:
    account: Account
    text: object
    amount: Money


@dataclass(frozen=True)
class Source:
    """What an entry is about: its page, the word for it, and the name of who paid, receives or guarantees."""

    url: str
    text: str
    name: str = ""


@dataclass(frozen=True)
class Entry:
    entry: JournalEntry
    text: object
    amount: Money
    source: Source | None

    @property
    def lines(self) -> list[tuple[object, Money | None, Money | None]]:
        """(account in words, debit or none, credit or none)."""
        return [
            (words.ACCOUNT[line.account], line.amount if line.amount.is_positive else None,
             None if line.amount.is_positive else -line.amount)
            for line in self.entry.lines
        ]  # fmt: skip


def balance_rows(lines: Iterable[Line]) -> list[Balance]:
    """Balances that are not zero, as people read them: first what belongs to the payer."""
    rows = [
        Balance(account, words.ACCOUNT[account], -amount if account in words.OTHER_SIDE else amount)
        for (account, _currency), amount in balances(lines).items()
    ]
    return sorted(rows, key=lambda row: row.account not in words.OF_THE_PAYER)


def entry_rows(session: Session, case: Case, entries: list[JournalEntry]) -> list[Entry]:
    """Entries with their amounts and what they are about; the subjects are read together."""
    found = queries.subjects(session, entries)
    return [
        Entry(entry, words.HAPPENING[entry.happening], _amount(entry), _source(case, entry, found)) for entry in entries
    ]  # fmt: skip


def _amount(entry: JournalEntry) -> Money:
    """What moved: the debits of one currency, those of a promise only where there is nothing else."""
    debits = [line for line in entry.lines if line.amount.is_positive]
    real = [line for line in debits if line.account not in MEMORANDUM] or debits
    return total((line.amount for line in real if line.currency == real[0].currency), real[0].currency)


def _source(case: Case, entry: JournalEntry, found: dict[str, queries.Subject]) -> Source | None:
    """The page of what the entry is about; of a payment the bank line that it was made from, where there is one."""
    ref, parts = case.reference, entry.fact.split(":")
    about = found.get(parts[1]) if len(parts) > 1 else None
    if isinstance(about, Refund):
        url = url_for("refunds_staff.refund", ref=ref, public_id=about.public_id)
        return Source(url, _("Refund"), about.receiver)
    if isinstance(about, Payment):
        return Source(_payment_url(ref, about), _("Payment"), about.payer_name)
    if isinstance(about, CardDispute):
        return Source(url_for("finance_staff.money", ref=ref, _anchor="disputes"), _("Disputed card payments"))
    if isinstance(about, CaseService):
        url = url_for("guarantees_staff.services", ref=ref, _anchor=f"service-{about.public_id}")
        return Source(url, _("Service"))
    if isinstance(about, Guarantee):
        url = url_for("guarantees_staff.letter", ref=ref, gid=about.public_id)
        return Source(url, _("Letter of guarantee"), about.issuer)
    return None


def _payment_url(ref: str, payment: Payment) -> str:
    if payment.bank_line_id is not None:
        return url_for("bank_staff.line_of_payment", public_id=payment.public_id)
    return url_for("finance_staff.money", ref=ref, _anchor="deposit-payments")
