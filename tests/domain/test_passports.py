"""Passports of a visit: how long they last, how they are written, what others see of them."""

from datetime import date

import pytest

from concierge.domain.errors import InvalidInput
from concierge.domain.passports import (
    PassportState,
    masked,
    months_after,
    passport_name,
    passport_number,
    validity,
)

TODAY, BACK = date(2026, 11, 25), date(2026, 12, 14)


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (None, PassportState.UNKNOWN),
        (date(2026, 12, 13), PassportState.ENDS_BEFORE_RETURN),
        (date(2026, 12, 14), PassportState.SHORT),
        (date(2027, 6, 13), PassportState.SHORT),
        (date(2027, 6, 14), PassportState.OK),
    ],
)
def test_a_passport_is_held_against_the_return_and_half_a_year_after_it(until, state):
    assert validity(until, returns_on=BACK, today=TODAY) is state


def test_without_a_return_or_after_it_today_counts():
    assert validity(date(2026, 11, 24), returns_on=None, today=TODAY) is PassportState.ENDS_BEFORE_RETURN
    assert (
        validity(date(2026, 12, 20), returns_on=BACK, today=date(2027, 1, 5))
        is PassportState.ENDS_BEFORE_RETURN
    )
    assert validity(date(2027, 5, 25), returns_on=None, today=TODAY) is PassportState.OK


def test_half_a_year_after_the_last_of_august_is_the_last_of_february():
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)


@pytest.mark.parametrize("typed", ["نورة المطيري", "李小明", "Éva", "NOURA 2", "<<", "-X", ""])
def test_a_name_that_no_passport_line_holds_is_refused(typed):
    with pytest.raises(InvalidInput, match="not_latin"):
        passport_name(typed)


def test_a_name_is_kept_as_typed_and_never_recased():
    assert passport_name("  Noura  AL-Mutairi ") == "Noura AL-Mutairi"
    assert passport_name("Sean O\u2019BRIEN") == "Sean O'BRIEN"


def test_a_number_may_be_typed_in_any_figures_with_gaps():
    assert passport_number("p 12-34٥٦٧") == "P1234567"
    assert passport_number("") == ""
    for odd in ("P12", "P1234567Ж", "A" * 21):
        with pytest.raises(InvalidInput, match="passport_number_odd"):
            passport_number(odd)


def test_others_see_the_end_of_a_number_only():
    assert masked("P1234567") == "•••567"
    assert masked("") == ""
