"""For which deposit a bank transfer may be, and why. A suggestion for people; nothing is ever matched by itself.

Deposits are found by keys (reference, account, two words of a name, a rare amount) and never all compared with all:
ten thousand transfers meet five thousand deposits in seconds (bench/bank.py).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
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
    Reason.REFERENCE: 60, Reason.REFERENCE_MISREAD: 50, Reason.ACCOUNT: 25, Reason.NAME: 25, Reason.NAME_PART: 10,
    Reason.AMOUNT: 20, Reason.AMOUNT_SHORT: 18, Reason.AMOUNT_PART: 4, Reason.AMOUNT_OVER: 4, Reason.AWAITED: 6,
    Reason.OTHER_CURRENCY: -10, Reason.NOTHING_OPEN: -25,
}  # fmt: skip
SHOWN_FROM, LIKELY_FROM, SURE_FROM = 25, 45, 75
MOST = 4  # suggestions for one transfer
_RARE = 5  # an amount or one word of a name shared by more deposits than this finds none of them
_SOME = 60  # the same of two words of a name
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


def spelled_references(text: str, prefix: str) -> list[str]:
    """Every `AC-7K4M2Q` that can be read in a text, with or without dash and spaces; a few of them may be chance."""
    found = re.finditer(f"(?=({re.escape(prefix)})([2-9A-HJKMNP-Z]{{{_CODE}}}))", _signs(text))
    return [f"{one[1]}-{one[2]}" for one in found][:20]


@dataclass(frozen=True)
class _Heard:
    """What is read from a transfer, once for all deposits that it is held against."""

    amount: Money
    signs: str
    folded: str
    account: str
    payer: str
    words: tuple[frozenset[str], ...]  # for each word of the payer's name all keys under which it may stand
    pairs: frozenset[str]  # two words each, of the name and of what else in the text may be one

    @classmethod
    def of(cls, transfer: Transfer) -> "_Heard":
        signs, payer = _signs(transfer.text), transfer.payer_name
        pairs = pair_keys(payer, *_sentences(transfer.text))
        words = tuple(frozenset(keys) for keys in alike_keys(payer))
        account = plain_account(transfer.payer_account)
        return cls(
            transfer.amount,
            signs,
            signs.translate(_LOOKS_LIKE),
            account,
            _bare(payer),
            words,
            frozenset(pairs),
        )


@dataclass(frozen=True)
class _Known:
    """What is read from a deposit, once for all transfers."""

    deposit: OpenDeposit
    signs: str
    folded: str
    names: tuple[
        tuple[str, frozenset[str], frozenset[str]], ...
    ]  # as written, keys of its words, keys of pairs

    @classmethod
    def of(cls, deposit: OpenDeposit) -> "_Known":
        signs = _signs(deposit.reference)
        names = tuple(
            (_bare(one), frozenset(name_keys(one)), frozenset(pair_keys(one))) for one in deposit.names
        )
        return cls(deposit, signs, signs.translate(_LOOKS_LIKE), names)


def _bare(name: str) -> str:
    return clean_line(name).casefold()


def _sentences(text: str) -> list[str]:
    """Stretches of words without a digit, where a name may stand in the text: `FOR NOURA AL MUTAIRI`."""
    return [part.strip() for part in re.split(r"[^\w\s'-]|\S*\d\S*", text) if len(part.split()) >= 2][:3]


class Book:
    """Open deposits under the keys by which a transfer finds them."""

    def __init__(self, deposits: Iterable[OpenDeposit]) -> None:
        self._known = {deposit.id: _Known.of(deposit) for deposit in deposits}
        self._by_reference = {known.folded: number for number, known in self._known.items()}
        self._by_key: defaultdict[str | Money, set[int]] = defaultdict(set)
        for number, known in self._known.items():
            self._by_key[known.deposit.left].add(number)
            for key in known.deposit.accounts.union(*(keys | pairs for _name, keys, pairs in known.names)):
                self._by_key[key].add(number)
        heads = sorted({re.escape(key[:-_CODE]) for key in self._by_reference if len(key) > _CODE})
        self._references = re.compile(f"(?=((?:{'|'.join(heads)})[A-Z0-9]{{{_CODE}}}))") if heads else None

    def suggest(self, transfer: Transfer) -> list[Suggestion]:
        """The likeliest deposits, best first; none where too little speaks for any."""
        heard = _Heard.of(transfer)
        judged = [_judge(heard, self._known[number]) for number in set(self._referred(heard))]
        if any(one.is_sure for one in judged):  # beside one that is sure, what only might be is noise
            return _best(judged, LIKELY_FROM)
        named = self._alike(heard) - {one.deposit_id for one in judged}
        return _best([*judged, *(_judge(heard, self._known[number]) for number in named)], SHOWN_FROM)

    def _referred(self, heard: _Heard) -> Iterable[int]:
        found = self._references.finditer(heard.folded) if self._references else ()
        return (self._by_reference[one[1]] for one in found if one[1] in self._by_reference)

    def _alike(self, heard: _Heard) -> set[int]:
        """Those that share an account, two words of a name, or something that few have."""
        rare: set[str | Money] = {heard.amount, *(key for keys in heard.words for key in keys)}
        shared = ((key, _SOME) for key in (heard.account, *heard.pairs))
        found: set[int] = set()
        for key, most in (*shared, *((key, _RARE) for key in rare)):
            if len(those := self._by_key.get(key, set())) <= most:
                found |= those
        return found


def _best(judged: Iterable[Suggestion], least: int) -> list[Suggestion]:
    return sorted(
        (one for one in judged if one.score >= least), key=lambda one: (-one.score, one.deposit_id)
    )[:MOST]


def judge(transfer: Transfer, deposit: OpenDeposit) -> Suggestion:
    """What speaks for and against this one deposit."""
    return _judge(_Heard.of(transfer), _Known.of(deposit))


def _judge(heard: _Heard, known: _Known) -> Suggestion:
    deposit = known.deposit
    missing = deposit.left - heard.amount if deposit.left.currency == heard.amount.currency else None
    reasons = [*_of_reference(heard, known), *_of_payer(heard, known), _of_amount(deposit, missing)]
    if deposit.is_awaited:
        reasons.append(Reason.AWAITED)
    score = max(0, min(99, sum(POINTS[reason] for reason in reasons)))
    return Suggestion(deposit.id, score, tuple(sorted(reasons, key=lambda one: -POINTS[one])), missing)


def _of_reference(heard: _Heard, known: _Known) -> list[Reason]:
    if known.signs in heard.signs:
        return [Reason.REFERENCE]
    return [Reason.REFERENCE_MISREAD] if known.folded in heard.folded else []


def _of_payer(heard: _Heard, known: _Known) -> list[Reason]:
    reasons = [Reason.ACCOUNT] if heard.account and heard.account in known.deposit.accounts else []
    words = max((_words_in_common(heard, *name) for name in known.names), default=0)
    if words:
        reasons.append(Reason.NAME if words > 1 else Reason.NAME_PART)
    return reasons


def _words_in_common(heard: _Heard, name: str, keys: frozenset[str], pairs: frozenset[str]) -> int:
    """How many words of the payer's name are words of this one, in any script; 2 also where both stand in the text."""
    if name == heard.payer:
        return 2  # a name of a script without spaces is one word
    fit = sum(not keys.isdisjoint(word) for word in heard.words)
    return 2 if fit < 2 and not pairs.isdisjoint(heard.pairs) else fit


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
