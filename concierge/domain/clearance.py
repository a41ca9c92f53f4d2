"""Financial clearance: the deposit is paid, or a valid letter covers the estimate. Two doors, one gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from concierge.domain.vocabulary import DepositState


class ClearedBy(StrEnum):
    DEPOSIT = "deposit"
    LETTER = "letter"


@dataclass(frozen=True)
class Clearance:
    """`by` is None while the gate is closed; `reasons` then says why the letters do not open it."""

    by: ClearedBy | None
    reasons: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        return self.by is not None


def financial_clearance(
    deposit_state: DepositState | None, letters: Iterable[tuple[str, ...]] = ()
) -> Clearance:
    """Decide from the deposit's state (None.

    Not requested) and, per letter, the answer of `guarantee.covers`.
    """
    if deposit_state in (DepositState.PAID, DepositState.OVERPAID):
        return Clearance(ClearedBy.DEPOSIT)
    answers = list(letters)
    if () in answers:
        return Clearance(ClearedBy.LETTER)
    return Clearance(None, tuple(dict.fromkeys(code for answer in answers for code in answer)))
