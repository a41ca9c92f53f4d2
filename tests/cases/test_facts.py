"""What a gate asks is what is gathered for it: facts of one step judge that step as all facts do."""

import pytest

from concierge.cases import facts
from concierge.domain.journey import CaseFacts, Step, conditions
from tests.factories import a_case, hospitals
from tests.support.clock import START


class _Noting:
    """Facts that note which of them somebody looked at."""

    def __init__(self, known: CaseFacts) -> None:
        self._known = known
        self.asked: set[str] = set()

    def __getattr__(self, name: str):
        self.asked.add(name)
        return getattr(self._known, name)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("slug", ["alder-coast", "jinghe"])
def test_a_gate_asks_only_for_what_is_gathered_for_its_step(session, step, slug) -> None:
    hospitals(session)
    file = facts.load(session, a_case(session, slug=slug, step=Step.EVALUATION))
    gathered = {name for gather in facts._ASKED[step] for name in gather(file, START)}
    for money in ({}, {"is_money_odd": True}, {"is_deposit_on_its_way": True}, {"is_visa_needed": True}):
        noting = _Noting(facts.facts_of(file, START).with_(**money))
        for _code, _owner, _waits, is_met in conditions(step, noting):  # type: ignore[arg-type]
            is_met(noting)  # type: ignore[arg-type]
        assert noting.asked - gathered <= {"programme", "deposit_gate"}


@pytest.mark.parametrize("step", list(Step))
def test_all_facts_are_gathered_when_no_step_is_named(session, step) -> None:
    file = facts.load(session, a_case(session, step=step))
    every, some = facts.facts_of(file, START), facts.facts_of(file, START, step)
    for gather in facts._ASKED[step]:
        for name, value in gather(file, START).items():
            assert getattr(every, name) == getattr(some, name) == value
