"""Estimates: totals, what changed between two versions, how long one holds, and the US good-faith rules."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
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
    """`by_phase` in the order of the journey, only phases that have lines; `margin` is in the high end of `overall`."""

    by_phase: tuple[tuple[Phase, MoneyRange], ...]
    overall: MoneyRange
    margin: Money


def totals(lines: Iterable[LineLike], currency: str, margin_percent: int = 0) -> Totals:
    """Sums by phase and overall. Raises CurrencyMismatch if a line is in another currency."""
    held = list(lines)
    by_phase = tuple(
        (phase, MoneyRange.sum((line.total for line in held if line.phase is phase), currency))
        for phase in Phase
        if any(line.phase is phase for line in held)
    )
    summed = MoneyRange.sum((line.total for line in held), currency)
    margin = margin_of(summed.high, margin_percent)
    return Totals(by_phase, MoneyRange(summed.low, summed.high + margin), margin)


def margin_of(high: Money, percent: int) -> Money:
    """What doubt adds to the high end: a whole percent of it, rounded up to the smallest unit."""
    return Money(-(-high.minor * percent // 100), high.currency)


# --- who pays which part ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """What one payer takes over: a whole `percent` of the total or a fixed `amount`, never both."""

    label: str
    percent: int | None = None
    amount: Money | None = None


def split(whole: Money, shares: Iterable[Share]) -> tuple[Money, ...]:
    """One part for each share in their order, then what is left to the patient; together exactly `whole`.

    A part is never more than what is left, so at the low end a fixed amount may not be used up.
    """
    left, parts = whole, []
    for share in shares:
        wanted = share.amount or Money(whole.minor * (share.percent or 0) // 100, whole.currency)
        part = min(wanted, left)
        parts.append(part)
        left = left - part
    return (*parts, left)


def is_split_too_large(high: Money, shares: Iterable[Share]) -> bool:
    """Whether the shares together ask for more than the whole estimate at its high end."""
    asked = sum(
        (s.amount.minor * 100 if s.amount else high.minor * (s.percent or 0) for s in shares), start=0
    )
    return asked > high.minor * 100


# --- a second person above a limit --------------------------------------------------------------------------


class Approval(StrEnum):
    """Where a draft stands: below the limit no second person is needed, and nobody is asked."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"


def approval_of(
    high: Money, limit_minor: int | None, *, is_asked: bool, is_approved: bool, is_returned: bool
) -> Approval:
    """`limit_minor` in the currency of the estimate; None: this hospital never asks."""
    if limit_minor is None or high.minor <= limit_minor:
        return Approval.NOT_NEEDED
    if is_approved:
        return Approval.APPROVED
    if is_asked:
        return Approval.WAITING
    return Approval.RETURNED if is_returned else Approval.NEEDED


# --- what changed -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """How far the high end moved since the version that was understood; `percent` is None from zero."""

    amount: Money
    percent: Decimal | None


def gap(understood_high: Money, high: Money) -> Gap:
    """High against high. Raises CurrencyMismatch."""
    amount = high - understood_high
    if understood_high.is_zero:
        return Gap(amount, None)
    return Gap(amount, (Decimal(amount.minor) * 100 / understood_high.minor).quantize(Decimal("0.1")))


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


def is_as_package(lines: Iterable[LineLike], asked: Iterable[tuple[Phase, str, int]]) -> bool:
    """Whether the lines hold just the services of a package, (phase, code, quantity), in whatever order."""
    held, wanted = Counter[tuple[Phase, str]](), Counter[tuple[Phase, str]]()
    for line in lines:
        held[line.phase, line.code] += line.quantity
    for phase, code, quantity in asked:
        wanted[phase, code] += quantity
    return held == wanted


class Beside(StrEnum):
    """How the total of an estimate stands beside what finished cases have cost."""

    WITHIN = "within"
    SHORT = "short"
    BEYOND = "beyond"


def beside(total: MoneyRange, known: MoneyRange) -> Beside:
    """SHORT: the total ends below what the dearer of most cases have cost. BEYOND: it begins above it."""
    if total.high < known.high:
        return Beside.SHORT
    return Beside.BEYOND if total.low > known.high else Beside.WITHIN


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


@dataclass(frozen=True)
class GoodFaithFacts:
    """What a good-faith estimate says, as far as it is known; empty texts are what nobody has noted."""

    patient_name: str
    birth: str
    primary_service: str
    line_codes: tuple[str, ...]
    provider: str
    location: str


def good_faith_missing(facts: GoodFaithFacts) -> tuple[str, ...]:
    """Codes of the contents that the rule requires and that are not there, in the order of the rule.

    45 CFR 149.610(c)(1): (i) name and date of birth; (ii) description of the primary service; (iii) itemised list;
    (iv) service codes; (v) provider and location. Diagnosis codes and numbers of the provider stand on the paper where
    they are known; the disclaimers (vii) to (x) are printed on each.
    """
    found = {
        "patient_name": bool(facts.patient_name),
        "birth": bool(facts.birth),
        "primary_service": bool(facts.primary_service),
        "lines": bool(facts.line_codes),
        "line_codes": all(facts.line_codes),
        "provider": bool(facts.provider),
        "location": bool(facts.location),
    }
    return tuple(code for code, is_there in found.items() if not is_there)


def dispute_until(first_bill_on: date) -> date:
    """The last of 120 calendar days from the first bill (45 CFR 149.620(c))."""
    return first_bill_on + timedelta(days=DISPUTE_DAYS)
