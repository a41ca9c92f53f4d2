"""The time zones that an airport can lie in."""

from functools import cache
from zoneinfo import available_timezones

_NO_PLACE = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def known_timezones() -> tuple[str, ...]:
    """Names like `Asia/Riyadh`, sorted; zones that are no place are left out."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACE))
    )
