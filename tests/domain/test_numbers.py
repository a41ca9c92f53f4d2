from datetime import UTC, date, datetime

import pytest

from concierge.domain.numbers import MOST_ROW, day_and_row, moment, whole

NO_NUMBERS = (None, "", " 1", "-1", "+1", "1_2", "1.0", "²", "٣", "\x00", "2147483648", "9" * 20, "9" * 5000)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_no_row_can_have_is_no_number(text):
    assert whole(text) is None


def test_numbers_of_rows():
    assert (whole("0"), whole("007"), whole(str(MOST_ROW))) == (0, 7, MOST_ROW)
    assert (whole("2", most=2), whole("3", most=2)) == (2, None)


@pytest.mark.parametrize("row", NO_NUMBERS[1:])
def test_a_place_in_a_list_needs_a_row_that_can_exist(row):
    assert day_and_row(f"2026-12-08.{row}") is None


@pytest.mark.parametrize(
    "text", [None, "", "2026-12-08", "2026-02-29.1", "0001-01-01.1", "9999-12-31.1", "x.1"]
)
def test_a_place_in_a_list_needs_a_day_of_ours(text):
    assert day_and_row(text) is None


def test_a_place_in_a_list():
    assert day_and_row("2026-12-08.417") == (date(2026, 12, 8), 417)


@pytest.mark.parametrize(
    "text", [None, "", "2026-12-08T10:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "later"]
)
def test_what_is_no_instant_on_our_clocks(text):
    assert moment(text) is None


def test_an_instant():
    assert moment("2026-12-08T10:00:00+08:00") == datetime(2026, 12, 8, 2, tzinfo=UTC)
