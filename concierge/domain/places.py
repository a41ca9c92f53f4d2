"""Which clocks hang in a country: the guess that is offered, never imposed, when somebody names their country.

Source: zone.tab of the IANA time zone database, from the pinned tzdata package, so that every machine gives the same
answer. Zones of one country that keep the same time all year are one choice, under the name of the first listed.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

# zone.tab lists a country's zones in the order of the map; where most people live stands here.
_MOST_PEOPLE = {
    "AQ": "Antarctica/McMurdo",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UZ": "Asia/Tashkent",
}
_BY_LAW = {"CN": ("Asia/Shanghai",), "UA": ("Europe/Kyiv",)}  # one official time in the whole country
_NOT_LISTED = {"XK": ("Europe/Belgrade",)}  # zone.tab follows ISO 3166, which has no code for Kosovo


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()} | _BY_LAW | _NOT_LISTED


def country_codes() -> tuple[str, ...]:
    """ISO 3166 codes of all places where people may live, in no order for readers."""
    return tuple(sorted(set(_zones_by_country()) - {"AQ"}))


@lru_cache(maxsize=1024)
def _clock_of(zone: str, year: int) -> tuple[timedelta | None, ...]:
    """The zone's distance from UTC in each month: two zones with the same row never differ for a reader."""
    days = (datetime(year, month, 15, tzinfo=UTC) for month in range(1, 13))
    return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days)


@lru_cache(maxsize=1024)
def zones_of(country: str, year: int) -> tuple[str, ...]:
    """The different clocks of a country in a year, the one of most people first; () for an unknown country."""
    zones = _zones_by_country().get(country, ())
    first = _MOST_PEOPLE.get(country)
    ordered = ([first] if first else []) + [zone for zone in zones if zone != first]
    clocks: dict[tuple[timedelta | None, ...], str] = {}
    for zone in ordered:
        clocks.setdefault(_clock_of(zone, year), zone)
    return tuple(clocks.values())


def only_zone(country: str, year: int) -> str:
    """The time zone of a country that has one clock, else "": then a person has to say."""
    zones = zones_of(country, year)
    return zones[0] if len(zones) == 1 else ""
