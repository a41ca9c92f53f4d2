"""Which clocks a country has: one where one is enough, a choice where people live by several."""

import pytest

from concierge.domain.places import country_codes, only_zone, zones_of


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("SA", "Asia/Riyadh"),
        ("CN", "Asia/Shanghai"),
        ("KZ", "Asia/Almaty"),
        ("UZ", "Asia/Tashkent"),
        ("UA", "Europe/Kyiv"),
        ("XK", "Europe/Belgrade"),
        ("VN", "Asia/Ho_Chi_Minh"),
    ],
)
def test_a_country_with_one_clock_needs_no_question(country, zone):
    assert only_zone(country, 2026) == zone


@pytest.mark.parametrize(
    ("country", "first"),
    [("US", "America/New_York"), ("RU", "Europe/Moscow"), ("MN", "Asia/Ulaanbaatar"), ("ID", "Asia/Jakarta")],
)
def test_where_there_are_several_the_one_of_most_people_comes_first(country, first):
    zones = zones_of(country, 2026)
    assert zones[0] == first
    assert len(zones) > 1
    assert only_zone(country, 2026) == ""


def test_places_that_keep_the_same_time_all_year_are_one_choice():
    zones = zones_of("US", 2026)
    assert "America/Detroit" not in zones
    assert {"America/Denver", "America/Phoenix"} <= set(zones)


def test_every_country_has_a_clock_and_nonsense_has_none():
    assert [country for country in country_codes() if not zones_of(country, 2026)] == []
    assert zones_of("ZZ", 2026) == zones_of("", 2026) == ()
