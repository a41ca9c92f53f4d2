"""Who may interpret, who should, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from concierge.domain.errors import InvalidInput
from concierge.domain.interpreting import (
    Busy,
    Candidate,
    Need,
    check_modality,
    check_relative,
    cost_of,
    misfits,
    on_site_reasons,
    propose,
    soonest,
    spread,
)
from concierge.domain.money import Money
from concierge.domain.vocabulary import InterpreterKind, Modality, Occasion, Relation

TEN = datetime(2026, 12, 8, 18, tzinfo=UTC)  # ten in the morning in Los Angeles, a Tuesday
HOUR = timedelta(hours=1)
DAY = date(2026, 12, 8)
NEED = Need("ar", "en", Modality.ON_SITE, TEN, TEN + HOUR, "America/Los_Angeles", family=7)
AMAL = Candidate(
    1, "Amal", InterpreterKind.STAFF, (("ar", "en", "Gulf"), ("zh", "en", "")), DAY, "f",
    frozenset({Modality.ON_SITE, Modality.VIDEO}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("person", "need", "codes"),
    [
        ({}, {}, ()),
        ({}, {"language": "zh_Hans"}, ()),
        ({}, {"gender": "f"}, ()),
        ({}, {"language": "vi"}, ("wrong_language",)),
        ({}, {"house": "zh"}, ("wrong_language",)),
        ({"credential_until": DAY - timedelta(days=1)}, {}, ("credential_expired",)),
        ({"credential_until": None}, {}, ("credential_missing",)),
        ({"credential_until": None, "kind": InterpreterKind.PHONE_LINE}, {}, ()),
        ({}, {"modality": Modality.PHONE}, ("modality_not_offered",)),
        ({"hours": {"1": [600, 660]}}, {}, ()),
        ({"hours": {"1": [600, 659]}}, {}, ("interpreter_off",)),
        ({"hours": {"2": [0, 1440]}}, {}, ("interpreter_off",)),
        ({"absences": (Busy(TEN - HOUR, TEN),)}, {}, ()),
        ({"absences": (Busy(TEN - HOUR, TEN + HOUR / 4),)}, {}, ("interpreter_absent",)),
        ({"taken": (Busy(TEN, TEN + HOUR, "resource:1"),)}, {}, ("interpreter_busy",)),
        ({"taken": (Busy(TEN, TEN + HOUR, "resource:1"),), "lines": 2}, {}, ()),
        ({}, {"gender": "m", "language": "ru"}, ("wrong_language", "gender_wish")),
    ],
)
def test_somebody_fits_or_says_why_not(person, need, codes):
    assert misfits(replace(AMAL, **person), replace(NEED, **need)) == codes


def test_a_booking_over_midnight_is_no_matter_for_who_works_till_evening():
    late = replace(NEED, starts_at=TEN + 13 * HOUR, ends_at=TEN + 15 * HOUR)  # 23:00 to 01:00
    assert misfits(replace(AMAL, hours={"1": [0, 1440]}), late) == ("interpreter_off",)
    assert misfits(AMAL, late) == ()


def test_the_best_come_first_and_each_says_why():
    """Wish, dialect, who knows the family, own people before agency before line, then the cost."""
    plain = replace(AMAL, pairs=(("ar", "en", ""),), gender="")
    people = [
        replace(plain, key=1, kind=InterpreterKind.PHONE_LINE, modalities=frozenset(Modality)),
        replace(plain, key=2, kind=InterpreterKind.AGENCY, rate=Money(9_000, "USD")),
        replace(plain, key=3, kind=InterpreterKind.AGENCY, rate=Money(8_000, "USD")),
        replace(plain, key=4),
        replace(plain, key=5, kind=InterpreterKind.AGENCY, families={7: 2}),
        replace(AMAL, key=6, gender="m"),
        replace(AMAL, key=7),
        replace(AMAL, key=8, absences=(Busy(TEN, TEN + HOUR),)),
        replace(AMAL, key=9, pairs=(("ru", "en", ""),)),
    ]
    ranked = propose(people, replace(NEED, gender="f", dialect="gulf"))
    assert [one.person.key for one in ranked] == [7, 6, 5, 4, 3, 2, 1, 8]
    assert ranked[0].reasons == ("dialect_fits", "gender_fits", "staff")
    assert ranked[1].misfits == ("gender_wish",)
    assert ranked[1].can_be_assigned, "a wish can be overruled"
    assert ranked[2].reasons == ("knows_family", "agency")
    assert not ranked[-1].can_be_assigned


def test_nobody_stands_in_twice_at_one_time_but_a_line_does():
    line = replace(AMAL, key=2, kind=InterpreterKind.VIDEO_LINE, lines=2)
    needs = [NEED, NEED, NEED, NEED, replace(NEED, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR)]
    chosen = spread([(need, propose([AMAL, line], need)) for need in needs])
    assert [one and one.person.key for one in chosen] == [1, 2, 2, None, 1]


@pytest.mark.parametrize(
    ("minimum", "minutes", "minor"), [(0, 60, 9_500), (120, 60, 19_000), (0, 15, 2_375), (0, 1, 158)]
)
def test_a_cost_is_by_the_minute_and_at_least_the_minimum(minimum, minutes, minor):
    assert cost_of(Money(9_500, "USD"), minimum, timedelta(minutes=minutes)) == Money(minor, "USD")
    assert cost_of(None, minimum, timedelta(minutes=minutes)) is None


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
    span = timedelta(minutes=length)
    assert on_site_reasons(modality, occasions, span) == reasons
    check_modality(modality, occasions, span, "The only one is in another city")
    if reasons:
        with pytest.raises(InvalidInput, match="on_site_needed"):
            check_modality(modality, occasions, span, "")


def test_the_soonest_quarter_counts_the_way_to_the_door():
    at = TEN + timedelta(minutes=7)
    assert soonest(at) == TEN, "a voice on the phone is there for the quarter-hour that runs"
    assert soonest(at, 20) == TEN + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"is_adult": False}, "relative_is_minor"),
        ({"relation": Relation.PATIENT}, "relative_is_patient"),
        ({"offered_language": "en"}, "offer_not_understood"),
        ({"offered_at": TEN + HOUR}, "offer_in_future"),
    ],
)
def test_a_relative_interprets_only_after_an_offer_that_was_understood(changes, code):
    facts = {
        "relation": Relation.CHILD, "is_adult": True, "offered_language": "zh_Hans", "patient_language": "zh",
        "offered_at": TEN, "now": TEN,
    }  # fmt: skip
    check_relative(**facts)
    with pytest.raises(InvalidInput, match=code):
        check_relative(**facts | changes)
