"""A bank statement as every format gives it: who paid what when, with the words they wrote.

Amounts carry their sign: money that came in is positive, money that went out negative.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from concierge.domain.errors import DomainError
from concierge.domain.money import Money, total
from concierge.domain.people import clean_line


class StatementError(DomainError):
    """A file that is no statement we can trust; nothing of it is taken in. `line` counts from 1, 0 for the whole file.

    Codes: statement_unreadable, statement_too_large, statement_encoding, statement_forged, statement_empty,
    statement_line, statement_other_account, statement_no_columns.
    """

    def __init__(self, code: str, line: int = 0, **data: object) -> None:
        super().__init__(code, line=line, **data)


@dataclass(frozen=True)
class StatementLine:
    """One booking. `bank_id` is the bank's own id, empty where it gives none; `raw` is the line as it stood there."""

    amount: Money
    booked_on: date
    valued_on: date | None = None
    bank_id: str = ""
    payer_name: str = ""
    payer_account: str = ""
    text: str = ""
    end_to_end: str = ""
    raw: str = ""


@dataclass(frozen=True)
class Statement:
    """`account` is IBAN or account number as the bank writes it, empty where the file does not say (some CSV)."""

    account: str
    number: str
    currency: str
    lines: tuple[StatementLine, ...]
    opening: Money | None = None
    closing: Money | None = None

    @property
    def gap(self) -> Money | None:
        """By how much opening balance and lines miss the closing one; zero is right, None where no balances stand."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - total((line.amount for line in self.lines), self.currency)


def plain_account(text: str) -> str:
    """An account number to compare: no spaces, dashes and case; `10010010/111` becomes `10010010111`."""
    return "".join(character for character in text.upper() if character.isalnum())


def is_account_of(account: str, details: dict[str, str]) -> bool:
    """Whether a statement's account is the one in the hospital's bank details (IBAN or number, with or without codes
    of the bank before it).
    """
    ours = [plain_account(details.get(field, "")) for field in ("iban", "account")]
    given = plain_account(account)
    return any(own and (given == own or (len(own) >= 8 and given.endswith(own))) for own in ours)


def line_keys(account: str, lines: Iterable[StatementLine]) -> list[str]:
    """A key for each line that is the same whenever the bank sends it again.

    The bank's id alone is not trusted: some give one to a whole batch, and some use it again next year. Two lines that
    are equal in everything stay two, by their count.
    """
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        own = line.bank_id or "\x1f".join((line.payer_name, line.payer_account, line.text, line.end_to_end))
        facts = (plain_account(account), line.booked_on.isoformat(), str(line.amount), clean_line(own))
        digest = hashlib.sha256("\x1e".join(facts).encode()).hexdigest()[:40]
        keys.append(f"{digest}-{seen[digest]}")
        seen[digest] += 1
    return keys


def statement_key(statement: Statement, keys: Iterable[str]) -> str:
    """The same for the same statement, also when the bank packs it anew."""
    facts = (
        plain_account(statement.account),
        statement.number,
        str(statement.opening),
        str(statement.closing),
        *keys,
    )
    return hashlib.sha256("\x1e".join(facts).encode()).hexdigest()[:40]
