from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.clocks import WorkingCalendar, at_local
from concierge.domain.evaluation import Appointment, Clash, Meal, clashes, plan_faults
from concierge.domain.vocabulary import AppointmentKind, Preparation, ResourceKind

ZONE = "America/Los_Angeles"
CALENDAR = WorkingCalendar(ZONE, frozenset(range(5)), time(8), time(17))
MONDAY = date(2026, 12, 7)
DR_LEE = (ResourceKind.CLINICIAN, "lee")
SCANNER = (ResourceKind.SCANNER, "ct-1")


def at(day, hour, minute=0):
    return at_local(MONDAY + timedelta(days=day), time(hour, minute), ZONE)


def item(key, kind, day, hour, minutes=60, **facts):
    starts_at = at(day, hour)
    return Appointment(
        key, kind, starts_at, starts_at + timedelta(minutes=minutes), **({"patient": "noura"} | facts)
    )


LAB = item("lab", AppointmentKind.LAB, 0, 9)
SCAN = item("ct", AppointmentKind.CT, 1, 10, preparation=Preparation.CONTRAST, resources=frozenset({SCANNER}))
MEETING = item("plan", AppointmentKind.PLAN_MEETING, 3, 14, resources=frozenset({DR_LEE}))
GOOD = (LAB, SCAN, MEETING)


def faults(*items, meals=()):
    return plan_faults(items, CALENDAR, meals)


def codes(*items, meals=()):
    return [fault.code for fault in faults(*items, meals=meals)]


def test_a_good_plan_has_no_fault():
    assert faults(*GOOD) == ()
    assert faults() == ()


def test_a_clash_names_both_items_and_who_is_double_booked():
    new = item("nurse", AppointmentKind.NURSE, 3, 14, 30, resources=frozenset({DR_LEE}))
    assert clashes(GOOD, new) == (
        Clash("double_booked", "nurse", "plan", "patient", "move_later"),
        Clash("double_booked", "nurse", "plan", "clinician", "choose_another"),
    )


def test_another_patient_shares_only_the_scanner():
    new = replace(SCAN, key="other", patient="wei")
    assert [clash.subject for clash in clashes(GOOD, new)] == ["scanner"]


def test_back_to_back_and_moving_an_item_itself_are_no_clash():
    after = replace(SCAN, key="mri", starts_at=SCAN.ends_at, ends_at=SCAN.ends_at + timedelta(hours=1))
    assert clashes(GOOD, after) == ()
    assert clashes(GOOD, replace(SCAN, ends_at=SCAN.ends_at + timedelta(minutes=15))) == ()


@given(st.integers(0, 20), st.integers(1, 8), st.integers(0, 20), st.integers(1, 8))
def test_clashing_is_mutual_and_means_a_shared_minute(start_one, length_one, start_other, length_other):
    def spot(key, start, length):
        begin_at = at(0, 8) + timedelta(minutes=15 * start)
        return Appointment(
            key, AppointmentKind.NURSE, begin_at, begin_at + timedelta(minutes=15 * length), "noura"
        )

    one, other = spot("a", start_one, length_one), spot("b", start_other, length_other)
    shared = set(range(start_one, start_one + length_one)) & set(
        range(start_other, start_other + length_other)
    )
    assert bool(clashes([one], other)) == bool(clashes([other], one)) == bool(shared)


def test_a_contrast_scan_waits_for_the_kidney_values():
    assert codes(SCAN, MEETING) == ["contrast_without_lab"]
    late = item("lab", AppointmentKind.LAB, 1, 12)
    (fault,) = faults(item("nurse", AppointmentKind.NURSE, 0, 9), late, SCAN, MEETING)
    assert (fault.code, fault.one, fault.other) == ("contrast_before_lab", "ct", "lab")


def test_a_lab_whose_result_comes_too_late_does_not_help():
    assert codes(replace(LAB, result_at=at(1, 11)), SCAN, MEETING) == ["contrast_before_lab"]


def test_the_plan_meeting_follows_every_picture_and_result():
    (fault,) = faults(LAB, SCAN, MEETING, item("mri", AppointmentKind.MRI, 4, 9))
    assert (fault.code, fault.one, fault.other) == ("plan_before_result", "plan", "mri")
    assert codes(LAB, replace(SCAN, result_at=at(3, 15)), MEETING) == ["plan_before_result"]


def test_a_fasting_test_is_never_after_a_meal():
    fasting = replace(LAB, preparation=Preparation.FASTING)
    (fault,) = faults(fasting, SCAN, MEETING, meals=[Meal("breakfast", at(0, 8))])
    assert (fault.code, fault.one, fault.other) == ("fasting_after_meal", "lab", "breakfast")
    assert (
        codes(fasting, SCAN, MEETING, meals=[Meal("breakfast", at(0, 10)), Meal("supper", at(-1, 20))]) == []
    )


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [(0, 7, ["outside_hours"]), (0, 16, []), (0, 17, ["outside_hours"]), (-1, 9, ["closed_day"])],
)
def test_doors_are_open_only_on_working_days_and_in_hours(day, hour, expected):
    nurse = item("nurse", AppointmentKind.NURSE, day, hour)
    assert codes(*GOOD, nurse) == expected


@pytest.mark.parametrize(
    ("last_day", "expected"), [(1, ["span_too_short"]), (2, []), (4, []), (7, ["span_too_long"])]
)
def test_an_evaluation_takes_three_to_five_working_days(last_day, expected):
    assert (
        codes(item("first", AppointmentKind.NURSE, 0, 9), item("last", AppointmentKind.FINANCE, last_day, 9))
        == expected
    )


def test_a_weekend_between_does_not_count():
    thursday = item("first", AppointmentKind.NURSE, 3, 9)
    tuesday = item("last", AppointmentKind.FINANCE, 8, 9)
    assert codes(thursday, tuesday) == []
