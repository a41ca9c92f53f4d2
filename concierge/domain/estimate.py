"""Estimates: totals, what changed between two versions, how long one holds, and the US good-faith rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from concierge.domain.clocks import WorkingCalendar
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import Phase

TRIPWIRE = Money(400_00, "USD")
DISPUTE_DAYS = 120
LEAST_ACTUALS = 20  # finished cases from which a range is drawn
ACTUALS_YEARS = 3  # how far back they count


class LineLike(Protocol):
    """One line of an estimate. `each` is the price of one, `total` that of all."""

    @property
    def phase(self) -> Phase: ...

    @property
    def code(self) -> str: ...

    @property
    def quantity(self) -> int: ...

    @property
    def each(self) -> MoneyRange: ...

    @property
    def total(self) -> MoneyRange: ...


@dataclass(frozen=True)
class Line:
    """A line outside the database (a preview, a package)."""

    phase: Phase
    code: str
    quantity: int
    each: MoneyRange

    @property
    def total(self) -> MoneyRange:
        return self.each * self.quantity


@dataclass(frozen=True)
class Totals:
    """`by_phase` in the order of the journey, only phases that have lines."""

    by_phase: tuple[tuple[Phase, MoneyRange], ...]
    overall: MoneyRange


def totals(lines: Iterable[LineLike], currency: str) -> Totals:
    """Sums by phase and overall. Raises CurrencyMismatch if a line is in another currency."""
    held = list(lines)
    by_phase = tuple(
        (phase, MoneyRange.sum((line.total for line in held if line.phase is phase), currency))
        for phase in Phase
        if any(line.phase is phase for line in held)
    )
    return Totals(by_phase, MoneyRange.sum((line.total for line in held), currency))


@dataclass(frozen=True)
class Change:
    """One difference: `kind` is added, removed or changed; `old` or `new` is None where there is none."""

    kind: str
    phase: Phase
    code: str
    old: LineLike | None
    new: LineLike | None


def difference(old_lines: Iterable[LineLike], new_lines: Iterable[LineLike]) -> tuple[Change, ...]:
    """Line by line what a new version changes, in the order of the new one, removals last. Equal lines are left out.

    Lines are the same service if phase and code agree; the second line of one service is compared with the
    second.
    """
    old, new = _keyed(old_lines), _keyed(new_lines)
    changes = []
    for key, line in new.items():
        before = old.get(key)
        if before is None:
            changes.append(Change("added", line.phase, line.code, None, line))
        elif (before.quantity, before.each) != (line.quantity, line.each):
            changes.append(Change("changed", line.phase, line.code, before, line))
    removed = [line for key, line in old.items() if key not in new]
    return (*changes, *(Change("removed", line.phase, line.code, line, None) for line in removed))


def _keyed(lines: Iterable[LineLike]) -> dict[tuple[Phase, str, int], LineLike]:
    keyed: dict[tuple[Phase, str, int], LineLike] = {}
    for line in lines:
        nth = 0
        while (line.phase, line.code, nth) in keyed:
            nth += 1
        keyed[line.phase, line.code, nth] = line
    return keyed


def is_expired(valid_until: date | None, on: date) -> bool:
    """The last day of validity is a valid day; no date means not issued, so not expired."""
    return valid_until is not None and on > valid_until


# --- the honest range ----------------------------------------------------------------------------------------


def counts_since(today: date) -> date:
    """The first day on which a case may have finished to count for the range of today."""
    try:
        return today.replace(year=today.year - ACTUALS_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - ACTUALS_YEARS, day=28)


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The nearest rank: the smallest of the `ordered` amounts that at least `percent` in 100 of them do not exceed.

    So it is always an amount that some case has really cost. Raises ValueError for no amounts or for 0 percent.
    """
    if not ordered or not 0 < percent <= 100:
        raise ValueError("a percentile needs amounts and 1 to 100 percent")
    rank = -(-len(ordered) * percent // 100)
    return ordered[rank - 1]


def honest_range(actuals: Iterable[Money], currency: str, *, least: int = LEAST_ACTUALS) -> MoneyRange | None:
    """From the 20th to the 80th percentile (nearest rank) of what finished cases have cost; None where those are few.

    Raises CurrencyMismatch for an amount in another currency.
    """
    minor = sorted((Money.zero(currency) + actual).minor for actual in actuals)
    if len(minor) < max(least, 1):
        return None
    return MoneyRange(Money(percentile(minor, 20), currency), Money(percentile(minor, 80), currency))


# --- United States, only where the hospital switched it on --------------------------------------------------


def good_faith_due_on(
    calendar: WorkingCalendar,
    *,
    scheduled_on: date | None = None,
    service_on: date | None = None,
    requested_on: date | None = None,
) -> date | None:
    """The last day on which a good-faith estimate may be given, or None where the rule asks for none.

    45 CFR 149.610(b)(1)(vi): scheduled at least 10 business days ahead, within 3 business days of scheduling; at least
    3 business days ahead, within 1; requested, within 3 of the request. The earliest of those that apply.
    """
    due = []
    if scheduled_on and service_on:
        if service_on >= calendar.add_working_days(scheduled_on, 10):
            due.append(calendar.add_working_days(scheduled_on, 3))
        elif service_on >= calendar.add_working_days(scheduled_on, 3):
            due.append(calendar.add_working_days(scheduled_on, 1))
    if requested_on:
        due.append(calendar.add_working_days(requested_on, 3))
    return min(due, default=None)


def changed_estimate_due_on(calendar: WorkingCalendar, service_on: date) -> date:
    """A changed scope needs its new estimate 1 business day before the service (45 CFR 149.610(b)(1)(vii)-(viii))."""
    return calendar.add_working_days(service_on, -1)


def trips_wire(expected: Money, estimated: Money) -> bool:
    """Whether a provider's charge is USD 400 or more above its estimate: the patient may then dispute the bill.

    45 CFR 149.620(b). The sum is in dollars, so other currencies never trip it.
    """
    return expected.currency == TRIPWIRE.currency and expected - estimated >= TRIPWIRE


def dispute_until(first_bill_on: date) -> date:
    """The last of 120 calendar days from the first bill (45 CFR 149.620(c))."""
    return first_bill_on + timedelta(days=DISPUTE_DAYS)
