"""What a stay costs, night by night."""

from datetime import date, timedelta

import pytest

from concierge.domain.booking import nights
from concierge.domain.errors import InvalidInput
from concierge.domain.lodging import PriceLine, Season, check_season, price_lines, total

FIRST = date(2026, 12, 16)
YEAR_END = Season(date(2026, 12, 18), date(2026, 12, 20), 15_000)


def test_each_night_has_the_price_of_its_season_and_equal_ones_in_a_row_are_one_line():
    lines = price_lines(nights(FIRST, FIRST + timedelta(days=7)), 12_000, house=[YEAR_END])
    assert lines == (PriceLine(2, 12_000), PriceLine(3, 15_000), PriceLine(2, 12_000))
    assert total(lines) == 4 * 12_000 + 3 * 15_000


def test_the_season_of_a_room_goes_before_that_of_its_house():
    own = Season(date(2026, 12, 19), date(2026, 12, 19), 9_000)
    lines = price_lines(nights(FIRST, FIRST + timedelta(days=5)), 12_000, house=[YEAR_END], room=[own])
    assert [(line.nights, line.minor) for line in lines] == [(2, 12_000), (1, 15_000), (1, 9_000), (1, 15_000)]


def test_a_night_that_the_clocks_shorten_or_lengthen_is_one_night_and_costs_one():
    for change in (date(2026, 3, 8), date(2026, 11, 1)):  # Los Angeles, spring and autumn
        wanted = nights(change - timedelta(days=1), change + timedelta(days=1))
        assert len(wanted) == 2
        assert total(price_lines(wanted, 12_000)) == 24_000


def test_seasons_do_not_overlap_but_may_touch():
    others = [YEAR_END]
    check_season(Season(date(2026, 12, 21), date(2026, 12, 31), 1), others)
    with pytest.raises(InvalidInput, match="season_overlaps"):
        check_season(Season(date(2026, 12, 20), date(2026, 12, 31), 1), others)
    with pytest.raises(InvalidInput, match="season_ends_before_start"):
        check_season(Season(date(2027, 1, 2), date(2027, 1, 1), 1), others)
