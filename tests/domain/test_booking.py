from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.domain.booking import (
    InterpreterFacts,
    Occasion,
    interpreter_misfits,
    nights,
    on_site_reasons,
    quarter_hours,
)
from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import Modality

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


AMAL = InterpreterFacts(frozenset({"ar", "zh"}), DAY, "f", frozenset({Modality.ON_SITE, Modality.VIDEO}))


@pytest.mark.parametrize(
    ("need", "codes"),
    [
        ({}, ()),
        ({"language": "zh_Hans"}, ()),
        ({"gender_wish": "f"}, ()),
        ({"language": "vi"}, ("wrong_language",)),
        ({"on": DAY + timedelta(days=1)}, ("credential_expired",)),
        ({"modality": Modality.PHONE}, ("modality_not_offered",)),
        ({"gender_wish": "m", "language": "ru"}, ("wrong_language", "gender_wish")),
    ],
)
def test_an_interpreter_fits_or_says_why_not(need, codes):
    facts = {"language": "ar", "modality": Modality.ON_SITE, "on": DAY} | need
    assert interpreter_misfits(AMAL, **facts) == codes


def test_an_interpreter_without_a_credential_on_file_is_not_assigned():
    unknown = InterpreterFacts(frozenset({"ar"}), None)
    assert interpreter_misfits(unknown, language="ar", modality=Modality.PHONE, on=DAY) == (
        "credential_missing",
    )


@pytest.mark.parametrize(
    ("modality", "occasions", "length", "reasons"),
    [
        (Modality.VIDEO, [Occasion.ROUTINE], 60, ()),
        (Modality.VIDEO, [Occasion.ROUTINE], 75, ("over_an_hour",)),
        (Modality.PHONE, [Occasion.CONSENT, Occasion.BAD_NEWS], 30, ("bad_news", "consent")),
        (Modality.VIDEO, [Occasion.FAMILY_MEETING], 90, ("family_meeting", "over_an_hour")),
        (Modality.ON_SITE, [Occasion.BAD_NEWS], 90, ()),
    ],
)
def test_somebody_in_the_room_is_proposed_for_what_weighs_much(modality, occasions, length, reasons):
    assert on_site_reasons(modality, occasions, minutes(length)) == reasons
