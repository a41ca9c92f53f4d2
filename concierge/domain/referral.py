"""Rules of a physician's referral: the shape of a diagnosis code, what it says of the illness, what a doctor may see.

Codes: ICD-10, chapter II (C00-D49); the shape also takes the letters of the clinical modification (C7A.1, D3A.0).
"""

import re

from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState, Exit, Step
from concierge.domain.people import ascii_digits
from concierge.domain.vocabulary import CancerType

_CODE = re.compile(r"([CD]\d[0-9AB])\.?([0-9A-Z]{0,4})")

# The kinds of illness that our lists of records know, by the three signs before the dot (inclusive ranges).
_KINDS = (
    ("C18", "C20", CancerType.COLORECTAL),
    ("C22", "C22", CancerType.LIVER),
    ("C33", "C34", CancerType.LUNG),
    ("C50", "C50", CancerType.BREAST),
    ("C56", "C56", CancerType.OVARIAN),
    ("C61", "C61", CancerType.PROSTATE),
    ("C70", "C72", CancerType.BRAIN),
    ("C81", "C96", CancerType.BLOOD),
)


def icd10(typed: str) -> str:
    """`c509`, `C50.9` and Arabic digits as `C50.9`; "" stays "". Raises InvalidInput(icd10, `icd10_shape`)."""
    text = re.sub(r"\s", "", ascii_digits(typed)).upper()
    if not text:
        return ""
    found = _CODE.fullmatch(text)
    if found is None:
        raise InvalidInput("icd10", "icd10_shape")
    return f"{found[1]}.{found[2]}" if found[2] else found[1]


def kind_of(code: str) -> CancerType:
    """The kind of illness that a code means; *not sure* for all that our lists do not know."""
    return next((kind for first, last, kind in _KINDS if first <= code[:3] <= last), CancerType.NOT_SURE)


def shown_step(step: Step, is_told: bool) -> Step:
    """The step as an outsider may read it: a signed decision moves the case, and must not show before it was told."""
    return step if is_told or step.number <= Step.CLINICAL.number else Step.CLINICAL


def looks_closed(state: CaseState, exit: Exit | None, is_told: bool) -> bool:
    """Whether an outsider sees that the case has ended: a refusal that nobody has spoken is still a review."""
    return state is CaseState.CLOSED and (exit is not Exit.NOT_ACCEPTED or is_told)
