"""Prices in time: what holds on which day, what overlaps, when a price may end. Nothing is overwritten, only ended."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from concierge.domain.errors import InvalidInput, Stale
from concierge.domain.vocabulary import CancerType, Programme, Validity

DAY = timedelta(days=1)


class Dated(Protocol):
    """Something that holds from a day on; `valid_until` is the last day, None is open.

    One that was ended before it began has its last day on the day before the first: it never comes into force.
    """

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


class PackageLike(Dated, Protocol):
    """A package of a hospital: for one illness (None: any) and one programme."""

    @property
    def cancer_type(self) -> CancerType | None: ...

    @property
    def programme(self) -> Programme: ...


def validity(dated: Dated, on: date) -> Validity:
    """Where `on` lies in the life of a price."""
    if dated.valid_until is not None and dated.valid_until < dated.valid_from:
        return Validity.WITHDRAWN
    if on < dated.valid_from:
        return Validity.FUTURE
    if dated.valid_until is not None and dated.valid_until < on:
        return Validity.ENDED
    return Validity.TODAY


def is_valid(dated: Dated, on: date) -> bool:
    return validity(dated, on) is Validity.TODAY


def overlaps(valid_from: date, valid_until: date | None, other: Dated) -> bool:
    """Whether there is a day on which both hold."""
    first = max(valid_from, other.valid_from)
    last = min(valid_until or date.max, other.valid_until or date.max)
    return first <= last


def last_day(dated: Dated, wanted: date, today: date) -> date:
    """The last day to write into something that is to end on `wanted`; what has not begun never comes into force.

    What was is not changed afterwards: the earliest end is yesterday. Raises Stale for what has ended already,
    InvalidInput("last_day", date_in_past or end_is_later).
    """
    state = validity(dated, today)
    if state in (Validity.ENDED, Validity.WITHDRAWN):
        raise Stale("price_has_ended")
    if wanted < dated.valid_from:
        if state is Validity.FUTURE:
            return dated.valid_from - DAY
        raise InvalidInput("last_day", "date_in_past")
    if wanted < today - DAY:
        raise InvalidInput("last_day", "date_in_past")
    if dated.valid_until is not None and wanted > dated.valid_until:
        raise InvalidInput("last_day", "end_is_later")
    return wanted


def end_before(dated: Dated, begins_on: date, today: date) -> date:
    """The last day of a price whose successor begins on that day.

    Raises Stale for one that has ended already, InvalidInput("valid_from", new_price_too_early) for a day in the past
    or not after the first day of the present one: what was promised under it stays explained by it.
    """
    if validity(dated, today) in (Validity.ENDED, Validity.WITHDRAWN):
        raise Stale("price_has_ended")
    if begins_on <= dated.valid_from or begins_on < today:
        raise InvalidInput("valid_from", "new_price_too_early")
    return min(begins_on - DAY, dated.valid_until or date.max)


Package = TypeVar("Package", bound=PackageLike)


def fitting(
    packages: Iterable[Package], cancer_type: CancerType, programme: Programme, on: date
) -> list[Package]:
    """The packages of a case on a day: those for its illness first, then those for any; else in the order given."""
    found = [
        package
        for package in packages
        if package.programme is programme
        and package.cancer_type in (None, cancer_type)
        and is_valid(package, on)
    ]
    return sorted(found, key=lambda package: package.cancer_type is None)
