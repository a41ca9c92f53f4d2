"""Families that land on one afternoon, whose rides nobody drives yet, and two drivers."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.booking.dispatch import actions
from concierge.booking.dispatch.facts import facts_of
from concierge.booking.rides.actions import request_ride
from concierge.domain.vocabulary import ResourceKind
from concierge.gateways.assignment import propose
from concierge.models import Case, Hospital, Resource
from tests.booking import scenes
from tests.booking.scenes import a_case
from tests.support.clock import START


def a_driver(session: Session, case: Case, name: str = "Sami Haddad", **facts) -> Resource:
    """The only one of the hospital who is at work."""
    session.execute(
        sa.update(Resource)
        .where(Resource.hospital_id == case.hospital_id, Resource.kind == ResourceKind.DRIVER)
        .values(is_active=False)
    )
    given = {"phone": "+12135550177", "languages": ["ar"]} | facts
    driver = Resource(hospital_id=case.hospital_id, kind=ResourceKind.DRIVER, name=name, **given)
    session.add(driver)
    session.flush()
    return driver


def wish(session: Session, case: Case, minutes: int = 0, **changes):
    """A ride that is wanted, so many minutes after half past two."""
    order = scenes.a_ride_order()
    at = order.starts_at + timedelta(minutes=minutes)
    order = scenes.a_ride_order(starts_at=at, ends_at=at + timedelta(hours=1), **changes)
    return request_ride(session, case, order, actor=scenes.coordinator(session), now=START)


def two_families(session: Session) -> list[Case]:
    """Two families who land half an hour apart."""
    first, second = a_case(session), a_case(session, native_name="Omar Al Harbi")
    wish(session, first)
    wish(session, second, 30, sign_text="OMAR AL HARBI", seats=1)
    return [first, second]


def proposed(session: Session, hospital: Hospital):
    """(runs, fingerprint) as the page would send them."""
    facts = facts_of(session, hospital, scenes.FIRST, START)
    return propose(facts.day).runs, facts.day.fingerprint


def confirmed(session: Session, hospital: Hospital) -> int:
    """The proposal of the day, stored."""
    runs, fingerprint = proposed(session, hospital)
    actor = scenes.coordinator(session)
    return actions.confirm(session, hospital, scenes.FIRST, runs, fingerprint, actor=actor, now=START)
