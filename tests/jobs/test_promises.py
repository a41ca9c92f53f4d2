"""A promise is warned of once before it ends and once when it is past, and only while the hospital is open."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from concierge.db import transaction
from concierge.domain.access import Role
from concierge.domain.journey import Step
from concierge.jobs.promises import warn_of_promises
from concierge.journey.contact.actions import take
from concierge.journey.contact.team import with_role
from concierge.models import Case, Enquiry, OutboxMessage
from tests.factories import a_case, actor_of, staff
from tests.support.clock import START


@pytest.fixture
def waiting(session):
    """An enquiry of Tuesday 09:30, promised for 13:30."""
    with transaction() as writing:
        return a_case(writing, step=Step.CONTACT).id


def told(session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(OutboxMessage.event).order_by(OutboxMessage.id)))


def test_the_specialists_are_told_once_at_sixty_percent(session, clock, waiting):
    clock.forward(hours=2)
    assert warn_of_promises() == 0
    clock.forward(minutes=30)
    assert [warn_of_promises() for _tick in range(3)] == [1, 0, 0]
    house = session.get(Case, waiting).hospital
    assert told(session) == ["promise_ends"] * len(with_role(session, house.id, Role.SPECIALIST))


def test_the_leads_are_told_once_when_it_is_past(session, clock, waiting):
    clock.forward(hours=4, minutes=1)
    assert [warn_of_promises() for _tick in range(3)] == [1, 0, 0]
    assert set(told(session)) == {"promise_past"}


def test_taking_it_ends_the_warning_but_not_the_promise(session, clock, waiting):
    with transaction() as writing:
        maria = staff(writing, "maria@alder-coast.example")
        enquiry = writing.scalars(sa.select(Enquiry)).one()
        take(writing, enquiry.id, maria, actor=actor_of(maria), now=START)
    clock.forward(hours=3)
    assert warn_of_promises() == 0
    clock.forward(hours=2)
    assert warn_of_promises() == 1


def test_an_answered_family_is_nobodys_worry(session, clock, waiting):
    with transaction() as writing:
        writing.execute(sa.update(Case).values(replied_at=START))
    clock.forward(hours=5)
    assert warn_of_promises() == 0


def test_nothing_is_said_while_the_hospital_is_closed(session, clock, waiting):
    clock.set(START + timedelta(hours=10))  # 19:30 in Los Angeles
    assert warn_of_promises() == 0
    clock.set(START + timedelta(hours=23))  # 08:30 the next morning
    assert warn_of_promises() == 1
