"""Entries and balances as rows for people: what happened, how much, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from concierge.domain.journal import MEMORANDUM, Account, Line, balances
from concierge.domain.money import Money, total
from concierge.journey.finance.journal import queries, words
from concierge.models import Case, JournalEntry, Payment, Refund


@dataclass(frozen=True)
class Balance:
    account: Account
    text: object
    amount: Money


@dataclass(frozen=True)
class Source:
    """What an entry is about: its page, and the name of who paid or receives."""

    url: str
    name: str
    is_refund: bool


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


def _source(case: Case, entry: JournalEntry, found: dict[str, Payment | Refund]) -> Source | None:
    parts = entry.fact.split(":")
    about = found.get(parts[1]) if len(parts) > 1 else None
    if isinstance(about, Refund):
        url = url_for("refunds_staff.refund", ref=case.reference, public_id=about.public_id)
        return Source(url, about.receiver, True)
    if isinstance(about, Payment):
        return Source(
            url_for("finance_staff.money", ref=case.reference, _anchor="deposit"), about.payer_name, False
        )
    return None
