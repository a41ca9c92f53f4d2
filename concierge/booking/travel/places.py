"""The place at which a flight or train begins or ends, as typed: airports know their time zone, stations do not."""

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from concierge.domain.errors import InvalidInput
from concierge.domain.vocabulary import TransportMode
from concierge.gateways import airports
from concierge.gateways.airports import Airport

_NO_PLACE = ("Etc/", "SystemV/", "US/", "posix/", "right/")
_CODE = re.compile(r"\(([A-Za-z]{3})\)\s*$|^\s*([A-Za-z]{3})\s*$")


@dataclass(frozen=True)
class Place:
    """`name` as people read it; `code` is IATA, empty for a station."""

    name: str
    code: str
    timezone: str


@cache
def known_timezones() -> tuple[str, ...]:
    """Names like `Asia/Riyadh`, sorted; zones that are no place are left out."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACE))
    )


def zone_of(code: str) -> str | None:
    """The time zone of the airport with this code, for the reader of confirmations."""
    found = airports.find(code)
    return found.timezone if found else None


def shown(code: str) -> str:
    """`Riyadh (RUH)` for `RUH`; what is no code stays as it is."""
    found = airports.find(code) if len(code) == 3 else None
    return _shown(found) if found else code


def place_of(mode: TransportMode, field: str, typed: str, timezone: str) -> Place:
    """The place that was meant. Raises InvalidInput(field): airport_unknown, airport_several (with `names`)."""
    if mode is TransportMode.TRAIN:
        return Place(typed, "", timezone)
    if (match := _CODE.search(typed)) and (found := airports.find(match[1] or match[2])):
        name = typed.strip() if match[1] else _shown(found)
        return Place(name, found.code, found.timezone)
    likely = airports.near(typed, 5)
    same_city = [one for one in likely if one.city.casefold() == typed.strip().casefold()] or likely
    if not same_city:
        raise InvalidInput(field, "airport_unknown")
    if len(same_city) > 1:
        raise InvalidInput(
            field, "airport_several", names=", ".join(f"{one.name} ({one.code})" for one in same_city)
        )
    return Place(_shown(same_city[0]), same_city[0].code, same_city[0].timezone)


def _shown(airport: Airport) -> str:
    return f"{(airport.city or airport.name)[:74]} ({airport.code})"
