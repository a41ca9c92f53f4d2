"""Paid travel, lodging and rides: only where a payer's agreement grants them, never as a default.

For beneficiaries of a United States government programme (Medicare, Medicaid, Tricare and others) they are
always refused: a gift that is likely to influence the choice of a provider is forbidden by 42 U.S.C.
1320a-7a(a)(5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from concierge.domain.vocabulary import Benefit, PayerKind

# Stored with every booking: which state of the rule decided. Change it with the rule.
RULE = "2026-11"


@dataclass(frozen=True)
class Agreement:
    """What a payer agreed to pay for; `valid_until` is the last valid day, None is open."""

    benefits: frozenset[Benefit]
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True)
class Verdict:
    """`reason` is stored with the booking: granted_by_agreement, us_government_beneficiary, no_agreement,
    agreement_not_yet_valid, agreement_expired or not_in_agreement."""

    is_granted: bool
    reason: str


def benefit_verdict(
    benefit: Benefit,
    *,
    is_government_beneficiary: bool,
    payer_kinds: Iterable[PayerKind],
    agreement: Agreement | None,
    on: date,
) -> Verdict:
    """Whether the hospital may pay this for the patient on that day. All payers count, not only the first."""
    if is_government_beneficiary or PayerKind.US_GOVERNMENT in set(payer_kinds):
        return Verdict(False, "us_government_beneficiary")
    if agreement is None:
        return Verdict(False, "no_agreement")
    if on < agreement.valid_from:
        return Verdict(False, "agreement_not_yet_valid")
    if agreement.valid_until and on > agreement.valid_until:
        return Verdict(False, "agreement_expired")
    if benefit not in agreement.benefits:
        return Verdict(False, "not_in_agreement")
    return Verdict(True, "granted_by_agreement")
