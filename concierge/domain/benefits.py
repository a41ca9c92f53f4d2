"""Paid travel, lodging and rides: only where a payer's agreement grants them, never as a default.

For beneficiaries of a United States government programme (Medicare, Medicaid, Tricare and others) they are
always refused, for everybody who travels on the case: a gift that is likely to influence the choice of a provider is
forbidden by 42 U.S.C. 1320a-7a(a)(5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from concierge.domain.money import Money, total
from concierge.domain.vocabulary import Benefit, PayerKind, Standing

# Stored with every booking: which state of the rule decided. Change it with the rule.
RULE = "2026-12"
GOVERNMENT = "us_government_beneficiary"


@dataclass(frozen=True)
class Agreement:
    """What a payer agreed to pay for one case; `valid_until` is the last valid day, None is open.

    `companions` is how many travel with the patient at its cost, in the order in which they were named; `nights` are
    nights of lodging of each traveller; `caps` are amounts for everybody together. None, or no entry, is no limit.
    """

    benefits: frozenset[Benefit]
    valid_from: date
    valid_until: date | None = None
    companions: int | None = None
    nights: int | None = None
    caps: Mapping[Benefit, Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Cover:
    """An agreement as it stands behind a case: the letter that carries it, and what earlier bookings took of it.

    `left` is what the letter still pays of anything, `used` what this benefit has cost under the agreement,
    `nights_used` the nights by place of the traveller.
    """

    agreement: Agreement
    letter: int | None = None
    left: Money | None = None
    used: Money | None = None
    nights_used: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One traveller's part of a booking. `place` 0 is the patient, 1, 2 … the companions as they were named."""

    place: int = 0
    nights: int = 0
    cost: Money | None = None


@dataclass(frozen=True)
class Verdict:
    """`reason` and `numbers` (for its sentence) are stored with the booking.

    Granted: granted_by_agreement (under a cap: `cap`, and `amount` that is used of it). Refused:
    us_government_beneficiary, no_agreement, agreement_not_yet_valid, agreement_expired, not_in_agreement. Needs
    approval: companion_over_count (`cap`), ends_before_last_day, over_nights_cap (`cap`, `nights`), cost_unknown,
    other_currency, over_amount_cap (`cap`, `amount`), over_letter_limit (the same). Amounts are minor units of
    `currency`.
    """

    standing: Standing
    reason: str
    letter: int | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_granted(self) -> bool:
        return self.standing is Standing.GRANTED


_ORDER = (Standing.GRANTED, Standing.NEEDS_APPROVAL, Standing.REFUSED)


def is_government(is_beneficiary: bool, payer_kinds: Iterable[PayerKind]) -> bool:
    """Whether the law refuses every benefit of this case. All payers count, not only the first."""
    return is_beneficiary or PayerKind.US_GOVERNMENT in set(payer_kinds)


def verdicts(
    benefit: Benefit,
    parts: Sequence[Part],
    *,
    is_government_beneficiary: bool,
    payer_kinds: Iterable[PayerKind],
    covers: Sequence[Cover],
    on: date,
    until: date | None = None,
    is_booking: bool = True,
) -> list[Verdict]:
    """Who of these travellers gets the benefit from `on` to the last day `until`, one verdict for each part.

    Of several covers one that grants is enough. The patient is judged first, then the companions in their order, and
    each part that is granted uses the caps up for the next; a part is granted whole or not at all. `is_booking` False
    asks how somebody stands before anything is booked: no cost is needed then.
    """
    if is_government(is_government_beneficiary, payer_kinds):
        return [Verdict(Standing.REFUSED, GOVERNMENT) for _part in parts]
    found: dict[int, Verdict] = {}
    taken: list[tuple[Cover, Money]] = []
    for index in sorted(range(len(parts)), key=lambda i: parts[i].place):
        part = parts[index]
        judged = [
            (_judge(benefit, part, cover, taken, on, until or on, is_booking), cover) for cover in covers
        ]
        verdict, cover = min(
            judged, key=lambda one: _ORDER.index(one[0].standing),
            default=(Verdict(Standing.REFUSED, "no_agreement"), None),
        )  # fmt: skip
        found[index] = verdict
        if verdict.is_granted and cover is not None and part.cost is not None:
            taken.append((cover, part.cost))
    return [found[index] for index in range(len(parts))]


def _judge(
    benefit: Benefit,
    part: Part,
    cover: Cover,
    taken: Sequence[tuple[Cover, Money]],
    on: date,
    until: date,
    is_booking: bool,
) -> Verdict:
    agreement = cover.agreement
    if refusal := _refusal(benefit, agreement, on):
        return Verdict(Standing.REFUSED, refusal)
    for reason, numbers in (
        _beyond_people_and_days(part, cover, until),
        _beyond_cap(benefit, part, cover, taken, is_booking),
        _beyond_letter(part, cover, taken),
    ):
        if reason:
            return Verdict(Standing.NEEDS_APPROVAL, reason, cover.letter, numbers)
    return Verdict(Standing.GRANTED, "granted_by_agreement", cover.letter, _use(benefit, part, cover, taken))


def _refusal(benefit: Benefit, agreement: Agreement, on: date) -> str:
    if on < agreement.valid_from:
        return "agreement_not_yet_valid"
    if agreement.valid_until and on > agreement.valid_until:
        return "agreement_expired"
    return "" if benefit in agreement.benefits else "not_in_agreement"


_Beyond = tuple[str, dict[str, Any]]
_WITHIN: _Beyond = ("", {})


def _beyond_people_and_days(part: Part, cover: Cover, until: date) -> _Beyond:
    agreement = cover.agreement
    if agreement.companions is not None and part.place > agreement.companions:
        return "companion_over_count", {"cap": agreement.companions}
    if agreement.valid_until and until > agreement.valid_until:
        return "ends_before_last_day", {}
    nights = part.nights + cover.nights_used.get(part.place, 0)
    if agreement.nights is not None and part.nights and nights > agreement.nights:
        return "over_nights_cap", {"cap": agreement.nights, "nights": nights}
    return _WITHIN


def _beyond_cap(
    benefit: Benefit, part: Part, cover: Cover, taken: Sequence[tuple[Cover, Money]], is_booking: bool
) -> _Beyond:
    cap = cover.agreement.caps.get(benefit)
    if cap is None:
        return _WITHIN
    if part.cost is None:
        return ("cost_unknown", {}) if is_booking else _WITHIN
    return _above("over_amount_cap", cap, [*_used(cover, taken), part.cost])


def _used(cover: Cover, taken: Sequence[tuple[Cover, Money]]) -> list[Money]:
    """What the cap has paid already."""
    before = [] if cover.used is None else [cover.used]
    return before + [cost for other, cost in taken if other.agreement == cover.agreement]


def _use(benefit: Benefit, part: Part, cover: Cover, taken: Sequence[tuple[Cover, Money]]) -> dict[str, Any]:
    """How much of the cap is used once this part is paid; its costs are in one currency, or it would not be granted."""
    cap = cover.agreement.caps.get(benefit)
    if cap is None:
        return {}
    costs = [*_used(cover, taken), *([part.cost] if part.cost else [])]
    return {"cap": cap.minor, "amount": total(costs, cap.currency).minor, "currency": cap.currency}


def _beyond_letter(part: Part, cover: Cover, taken: Sequence[tuple[Cover, Money]]) -> _Beyond:
    if cover.left is None or part.cost is None or part.cost.is_zero:
        return _WITHIN
    before = [cost for other, cost in taken if other.letter == cover.letter]
    return _above("over_letter_limit", cover.left, [*before, part.cost])


def _above(reason: str, cap: Money, costs: Iterable[Money]) -> _Beyond:
    amount = Money.zero(cap.currency)
    for cost in costs:
        if cost.currency != cap.currency:
            return "other_currency", {}
        amount += cost
    if amount > cap:
        return reason, {"cap": cap.minor, "amount": amount.minor, "currency": cap.currency}
    return _WITHIN
