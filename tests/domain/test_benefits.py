from datetime import date

import pytest

from concierge.domain.benefits import Agreement, benefit_verdict
from concierge.domain.vocabulary import Benefit, PayerKind

TODAY = date(2026, 11, 21)
AGREEMENT = Agreement(frozenset({Benefit.LODGING}), date(2026, 1, 1), date(2026, 12, 31))


def verdict(
    benefit=Benefit.LODGING,
    *,
    is_government_beneficiary=False,
    payers=(PayerKind.EMBASSY,),
    agreement=AGREEMENT,
    on=TODAY,
):
    return benefit_verdict(
        benefit,
        is_government_beneficiary=is_government_beneficiary,
        payer_kinds=payers,
        agreement=agreement,
        on=on,
    )


def test_only_an_agreement_grants():
    assert verdict().is_granted
    assert verdict().reason == "granted_by_agreement"


@pytest.mark.parametrize("benefit", list(Benefit))
@pytest.mark.parametrize(
    "facts", [{"is_government_beneficiary": True}, {"payers": (PayerKind.SELF_PAY, PayerKind.US_GOVERNMENT)}]
)
def test_beneficiaries_of_a_us_government_programme_are_always_refused(benefit, facts):
    generous = Agreement(frozenset(Benefit), date(2026, 1, 1))
    found = verdict(benefit, agreement=generous, **facts)
    assert not found.is_granted
    assert found.reason == "us_government_beneficiary"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"agreement": None}, "no_agreement"),
        ({"on": date(2025, 12, 31)}, "agreement_not_yet_valid"),
        ({"on": date(2027, 1, 1)}, "agreement_expired"),
        ({"benefit": Benefit.TRAVEL}, "not_in_agreement"),
    ],
)
def test_the_default_is_never_yes(facts, reason):
    found = verdict(**facts)
    assert not found.is_granted
    assert found.reason == reason
