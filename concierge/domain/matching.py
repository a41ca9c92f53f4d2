"""For which deposit a bank transfer may be, and why. A suggestion for people; nothing is ever matched by itself.

Deposits are found by keys (reference, account, two words of a name, a rare amount) and never all compared with all:
ten thousand transfers meet five thousand deposits in seconds (bench/bank.py).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from concierge.domain.money import Money
from concierge.domain.names import alike_keys, name_keys, pair_keys
from concierge.domain.people import ascii_digits, clean_line
from concierge.domain.statements import plain_account


class Reason(StrEnum):
    """What speaks for a deposit, and what speaks against it."""

    REFERENCE = "reference"  # our reference stands in the text
    REFERENCE_MISREAD = "reference_misread"  # it does when signs that look alike count as one
    ACCOUNT = "account"  # money for this case came from this account before
    NAME = "name"  # the payer is called like the patient, the payer or a caregiver
    NAME_PART = "name_part"  # one word of the name fits
    AMOUNT = "amount"
    AMOUNT_SHORT = "amount_short"  # within the tolerance for bank fees
    AMOUNT_PART = "amount_part"
    AMOUNT_OVER = "amount_over"
    AWAITED = "awaited"  # the family said that a transfer is on its way
    OTHER_CURRENCY = "other_currency"
    NOTHING_OPEN = "nothing_open"  # the deposit is paid already


POINTS = {
    Reason.REFERENCE: 60, Reason.REFERENCE_MISREAD: 40, Reason.ACCOUNT: 25, Reason.NAME: 25, Reason.NAME_PART: 10,
    Reason.AMOUNT: 20, Reason.AMOUNT_SHORT: 18, Reason.AMOUNT_PART: 4, Reason.AMOUNT_OVER: 4, Reason.AWAITED: 6,
    Reason.OTHER_CURRENCY: -10, Reason.NOTHING_OPEN: -25,
}  # fmt: skip
SHOWN_FROM, LIKELY_FROM, SURE_FROM = 25, 45, 75
MOST = 4  # suggestions for one transfer
_RARE = 5  # an amount or one word of a name shared by more deposits than this finds none of them
_CODE = 6  # signs after the dash of a reference
# Signs that people and machines take for each other; 0, O, 1, I and L are in no reference of ours.
_LOOKS_LIKE = str.maketrans(
    {
        **dict.fromkeys("OQ0", "D"),
        **dict.fromkeys("IL1", "J"),
        "B": "8",
        "S": "5",
        "Z": "2",
        "G": "6",
        "V": "U",
    }
)


@dataclass(frozen=True)
class Transfer:
    """Money that came in, as the bank tells of it."""

    amount: Money
    text: str
    payer_name: str = ""
    payer_account: str = ""


@dataclass(frozen=True)
class OpenDeposit:
    """A deposit that money may be for. `left` is what is still to pay; `accounts` are those that paid it before."""

    id: int
    reference: str
    left: Money
    tolerance: Money
    names: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    is_awaited: bool = False


@dataclass(frozen=True)
class Suggestion:
    """Reasons in the order of their weight; `missing` is negative where more came than was open."""

    deposit_id: int
    score: int
    reasons: tuple[Reason, ...]
    missing: Money | None

    @property
    def is_sure(self) -> bool:
        """The reference itself and the amount fit: nothing is left to doubt but a person's word."""
        return self.is_exact and self.score >= SURE_FROM

    @property
    def is_exact(self) -> bool:
        """Reference as we wrote it, amount right or short by bank fees."""
        return Reason.REFERENCE in self.reasons and not _FITS.isdisjoint(self.reasons)


_FITS = frozenset({Reason.AMOUNT, Reason.AMOUNT_SHORT})


def _signs(text: str) -> str:
    """Letters and digits of any width, upper case, nothing between them: `ac 7k4 m2q` is `AC7K4M2Q`."""
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).upper()
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def folded(text: str) -> str:
    return _signs(text).translate(_LOOKS_LIKE)


def spelled_references(text: str, prefix: str) -> list[str]:
    """Every `AC-7K4M2Q` that can be read in a text, with or without dash and spaces; a few of them may be chance."""
    found = re.finditer(f"(?=({re.escape(prefix)})([2-9A-HJKMNP-Z]{{{_CODE}}}))", _signs(text))
    return [f"{one[1]}-{one[2]}" for one in found][:20]


@dataclass
class Book:
    """Open deposits under the keys by which a transfer finds them."""

    deposits: dict[int, OpenDeposit] = field(default_factory=dict)
    _by_reference: dict[str, int] = field(default_factory=dict)
    _by_account: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_name: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_amount: defaultdict[Money, set[int]] = field(default_factory=lambda: defaultdict(set))
    _prefixes: re.Pattern[str] | None = None

    @classmethod
    def of(cls, deposits: Iterable[OpenDeposit]) -> "Book":
        book = cls({deposit.id: deposit for deposit in deposits})
        for deposit in book.deposits.values():
            book._by_reference[folded(deposit.reference)] = deposit.id
            book._by_amount[deposit.left].add(deposit.id)
            for account in deposit.accounts:
                book._by_account[account].add(deposit.id)
            for name in deposit.names:
                for key in (*pair_keys(name), *name_keys(name)):
                    book._by_name[key].add(deposit.id)
        heads = {key[:-_CODE] for key in book._by_reference if len(key) > _CODE}
        if heads:
            book._prefixes = re.compile(
                f"(?=((?:{'|'.join(map(re.escape, sorted(heads)))})[A-Z0-9]{{{_CODE}}}))"
            )
        return book

    def suggest(self, transfer: Transfer) -> list[Suggestion]:
        """The likeliest deposits, best first; none where too little speaks for any."""
        signs = _signs(transfer.text)
        found = self._candidates(transfer, signs)
        judged = [_judge(transfer, signs, self.deposits[deposit_id]) for deposit_id in found]
        # Beside one that is sure, what only might be is noise.
        least = LIKELY_FROM if any(one.is_sure for one in judged) else SHOWN_FROM
        shown = [one for one in judged if one.score >= least]
        return sorted(shown, key=lambda one: (-one.score, one.deposit_id))[:MOST]

    def _candidates(self, transfer: Transfer, signs: str) -> set[int]:
        found = set(self._referred(signs))
        if account := plain_account(transfer.payer_account):
            found |= self._by_account.get(account, set())
        pairs = pair_keys(transfer.payer_name, *_sentences(transfer.text))
        for key in pairs:
            found |= self._by_name.get(key, set())
        for keys in alike_keys(transfer.payer_name):
            for key in keys:
                if len(alone := self._by_name.get(key, set())) <= _RARE:
                    found |= alone
        same_amount = self._by_amount.get(transfer.amount, set())
        return found | same_amount if len(same_amount) <= _RARE else found

    def _referred(self, signs: str) -> Iterable[int]:
        if self._prefixes is None:
            return
        for found in self._prefixes.finditer(signs.translate(_LOOKS_LIKE)):
            if (deposit_id := self._by_reference.get(found[1])) is not None:
                yield deposit_id


def _sentences(text: str) -> list[str]:
    """Stretches of words without a digit, where a name may stand in the text: `FOR NOURA AL MUTAIRI`."""
    return [part.strip() for part in re.split(r"[^\w\s'-]|\S*\d\S*", text) if len(part.split()) >= 2][:3]


def judge(transfer: Transfer, deposit: OpenDeposit) -> Suggestion:
    """What speaks for and against this one deposit."""
    return _judge(transfer, _signs(transfer.text), deposit)


def _judge(transfer: Transfer, signs: str, deposit: OpenDeposit) -> Suggestion:
    reasons = [*_of_reference(signs, deposit), *_of_payer(transfer, deposit)]
    missing = deposit.left - transfer.amount if deposit.left.currency == transfer.amount.currency else None
    reasons.append(_of_amount(deposit, missing))
    if deposit.is_awaited:
        reasons.append(Reason.AWAITED)
    score = max(0, min(99, sum(POINTS[reason] for reason in reasons)))
    return Suggestion(deposit.id, score, tuple(sorted(reasons, key=lambda one: -POINTS[one])), missing)


def _of_reference(signs: str, deposit: OpenDeposit) -> list[Reason]:
    wanted = _signs(deposit.reference)
    if wanted in signs:
        return [Reason.REFERENCE]
    return [Reason.REFERENCE_MISREAD] if wanted.translate(_LOOKS_LIKE) in signs.translate(_LOOKS_LIKE) else []


def _of_payer(transfer: Transfer, deposit: OpenDeposit) -> list[Reason]:
    reasons = [Reason.ACCOUNT] if plain_account(transfer.payer_account) in deposit.accounts - {""} else []
    words = max((_words_in_common(name, transfer) for name in deposit.names), default=0)
    if words:
        reasons.append(Reason.NAME if words > 1 else Reason.NAME_PART)
    return reasons


def _words_in_common(name: str, transfer: Transfer) -> int:
    """How many words of the payer's name are words of this one, in any script; 2 also where both stand in the text."""
    if not name:
        return 0
    if clean_line(name).casefold() == clean_line(transfer.payer_name).casefold():
        return 2  # a name of a script without spaces is one word
    own = set(name_keys(name))
    fit = sum(1 for keys in alike_keys(transfer.payer_name) if not own.isdisjoint(keys))
    if fit < 2 and not set(pair_keys(name)).isdisjoint(
        pair_keys(transfer.payer_name, *_sentences(transfer.text))
    ):
        return 2
    return fit


def _of_amount(deposit: OpenDeposit, missing: Money | None) -> Reason:
    if missing is None:
        return Reason.OTHER_CURRENCY
    if not deposit.left.is_positive:
        return Reason.NOTHING_OPEN
    if missing.is_zero:
        return Reason.AMOUNT
    if not missing.is_positive:
        return Reason.AMOUNT_OVER
    return Reason.AMOUNT_SHORT if missing <= deposit.tolerance else Reason.AMOUNT_PART


def share_out(amount: Money, opens: Iterable[tuple[int, Money]]) -> dict[int, Money]:
    """One transfer for several deposits: each gets what it lacks, in order, as far as the money goes."""
    shares, rest = {}, amount
    for deposit_id, left in opens:
        share = min(left, rest)
        if share.is_positive:
            shares[deposit_id], rest = share, rest - share
    return shares


def may_confirm_alone(suggestion: Suggestion, transfer: Money, limit: Money) -> bool:
    """Whether the statement is second source enough: the whole transfer within the hospital's limit, the reference
    exact, the amount right or short by bank fees. Everything else waits for a second person.
    """
    return suggestion.is_exact and transfer.currency == limit.currency and transfer <= limit
