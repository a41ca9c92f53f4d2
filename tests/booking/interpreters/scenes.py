"""Interpreters in pieces: people with a profile, and one who falls ill."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from concierge.booking.interpreters.actions import (
    ProfileFacts,
    RelativeFacts,
    add_credential,
    add_language,
    add_person,
    note_absence,
    note_relative,
)
from concierge.domain.access import Actor
from concierge.domain.vocabulary import AbsenceReason, Relation
from concierge.models import Case, InterpreterAbsence, InterpreterProfile
from tests.booking.scenes import TEN, an_assignment, interpreters_of
from tests.support.clock import START

DAY = timedelta(days=1)


def a_person(
    session: Session, case: Case, name: str, *, language: str = "ar", until: date | None = date(2028, 1, 1),
    dialect: str = "", target: str = "en", **facts,
) -> InterpreterProfile:  # fmt: skip
    made = add_person(session, case.hospital_id, ProfileFacts(name=name, **facts))
    add_language(session, made, language=language, target=target, dialect=dialect)
    if until:
        add_credential(session, made, name="CMI", valid_until=until)
    return made


def ill(
    session: Session, resource_id: int, actor: Actor, *, starts_at=TEN - DAY, ends_at=TEN + DAY, now=START
):
    return note_absence(
        session,
        resource_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=AbsenceReason.ILL,
        actor=actor,
        now=now,
    )


def relative_facts(**changes) -> RelativeFacts:
    facts = {
        "name": "Khalid", "relation": Relation.CHILD, "is_adult": True, "offered_by": "Tom", "offered_at": START,
        "offered_language": "ar", "decline_reason": "She trusts her son",
    }  # fmt: skip
    return RelativeFacts(**facts | changes)


def somebody_is_ill(session: Session, case: Case, actor: Actor) -> InterpreterAbsence:
    """An assignment that an absence took back, and a relative who interprets instead."""
    person = interpreters_of(session, case, "ar")[0]
    an_assignment(session, case, actor, person)
    note_relative(session, case, relative_facts(), actor=actor, now=START)
    return ill(session, person.id, actor)
