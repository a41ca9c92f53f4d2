"""The spine on real rows: a case stands where its gates say, whatever the database."""

import pytest
import sqlalchemy as sa

from concierge.domain.journey import Step, WaitingOn
from concierge.models import CaseEvent
from tests.factories import a_case


@pytest.mark.parametrize("slug", ["alder-coast", "jinghe"])
@pytest.mark.parametrize("step", list(Step))
def test_a_case_waits_in_the_step_whose_gate_is_closed(session, step, slug):
    case = a_case(session, step=step, slug=slug)
    assert case.step is step
    assert case.next_code and case.next_due_at > case.opened_at


def test_each_move_is_written_down(session):
    case = a_case(session, step=Step.CLINICAL)
    moves = session.scalars(
        sa.select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == "step_moved")
    ).all()
    assert [m.data["step_to"] for m in moves] == ["consult", "finance", "clinical"]
    assert case.waiting_on is WaitingOn.PATIENT


def test_events_cannot_be_rewritten(session):
    a_case(session, step=Step.CONSULT)
    session.commit()
    with pytest.raises(sa.exc.DatabaseError, match="append-only"):
        session.execute(sa.update(CaseEvent).values(kind="forged"))
    session.rollback()
