"""What differs between the trip that the family was told and the trip as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from concierge.domain.itinerary import ItemKind

# What begins this soon is told at once, and by text message too.
SOON = timedelta(hours=24)


class What(StrEnum):
    NEW = "new"
    MOVED = "moved"  # another time, another place or another person
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Shown:
    """One row of an edition. `at` is the moment that stands on its card; `about` are codes of place and people."""

    kind: ItemKind
    key: str
    at: datetime
    until: datetime | None
    about: str


@dataclass(frozen=True)
class Change:
    """`before` and `after` are the moments on the card, UTC; None for what was or is not there."""

    kind: ItemKind
    key: str
    what: What
    before: datetime | None
    after: datetime | None

    def is_soon(self, now: datetime) -> bool:
        return any(at is not None and now <= at < now + SOON for at in (self.before, self.after))


def changes(told: Iterable[Shown], current: Iterable[Shown]) -> list[Change]:
    """What the family would notice, in the order in which it will be lived."""
    before = {(row.kind, row.key): row for row in told}
    after = {(row.kind, row.key): row for row in current}
    found = [
        _change(*name, before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    ]
    return sorted(found, key=lambda change: (change.after or change.before, change.kind, change.key))


def _change(kind: ItemKind, key: str, before: Shown | None, after: Shown | None) -> Change:
    what = What.NEW if before is None else What.CANCELLED if after is None else What.MOVED
    return Change(kind, key, what, before.at if before else None, after.at if after else None)
