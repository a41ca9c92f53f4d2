"""The trial balance: the journal of every case against its payments, refunds and letters. It only reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain import refund as rules
from concierge.domain.journal import MEMORANDUM, Account, Happening
from concierge.domain.vocabulary import GuaranteeState, PaymentState
from concierge.models import (
    Deposit,
    Guarantee,
    JournalEntry,
    JournalLine,
    Merge,
    Payment,
    Refund,
)

_PLACES = (Account.BANK, Account.CARD_SERVICE, Account.COUNTER, Account.DISPUTED)
Key = tuple[int, str]  # case, currency
Sums = dict[Key, int]


@dataclass(frozen=True)
class Fault:
    """`code`: unbalanced, held, due, below_zero or promised; amounts are minor units."""

    case_id: int
    currency: str
    code: str
    expected: int
    found: int


def faults(session: Session) -> list[Fault]:
    """Everything that does not agree. What was merged is one case, whose money followed it."""
    root = _roots(session)
    accounts = {account: _accounts(session, root, account) for account in Account}
    paid = _sums(session, root, _payments())
    agreed = _sums(session, root, _refunds(rules.AGREED))
    due = _sums(session, root, _refunds(rules.DUE))
    lost = _sums(session, root, _lost())
    letters = _sums(session, root, _letters())
    keys = {key for sums in (*accounts.values(), paid, agreed) for key in sums}
    found: list[Fault] = []
    for key in sorted(keys):
        at = {account: accounts[account][key] for account in Account}
        found += _faults_of(key, at, paid[key] - agreed[key] - lost[key], due[key], letters[key])
    return found


def _faults_of(key: Key, at: dict[Account, int], held: int, due: int, letters: int) -> list[Fault]:
    here = sum(at[place] for place in _PLACES)
    promised = at[Account.PROMISED]
    real = sum(amount for account, amount in at.items() if account not in MEMORANDUM)
    checks = (
        ("unbalanced", 0, real),
        ("unbalanced", 0, promised + at[Account.COVER]),
        ("held", held, -at[Account.DEPOSITS]),
        ("due", due, -at[Account.REFUNDS_DUE]),
        ("below_zero", max(here, 0), here),
        ("promised", min(max(promised, 0), letters), promised),
    )
    return [Fault(*key, code, expected, found) for code, expected, found in checks if expected != found]


def _roots(session: Session) -> dict[int, int]:
    """Folded case → the one in which it goes on, along a chain of merges."""
    live = sa.select(Merge.folded_case_id, Merge.survivor_case_id).where(
        Merge.kind == "fold", Merge.undone_at.is_(None)
    )
    into = {row[0]: row[1] for row in session.execute(live)}
    roots: dict[int, int] = {}
    for folded in into:
        case, seen = folded, {folded}
        while case in into and into[case] not in seen:
            case = into[case]
            seen.add(case)
        roots[folded] = case
    return roots


def _sums(session: Session, root: dict[int, int], statement: sa.Select) -> Sums:
    sums: Sums = defaultdict(int)
    for case_id, currency, minor in session.execute(statement):
        sums[root.get(case_id, case_id), currency] += int(minor)
    return sums


def _accounts(session: Session, root: dict[int, int], account: Account) -> Sums:
    return _sums(session, root, _lines(JournalLine.account == account))


def _lines(*conditions: sa.ColumnElement[bool]) -> sa.Select:
    return (
        sa.select(JournalEntry.case_id, JournalLine.currency, sa.func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(*conditions)
        .group_by(JournalEntry.case_id, JournalLine.currency)
    )


def _lost() -> sa.Select:
    """Disputes that were decided against us: debits of what we held."""
    return _lines(JournalEntry.happening == Happening.DISPUTE_LOST, JournalLine.account == Account.DEPOSITS)


def _payments() -> sa.Select:
    return (
        sa.select(Deposit.case_id, Payment.currency, sa.func.sum(Payment.amount_minor))
        .join(Deposit, Deposit.id == Payment.deposit_id)
        .where(Payment.state == PaymentState.CONFIRMED)
        .group_by(Deposit.case_id, Payment.currency)
    )


def _refunds(states: Iterable[object]) -> sa.Select:
    return (
        sa.select(Deposit.case_id, Refund.currency, sa.func.sum(Refund.amount_minor))
        .join(Deposit, Deposit.id == Refund.deposit_id)
        .where(Refund.state.in_(states))
        .group_by(Deposit.case_id, Refund.currency)
    )


def _letters() -> sa.Select:
    """The most that letters promise; what is used or ended of it stands lower in the journal."""
    return (
        sa.select(Guarantee.case_id, Guarantee.currency, sa.func.sum(Guarantee.ceiling_minor))
        .where(Guarantee.state == GuaranteeState.ACCEPTED)
        .group_by(Guarantee.case_id, Guarantee.currency)
    )
