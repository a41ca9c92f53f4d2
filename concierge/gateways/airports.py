"""Airports by their IATA code: name, city, country and time zone. The only file that meets `airportsdata`."""

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import airportsdata
from anyascii import anyascii

NO_FIT = 4


@dataclass(frozen=True)
class Airport:
    code: str  # IATA, three letters
    name: str
    city: str
    country: str  # ISO 3166
    timezone: str  # IANA


def find(code: str) -> Airport | None:
    """The airport with this IATA code, in any case; None where no airport has it."""
    return _airports().get(code.strip().upper())


def near(text: str, limit: int = 20) -> list[Airport]:
    """Airports whose code, city or name fits what was typed: the code first, then cities, then the rest.

    A word is found by its beginning. Of one rank those that call themselves international come first. Accents do not
    matter; fewer than two letters find nothing.
    """
    wanted = _key(text)
    if len(wanted) < 2:
        return []
    ranked = ((_rank(keys, wanted), "international" not in keys[2], code) for code, keys in _keys().items())
    best = sorted(found for found in ranked if found[0] < NO_FIT)[:limit]
    return [_airports()[code] for _, _, code in best]


def of_country(country: str, limit: int = 60) -> list[Airport]:
    """The airports of a country (ISO 3166) by city, those first that call themselves international."""
    found = [airport for airport in _airports().values() if airport.country == country]
    found.sort(key=lambda one: ("International" not in one.name, one.city, one.code))
    return found[:limit]


def _rank(keys: tuple[str, str, str], wanted: str) -> int:
    code, city, name = keys
    if code == wanted:
        return 0
    if city.startswith(wanted):
        return 1
    if name.startswith(wanted):
        return 2
    return 3 if f" {wanted}" in f" {city} {name}" else NO_FIT


def _key(text: str) -> str:
    return " ".join(anyascii(text).lower().split())


@cache
def _airports() -> dict[str, Airport]:
    zones = available_timezones()
    return {
        code: Airport(code, row["name"], row["city"], row["country"], row["tz"])
        for code, row in airportsdata.load("IATA").items()
        if row["tz"] in zones
    }


@cache
def _keys() -> dict[str, tuple[str, str, str]]:
    """Code, city and name of each airport as they are searched."""
    return {
        code: (code.lower(), _key(airport.city), _key(airport.name)) for code, airport in _airports().items()
    }
