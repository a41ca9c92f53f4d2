"""What estimates read: versions, tariffs of today, and from where a first draft may start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.clocks import local_day
from concierge.domain.journey import Exit
from concierge.domain.money import MoneyRange
from concierge.domain.vocabulary import EstimateState, Phase
from concierge.journey.finance.prices.queries import PackageRange, packages_for, ranges_of
from concierge.models import Case, Estimate, EstimateLine, Package, Tariff

MOST_SIMILAR = 5


def find_estimate(session: Session, case_id: int, public_id: str) -> Estimate | None:
    statement = sa.select(Estimate).where(Estimate.case_id == case_id, Estimate.public_id == public_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def find_draft(session: Session, case_id: int) -> Estimate | None:
    """The one open draft, with its newest version and lines."""
    statement = sa.select(Estimate).where(Estimate.case_id == case_id, Estimate.state == EstimateState.DRAFT)
    return session.scalar(statement.execution_options(populate_existing=True))


def valid_tariffs(session: Session, case: Case, now: datetime) -> list[Tariff]:
    """The hospital's tariffs that hold today, by code."""
    today = local_day(now, case.hospital.timezone)
    statement = (
        sa.select(Tariff)
        .where(
            Tariff.hospital_id == case.hospital_id,
            Tariff.valid_from <= today,
            sa.or_(Tariff.valid_until.is_(None), Tariff.valid_until >= today),
        )
        .order_by(Tariff.code, Tariff.valid_from)
    )
    return list(session.scalars(statement))


def tariffs_of(session: Session, draft: Estimate) -> dict[int, Tariff]:
    """The tariffs behind the lines, by id; a line of old has none."""
    ids = {line.tariff_id for line in draft.lines if line.tariff_id}
    if not ids:
        return {}
    return {tariff.id: tariff for tariff in session.scalars(sa.select(Tariff).where(Tariff.id.in_(ids)))}


def ended_lines(draft: Estimate, tariffs: dict[int, Tariff], today: date) -> list[EstimateLine]:
    """Lines whose tariff does not hold today, in their order."""
    return [
        line
        for line in draft.lines
        if (tariff := tariffs.get(line.tariff_id or 0)) and not _holds(tariff, today)
    ]


def _holds(tariff: Tariff, today: date) -> bool:
    return tariff.valid_from <= today and (tariff.valid_until is None or tariff.valid_until >= today)


# --- where a draft starts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartLine:
    """A service to begin with, at the price that holds today."""

    tariff: Tariff
    quantity: int
    phase: Phase


@dataclass(frozen=True)
class Start:
    """Lines to begin with. `name` is {locale: text} and `known` what is known of its cost, where it is a package.

    `reference` and `year` are set where it is a past case, `package_id` is then the one with which that began;
    `left_out` are codes that have no tariff any more.
    """

    key: str
    lines: list[StartLine]
    name: dict | None = None
    package_id: int | None = None
    known: PackageRange | None = None
    reference: str = ""
    year: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> MoneyRange | None:
        """What the lines come to today; None where there are none."""
        if not self.lines:
            return None
        return MoneyRange.sum(
            (line.tariff.range * line.quantity for line in self.lines), self.lines[0].tariff.currency
        )


def starting_points(session: Session, case: Case, now: datetime) -> list[Start]:
    """The packages that fit this case; the first is the one that a draft starts from by itself."""
    today = local_day(now, case.hospital.timezone)
    packages = packages_for(session, case, today)
    known = ranges_of(session, packages, today)
    tariffs = _tariffs_by_code(session, case, now)
    return [_package(package, known[package.id], tariffs) for package in packages]


def _tariffs_by_code(session: Session, case: Case, now: datetime) -> dict[str, Tariff]:
    """What holds today in the hospital's currency."""
    held = valid_tariffs(session, case, now)
    return {tariff.code: tariff for tariff in held if tariff.currency == case.hospital.currency}


def _package(package: Package, known: PackageRange, tariffs: dict[str, Tariff]) -> Start:
    asked = [line for line in package.lines if not line.is_optional]
    return Start(
        f"package:{package.id}",
        [
            StartLine(tariffs[line.tariff_code], line.quantity, line.phase)
            for line in asked
            if line.tariff_code in tariffs
        ],
        name=package.name,
        package_id=package.id,
        known=known,
        left_out=tuple(line.tariff_code for line in asked if line.tariff_code not in tariffs),
    )


def similar_cases(session: Session, case: Case, now: datetime) -> list[Start]:
    """Estimates in force of other cases of this hospital, illness and programme, newest first, at today's prices."""
    found = session.execute(
        sa.select(Estimate, Case)
        .join(Case, Case.id == Estimate.case_id)
        .where(
            Estimate.state == EstimateState.ISSUED,
            Case.hospital_id == case.hospital_id,
            Case.cancer_type == case.cancer_type,
            Case.programme == case.programme,
            Case.id != case.id,
            Case.exit.is_distinct_from(Exit.MERGED),
        )
        .order_by(Estimate.issued_at.desc(), Estimate.id.desc())
        .limit(MOST_SIMILAR)
    )
    tariffs = _tariffs_by_code(session, case, now)
    return [_past(estimate, other, tariffs) for estimate, other in found]


def _past(estimate: Estimate, other: Case, tariffs: dict[str, Tariff]) -> Start:
    issued_at = estimate.issued_at or estimate.created_at
    return Start(
        f"case:{estimate.public_id}",
        [
            StartLine(tariffs[line.code], line.quantity, line.phase)
            for line in estimate.lines
            if line.code in tariffs
        ],
        package_id=estimate.package_id,
        reference=other.reference,
        year=issued_at.year,
        left_out=tuple(line.code for line in estimate.lines if line.code not in tariffs),
    )


def find_start(starts: Iterable[Start], key: str) -> Start | None:
    return next((start for start in starts if start.key == key), None)
