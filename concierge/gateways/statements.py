"""Reads bank statements: camt.053 (pycamt), MT940 (mt-940) and CSV, each to `domain.statements.Statement`.

A file comes from outside: what is not clearly right is refused as a whole, with the line that is wrong. pycamt reads
names and texts; amounts, account and balances are read here from the same tree, because pycamt makes balances floats,
knows no account without an IBAN, and takes the amount that was ordered (in another currency) for the one that arrived.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import mt940
from pycamt.parser import Camt053ParseError, Camt053Parser

from concierge.domain.clocks import on_our_clocks
from concierge.domain.errors import AmountError, DomainError
from concierge.domain.money import MAX_MINOR, Money, exponent
from concierge.domain.people import ascii_digits, clean_line, clean_paragraph
from concierge.domain.statements import Statement, StatementError, StatementLine
from concierge.domain.vocabulary import StatementFormat

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 50_000
_MOST_RAW = 4000  # characters of what the bank said about a line
ENCODINGS = ("utf-8", "windows-1252", "windows-1251", "windows-1256", "gb18030")
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d")
COLUMNS = ("booked_on", "amount", "debit", "payer_name", "payer_account", "text", "bank_id", "account")
NEEDED = ("booked_on", "amount")


@dataclass(frozen=True)
class Layout:
    """How a hospital's bank writes its text files. `columns`: headings of the CSV by our names for them (COLUMNS)."""

    encoding: str = "utf-8"
    delimiter: str = ";"
    decimal: str = "."
    date_format: str = "%Y-%m-%d"
    columns: Mapping[str, str] = field(default_factory=dict)


def read(data: bytes, layout: Layout, currency: str) -> tuple[StatementFormat, list[Statement]]:
    """The statements of a file, whatever its format; `currency` is the account's, for a CSV, which names none.

    Raises StatementError.
    """
    if len(data) > MOST_BYTES:
        raise StatementError("statement_too_large")
    kind, statements = _read(data, layout, currency)
    if not statements:
        raise StatementError("statement_empty")
    _check_count(sum(len(statement.lines) for statement in statements))
    return kind, statements


def _check_count(lines: int) -> None:
    """Asked before the work is done as well: a file of a million short lines would keep us for minutes."""
    if lines > MOST_LINES:
        raise StatementError("statement_too_large")


def _read(data: bytes, layout: Layout, currency: str) -> tuple[StatementFormat, list[Statement]]:
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return StatementFormat.CAMT053, _camt(data)
    text = _decoded(data, layout.encoding)
    if re.search(r"(?m)^:(20|25|60[FM]|61):", text):
        return StatementFormat.MT940, _mt940(text)
    return StatementFormat.CSV, [_csv(text, layout, currency)]


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise StatementError("statement_encoding") from error
    if "\x00" in text:
        raise StatementError("statement_encoding")
    return text


def _money(amount: Decimal, currency: str, line: int) -> Money:
    try:
        minor = amount.scaleb(exponent(currency))
        if not minor.is_finite() or minor != minor.to_integral_value() or abs(minor) > MAX_MINOR:
            raise StatementError("statement_line", line)
        return Money(int(minor), currency)
    except (AmountError, InvalidOperation) as error:
        raise StatementError("statement_line", line) from error


def _day(text: str, line: int, date_format: str = "%Y-%m-%d") -> date:
    try:
        return on_our_clocks(datetime.strptime(ascii_digits(text.strip()), date_format).date())  # noqa: DTZ007
    except ValueError as error:
        raise StatementError("statement_line", line) from error


def _line(amount: Money, booked_on: date, *, raw: str, **texts: Any) -> StatementLine:
    """A line with every text cleaned and no longer than we keep it."""
    most = {"payer_name": 200, "payer_account": 60, "bank_id": 80, "end_to_end": 80, "text": 1000}
    kept = {name: clean_line(str(texts.get(name) or ""))[:length] for name, length in most.items()}
    return StatementLine(
        amount=amount,
        booked_on=booked_on,
        valued_on=texts.get("valued_on"),
        raw=clean_paragraph(raw)[:_MOST_RAW],
        **kept,
    )


# --- camt.053 --------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?")
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([\w-]+)["']""")


def _camt(data: bytes) -> list[Statement]:
    declared = _DECLARED.match(data[:200].lstrip(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise StatementError("statement_encoding")
    _decoded(data, "utf-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # no bank sends one; entities are how XML is forged
        raise StatementError("statement_forged")
    try:
        parser = _Parser(data)
        space = parser.tree.tag.partition("}")[0].lstrip("{") if "}" in parser.tree.tag else None
        parser.namespaces = {None: space} if space else {}  # also where the bank writes a prefix
        for tag in ("{*}Ntry", "{*}TxDtls"):
            _check_count(sum(1 for _element in parser.tree.iter(tag)))
        told = iter(parser.get_transactions())
    except SyntaxError as error:
        raise StatementError("statement_unreadable", error.lineno or 0) from error
    except (Camt053ParseError, AttributeError, TypeError, ValueError) as error:
        raise StatementError("statement_unreadable") from error
    tree = _Tree(parser.namespaces)
    return [_camt_statement(tree, found, told) for found in tree.all(parser.tree, ".//Stmt")]


class _Parser(Camt053Parser):
    """pycamt looks for the IBAN of the account anew for each entry; where there is none, as in the USA, it reads the
    whole statement each time, which is minutes for a busy month. We read the account ourselves.
    """

    def _find_text(self, element: Any, xpath: str) -> str | None:
        return None if xpath == ".//Acct//Id//IBAN" else super()._find_text(element, xpath)


class _Tree:
    """Looking things up in pycamt's tree by paths that name each step."""

    def __init__(self, spaces: dict) -> None:
        self._spaces = spaces

    def all(self, element: Any, path: str) -> list[Any]:
        return list(element.findall(path, self._spaces))

    def text(self, element: Any, *paths: str) -> str:
        """Of the first of these paths that is there."""
        found = (element.find(path, self._spaces) for path in paths)
        return next((one.text.strip() for one in found if one is not None and one.text), "")

    def amount(self, element: Any, line: int, *paths: str) -> Money | None:
        for path in paths:
            found = element.find(path, self._spaces)
            if found is not None:
                text = (found.text or "").strip()
                if not _AMOUNT.fullmatch(text):
                    raise StatementError("statement_line", line)
                return _money(Decimal(text), found.get("Ccy", ""), line)
        return None

    def signed(self, element: Any) -> Money:
        """The amount of an entry or a balance, negative where money left. Raises StatementError."""
        line = element.sourceline
        amount, mark = self.amount(element, line, "Amt"), self.text(element, "CdtDbtInd")
        if amount is None or mark not in ("CRDT", "DBIT"):
            raise StatementError("statement_line", line)
        return amount if mark == "CRDT" else -amount


def _camt_statement(tree: _Tree, found: Any, told: Iterator[dict]) -> Statement:
    balances = {tree.text(one, "Tp/CdOrPrtry/Cd"): tree.signed(one) for one in tree.all(found, "Bal")}
    opening, closing = balances.get("OPBD") or balances.get("PRCD"), balances.get("CLBD")
    lines: list[StatementLine] = []
    for entry in tree.all(found, ".//Ntry"):
        details = tree.all(entry, ".//NtryDtls//TxDtls")
        texts = [next(told) for _detail in details or [entry]]
        status = tree.text(entry, "Sts/Cd", "Sts")
        if status in ("", "BOOK"):  # what is pending may never come, and stands in no balance
            lines += _camt_lines(tree, entry, details, texts)
    currency = tree.text(found, "Acct/Ccy") or next((m.currency for m in balances.values()), "")
    currency = currency or next((line.amount.currency for line in lines), "")
    money = [line.amount for line in lines] + [one for one in (opening, closing) if one]
    if not currency or any(one.currency != currency for one in money):
        raise StatementError("statement_line", found.sourceline)
    return Statement(
        account=clean_line(tree.text(found, "Acct/Id/IBAN", "Acct/Id/Othr/Id"))[:60],
        number=clean_line(tree.text(found, "Id", "ElctrncSeqNb"))[:60], currency=currency, lines=tuple(lines),
        opening=opening, closing=closing,
    )  # fmt: skip


def _camt_lines(tree: _Tree, entry: Any, details: list, texts: list[dict]) -> list[StatementLine]:
    """One line; of a batch one for each transfer, where the bank says how the sum is made up."""
    whole, line = tree.signed(entry), entry.sourceline
    raw = "\n".join(piece for piece in map(str.strip, entry.itertext()) if piece)[:_MOST_RAW]
    parts: list[Money | None] = [None]
    if len(details) > 1:
        parts = [tree.amount(one, line, "Amt", "AmtDtls/TxAmt/Amt") for one in details]
    known = [part for part in parts if part and part.currency == whole.currency]
    if len(known) != len(details) or sum(part.minor for part in known) != abs(whole.minor):
        keys = dict.fromkeys(key for one in texts for key in one)
        joined = {key: " ".join(str(one[key]) for one in texts if one.get(key)) for key in keys}
        return [_camt_line(tree, entry, entry, whole, joined, raw)]
    sign = 1 if whole.minor >= 0 else -1
    return [
        _camt_line(tree, entry, one, part * sign, told, raw)
        for one, part, told in zip(details, known, texts, strict=True)
    ]


def _camt_line(tree: _Tree, entry: Any, detail: Any, amount: Money, told: dict, raw: str) -> StatementLine:
    line, who = entry.sourceline, "Dbtr" if amount.minor >= 0 else "Cdtr"
    booked = tree.text(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")[:10]
    valued = tree.text(entry, "ValDt/Dt", "ValDt/DtTm")[:10]
    remittance = told.get("RemittanceInformationFull", "")
    structured = told.get("RemittanceInformation", "")
    more = (told.get("AdditionalRemittanceInformation"), told.get("AdditionalEntryInformation"))
    text = " ".join(filter(None, (remittance, structured if structured not in remittance else "", *more)))
    end_to_end = told.get("EndToEndId", "")
    return _line(
        amount, _day(booked, line), valued_on=_day(valued, line) if valued else None,
        bank_id=tree.text(detail, "Refs/AcctSvcrRef", "AcctSvcrRef") or tree.text(entry, "AcctSvcrRef", "NtryRef")
        or told.get("TransactionID"),
        payer_name=told.get("DebtorName" if who == "Dbtr" else "CreditorName"), text=text,
        payer_account=tree.text(detail, f".//{who}Acct/Id/IBAN", f".//{who}Acct/Id/Othr/Id"),
        end_to_end="" if end_to_end == "NOTPROVIDED" else end_to_end,
        raw=raw,
    )  # fmt: skip


# --- MT940 -----------------------------------------------------------------------------------------------------

_STRICT = (
    ("61", re.compile(r":61:[0-9]{6}([0-9]{4})?R?[DC][A-Z]?[0-9]{1,13},[0-9]{0,4}([A-Z].*|\s*)")),
    ("60", re.compile(r":60[FM]:[DC][0-9]{6}[A-Z]{3}[0-9]{1,13},[0-9]{0,4}\s*")),
    ("62", re.compile(r":62[FM]:[DC][0-9]{6}[A-Z]{3}[0-9]{1,13},[0-9]{0,4}\s*")),
)
_WORDS = ("purpose", "transaction_details", "additional_purpose", "extra_details")


def _mt940(text: str) -> list[Statement]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    numbers = _strictly(text)
    _check_count(len(numbers))
    try:  # through a handle: given a text, the parser would open a file of that name
        blocks = mt940.parse_statements(io.StringIO(text), options=mt940.Options.all())
    except (RuntimeError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise StatementError("statement_unreadable") from error
    if sum(len(block) for block in blocks) != len(numbers):  # it passes over what it does not understand
        raise StatementError("statement_unreadable")
    lines = iter(numbers)
    return [_mt940_statement(block, lines) for block in blocks]


def _strictly(text: str) -> list[int]:
    """Numbers of the lines that hold a booking; a damaged booking or balance is refused by its line."""
    numbers = []
    for number, line in enumerate(text.split("\n"), start=1):
        for tag, strict in _STRICT:
            if line.startswith(f":{tag}") and not strict.fullmatch(line):
                raise StatementError("statement_line", number)
        if line.startswith(":61:"):
            numbers.append(number)
    return numbers


def _mt940_statement(block: Any, numbers: Iterator[int]) -> Statement:
    told = block.data
    opening = told.get("final_opening_balance") or told.get("intermediate_opening_balance")
    closing = told.get("final_closing_balance") or told.get("intermediate_closing_balance")
    if opening is None or closing is None or not told.get("account_identification"):
        raise StatementError("statement_unreadable")
    currency = opening.amount.currency
    if closing.amount.currency != currency:
        raise StatementError("statement_unreadable")
    number = "/".join(filter(None, (told.get("statement_number"), told.get("sequence_number"))))
    return Statement(
        account=clean_line(told["account_identification"])[:60],
        number=clean_line(number or told.get("transaction_reference") or "")[:60],
        currency=currency, opening=_money(opening.amount.amount, currency, 0),
        closing=_money(closing.amount.amount, currency, 0),
        lines=tuple(_mt940_line(one.data, currency, next(numbers)) for one in block),
    )  # fmt: skip


def _mt940_line(told: dict, currency: str, number: int) -> StatementLine:
    reference = told.get("customer_reference") or ""
    try:
        booked = date.fromisoformat((told.get("entry_date") or told["date"]).isoformat())
        valued = date.fromisoformat(told["date"].isoformat())
        amount = told["amount"].amount
    except (KeyError, AttributeError, ValueError) as error:
        raise StatementError("statement_line", number) from error
    bank_id = told.get("bank_reference") or ""
    return _line(
        _money(amount, currency, number), booked, valued_on=valued,
        bank_id="" if bank_id.upper() in ("NONREF", "NOREF") else bank_id,
        payer_name=told.get("applicant_name"), payer_account=told.get("applicant_iban"),
        text=" ".join(" ".join(str(told[key]).split()) for key in _WORDS if told.get(key)),
        end_to_end=told.get("end_to_end_reference") or ("" if reference == "NONREF" else reference),
        raw="\n".join(f"{key}: {value}" for key, value in told.items() if value),
    )  # fmt: skip


# --- CSV -------------------------------------------------------------------------------------------------------


def _csv(text: str, layout: Layout, currency: str) -> Statement:
    if any(name not in layout.columns for name in NEEDED):
        raise StatementError("statement_no_columns")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    lines: list[StatementLine] = []
    accounts: set[str] = set()
    try:
        places = _places(next(reader, []), layout)
        for row in reader:
            if any(cell.strip() for cell in row):
                line, account = _csv_line(row, places, layout, currency, reader.line_num)
                lines.append(line)
                accounts.add(account)
                _check_count(len(lines))
    except csv.Error as error:
        raise StatementError("statement_line", reader.line_num) from error
    accounts.discard("")
    if len(accounts) > 1:
        raise StatementError("statement_other_account", account=" · ".join(sorted(accounts)[:2]))
    if not lines:
        raise StatementError("statement_empty")
    days = sorted(line.booked_on for line in lines)
    return Statement(accounts.pop() if accounts else "", f"{days[0]} – {days[-1]}", currency, tuple(lines))


def _places(headings: list[str], layout: Layout) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    plain = [heading.strip().casefold() for heading in headings]
    wanted = {name: heading.strip().casefold() for name, heading in layout.columns.items() if heading}
    if missing := [heading for heading in wanted.values() if heading not in plain]:
        raise StatementError("statement_no_columns", column=missing[0])
    return {name: plain.index(heading) for name, heading in wanted.items()}


def _csv_line(
    row: list[str], places: dict[str, int], layout: Layout, currency: str, number: int
) -> tuple[StatementLine, str]:
    if len(row) <= max(places.values()):
        raise StatementError("statement_line", number)
    told = {name: row[place].strip() for name, place in places.items()}
    amount = _typed(told["amount"], layout, currency, number)
    if amount is None and "debit" in told and (out := _typed(told["debit"], layout, currency, number)):
        amount = out if out.minor < 0 else -out
    if amount is None:
        raise StatementError("statement_line", number)
    texts = {name: told.get(name, "") for name in ("payer_name", "payer_account", "text", "bank_id")}
    booked = _day(told["booked_on"], number, layout.date_format)
    line = _line(amount, booked, raw=layout.delimiter.join(row), **texts)
    return line, clean_line(told.get("account", ""))[:60]


_SIGNED = re.compile(r"([-+(]?)\s*([^-+()]*?)\s*([-+)]?)")


def _typed(text: str, layout: Layout, currency: str, number: int) -> Money | None:
    """An amount with its sign before or behind it, or in brackets; None for an empty cell."""
    plain = ascii_digits(text).replace("\u2212", "-").strip("\u200e\u200f ")
    if not plain:
        return None
    signed, other = _SIGNED.fullmatch(plain), "." if layout.decimal == "," else ","
    # 9,975.00 where the hospital said that its bank writes commas: rather asked than read a thousandfold
    if signed and layout.decimal not in signed[2].rpartition(other)[0]:
        with suppress(DomainError):
            amount = Money.parse(signed[2], currency, "de" if layout.decimal == "," else "en")
            return -amount if "-" in (signed[1], signed[3]) or signed[1] == "(" else amount
    raise StatementError("statement_line", number)
