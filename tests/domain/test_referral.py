"""The shape of a diagnosis code, the kind of illness behind it, and what an outsider may read of a step."""

import pytest

from concierge.domain.errors import InvalidInput
from concierge.domain.journey import CaseState, Exit, Step
from concierge.domain.referral import icd10, kind_of, looks_closed, shown_step
from concierge.domain.vocabulary import CancerType


@pytest.mark.parametrize(
    ("typed", "code"),
    [("C50.9", "C50.9"), ("c509", "C50.9"), (" c 61 ", "C61"), ("C٥٠.٩", "C50.9"), ("D05.1", "D05.1"),
     ("c7a.012", "C7A.012"), ("", "")],
)  # fmt: skip
def test_a_code_is_read_as_people_write_it(typed, code):
    assert icd10(typed) == code


@pytest.mark.parametrize("typed", ["E11.9", "C5", "C50.12345", "breast", "C50,9", "50.9"])
def test_what_is_no_code_of_the_two_chapters_is_refused(typed):
    with pytest.raises(InvalidInput) as refusal:
        icd10(typed)
    assert (refusal.value.field, refusal.value.code) == ("icd10", "icd10_shape")


@pytest.mark.parametrize(
    ("code", "kind"),
    [("C50.9", CancerType.BREAST), ("C19", CancerType.COLORECTAL), ("C91.0", CancerType.BLOOD),
     ("C73", CancerType.NOT_SURE), ("", CancerType.NOT_SURE)],
)  # fmt: skip
def test_a_code_says_which_list_of_records_to_begin_with(code, kind):
    assert kind_of(code) is kind


def test_a_signed_answer_does_not_show_before_it_was_told():
    assert shown_step(Step.ACCEPTANCE, is_told=False) is Step.CLINICAL
    assert shown_step(Step.ACCEPTANCE, is_told=True) is Step.ACCEPTANCE
    assert shown_step(Step.FINANCE, is_told=False) is Step.FINANCE
    assert not looks_closed(CaseState.CLOSED, Exit.NOT_ACCEPTED, is_told=False)
    assert looks_closed(CaseState.CLOSED, Exit.NOT_ACCEPTED, is_told=True)
    assert looks_closed(CaseState.CLOSED, Exit.COST, is_told=False)
