"""A case whose answer was told, whose yes came and whose days are held; clinicians and rooms by name."""

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from concierge.conversation.calls import CallFacts
from concierge.domain import vocabulary as v
from concierge.domain.access import Actor
from concierge.domain.clocks import at_local
from concierge.domain.journey import Step
from concierge.journey.evaluation.actions import AppointmentOrder
from concierge.models import Answer, Case, Decision, Resource
from tests.factories import a_case, actor_of, patient_of, staff
from tests.support.clock import START

NORA, TOM = "nora@alder-coast.example", "tom@alder-coast.example"
TUESDAY, FRIDAY = date(2026, 12, 8), date(2026, 12, 11)
LOS_ANGELES = "America/Los_Angeles"


def held(session, slug: str = "alder-coast", first: date = TUESDAY, last: date = FRIDAY) -> Case:
    """A case in acceptance with everything done but appointments and trip."""
    case = a_case(session, step=Step.ACCEPTANCE, slug=slug)
    decision = session.scalars(sa.select(Decision).where(Decision.case_id == case.id)).one()
    decision.told_at = START
    session.add(
        Answer(
            case_id=case.id, reply=v.PatientAnswer.YES, replied_at=START, evaluation_from=first, evaluation_to=last,
            dates_held_at=START,
        )
    )  # fmt: skip
    session.flush()
    return case


@pytest.fixture
def case(session) -> Case:
    made = held(session)
    session.commit()
    return made


@pytest.fixture
def nora(session) -> Actor:
    return actor_of(staff(session, NORA))


def family(session, case: Case) -> Actor:
    who = patient_of(session, case)
    return Actor("portal", who.id, who.name)


def resource(session, name: str) -> int:
    return session.scalars(sa.select(Resource.id).where(Resource.name == name)).one()


def order(on: date = TUESDAY, clock: str = "09:00", minutes: int = 60, **facts) -> AppointmentOrder:
    """An appointment on the clock of Los Angeles."""
    starts_at = at_local(on, time.fromisoformat(clock), facts.pop("timezone", LOS_ANGELES))
    kind = facts.pop("kind", v.AppointmentKind.CONSULTATION)
    return AppointmentOrder(kind, starts_at, starts_at + timedelta(minutes=minutes), **facts)


def a_talk(outcome: v.CallOutcome = v.CallOutcome.HELD, at: datetime = START) -> CallFacts:
    return CallFacts(at=at, minutes=45, outcome=outcome, interpreter=v.InterpreterUse.PROFESSIONAL)


def newest(session) -> None:
    """End the snapshot of this test, so that it sees what a page has written."""
    session.rollback()
    session.expire_all()
