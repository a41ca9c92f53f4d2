from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.call_slots import (
    LENGTHS,
    Absence,
    DayPart,
    Diary,
    Hours,
    check_hours,
    free_slots,
    is_offered,
    moving_clocks,
    nearest,
    part_of_day,
    usual_minutes,
)
from concierge.domain.clocks import WorkingCalendar, at_local
from concierge.domain.errors import InvalidInput

ANGELES, RIYADH = "America/Los_Angeles", "Asia/Riyadh"
WEEK = WorkingCalendar(ANGELES, frozenset(range(5)), time(8), time(17), frozenset({date(2026, 11, 26)}))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TUESDAY = date(2026, 12, 1)


def walls(slots, zone=ANGELES):
    return [f"{slot.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" for slot in slots]


def slots_on(on, diary=None, minutes=45, not_before=LONG_AGO):
    return free_slots(diary or Diary(WEEK), on, on, minutes=minutes, not_before=not_before)


def test_without_hours_of_their_own_a_specialist_is_there_while_the_hospital_is_open():
    found = walls(slots_on(TUESDAY, minutes=60))
    assert found[0] == "08:00"
    assert found[-1] == "16:00"
    assert slots_on(date(2026, 12, 5)) == ()  # a Saturday


def test_own_hours_take_the_place_of_opening_hours_only_while_they_hold():
    diary = Diary(
        WEEK, (Hours(1, time(13), time(15), valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 6)),)
    )
    assert walls(slots_on(TUESDAY, diary)) == ["13:00", "13:30", "14:00"]
    assert slots_on(date(2026, 12, 2), diary) == ()  # a Wednesday on which they hold, without hours
    assert walls(slots_on(date(2026, 12, 8), diary))[0] == "08:00"


def test_nobody_is_called_on_a_holiday_or_during_an_absence():
    own = (Hours(3, time(9), time(12)),)
    assert slots_on(date(2026, 11, 26), Diary(WEEK, own)) == ()
    away = Diary(WEEK, absences=(Absence(TUESDAY, TUESDAY),))
    assert slots_on(TUESDAY, away) == ()
    assert slots_on(TUESDAY + timedelta(days=1), away)


def test_what_is_taken_takes_every_slot_that_touches_it():
    taken = frozenset({at_local(TUESDAY, time(9, 30), ANGELES)})
    found = walls(slots_on(TUESDAY, Diary(WEEK, taken=taken)))
    assert found[:4] == ["08:00", "08:30", "10:00", "10:30"]


def test_a_family_books_only_what_lies_far_enough_ahead():
    assert walls(slots_on(TUESDAY, not_before=at_local(TUESDAY, time(15, 45), ANGELES))) == ["16:00"]


@pytest.mark.parametrize(("on", "in_riyadh"), [(date(2027, 3, 12), "20:00"), (date(2027, 3, 15), "19:00")])
def test_across_the_californian_change_the_hour_in_riyadh_moves_and_the_one_in_los_angeles_stays(
    on, in_riyadh
):
    nine = [slot for slot in slots_on(on) if walls([slot]) == ["09:00"]]
    assert walls(nine, RIYADH) == [in_riyadh]


def test_an_hour_that_does_not_exist_is_no_slot_and_one_that_comes_twice_is_one():
    night = Diary(WorkingCalendar(ANGELES, frozenset(range(7)), time(0, 30), time(5)))
    assert "02:00" not in walls(slots_on(date(2027, 3, 14), night, minutes=30))
    autumn = walls(slots_on(date(2026, 11, 1), night, minutes=30))
    assert autumn.count("01:00") == autumn.count("01:30") == 1


@given(
    on=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    minutes=st.sampled_from(LENGTHS),
    zone=st.sampled_from(
        [ANGELES, "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai"]
    ),
    opens=st.integers(0, 80),
    lasts=st.integers(1, 15),
)
def test_every_slot_lies_within_the_hours_on_quarters_and_shows_each_wall_time_once(
    on, minutes, zone, opens, lasts
):
    first, last = time(opens // 4, opens % 4 * 15), time((opens + lasts) // 4, (opens + lasts) % 4 * 15)
    diary = Diary(WorkingCalendar(zone, frozenset(range(7)), first, last))
    found = slots_on(on, diary, minutes=minutes)
    assert len(set(walls(found, zone))) == len(found)
    for slot in found:
        local = slot.starts_at.astimezone(ZoneInfo(zone))
        assert local.date() == on
        assert first <= local.time() < last
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
        assert slot.ends_at <= at_local(on, last, zone)
        assert is_offered(diary, slot.starts_at, minutes=minutes, not_before=LONG_AGO)


def test_the_nearest_three_come_in_order_of_time():
    found = slots_on(TUESDAY)
    gone = found[5]
    near = nearest([slot for slot in found if slot != gone], gone.starts_at)
    assert near == (found[4], found[6], found[7]) or near == (found[3], found[4], found[6])
    assert nearest([], gone.starts_at) == ()


@pytest.mark.parametrize(
    ("hours", "field", "code"),
    [
        (Hours(0, time(9), time(9)), "closes", "ends_before_start"),
        (Hours(0, time(9, 10), time(12)), "opens", "not_on_quarter"),
        (
            Hours(0, time(9), time(12), date(2026, 12, 2), date(2026, 12, 1)),
            "valid_until",
            "days_upside_down",
        ),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours, field, code):
    with pytest.raises(InvalidInput) as refused:
        check_hours(hours)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_first_talk_is_longer_and_an_interpreted_one_the_longest():
    assert usual_minutes(is_first=True, is_interpreted=False) == 45
    assert usual_minutes(is_first=False, is_interpreted=False) == 30
    assert usual_minutes(is_first=False, is_interpreted=True) == 60


def test_the_day_is_named_as_the_reader_lives_it():
    at = at_local(TUESDAY, time(9), ANGELES)
    assert part_of_day(at, ANGELES) is DayPart.MORNING
    assert part_of_day(at, RIYADH) is DayPart.EVENING
    assert part_of_day(at_local(TUESDAY, time(14), ANGELES), RIYADH) is DayPart.NIGHT


def test_only_a_city_whose_clocks_change_is_named():
    before, after = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 20, tzinfo=UTC)
    assert moving_clocks(before, after, (ANGELES, RIYADH, "")) == (ANGELES,)
    assert moving_clocks(before, before + timedelta(days=3), (ANGELES, RIYADH)) == ()
