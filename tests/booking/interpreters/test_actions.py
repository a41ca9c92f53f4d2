"""Interpreters: who is proposed, who is assigned, who is refused."""

from datetime import date, timedelta

import pytest

from concierge.booking.interpreters.actions import cancel_assignment
from concierge.booking.interpreters.queries import proposals
from concierge.domain.errors import InvalidInput, SlotTaken
from concierge.domain.vocabulary import AppointmentKind, Modality, ResourceKind
from concierge.models import Appointment
from tests.booking import scenes
from tests.booking.scenes import TEN
from tests.factories import a_case
from tests.support.clock import START

HOUR = timedelta(hours=1)


@pytest.fixture
def case(session):
    return a_case(session)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)


def _proposed(session, case, **wishes):
    wanted = {"language": "ar", "modality": Modality.VIDEO, "starts_at": TEN, "ends_at": TEN + HOUR} | wishes
    return [
        (p.interpreter.name, p.misfits, p.is_free, p.can_be_assigned)
        for p in proposals(session, case, **wanted)
    ]


def test_those_who_speak_the_language_are_proposed(session, case):
    assert _proposed(session, case) == [("Samir Khoury", (), True, True), ("Hala Mansour", (), True, True)]


def test_a_gender_wish_ranks_and_says_so(session, case):
    assert _proposed(session, case, gender_wish="f") == [
        ("Hala Mansour", (), True, True),
        ("Samir Khoury", ("gender_wish",), True, True),
    ]


def test_who_is_busy_or_without_credential_stands_last_and_cannot_be_chosen(session, case, actor):
    samir, hala = scenes.interpreters_of(session, case, "ar")
    scenes.an_assignment(session, a_case(session), actor, samir)
    hala.credential_until = date(2026, 12, 8)
    assert _proposed(session, case) == [
        ("Samir Khoury", (), False, False),
        ("Hala Mansour", ("credential_expired",), True, False),
    ]


def test_one_interpreter_serves_one_family_at_a_time(session, case, actor):
    scenes.an_assignment(session, case, actor)
    with pytest.raises(SlotTaken):
        scenes.an_assignment(session, a_case(session), actor)
    scenes.an_assignment(session, a_case(session), actor, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR)


def test_a_cancelled_interpreter_is_free_again(session, case, actor):
    assignment = scenes.an_assignment(session, case, actor)
    for _ in range(2):
        cancel_assignment(session, case, public_id=assignment.public_id, actor=actor, now=START)
    scenes.an_assignment(session, a_case(session), actor)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"language": "ru"}, "wrong_language"), ({"interpreter_id": 99_999}, "unknown_interpreter")],
)
def test_who_does_not_fit_is_not_assigned(session, case, actor, changes, code):
    with pytest.raises(InvalidInput, match=code):
        scenes.an_assignment(session, case, actor, **changes)


def test_a_credential_must_be_valid_on_the_day_itself(session, case, actor):
    person = scenes.interpreters_of(session, case, "ar")[0]
    person.credential_until = None
    with pytest.raises(InvalidInput, match="credential_missing"):
        scenes.an_assignment(session, case, actor, person)
    person.credential_until = date(2026, 12, 9)
    scenes.an_assignment(session, case, actor, person)


def test_a_driver_does_not_interpret(session, case, actor):
    with pytest.raises(InvalidInput, match="unknown_interpreter"):
        scenes.an_assignment(session, case, actor, scenes.resources(session, case, ResourceKind.VEHICLE)[0])


def _a_visit(session, case) -> Appointment:
    visit = Appointment(case_id=case.id, kind=AppointmentKind.PLAN_MEETING, starts_at=TEN, ends_at=TEN + HOUR)
    session.add(visit)
    session.flush()
    return visit


def test_an_assignment_for_an_appointment_has_its_time(session, case, actor):
    visit = _a_visit(session, case)
    assert scenes.an_assignment(session, case, actor, appointment_id=visit.id).appointment_id == visit.id
    with pytest.raises(InvalidInput, match="appointment_moved"):
        scenes.an_assignment(session, case, actor, appointment_id=visit.id, ends_at=TEN + 2 * HOUR)


def test_the_appointment_of_another_family_is_none_of_ours(session, case, actor):
    visit = _a_visit(session, a_case(session))
    with pytest.raises(InvalidInput, match="unknown_appointment"):
        scenes.an_assignment(session, case, actor, appointment_id=visit.id)
