"""What a stay costs, night by night over the seasons, and how well a room fits.

A night is a date. On the night in which the clocks go forward it is an hour shorter, on the other one longer; it is
one night all the same, and costs one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from concierge.domain.errors import InvalidInput

# How long the waiting list keeps a room for somebody who decides.
OFFER_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Season:
    """The price of a night from `first` to `last`, both included."""

    first: date
    last: date
    minor: int

    def has(self, night: date) -> bool:
        return self.first <= night <= self.last


@dataclass(frozen=True)
class PriceLine:
    """So many nights, one after the other, at the same price."""

    nights: int
    minor: int


def price_lines(
    nights: Sequence[date], base: int, *, house: Iterable[Season] = (), room: Iterable[Season] = ()
) -> tuple[PriceLine, ...]:
    """The price of each night: the room's season, else the house's, else `base`; equal ones in a row are one line."""
    seasons = (*room, *house)
    each = (next((season.minor for season in seasons if season.has(night)), base) for night in nights)
    return tuple(PriceLine(len(list(run)), minor) for minor, run in groupby(each))


def total(lines: Iterable[PriceLine]) -> int:
    return sum(line.nights * line.minor for line in lines)


def check_season(season: Season, others: Iterable[Season]) -> None:
    """Raises InvalidInput("until_on", `season_ends_before_start`) and InvalidInput("from_on", `season_overlaps`)."""
    if season.last < season.first:
        raise InvalidInput("until_on", "season_ends_before_start")
    if any(season.first <= other.last and other.first <= season.last for other in others):
        raise InvalidInput("from_on", "season_overlaps")
