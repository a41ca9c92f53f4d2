"""Flights and trains: which numbers can be, when one follows another, and when news of one matters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from concierge.domain.vocabulary import TransportMode

# The longest scheduled flight takes under 20 hours: more is a wrong day or a wrong place.
LONGEST = {TransportMode.FLIGHT: timedelta(hours=24), TransportMode.TRAIN: timedelta(hours=72)}
# Fewer minutes move no driver; from here on the people who wait must know.
MATTERS = timedelta(minutes=15)
_CHANGE = timedelta(hours=24)
_NUMBER = {
    TransportMode.FLIGHT: re.compile(r"[A-Z0-9]{2,3} ?\d{1,4}[A-Z]?"),
    TransportMode.TRAIN: re.compile(r"[^\W_][^\n]{0,11}"),
}


@dataclass(frozen=True)
class Leg:
    """One flight or train as far as it can follow another. `travellers` are ids; nobody named means everybody."""

    key: str
    from_place: str
    to_place: str
    departs_at: datetime
    arrives_at: datetime
    travellers: frozenset[str] = frozenset()


def number_of(mode: TransportMode, typed: str) -> str | None:
    """`sv  41` as it is written on boards, `SV 41`; None for what is no number."""
    number = " ".join(typed.upper().split())
    return number if _NUMBER[mode].fullmatch(number) else None


def journeys(legs: Sequence[Leg]) -> list[list[Leg]]:
    """The legs of one direction in the order of time, those together that one takes after another.

    One follows another from the same place within 24 hours, unless other people travel.
    """
    found: list[list[Leg]] = []
    for leg in sorted(legs, key=lambda one: (one.departs_at, one.key)):
        before = next((journey for journey in found if _follows(journey[-1], leg)), None)
        if before is None:
            found.append([leg])
        else:
            before.append(leg)
    return found


def _follows(first: Leg, second: Leg) -> bool:
    is_same_place = first.to_place.casefold() == second.from_place.casefold()
    wait = second.departs_at - first.arrives_at
    are_others = bool(first.travellers and second.travellers and not first.travellers & second.travellers)
    return is_same_place and timedelta(0) <= wait <= _CHANGE and not are_others


def matters(before: datetime, after: datetime) -> bool:
    """Whether somebody must hear that the time is another one now."""
    return abs(after - before) >= MATTERS
