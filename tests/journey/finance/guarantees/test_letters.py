"""Letters of guarantee: the other door to the same gate."""

from datetime import timedelta

import pytest

from concierge.domain.errors import InvalidInput, NotAllowed, Stale
from concierge.domain.journey import Step
from concierge.domain.vocabulary import GuaranteeState, Phase
from concierge.journey.finance.guarantees import actions
from tests.journey.finance.scenes import a_letter, advocate, in_finance, issued
from tests.support.clock import START


def accept(session, case, letter, nth=1):
    actions.accept_guarantee(session, case, letter, actor=advocate(session, case, nth), now=START)


def test_a_letter_that_covers_opens_the_gate_without_a_deposit(session):
    case = in_finance(session, "jinghe")
    issued(session, case)
    letter = a_letter(session, case, ceiling=9_000_000)
    assert (case.step, case.next_code) == (Step.FINANCE, "review_letter")
    accept(session, case, letter)
    assert letter.state is GuaranteeState.ACCEPTED
    assert case.step is Step.CLINICAL


@pytest.mark.parametrize(
    "changes",
    [
        {"ceiling": 100},
        {"services": [Phase.STAY]},
        {"person_name": "Somebody Else"},
        {
            "valid_until": START.date(),
            "valid_from": START.date() - timedelta(days=9),
            "passport_number": "X1",
        },
    ],
)
def test_a_letter_that_does_not_cover_leaves_the_gate_closed(session, changes):
    case = in_finance(session)
    issued(session, case)
    letter = a_letter(session, case, **changes)
    accept(session, case, letter)
    assert case.step is Step.FINANCE


def test_the_one_who_noted_a_letter_cannot_decide_on_it(session):
    case = in_finance(session)
    letter = a_letter(session, case)
    with pytest.raises(NotAllowed, match="second_person_needed"):
        accept(session, case, letter, nth=0)


def test_a_refused_letter_keeps_its_reason_and_is_decided_once(session):
    case = in_finance(session)
    letter = a_letter(session, case)
    who = {"actor": advocate(session, case, 1), "now": START}
    with pytest.raises(InvalidInput):
        actions.refuse_guarantee(session, case, letter, reason="", **who)
    actions.refuse_guarantee(session, case, letter, reason="No stamp", **who)
    assert (letter.state, letter.refusal) == (GuaranteeState.REFUSED, "No stamp")
    with pytest.raises(Stale):
        accept(session, case, letter)


def test_a_letter_needs_parts_and_dates_in_order(session):
    case = in_finance(session)
    with pytest.raises(InvalidInput, match="services_needed"):
        a_letter(session, case, services=[])
    with pytest.raises(InvalidInput, match="dates_upside_down"):
        a_letter(session, case, valid_until=START.date() - timedelta(days=1))
