"""The first honest number: three questions, and what the hospital's deposit table says to them.

The answers travel as a short code (`3-1-2`), so that no address names an illness.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from concierge.domain.deposit import DepositRuleLike, choose_rule
from concierge.domain.errors import DomainError
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import CancerType, PayerKind, WhoPays

MOST_PEOPLE = 6
# Numbers that stay: a printed page or a saved address must mean the same next year.
ILLNESS = {
    "1": CancerType.BREAST, "2": CancerType.LUNG, "3": CancerType.PROSTATE, "4": CancerType.COLORECTAL,
    "5": CancerType.BLOOD, "6": CancerType.BRAIN, "7": CancerType.LIVER, "8": CancerType.OVARIAN,
    "9": CancerType.NOT_SURE,
}  # fmt: skip
PAYS = {"1": WhoPays.MYSELF, "2": WhoPays.INSURER, "3": WhoPays.SPONSOR, "4": WhoPays.NOT_SURE}
_KINDS = {
    WhoPays.MYSELF: (PayerKind.SELF_PAY,),
    WhoPays.INSURER: (PayerKind.INSURER,),
    WhoPays.SPONSOR: (PayerKind.EMBASSY, PayerKind.EMPLOYER, PayerKind.SPONSOR),
    WhoPays.NOT_SURE: (PayerKind.SELF_PAY, PayerKind.INSURER, PayerKind.EMBASSY),
}


@dataclass(frozen=True)
class Asked:
    """The three answers."""

    illness: CancerType
    who_pays: WhoPays
    people: int

    @property
    def code(self) -> str:
        """`3-1-2`: illness, payer and how many travel."""
        return f"{_number(ILLNESS, self.illness)}-{_number(PAYS, self.who_pays)}-{self.people}"


def _number(numbers: Mapping[str, object], wanted: object) -> str:
    return next(number for number, value in numbers.items() if value == wanted)


def read_code(code: str) -> Asked | None:
    """The answers of a code; None for anything else."""
    parts = code.split("-")
    if len(parts) != 3 or parts[0] not in ILLNESS or parts[1] not in PAYS:
        return None
    if parts[2] not in {str(count) for count in range(1, MOST_PEOPLE + 1)}:
        return None
    return Asked(ILLNESS[parts[0]], PAYS[parts[1]], int(parts[2]))


Rule = TypeVar("Rule", bound=DepositRuleLike)


def deposit_of(
    rules: Iterable[Rule], hospital_id: int, currency: str, asked: Asked, on: date
) -> tuple[MoneyRange | None, list[Rule]]:
    """From the lowest to the highest deposit of those who may pay, and the rules behind it.

    None where the table gives no amount, or gives two for one payer: nobody is told a figure by chance, or a zero.
    """
    table, found = list(rules), []
    for kind in _KINDS[asked.who_pays]:
        try:
            found.append(choose_rule(table, hospital_id, asked.illness, kind, on))
        except DomainError:
            continue
    amounts = [rule.amount for rule in found if rule.amount.currency == currency and rule.amount.is_positive]
    if not amounts or len(amounts) < len(found):
        return None, []
    return MoneyRange(min(amounts), max(amounts)), list(dict.fromkeys(found))
