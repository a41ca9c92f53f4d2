"""The journal of a case: double entry, so that every balance is the sum of its lines and nothing disappears.

A line's amount is a debit when positive and a credit when negative; a posting sums to zero in each currency.
An account belongs to one case. What a guarantor promised stands in two memorandum accounts of its own, so that a
promise is never mistaken for money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from concierge.domain.errors import DomainError
from concierge.domain.money import Money
from concierge.domain.vocabulary import PaymentMethod


class Account(StrEnum):
    """Where money of a case stands."""

    BANK = "bank"  # received in the hospital's bank account
    CARD_SERVICE = "card_service"  # held for us by the card service
    COUNTER = "counter"  # paid at the hospital
    DISPUTED = "disputed"  # taken back by the card service until the dispute is decided
    RECEIVABLE = "receivable"  # billed to a payer and not paid yet
    DEPOSITS = "deposits"  # held by us, owed to who paid it
    REFUNDS_DUE = "refunds_due"  # approved to go back, not sent yet
    SERVICES = "services"  # performed and billed
    PROMISED = "promised"  # memorandum: what letters of guarantee promise
    COVER = "cover"  # memorandum: what of it is not used yet


MEMORANDUM = frozenset({Account.PROMISED, Account.COVER})


class Happening(StrEnum):
    """Why an entry was made."""

    PAYMENT_RECEIVED = "payment_received"
    REFUND_APPROVED = "refund_approved"
    REFUND_WITHDRAWN = "refund_withdrawn"
    REFUND_SENT = "refund_sent"
    REFUND_CAME_BACK = "refund_came_back"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    LETTER_ACCEPTED = "letter_accepted"
    LETTER_AMENDED = "letter_amended"
    LETTER_ENDED = "letter_ended"
    SERVICE_BILLED = "service_billed"
    BILL_PAID = "bill_paid"
    CARRIED_OVER = "carried_over"  # two cases became one


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` is a debit when positive, a credit when negative."""

    account: Account
    amount: Money


@dataclass(frozen=True)
class Posting:
    """What is written in one go. Raises DomainError("journal_unbalanced") unless it sums to zero in each currency."""

    happening: Happening
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
        if not self.lines or any(sums.values()) or any(line.amount.is_zero for line in self.lines):
            raise DomainError("journal_unbalanced", lines=self.lines)


_PLACE = {
    PaymentMethod.CARD: Account.CARD_SERVICE,
    PaymentMethod.BANK_TRANSFER: Account.BANK,
    PaymentMethod.COUNTER: Account.COUNTER,
}


def _moved(happening: Happening, amount: Money, *, to: Account, from_: Account) -> Posting:
    return Posting(happening, (Line(to, amount), Line(from_, -amount)))


def payment_received(method: PaymentMethod, amount: Money) -> Posting:
    """A payment counts: the money is with us, and we hold it for who paid it."""
    return _moved(Happening.PAYMENT_RECEIVED, amount, to=_PLACE[method], from_=Account.DEPOSITS)


def refund_approved(amount: Money) -> Posting:
    """The second person agreed: held money becomes money that is due to go back."""
    return _moved(Happening.REFUND_APPROVED, amount, to=Account.DEPOSITS, from_=Account.REFUNDS_DUE)


def refund_withdrawn(amount: Money) -> Posting:
    """An approved refund is not sent after all: the money is held again."""
    return _moved(Happening.REFUND_WITHDRAWN, amount, to=Account.REFUNDS_DUE, from_=Account.DEPOSITS)


def refund_sent(method: PaymentMethod, amount: Money) -> Posting:
    """The money left our account or the card service's."""
    return _moved(Happening.REFUND_SENT, amount, to=Account.REFUNDS_DUE, from_=_PLACE[method])


def refund_came_back(method: PaymentMethod, amount: Money) -> Posting:
    """A sent refund bounced: the money is here again and still due."""
    return _moved(Happening.REFUND_CAME_BACK, amount, to=_PLACE[method], from_=Account.REFUNDS_DUE)


def dispute_opened(amount: Money) -> Posting:
    """The card holder's bank took the money back until the dispute is decided."""
    return _moved(Happening.DISPUTE_OPENED, amount, to=Account.DISPUTED, from_=Account.CARD_SERVICE)


def dispute_won(amount: Money) -> Posting:
    return _moved(Happening.DISPUTE_WON, amount, to=Account.CARD_SERVICE, from_=Account.DISPUTED)


def dispute_lost(amount: Money) -> Posting:
    """The money is gone for good, and with it what we owed to who paid it."""
    return _moved(Happening.DISPUTE_LOST, amount, to=Account.DEPOSITS, from_=Account.DISPUTED)


def letter_accepted(ceiling: Money) -> Posting:
    return _moved(Happening.LETTER_ACCEPTED, ceiling, to=Account.PROMISED, from_=Account.COVER)


def letter_amended(old: Money, new: Money) -> Posting | None:
    """Another ceiling; None where it stays the same. Raises CurrencyMismatch."""
    more = new - old
    if more.is_zero:
        return None
    return _moved(Happening.LETTER_AMENDED, more, to=Account.PROMISED, from_=Account.COVER)


def letter_ended(unused: Money) -> Posting | None:
    """What was promised and not used falls away; None where nothing is left."""
    if unused.is_zero:
        return None
    return _moved(Happening.LETTER_ENDED, unused, to=Account.COVER, from_=Account.PROMISED)


def service_billed(amount: Money, covered: Money) -> Posting:
    """A performed service is billed; `covered` of it uses a letter up (zero where nobody guarantees)."""
    billed = (Line(Account.RECEIVABLE, amount), Line(Account.SERVICES, -amount))
    used = (Line(Account.COVER, covered), Line(Account.PROMISED, -covered)) if covered.is_positive else ()
    return Posting(Happening.SERVICE_BILLED, (*billed, *used))


def bill_paid(method: PaymentMethod, amount: Money) -> Posting:
    return _moved(Happening.BILL_PAID, amount, to=_PLACE[method], from_=Account.RECEIVABLE)


def carried_over(lines: Iterable[Line]) -> Posting | None:
    """Opens accounts with the balances of these lines; with `carried_out` the other half of a merge. None where all
    are zero.
    """
    opened = tuple(Line(account, amount) for (account, _currency), amount in balances(lines).items())
    return Posting(Happening.CARRIED_OVER, opened) if opened else None


def carried_out(lines: Iterable[Line]) -> Posting | None:
    """Closes the accounts of a case that became part of another."""
    return carried_over(Line(line.account, -line.amount) for line in lines)


def balances(lines: Iterable[Line]) -> dict[tuple[Account, str], Money]:
    """(account, currency) → sum of its lines, accounts in their order, without those at zero."""
    sums: dict[tuple[Account, str], Money] = {}
    for line in lines:
        key = (line.account, line.amount.currency)
        sums[key] = sums.get(key, Money.zero(line.amount.currency)) + line.amount
    order = list(Account)
    kept = ((key, amount) for key, amount in sums.items() if not amount.is_zero)
    return dict(sorted(kept, key=lambda pair: (order.index(pair[0][0]), pair[0][1])))


def held(lines: Iterable[Line], currency: str) -> Money:
    """What we hold for who paid it and have not approved to go back."""
    return -balances(lines).get((Account.DEPOSITS, currency), Money.zero(currency))
