"""A file of tariffs (CSV): what each row says, what is wrong with it, and what the file as a whole would change.

First row: the names of the columns. `;` or `,` between the cells; amounts in major units with `.` or `,` before the
decimals and nothing between thousands; days as year-month-day. A cell that a spreadsheet would take for a formula is
written with an apostrophe before it, and read without.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from concierge.domain.clocks import on_our_clocks
from concierge.domain.errors import AmountError, DomainError, InvalidInput
from concierge.domain.money import MAX_MINOR, Money, MoneyRange, exponent
from concierge.domain.people import ascii_digits, clean_line
from concierge.domain.prices import DAY, end_before, last_day
from concierge.domain.vocabulary import Phase

COLUMNS = ("code", "phase", "low", "high", "currency", "source", "valid_from", "valid_until")
NAME = "name_"  # name_en, name_ar, …; the English one is needed
MAY_BE_EMPTY = {"valid_until"}
MOST_ROWS = 20_000
LONGEST = {"code": 20, "source": 120}
LONGEST_NAME = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,19}")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d+))?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TariffLike(Protocol):
    """A price that is there already; `id` is its row."""

    @property
    def id(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> dict[str, str]: ...

    @property
    def phase(self) -> Phase: ...

    @property
    def low_minor(self) -> int: ...

    @property
    def high_minor(self) -> int: ...

    @property
    def currency(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


@dataclass(frozen=True)
class Row:
    """One price of the file; `number` is the row that a spreadsheet shows, the column names are in row 1."""

    number: int
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
class Fault:
    """What is wrong in one cell; without a column it is about the whole row, in row 0 about the whole file."""

    row: int
    column: str
    code: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """A price that is there and ends, with its last day."""

    tariff: TariffLike
    last_day: date


@dataclass
class Change:
    """What a file changes. Nothing of it may be done while there is a fault."""

    new: list[Row] = field(default_factory=list)  # codes that have had no price yet
    new_prices: list[Row] = field(default_factory=list)  # of codes that have
    ended: list[Ending] = field(default_factory=list)  # because the file says so
    replaced: list[Ending] = field(default_factory=list)  # because a new price begins
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.new_prices or self.ended)


# --- reading ---------------------------------------------------------------------------------------------------


def read(text: str, *, currency: str, locales: Iterable[str]) -> tuple[list[Row], list[Fault]]:
    """Every row that is whole, and everything that is wrong; prices are in `currency`, names in `locales`."""
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = [clean_line(cell) for cell in next(records, [])]
        if wrong := _faults_of_columns(columns, set(locales)):
            return [], wrong
        for number, cells in enumerate(records, start=2):
            if number > MOST_ROWS + 1:
                return [], [Fault(0, "", "file_too_many_rows", {"most": MOST_ROWS})]
            if any(cell.strip() for cell in cells):
                _take(rows, faults, number, columns, cells, currency)
    except csv.Error:
        return [], [Fault(0, "", "file_is_no_table")]
    if not rows and not faults:
        faults.append(Fault(0, "", "file_has_no_rows"))
    return rows, faults


def _faults_of_columns(columns: list[str], locales: set[str]) -> list[Fault]:
    known = {*COLUMNS, *(NAME + locale for locale in locales)}
    missing = [name for name in (*COLUMNS, f"{NAME}en") if name not in columns]
    strange = [name for name in columns if name not in known]
    return [
        *(Fault(1, name, "column_missing") for name in missing),
        *(Fault(1, name, "column_unknown") for name in strange),
        *(Fault(1, name, "column_twice") for name in sorted(set(columns)) if columns.count(name) > 1),
    ]


def _take(
    rows: list[Row], faults: list[Fault], number: int, columns: list[str], cells: list[str], currency: str
) -> None:
    """Read one record into `rows`, or say in `faults` what is wrong with it."""
    if len(cells) != len(columns):
        faults.append(Fault(number, "", "cells_and_columns_differ"))
        return
    found: dict[str, object] = {}
    wrong: list[Fault] = []
    for column, raw in zip(columns, cells, strict=True):
        try:
            found[column] = _value(column, clean_line(_without_apostrophe(raw)), currency)
        except DomainError as error:
            wrong.append(Fault(number, column, error.code, error.data))
    if not wrong and found["high"] < found["low"]:  # type: ignore[operator]
        wrong.append(Fault(number, "high", "range_upside_down"))
    if wrong:
        faults.extend(wrong)
        return
    names = {
        column.removeprefix(NAME): text for column, text in found.items() if column.startswith(NAME) and text
    }
    rows.append(
        Row(
            number, found["code"], names, found["phase"], found["low"], found["high"], currency, found["source"],  # type: ignore[arg-type]
            found["valid_from"], found["valid_until"],  # type: ignore[arg-type]
        )
    )  # fmt: skip


def _value(column: str, text: str, currency: str) -> object:
    """What a cell says, or a DomainError that says what is wrong with it."""
    if not text:
        if column in MAY_BE_EMPTY or (column.startswith(NAME) and column != f"{NAME}en"):
            return None
        raise InvalidInput(column, "cell_empty")
    if len(text) > LONGEST.get(column, LONGEST_NAME):
        raise InvalidInput(column, "cell_too_long", most=LONGEST.get(column, LONGEST_NAME))
    if column in {"low", "high"}:
        return amount(text, currency)
    if column in {"valid_from", "valid_until"}:
        return _day(column, text)
    if column == "phase":
        if text not in set(Phase):
            raise InvalidInput(column, "phase_unknown")
        return Phase(text)
    if column == "code" and not CODE.fullmatch(text):
        raise InvalidInput(column, "tariff_code_shape")
    if column == "currency" and text.upper() != currency:
        raise InvalidInput(column, "tariff_currency", currency=currency)
    return text


def _day(column: str, text: str) -> date:
    try:
        return on_our_clocks(date.fromisoformat(ascii_digits(text)))
    except ValueError as error:
        raise InvalidInput(column, "day_shape") from error


def amount(text: str, currency: str) -> int:
    """Minor units of a plain amount of a file. Raises AmountError: garbage, too_many_decimals or too_large.

    Stricter than what people type into a form, because nobody looks at each of 10,000 cells: no thousands are grouped.
    """
    found = _PLAIN.fullmatch(ascii_digits(text))
    if not found:
        raise AmountError("garbage")
    whole, decimals = found[1], found[2] or ""
    if len(decimals) > exponent(currency):
        raise AmountError("too_many_decimals")
    minor = int(whole + decimals.ljust(exponent(currency), "0"))
    if minor > MAX_MINOR:
        raise AmountError("too_large")
    return minor


# --- what it changes -------------------------------------------------------------------------------------------


@dataclass
class _Span:
    """A stretch of time that a code has a price in; `tariff` is None where the file has just begun it."""

    valid_from: date
    valid_until: date | None
    tariff: TariffLike | None


def compare(rows: Iterable[Row], existing: Iterable[TariffLike], today: date) -> Change:
    """What the rows change in the prices that are there. A row that is there already, unchanged, changes nothing.

    A price that is there is never changed: it can end, or end because a later one of its code begins.
    """
    held: dict[str, list[TariffLike]] = defaultdict(list)
    for tariff in existing:
        held[tariff.code].append(tariff)
    wanted: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        wanted[row.code].append(row)
    change = Change()
    for code, its_rows in wanted.items():
        _compare_code(change, sorted(its_rows, key=lambda row: row.valid_from), held[code], today)
    change.faults.sort(key=lambda fault: fault.row)
    return change


def _compare_code(change: Change, rows: list[Row], held: list[TariffLike], today: date) -> None:
    spans = [_Span(t.valid_from, t.valid_until, t) for t in held if not _is_withdrawn(t)]
    for row in rows:
        same = next((t for t in held if _key(t) == _key(row)), None)
        if same is not None:
            change.unchanged += 1
            continue
        standing = next((s for s in spans if s.tariff and s.valid_from == row.valid_from), None)
        try:
            if standing and standing.tariff:
                _end(change, row, standing, standing.tariff, today)
            else:
                _begin(change, row, spans, today, is_known=bool(held))
        except DomainError as error:
            column = {"last_day": "valid_until"}.get(getattr(error, "field", "valid_until"), "valid_from")
            change.faults.append(Fault(row.number, column, error.code, error.data))


def _end(change: Change, row: Row, standing: _Span, tariff: TariffLike, today: date) -> None:
    """A row about a price that is there: it may say its last day, and nothing else."""
    if (column := _difference(row, tariff)) is not None:
        change.faults.append(Fault(row.number, column, "price_stands"))
    elif row.valid_until is None:
        raise InvalidInput("last_day", "price_has_ended")
    else:
        last = last_day(tariff, row.valid_until, today)
        change.ended.append(Ending(tariff, last))
        standing.valid_until = last


def _begin(change: Change, row: Row, spans: list[_Span], today: date, *, is_known: bool) -> None:
    """A row about a price that is not there yet; it may end one that is."""
    if row.valid_until is not None and row.valid_until < row.valid_from:
        raise InvalidInput("last_day", "dates_upside_down")
    met = [s for s in spans if _meet(s, row)]
    if len(met) > 1 or any(s.tariff is None or s.valid_from > row.valid_from for s in met):
        raise InvalidInput("valid_from", "price_overlaps")
    for span in met:
        if span.tariff:
            change.replaced.append(Ending(span.tariff, end_before(span, row.valid_from, today)))
            span.valid_until = row.valid_from - DAY
    spans.append(_Span(row.valid_from, row.valid_until, None))
    (change.new_prices if is_known else change.new).append(row)


def _meet(span: _Span, row: Row) -> bool:
    first = max(span.valid_from, row.valid_from)
    return first <= min(span.valid_until or date.max, row.valid_until or date.max)


def _is_withdrawn(tariff: TariffLike) -> bool:
    return tariff.valid_until is not None and tariff.valid_until < tariff.valid_from


def _facts(one: Row | TariffLike) -> dict[str, object]:
    names = {f"{NAME}{locale}": text for locale, text in one.name.items()}
    return {
        "phase": one.phase, "low": one.low_minor, "high": one.high_minor, "currency": one.currency,
        "source": one.source, **names,
    }  # fmt: skip


def _key(one: Row | TariffLike) -> tuple[object, ...]:
    return (one.valid_from, one.valid_until, *sorted(_facts(one).items(), key=lambda pair: pair[0]))


def _difference(row: Row, tariff: TariffLike) -> str | None:
    """The first column in which a row differs from the price that is there."""
    ours, theirs = _facts(tariff), _facts(row)
    return next((column for column in (*ours, *theirs) if ours.get(column) != theirs.get(column)), None)


# --- writing ---------------------------------------------------------------------------------------------------


def write(tariffs: Iterable[TariffLike], locales: Iterable[str]) -> Iterator[str]:
    """The lines of a file that `read` takes back unchanged; begins with a byte-order mark, for spreadsheets."""
    locales = list(locales)
    columns = ["code", *(NAME + locale for locale in locales), *COLUMNS[1:]]
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    yield "\ufeff"
    for cells in (columns, *(_cells(tariff, locales) for tariff in tariffs)):
        writer.writerow([_neutral(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cells(tariff: TariffLike, locales: list[str]) -> list[str]:
    low, high = (_plain(minor, exponent(tariff.currency)) for minor in (tariff.low_minor, tariff.high_minor))
    until = tariff.valid_until.isoformat() if tariff.valid_until else ""
    names = [tariff.name.get(locale, "") for locale in locales]
    return [
        tariff.code, *names, tariff.phase.value, low, high, tariff.currency, tariff.source,
        tariff.valid_from.isoformat(), until,
    ]  # fmt: skip


def _plain(minor: int, decimals: int) -> str:
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole}.{rest:0{decimals}}" if decimals else str(whole)


def _neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
