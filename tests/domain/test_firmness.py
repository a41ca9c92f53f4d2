"""When a booking may become firm."""

import pytest

from concierge.domain.firmness import Verdict, firmness
from concierge.domain.vocabulary import FirmFrom

ALL = {"said_yes": True, "is_cleared": True, "is_visa_needed": True, "is_visa_granted": True}


@pytest.mark.parametrize("rule", FirmFrom)
def test_with_everything_there_each_rule_allows(rule):
    assert firmness(rule, **ALL) == Verdict(True)


@pytest.mark.parametrize(
    ("rule", "missing", "reason"),
    [
        (FirmFrom.PATIENT_YES, {"said_yes"}, "not_said_yes"),
        (FirmFrom.PATIENT_YES, {"is_cleared", "is_visa_granted"}, ""),
        (FirmFrom.CLEARANCE, {"is_cleared"}, "deposit_open"),
        (FirmFrom.CLEARANCE, {"is_visa_granted"}, ""),
        (FirmFrom.VISA, {"is_visa_granted"}, "visa_not_granted"),
        (FirmFrom.VISA, {"is_cleared", "is_visa_granted"}, "deposit_open"),
    ],
)
def test_each_rule_names_the_first_thing_that_is_missing(rule, missing, reason):
    verdict = firmness(rule, **ALL | dict.fromkeys(missing, False))
    assert (verdict.is_allowed, verdict.reason) == (not reason, reason)


def test_a_visa_that_nobody_needs_is_never_missing():
    assert firmness(FirmFrom.VISA, **ALL | {"is_visa_needed": False, "is_visa_granted": False}).is_allowed
