"""Three answers as a short code, and what the deposit table says to them."""

from dataclasses import dataclass
from datetime import date

import pytest

from concierge.domain.estimator import ILLNESS, PAYS, Asked, deposit_of, read_code
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import CancerType, PayerKind, WhoPays

TODAY = date(2026, 12, 8)


@dataclass(frozen=True)
class Row:
    amount: Money
    cancer_type: CancerType | None = None
    payer_kind: PayerKind | None = None
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = None
    hospital_id: int = 1
    is_approved: bool = True


GENERAL, INSURER = Row(Money(800, "USD")), Row(Money(400, "USD"), payer_kind=PayerKind.INSURER)


def asked(who: WhoPays) -> Asked:
    return Asked(CancerType.BREAST, who, 2)


def test_every_answer_has_a_code_and_a_made_up_one_has_none():
    assert set(ILLNESS.values()) == set(CancerType)
    assert set(PAYS.values()) == set(WhoPays)
    assert read_code("3-1-2") == Asked(CancerType.PROSTATE, WhoPays.MYSELF, 2)
    assert read_code(asked(WhoPays.SPONSOR).code) == asked(WhoPays.SPONSOR)
    for code in ("", "3-1", "0-1-2", "3-1-0", "3-1-7", "3-9-1", "breast-1-1", "3-1-2-4", "٣-1-2"):
        assert read_code(code) is None


@pytest.mark.parametrize(
    ("who", "low", "high"),
    [(WhoPays.MYSELF, 800, 800), (WhoPays.INSURER, 400, 400), (WhoPays.NOT_SURE, 400, 800)],
)
def test_who_is_not_sure_who_pays_sees_the_lowest_and_the_highest(who, low, high):
    found, rules = deposit_of([GENERAL, INSURER], 1, "USD", asked(who), TODAY)
    assert found == MoneyRange(Money(low, "USD"), Money(high, "USD"))
    assert len(rules) == 1 + (low != high)


@pytest.mark.parametrize("table", [[], [GENERAL, GENERAL], [Row(Money(0, "USD"))], [Row(Money(5, "CNY"))]])
def test_without_one_clear_amount_there_is_none_and_never_zero(table):
    assert deposit_of(table, 1, "USD", asked(WhoPays.MYSELF), TODAY) == (None, [])
