"""What finished cases of the package of an estimate have cost, and which range a reader sees first (docs/adr/0007)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from concierge.domain.estimate import is_as_package
from concierge.domain.money import Money, MoneyRange
from concierge.domain.vocabulary import EstimateState, RangeSource
from concierge.journey.finance.estimates.queries import tariffs_of
from concierge.journey.finance.prices.queries import PackageRange, range_of
from concierge.models import Estimate, Package


@dataclass(frozen=True)
class Reading:
    """`first` is read first: `known` where the lines are those of the package, else `total`, the sum of the lines.

    Whatever is checked or compared (approval, letters, parts, versions, bills) is held against `total` alone.
    """

    total: MoneyRange
    known: PackageRange | None = None
    package: Package | None = None
    is_known_first: bool = False

    @property
    def first(self) -> MoneyRange:
        return self.known.range if self.is_known_first and self.known and self.known.range else self.total


def reading_of(session: Session, estimate: Estimate, today: date) -> Reading:
    """A draft is read with what is known today, a version with what was known when it was issued."""
    known = known_of(session, estimate, today) if estimate.package_id else None
    package = session.get(Package, estimate.package_id) if known else None
    if package is None:
        return Reading(estimate.total)
    return Reading(estimate.total, known, package, _is_unchanged(session, estimate, package))


def known_of(session: Session, estimate: Estimate, today: date) -> PackageRange | None:
    """What finished cases have cost; None without a package, with too few of them, or in another currency."""
    if estimate.state is EstimateState.DRAFT:
        package = session.get(Package, estimate.package_id) if estimate.package_id else None
        found = range_of(session, package, today) if package else None
        is_known = found and found.source is RangeSource.ACTUALS and found.range
        return found if is_known and is_known.currency == estimate.currency else None
    if estimate.known_low_minor is None or estimate.known_high_minor is None:
        return None
    low, high = (
        Money(minor, estimate.currency) for minor in (estimate.known_low_minor, estimate.known_high_minor)
    )
    return PackageRange(
        MoneyRange(low, high), estimate.known_cases or 0, estimate.known_first_on, estimate.known_last_on,
        RangeSource.ACTUALS,
    )  # fmt: skip


def freeze(session: Session, draft: Estimate, today: date) -> None:
    """Keep what is known on the day of issue: later cases change nothing in what was said."""
    known = known_of(session, draft, today)
    if known is None or known.range is None:
        return
    draft.known_low_minor, draft.known_high_minor = known.range.low.minor, known.range.high.minor
    draft.known_cases, draft.known_first_on, draft.known_last_on = known.n, known.first, known.last


def _is_unchanged(session: Session, estimate: Estimate, package: Package) -> bool:
    """The services of the package at whole tariffs, without a margin: then its finished cases speak for it."""
    asked = [(line.phase, line.tariff_code, line.quantity) for line in package.lines if not line.is_optional]
    if estimate.margin_percent or not is_as_package(estimate.lines, asked):
        return False
    tariffs = tariffs_of(session, estimate)
    return all(
        (tariff := tariffs.get(line.tariff_id or 0)) and line.each == tariff.range for line in estimate.lines
    )
