"""Who may see what: least right wins."""

import pytest

from concierge.domain.access import Area, Participation, Right, Role, may_see, may_staff, rights_of


@pytest.mark.parametrize("area", list(Area))
def test_the_patient_sees_everything_of_her_own_case(area):
    assert may_see(Participation(is_patient=True, areas=frozenset()), area)


@pytest.mark.parametrize("area", list(Area))
def test_a_stranger_and_somebody_removed_see_nothing(area):
    assert not may_see(None, area)
    assert not may_see(Participation(is_patient=False, areas=frozenset(Area), is_ended=True), area)
    assert not may_see(Participation(is_patient=True, areas=frozenset(), is_ended=True), area)


def test_a_caregiver_sees_what_was_given_and_the_trip():
    given = Participation(is_patient=False, areas=frozenset({Area.MESSAGES}))
    assert {area for area in Area if may_see(given, area)} == {Area.MESSAGES, Area.TRIP}


def test_no_caregiver_manages_people_even_if_a_row_says_so():
    assert not may_see(Participation(is_patient=False, areas=frozenset(Area)), Area.PEOPLE)


def test_the_one_who_edits_money_is_not_the_lead_and_the_one_who_decides_is_a_reviewer():
    assert Right.EDIT_MONEY not in rights_of(frozenset({Role.LEAD}))
    assert [role for role in Role if Right.DECIDE in rights_of(frozenset({role}))] == [Role.REVIEWER]
    assert [role for role in Role if Right.OVERRIDE_GATE in rights_of(frozenset({role}))] == [Role.LEAD]


def test_an_administrator_sees_no_case():
    assert rights_of(frozenset({Role.ADMINISTRATOR})) == {Right.SEE_AUDIT}


def test_one_of_the_needed_rights_is_enough_and_none_is_not():
    here = rights_of(frozenset({Role.ADVOCATE}))
    assert may_staff(here, frozenset({Right.EDIT_MONEY, Right.DECIDE}))
    assert not may_staff(here, frozenset({Right.DECIDE}))
    assert not may_staff(frozenset(), frozenset({Right.SEE_CASES}))
