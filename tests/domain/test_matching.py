"""For which deposit a transfer may be: the reference however a clerk copied it, the amount, the name in any script."""

import pytest

from concierge.domain.matching import (
    Book,
    OpenDeposit,
    Reason,
    Transfer,
    judge,
    may_confirm_alone,
    share_out,
    spelled_references,
)
from concierge.domain.money import Money


def usd(minor: int) -> Money:
    return Money(minor, "USD")


NOURA = OpenDeposit(
    1,
    "AC-7K4M2Q",
    usd(1_000_000),
    usd(5_000),
    ("نورة سعد المطيري", "Noura Saad Al Mutairi", "Khalid Al Mutairi"),
)
WANG = OpenDeposit(
    2, "AC-PD9XWE", usd(1_000_000), usd(5_000), ("王小龙", "XIAOLONG WANG"), frozenset({"CN99"}), True
)
OTHERS = [
    OpenDeposit(
        n, f"AC-22{n:04}".replace("0", "H").replace("1", "N"), usd(1_000_000), usd(5_000), (f"Person {n}",)
    )
    for n in range(3, 40)
]
BOOK = Book([NOURA, WANG, *OTHERS])


def best(text: str = "", amount: int = 1_000_000, payer: str = "", account: str = "", currency: str = "USD"):
    found = BOOK.suggest(Transfer(Money(amount, currency), text, payer, account))
    return found[0] if found else None


@pytest.mark.parametrize(
    "text",
    [
        "AC-7K4M2Q",
        "ac 7k4 m2q",
        "DEPOSIT/AC7K4M2Q/NOURA",
        "ref:ac–7k4m2q.",
        "ＡＣ－７Ｋ４Ｍ２Ｑ",
        "A C 7 K 4 M 2 Q",
    ],
)
def test_a_reference_is_read_however_it_was_copied(text):
    found = best(text)
    assert (found.deposit_id, found.is_sure) == (1, True)
    assert found.reasons[:2] == (Reason.REFERENCE, Reason.AMOUNT)


@pytest.mark.parametrize("text", ["AC-7K4M20", "AC-7K4MZQ", "ac7k4m2o"])
def test_signs_that_look_alike_are_suggested_and_never_sure(text):
    found = best(text)
    assert (found.deposit_id, found.is_exact, found.is_sure) == (1, False, False)
    assert Reason.REFERENCE_MISREAD in found.reasons


@pytest.mark.parametrize(
    ("amount", "currency", "reason", "missing"),
    [
        (997_500, "USD", Reason.AMOUNT_SHORT, usd(2_500)),
        (995_000, "USD", Reason.AMOUNT_SHORT, usd(5_000)),
        (994_999, "USD", Reason.AMOUNT_PART, usd(5_001)),
        (1_000_001, "USD", Reason.AMOUNT_OVER, usd(-1)),
        (1_000_000, "EUR", Reason.OTHER_CURRENCY, None),
    ],
)
def test_what_is_missing_is_said_to_the_cent(amount, currency, reason, missing):
    found = best("AC-7K4M2Q", amount, currency=currency)
    assert reason in found.reasons
    assert found.missing == missing
    assert found.is_exact is (reason is Reason.AMOUNT_SHORT)


@pytest.mark.parametrize(
    ("payer", "text", "deposit_id"),
    [
        ("KHALID ALMUTAIRY", "", 1),
        ("خالد المطيري", "", 1),
        ("SOME BANK LTD", "for Noura Al Mutairi", 1),
        ("WANG XIAOLONG", "", 2),
        ("王小龙", "", 2),
    ],
)
def test_a_name_is_known_in_any_script_by_whoever_pays(payer, text, deposit_id):
    found = best(text, payer=payer)
    assert found.deposit_id == deposit_id
    assert Reason.NAME in found.reasons
    assert not found.is_sure


def test_an_account_that_paid_before_is_known():
    assert Reason.ACCOUNT in best(account="cn 99").reasons


def test_an_amount_that_many_deposits_have_points_to_none():
    assert best(payer="A. Stranger", text="Invoice 2291") is None


def test_a_paid_deposit_is_named_and_not_sure():
    paid = OpenDeposit(9, "AC-7K4M2Q", usd(0), usd(5_000))
    found = judge(Transfer(usd(1_000_000), "AC-7K4M2Q"), paid)
    assert Reason.NOTHING_OPEN in found.reasons
    assert not found.is_exact


def test_one_person_is_enough_only_within_the_limit_with_reference_and_amount():
    exact = judge(Transfer(usd(997_500), "AC-7K4M2Q"), NOURA)
    assert may_confirm_alone(exact, usd(997_500), usd(1_000_000))
    assert not may_confirm_alone(exact, usd(1_000_001), usd(1_000_000))
    assert not may_confirm_alone(exact, usd(997_500), Money(1_000_000, "CNY"))
    assert not may_confirm_alone(
        judge(Transfer(usd(997_500), "AC-7K4M20"), NOURA), usd(997_500), usd(1_000_000)
    )
    assert not may_confirm_alone(
        judge(Transfer(usd(900_000), "AC-7K4M2Q"), NOURA), usd(900_000), usd(1_000_000)
    )


def test_a_transfer_is_shared_in_order_and_never_beyond_itself():
    assert share_out(usd(1_500), [(1, usd(1_000)), (2, usd(1_000)), (3, usd(5))]) == {
        1: usd(1_000),
        2: usd(500),
    }


def test_references_in_a_text_are_spelled_as_we_write_them():
    assert "AC-7K4M2Q" in spelled_references("pay ac 7k4m2q now", "AC")
    assert spelled_references("ac 0000001", "AC") == []
