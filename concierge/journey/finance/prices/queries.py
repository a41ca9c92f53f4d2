"""What the pages of prices read, and what other rooms of finance ask: which package fits, and what it will cost."""

from dataclasses import dataclass, fields
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.estimate import Line, Totals, counts_since, honest_range, totals
from concierge.domain.money import Money, MoneyRange
from concierge.domain.prices import fitting
from concierge.domain.vocabulary import CancerType, Phase, Programme, RangeSource, Validity
from concierge.models import (
    Case,
    CaseActual,
    DepositRule,
    EstimateLine,
    Hospital,
    Package,
    PackageLine,
    PriceImport,
    Tariff,
)

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Rows of one screen and the row after which the next begins, 0 at the end."""

    rows: list
    after: int


@dataclass(frozen=True, slots=True)
class HeldTariff:
    """A tariff that is only read, of which there may be ten thousand."""

    id: int
    code: str
    name: dict[str, str]
    phase: Phase
    low_minor: int
    high_minor: int
    currency: str
    source: str
    valid_from: date
    valid_until: date | None

    @property
    def range(self) -> MoneyRange:
        return MoneyRange(Money(self.low_minor, self.currency), Money(self.high_minor, self.currency))


@dataclass(frozen=True)
class PackageRange:
    """What a package costs. `range` is None where it is not known: then nothing may be shown as a price, zero least.

    `n` finished cases count today, from `first` to `last` (None without any); the range is theirs where `source` is
    ACTUALS, else the sum of today's tariffs of all lines that are not optional.
    """

    range: MoneyRange | None
    n: int
    first: date | None
    last: date | None
    source: RangeSource


@dataclass(frozen=True)
class PricedLine:
    """A line of a package with the tariff that holds today, None where there is none."""

    line: PackageLine
    tariff: Tariff | None

    @property
    def total(self) -> MoneyRange | None:
        return self.tariff.range * self.line.quantity if self.tariff else None


# --- what other rooms ask --------------------------------------------------------------------------------------


def packages_for(session: Session, case: Case, today: date) -> list[Package]:
    """The packages that fit a case today, the most specific first."""
    return packages_of(session, case.hospital_id, case.cancer_type, case.programme, today)


def packages_of(
    session: Session, hospital_id: int, cancer_type: CancerType, programme: Programme, today: date
) -> list[Package]:
    """The same for somebody who has no case yet."""
    statement = (
        sa.select(Package)
        .where(Package.hospital_id == hospital_id, Package.programme == programme, _in_force(Package, today))
        .order_by(Package.code, Package.id)
    )
    return fitting(session.scalars(statement), cancer_type, programme, today)


def range_of(session: Session, package: Package, today: date) -> PackageRange:
    """What a package costs: by what finished cases have cost where there are enough, else by today's tariffs."""
    return ranges_of(session, [package], today)[package.id]


def ranges_of(session: Session, packages: list[Package], today: date) -> dict[int, PackageRange]:
    """The same for many packages of one hospital at once, by id."""
    if not packages:
        return {}
    hospital_id = packages[0].hospital_id
    currency = session.get_one(Hospital, hospital_id).currency
    codes = {line.tariff_code for package in packages for line in package.lines}
    tariffs = tariffs_today(session, hospital_id, codes, today)
    statement = sa.select(CaseActual.package_id, CaseActual.total_minor, CaseActual.finished_on).where(
        CaseActual.package_id.in_([package.id for package in packages]),
        CaseActual.currency == currency,
        CaseActual.finished_on.between(counts_since(today), today),
    )
    finished: dict[int, list[tuple[int, date]]] = {package.id: [] for package in packages}
    for package_id, minor, day in session.execute(statement):
        finished[package_id].append((minor, day))
    return {one.id: _range(one, finished[one.id], tariffs, currency) for one in packages}


def _range(
    package: Package, finished: list[tuple[int, date]], tariffs: dict[str, Tariff], currency: str
) -> PackageRange:
    days = [day for _minor, day in finished]
    n, first, last = len(days), min(days, default=None), max(days, default=None)
    if honest := honest_range((Money(minor, currency) for minor, _day in finished), currency):
        return PackageRange(honest, n, first, last, RangeSource.ACTUALS)
    sums = totals_of([PricedLine(line, tariffs.get(line.tariff_code)) for line in package.lines], currency)
    return PackageRange(sums.overall if sums else None, n, first, last, RangeSource.TARIFF)


def priced(session: Session, package: Package, today: date) -> list[PricedLine]:
    """Each line of a package with its price today."""
    tariffs = tariffs_today(session, package.hospital_id, {line.tariff_code for line in package.lines}, today)
    return [PricedLine(line, tariffs.get(line.tariff_code)) for line in package.lines]


def totals_of(lines: list[PricedLine], currency: str) -> Totals | None:
    """The sums at today's tariffs without what is optional; None where a line has no price in this currency."""
    asked = [line for line in lines if not line.line.is_optional]
    if not asked or any(line.tariff is None or line.tariff.currency != currency for line in asked):
        return None
    return totals(
        [Line(o.line.phase, o.line.tariff_code, o.line.quantity, o.tariff.range) for o in asked if o.tariff],
        currency,
    )


# --- tariffs ---------------------------------------------------------------------------------------------------


def _in_force(model: type[Tariff | Package | DepositRule], today: date) -> sa.ColumnElement[bool]:
    is_open = sa.or_(model.valid_until.is_(None), model.valid_until >= today)
    return sa.and_(model.valid_from <= today, is_open)


def _in_state(
    model: type[Tariff | Package | DepositRule], state: Validity, today: date
) -> sa.ColumnElement[bool]:
    """Rows of a state; what was withdrawn stands among what has ended."""
    if state is Validity.TODAY:
        return _in_force(model, today)
    is_withdrawn = sa.and_(model.valid_until.is_not(None), model.valid_until < model.valid_from)
    if state is Validity.FUTURE:
        return sa.and_(model.valid_from > today, sa.not_(is_withdrawn))
    return sa.or_(model.valid_until < today, is_withdrawn)


def tariffs_page(
    session: Session, hospital_id: int, state: Validity, today: date, *, text: str, phase: Phase | None, locale: str,
    after: int,
) -> Page:  # fmt: skip
    """Tariffs of one hospital by code; `text` is a part of the code or of the name, in English or in `locale`."""
    statement = sa.select(Tariff).where(Tariff.hospital_id == hospital_id, _in_state(Tariff, state, today))
    if text:
        part = f"%{text.translate({ord(c): f'/{c}' for c in '%_/'})}%"
        words = (Tariff.code, Tariff.name["en"].as_string(), Tariff.name[locale].as_string())
        statement = statement.where(sa.or_(*(column.ilike(part, escape="/") for column in words)))
    if phase:
        statement = statement.where(Tariff.phase == phase)
    if after:
        last = sa.select(Tariff.code).where(Tariff.id == after).scalar_subquery()
        statement = statement.where(sa.tuple_(Tariff.code, Tariff.id) > sa.tuple_(last, after))
    return _page(session.scalars(statement.order_by(Tariff.code, Tariff.id).limit(PAGE + 1)).all())


def _page(rows) -> Page:
    return Page(list(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else 0)


def tariffs_today(session: Session, hospital_id: int, codes: set[str], today: date) -> dict[str, Tariff]:
    """The tariffs of these codes that hold today."""
    statement = sa.select(Tariff).where(
        Tariff.hospital_id == hospital_id, Tariff.code.in_(codes), _in_force(Tariff, today)
    )
    return {tariff.code: tariff for tariff in session.scalars(statement)}


def codes_today(session: Session, hospital_id: int, today: date) -> list[tuple[str, dict]]:
    """(code, name) of what can be put into a package, the first 500."""
    statement = sa.select(Tariff.code, Tariff.name).where(
        Tariff.hospital_id == hospital_id, _in_force(Tariff, today)
    )
    return [(row.code, row.name) for row in session.execute(statement.order_by(Tariff.code).limit(500))]


def history_of(session: Session, tariff: Tariff) -> list[Tariff]:
    """Every price of the code at this hospital, the newest first."""
    statement = sa.select(Tariff).where(Tariff.hospital_id == tariff.hospital_id, Tariff.code == tariff.code)
    return list(session.scalars(statement.order_by(Tariff.valid_from.desc(), Tariff.id.desc())))


def all_tariffs(session: Session, hospital_id: int) -> list[HeldTariff]:
    """Every price a hospital has had, for a file and for comparing one."""
    columns = [getattr(Tariff, field.name) for field in fields(HeldTariff)]
    statement = sa.select(*columns).where(Tariff.hospital_id == hospital_id)
    ordered = statement.order_by(Tariff.code, Tariff.valid_from, Tariff.id)
    return [HeldTariff(*row) for row in session.execute(ordered)]


def estimates_with(session: Session, tariff: Tariff) -> int:
    """How many estimates have a line of this price."""
    counted = sa.select(sa.func.count(sa.distinct(EstimateLine.estimate_id)))
    return session.scalar(counted.where(EstimateLine.tariff_id == tariff.id)) or 0


def packages_with(session: Session, tariff: Tariff, today: date) -> list[Package]:
    """The packages that use this code and have not ended."""
    uses = sa.select(PackageLine.package_id).where(PackageLine.tariff_code == tariff.code)
    statement = sa.select(Package).where(
        Package.hospital_id == tariff.hospital_id,
        Package.id.in_(uses),
        sa.or_(_in_state(Package, Validity.TODAY, today), _in_state(Package, Validity.FUTURE, today)),
    )
    return list(session.scalars(statement.order_by(Package.code, Package.id)))


# --- packages --------------------------------------------------------------------------------------------------


def packages_page(session: Session, hospital_id: int, state: Validity, today: date) -> list[Package]:
    """The packages of a hospital by code; a hospital has few."""
    statement = sa.select(Package).where(Package.hospital_id == hospital_id, _in_state(Package, state, today))
    return list(session.scalars(statement.order_by(Package.code, Package.valid_from.desc()).limit(200)))


def versions_of(session: Session, package: Package) -> list[Package]:
    """Every version of the package, the newest first."""
    statement = sa.select(Package).where(
        Package.hospital_id == package.hospital_id, Package.code == package.code
    )
    return list(session.scalars(statement.order_by(Package.valid_from.desc(), Package.id.desc())))


def packages_at(session: Session, hospital_id: int, programme: Programme) -> list[Package]:
    """Every version of every package of a programme, the newest first: what a finished case may have been."""
    statement = sa.select(Package).where(Package.hospital_id == hospital_id, Package.programme == programme)
    return list(session.scalars(statement.order_by(Package.valid_from.desc(), Package.code).limit(200)))


def actual_of(session: Session, case_id: int) -> CaseActual | None:
    statement = sa.select(CaseActual).where(CaseActual.case_id == case_id)
    return session.scalar(statement.execution_options(populate_existing=True))


# --- deposits --------------------------------------------------------------------------------------------------


def rules_page(session: Session, hospital_id: int, state: Validity, today: date) -> list[DepositRule]:
    """The table of deposits: what was approved, by illness and payer, the general row first."""
    statement = sa.select(DepositRule).where(
        DepositRule.hospital_id == hospital_id,
        DepositRule.approved_by != "",
        _in_state(DepositRule, state, today),
    )
    any_first = [sa.func.coalesce(column, "") for column in (DepositRule.cancer_type, DepositRule.payer_kind)]
    return list(session.scalars(statement.order_by(*any_first, DepositRule.valid_from.desc()).limit(500)))


def proposals(session: Session, hospital_id: int) -> list[DepositRule]:
    """Rows that wait for a second person, the oldest first; without those that were withdrawn."""
    statement = sa.select(DepositRule).where(
        DepositRule.hospital_id == hospital_id,
        DepositRule.approved_by == "",
        sa.or_(DepositRule.valid_until.is_(None), DepositRule.valid_until >= DepositRule.valid_from),
    )
    return list(session.scalars(statement.order_by(DepositRule.id).limit(200)))


def table_of_deposits(session: Session, hospital_id: int) -> list[DepositRule]:
    """All rows, for `domain.deposit.choose_rule`."""
    return list(session.scalars(sa.select(DepositRule).where(DepositRule.hospital_id == hospital_id)))


def rules_like(session: Session, rule: DepositRule) -> list[DepositRule]:
    """Every row for the same illness and payer at this hospital, the newest first."""
    statement = sa.select(DepositRule).where(
        DepositRule.hospital_id == rule.hospital_id,
        DepositRule.cancer_type.is_not_distinct_from(rule.cancer_type),
        DepositRule.payer_kind.is_not_distinct_from(rule.payer_kind),
    )
    return list(session.scalars(statement.order_by(DepositRule.valid_from.desc(), DepositRule.id.desc())))


# --- files -----------------------------------------------------------------------------------------------------


def find_import(session: Session, public_id: str) -> PriceImport | None:
    return session.scalar(sa.select(PriceImport).where(PriceImport.public_id == public_id))
