"""How long money is on its way: by method, by the country it comes from, and not on a day on which banks there rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from concierge.domain.clocks import WorkingCalendar, last_safe_day
from concierge.domain.vocabulary import PaymentMethod

# Countries whose banks rest on Friday and Saturday (Unicode CLDR, weekData); everywhere else Saturday and Sunday.
_FRIDAY_SATURDAY = frozenset(
    ["BD", "BH", "DZ", "EG", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"]
)


@dataclass(frozen=True)
class Way:
    """A way to pay: working days until it is here, and the last day on which it may be started to be here in time."""

    kind: PaymentMethod
    lead_days: int
    last_on: date
    is_late: bool


def rests_friday(country: str) -> bool:
    """Whether banks of this country rest on Friday and Saturday."""
    return country in _FRIDAY_SATURDAY


def rest_days(country: str) -> frozenset[int]:
    """The weekdays (Monday 0) on which a bank there starts no transfer; none where the country is not known."""
    if not country:
        return frozenset()
    return frozenset({4, 5}) if rests_friday(country) else frozenset({5, 6})


def ways(
    settings: list[Mapping[str, Any]], due_on: date, today: date, calendar: WorkingCalendar, country: str
) -> list[Way]:
    """The ways of a hospital, with the last safe day for somebody who pays from `country` ("" is not known).

    A setting is {"method", "lead_days"}; where some countries need
    another time, also {"countries": {"CN": 8}}.
    """
    return [_way(setting, due_on, today, calendar, country) for setting in settings]


def _way(
    setting: Mapping[str, Any], due_on: date, today: date, calendar: WorkingCalendar, country: str
) -> Way:
    lead = int(setting.get("countries", {}).get(country, setting["lead_days"]))
    last_on = last_safe_day(due_on, lead, calendar)
    while lead and last_on.weekday() in rest_days(country):
        last_on -= timedelta(days=1)
    return Way(PaymentMethod(setting["method"]), lead, last_on, today > last_on)


def next_best(offered: list[Way]) -> Way | None:
    """What to take instead of a way that is late: the one that leaves most time; None where each is late."""
    in_time = [way for way in offered if not way.is_late]
    return max(in_time, key=lambda way: way.last_on, default=None)
