"""A case whose doctors have signed, and the calls that tell it."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from concierge.cases.actions import settle
from concierge.conversation.calls import CallFacts
from concierge.domain import vocabulary as v
from concierge.domain.access import SYSTEM
from concierge.domain.journey import Step
from concierge.models import Case, Decision
from tests.factories import a_case
from tests.support.clock import START

MARIA, TOM = "maria@alder-coast.example", "tom@alder-coast.example"


def a_call(outcome: v.CallOutcome = v.CallOutcome.HELD, at: datetime = START) -> CallFacts:
    return CallFacts(at=at, minutes=20, outcome=outcome, participants="Noura, Khalid")


def sign(session, case: Case, outcome: v.DecisionOutcome, now: datetime = START, **facts) -> Decision:
    """A decision as the review room leaves it: signed, and the case settled."""
    decision = Decision(
        case_id=case.id, outcome=outcome, reason="For the team only.", patient_text="Words for the family.",
        signed_by_id=case.reviewer_id, signed_by_name="Dr. Ruth Ellis", signed_at=now, **facts,
    )  # fmt: skip
    session.add(decision)
    settle(session, case, SYSTEM, now)
    return decision


@pytest.fixture
def reviewing(session) -> Case:
    """A case whose records the doctors have, nothing signed."""
    case = a_case(session, step=Step.CLINICAL)
    session.commit()
    return case


@pytest.fixture
def accepted(session) -> Case:
    """A case with a signed acceptance that nobody has told."""
    case = a_case(session, step=Step.ACCEPTANCE)
    session.commit()
    return case


def decision_of(session, case: Case) -> Decision:
    return session.scalars(
        sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc())
    ).first()


def newest(session) -> None:
    """End the snapshot of this test, so that it sees what a page has written."""
    session.rollback()
    session.expire_all()
