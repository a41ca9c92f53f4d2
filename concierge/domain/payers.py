"""Several payers of one case in order, the patient last: who may bear which part of an amount.

What an insurer says beforehand is no promise to pay, so every figure made here is an expectation. Source of the order
of deductions: the glossary of healthcare.gov (deductible first, then co-payment, then co-insurance, the out-of-pocket
maximum above all three).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CoverVerdict, PaperKind, PayerKind, YesNo

RECHECK_DAYS = 30

# Papers that each kind of payer is asked for, in the order in which they are shown.
PAPERS: dict[PayerKind, tuple[PaperKind, ...]] = {
    PayerKind.INSURER: (PaperKind.CARD, PaperKind.REFERRAL, PaperKind.GUARANTEE),
    PayerKind.US_GOVERNMENT: (PaperKind.CARD, PaperKind.REFERRAL),
    PayerKind.EMBASSY: (PaperKind.GUARANTEE,),
    PayerKind.EMPLOYER: (PaperKind.GUARANTEE,),
    PayerKind.SPONSOR: (PaperKind.GUARANTEE,),
}
# Whose cover can be asked for before anything is booked.
INSURERS = frozenset({PayerKind.INSURER, PayerKind.US_GOVERNMENT})


@dataclass(frozen=True)
class Terms:
    """What one payer bears of what reaches it.

    `own_percent` (0 to 100) is the part of the insured person behind deductible and co-payment; `own_most` ends all
    three. None means that there is no such rule; `is_paying` False means that this payer bears nothing.
    """

    is_paying: bool = True
    limit: Money | None = None
    deductible_left: Money | None = None
    copay: Money | None = None
    own_percent: int = 0
    own_most: Money | None = None


NOTHING = Terms(is_paying=False)


def waterfall(amount: Money, payers: Sequence[Terms]) -> tuple[Money, ...]:
    """The share of each payer in order, and the patient's as the last one. They add up to `amount`, none is negative.

    What one payer does not bear reaches the next one. Raises CurrencyMismatch where a rule is in another currency.
    """
    shares, left = [], amount
    for terms in payers:
        share = _share(left, terms)
        shares.append(share)
        left = left - share
    return (*shares, left)


def _share(amount: Money, terms: Terms) -> Money:
    if not terms.is_paying:
        return Money.zero(amount.currency)
    own = min(amount, terms.deductible_left) if terms.deductible_left else Money.zero(amount.currency)
    if terms.copay:
        own = own + min(amount - own, terms.copay)
    own = own + Money((amount - own).minor * terms.own_percent // 100, amount.currency)
    if terms.own_most is not None:
        own = min(own, terms.own_most)
    share = amount - own
    return share if terms.limit is None else min(share, terms.limit)


def expected(amount: MoneyRange, payers: Sequence[Terms]) -> tuple[MoneyRange, ...]:
    """The same for an estimate: a higher bill never makes anybody's share smaller, so low goes with low."""
    lows, highs = waterfall(amount.low, payers), waterfall(amount.high, payers)
    return tuple(MoneyRange(low, high) for low, high in zip(lows, highs, strict=True))


# --- what an insurer has said --------------------------------------------------------------------------------


class AnswerLike(Protocol):
    """The facts of an answered check; amounts are None where the insurer did not say."""

    @property
    def verdict(self) -> CoverVerdict | None: ...

    @property
    def abroad(self) -> YesNo | None: ...

    @property
    def deductible(self) -> Money | None: ...

    @property
    def deductible_met(self) -> Money | None: ...

    @property
    def copay(self) -> Money | None: ...

    @property
    def coinsurance_percent(self) -> int | None: ...

    @property
    def own_most(self) -> Money | None: ...

    @property
    def own_met(self) -> Money | None: ...


def terms_of_answer(answer: AnswerLike, *, is_abroad: bool) -> Terms | None:
    """What the answer lets us expect; None where it says nothing that an amount could be made of."""
    if answer.verdict is CoverVerdict.NOT_ACTIVE or (is_abroad and answer.abroad is YesNo.NO):
        return NOTHING
    said = (answer.deductible, answer.copay, answer.coinsurance_percent, answer.own_most)
    if answer.verdict is not CoverVerdict.ACTIVE or all(one is None for one in said):
        return None
    return Terms(
        deductible_left=_rest(answer.deductible, answer.deductible_met),
        copay=answer.copay,
        own_percent=answer.coinsurance_percent or 0,
        own_most=_rest(answer.own_most, answer.own_met),
    )


def _rest(whole: Money | None, used: Money | None) -> Money | None:
    if whole is None or used is None:
        return whole
    return max(whole - used, Money.zero(whole.currency))


def recheck(
    answered_on: date,
    valid_until: date | None,
    asked_for: MoneyRange | None,
    now_for: MoneyRange | None,
    on: date,
) -> tuple[str, ...]:
    """Why an answer should be asked for again: ended, old (more than 30 days), estimate_changed."""
    codes = []
    if valid_until is not None and on > valid_until:
        codes.append("ended")
    if on - answered_on > timedelta(days=RECHECK_DAYS):
        codes.append("old")
    if now_for is not None and now_for != asked_for:
        codes.append("estimate_changed")
    return tuple(codes)


# --- which letter is whose -----------------------------------------------------------------------------------


def is_issuer(issuer: str, payer_name: str, others: Iterable[str]) -> bool:
    """Whether a letter of guarantee is this payer's: by its name, else where nobody else of the case pays."""
    if _plain(issuer) == _plain(payer_name):
        return True
    return not list(others)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
