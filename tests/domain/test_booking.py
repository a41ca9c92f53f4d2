from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.booking import nights, quarter_hours
from concierge.domain.errors import InvalidInput

NINE = datetime(2026, 12, 8, 9, tzinfo=UTC)
DAY = date(2026, 12, 8)


def minutes(count):
    return timedelta(minutes=count)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 90))
def test_the_nights_of_a_stay_are_in_date_order_without_the_day_of_leaving(arrive_on, count):
    found = nights(arrive_on, arrive_on + timedelta(days=count))
    assert len(found) == count
    assert found[0] == arrive_on
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("days", "code"), [(0, "leaves_before_arrival"), (-1, "leaves_before_arrival"), (91, "stay_too_long")]
)
def test_an_impossible_stay_is_refused(days, code):
    with pytest.raises(InvalidInput) as refusal:
        nights(DAY, DAY + timedelta(days=days))
    assert (refusal.value.field, refusal.value.code) == ("leave_on", code)


def test_a_booking_takes_its_quarter_hours_and_not_its_end():
    assert quarter_hours(NINE, NINE + minutes(30)) == (NINE, NINE + minutes(15))
    assert len(quarter_hours(NINE, NINE + timedelta(hours=12))) == 48


@given(st.integers(0, 40), st.integers(1, 8), st.integers(1, 8))
def test_back_to_back_bookings_share_no_quarter_hour(start, first, second):
    begin_at = NINE + minutes(15 * start)
    middle_at = begin_at + minutes(15 * first)
    taken = quarter_hours(begin_at, middle_at)
    assert not set(taken) & set(quarter_hours(middle_at, middle_at + minutes(15 * second)))


@pytest.mark.parametrize(
    ("starts", "ends", "field", "code"),
    [
        (5, 30, "starts_at", "not_on_quarter"),
        (0, 20, "ends_at", "not_on_quarter"),
        (30, 30, "ends_at", "ends_before_start"),
        (30, 15, "ends_at", "ends_before_start"),
        (0, 735, "ends_at", "too_long"),
    ],
)
def test_an_impossible_time_is_refused_at_its_field(starts, ends, field, code):
    with pytest.raises(InvalidInput) as refusal:
        quarter_hours(NINE + minutes(starts), NINE + minutes(ends))
    assert (refusal.value.field, refusal.value.code) == (field, code)
