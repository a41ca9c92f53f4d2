"""What a family tells about its trip, and what its sending starts."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from concierge.booking.firmness import is_firm_allowed
from concierge.booking.needs import actions
from concierge.booking.needs.actions import TravellerFacts
from concierge.booking.needs.queries import PartState, told
from concierge.booking.travellers import needs_of, travellers_of
from concierge.cases.actions import close
from concierge.domain.access import Actor
from concierge.domain.errors import InvalidInput, NotAllowed
from concierge.domain.journey import Exit, Step
from concierge.domain.passports import MOST_TRAVELLERS, PassportState
from concierge.domain.vocabulary import FirmFrom, Food, NeedsPart, Relation
from concierge.models import Answer, CaseEvent, CaseTask, Deposit
from tests.booking import scenes
from tests.factories import a_case
from tests.support.clock import START

SON = TravellerFacts(Relation.CHILD, "SAMI AL MUTAIRI", passport_until=date(2026, 12, 10))
FAMILY = Actor("portal", 1, "Noura")


@pytest.fixture
def case(session):
    return a_case(session, step=Step.EVALUATION)


@pytest.fixture
def actor(session):
    return scenes.coordinator(session)


def _add(session, case, facts=SON, **changes):
    return actions.tell_traveller(session, case, facts, **{"actor": FAMILY, "now": START} | changes)


def _tell(session, case, part, **facts):
    return actions.tell(session, case, part, facts, actor=FAMILY, now=START)


def _send(session, case, minutes=0, actor=FAMILY):
    return actions.send_needs(session, case, actor=actor, now=START + timedelta(minutes=minutes))


def _state(session, case, part):
    return {one.part: one.state for one in told(session, case, START.date()).parts}[part]


def _tasks(session, code):
    return [task.state for task in session.scalars(sa.select(CaseTask).where(CaseTask.code == code))]


def test_the_first_companion_brings_the_patient_along_with_what_the_case_knows(session, case):
    _add(session, case)
    noura, sami = travellers_of(session, case)
    assert (noura.is_patient, noura.passport_name, noura.passport_number) == (
        True,
        "NOURA SAAD AL MUTAIRI",
        "P1234567",
    )
    assert (noura.born_on, noura.nationality) == (date(1968, 3, 14), "SA")
    assert (sami.passport_name, sami.relation) == ("SAMI AL MUTAIRI", Relation.CHILD)


def test_the_patient_is_told_once_and_changed_after_that(session, case):
    for name in ("NOURA S AL MUTAIRI", "NOURA AL MUTAIRI"):
        _add(session, case, TravellerFacts(Relation.PATIENT, name))
    (noura,) = travellers_of(session, case)
    assert noura.passport_name == "NOURA AL MUTAIRI"
    assert noura.passport_number == "P1234567"  # nobody typed another one


def test_thirty_companions_get_a_clear_answer_and_those_before_stay(session, case):
    for _number in range(MOST_TRAVELLERS - 1):
        _add(session, case)
    with pytest.raises(InvalidInput, match="too_many_travellers") as refused:
        _add(session, case)
    assert refused.value.data == {"most": MOST_TRAVELLERS}
    assert len(travellers_of(session, case)) == MOST_TRAVELLERS


def test_a_companion_can_be_changed_and_taken_off_but_not_the_patient(session, case, actor):
    sami = _add(session, case)
    _add(session, case, TravellerFacts(Relation.SIBLING, "SAMI MUTAIRI"), public_id=sami.public_id)
    assert (sami.relation, sami.passport_name) == (Relation.SIBLING, "SAMI MUTAIRI")
    noura = travellers_of(session, case)[0]
    with pytest.raises(InvalidInput, match="unknown_traveller"):
        actions.remove_traveller(session, case, noura.public_id, actor=actor, now=START)
    actions.remove_traveller(session, case, sami.public_id, actor=actor, now=START)
    assert travellers_of(session, case) == [noura]
    with pytest.raises(InvalidInput, match="unknown_traveller"):
        _add(session, case, public_id=sami.public_id)


def test_a_part_is_not_yet_told_then_done_or_nothing_needed(session, case):
    assert _state(session, case, NeedsPart.FOOD) is PartState.NOT_YET
    _tell(session, case, NeedsPart.FOOD, food=[], food_note="", prayer=None)
    assert _state(session, case, NeedsPart.FOOD) is PartState.NOTHING
    _tell(session, case, NeedsPart.FOOD, food=[Food.HALAL.value])
    assert _state(session, case, NeedsPart.FOOD) is PartState.DONE
    assert _state(session, case, NeedsPart.VISA) is PartState.NOT_YET
    _tell(session, case, NeedsPart.VISA, is_visa_needed=True, visa_interview_on=date(2026, 12, 1))
    assert case.is_visa_needed


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"leave_from": date(2026, 12, 8), "home_by": date(2026, 12, 8)}, "home_by"),
        ({"visa_granted_on": START.date() + timedelta(days=3)}, "visa_granted_on"),
        ({"fit_to_fly_on": START.date() + timedelta(days=3)}, "fit_to_fly_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(session, case, facts, field):
    with pytest.raises(InvalidInput) as refused:
        _tell(session, case, NeedsPart.AIRPORT, **facts)
    assert refused.value.field == field
    assert needs_of(session, case).told == {}


def test_sending_gives_the_coordinator_one_task_and_names_what_is_new_after_it(session, case, actor):
    with pytest.raises(InvalidInput, match="travellers_first"):
        _send(session, case)
    _add(session, case)
    assert _send(session, case) == [NeedsPart.TRAVELLERS]
    with pytest.raises(InvalidInput, match="needs_unchanged"):
        _send(session, case, 1)
    later = START + timedelta(minutes=2)
    actions.tell(session, case, NeedsPart.AIRPORT, {"home_airport": "RUH"}, actor=FAMILY, now=later)
    found = told(session, case, START.date())
    assert [one.part for one in found.news] == [NeedsPart.AIRPORT]
    assert found.is_to_send
    assert _send(session, case, 3) == [NeedsPart.AIRPORT]
    assert len(_tasks(session, "read_needs")) == 1
    kinds = session.scalars(
        sa.select(CaseEvent.data).where(CaseEvent.kind == "needs_sent").order_by(CaseEvent.id)
    ).all()
    assert kinds == [{"parts": ["travellers"]}, {"parts": ["airport"]}]


def test_what_a_coordinator_types_is_new_to_the_team_but_nothing_for_the_family_to_send(session, case, actor):
    _add(session, case)
    _send(session, case)
    actions.tell(session, case, NeedsPart.LODGING, {"beds": 2}, actor=actor, now=START + timedelta(minutes=2))
    found = told(session, case, START.date())
    assert [(one.part, one.told_by) for one in found.news] == [(NeedsPart.LODGING, actor.name)]
    assert not found.is_to_send
    _send(session, case, 3, actor)
    assert set(_tasks(session, "read_needs")) == {"cancelled"}  # whoever typed it has read it


def test_a_passport_is_held_against_the_way_home(session, case):
    sami = _add(session, case)
    session.get(Answer, case.id).evaluation_to = date(2026, 12, 12)
    assert told(session, case, START.date()).passport_of(sami) is PassportState.ENDS_BEFORE_RETURN
    _tell(session, case, NeedsPart.AIRPORT, home_by=date(2026, 12, 9))
    assert told(session, case, START.date()).passport_of(sami) is PassportState.SHORT
    scenes.a_flight(session, case, FAMILY, direction="departure", departs_local=scenes.datetime(2026, 12, 14, 9),
                    arrives_local=scenes.datetime(2026, 12, 14, 22), from_timezone="America/Los_Angeles",
                    to_timezone="America/Los_Angeles")  # fmt: skip
    assert told(session, case, START.date()).returns_on == date(2026, 12, 14)


def test_nothing_is_asked_before_the_yes_nor_after_the_end(session, case, actor):
    early = a_case(session, step=Step.ACCEPTANCE)
    with pytest.raises(InvalidInput, match="needs_before_yes"):
        _add(session, early)
    close(session, case, exit=Exit.WITHDRAWN, reason="", actor=actor, now=START)
    with pytest.raises(NotAllowed, match="case_not_open"):
        _add(session, case)


def test_each_hospital_says_from_when_bookings_are_firm(session, case):
    early = a_case(session, step=Step.ACCEPTANCE)
    assert is_firm_allowed(session, early, START).reason == "not_said_yes"
    assert is_firm_allowed(session, case, START).is_allowed
    case.hospital.firm_from = FirmFrom.VISA
    assert is_firm_allowed(session, case, START).is_allowed
    _tell(session, case, NeedsPart.VISA, is_visa_needed=True)
    assert is_firm_allowed(session, case, START).reason == "visa_not_granted"
    _tell(session, case, NeedsPart.VISA, visa_granted_on=START.date())
    assert is_firm_allowed(session, case, START).is_allowed
    session.execute(sa.delete(Deposit).where(Deposit.case_id == case.id))
    assert is_firm_allowed(session, case, START).reason == "deposit_open"


def test_the_file_of_hospitals_says_which_rule_is_theirs(session, case):
    assert case.hospital.firm_from is FirmFrom.PATIENT_YES
    assert a_case(session, slug="jinghe").hospital.firm_from is FirmFrom.VISA
