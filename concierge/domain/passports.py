"""Passports of a visit: how long they must be valid, and how name and number are written."""

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum

from concierge.domain.errors import InvalidInput
from concierge.domain.people import ascii_digits, clean_line

# A family larger than one minibus and two rooms is planned by a person, not by a form.
MOST_TRAVELLERS = 8
# Many countries ask for half a year beyond the visit; whoever has less is warned, not stopped.
MONTHS_BEYOND = 6

# What the machine-readable lines of a passport hold (ICAO 9303), and the signs that people write between.
_NAME = re.compile(r"[A-Za-z][A-Za-z '\-]*")
_NUMBER = re.compile(r"[A-Z0-9]{5,20}")
_QUOTES = str.maketrans("\u2019\u02bc\u2018", "'''")


class PassportState(StrEnum):
    OK = "ok"
    SHORT = "short"  # ends less than half a year after the return
    ENDS_BEFORE_RETURN = "ends_before_return"
    UNKNOWN = "unknown"


def validity(until: date | None, *, returns_on: date | None, today: date) -> PassportState:
    """How a passport's last valid day stands to the visit; while no return is known, to today."""
    if until is None:
        return PassportState.UNKNOWN
    back_on = max(returns_on or today, today)
    if until < back_on:
        return PassportState.ENDS_BEFORE_RETURN
    return PassportState.SHORT if until < months_after(back_on, MONTHS_BEYOND) else PassportState.OK


def months_after(on: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def passport_name(text: str) -> str:
    """The name as typed, cleaned, never re-cased. Raises InvalidInput(passport_name, `not_latin`)."""
    name = clean_line(text).translate(_QUOTES)
    if not _NAME.fullmatch(name):
        raise InvalidInput("passport_name", "not_latin")
    return name


def passport_number(text: str) -> str:
    """Capital letters and figures without gaps; "" for nothing. Raises InvalidInput(passport_number, …)."""
    number = re.sub(r"[\s\-]", "", ascii_digits(clean_line(text))).upper()
    if number and not _NUMBER.fullmatch(number):
        raise InvalidInput("passport_number", "passport_number_odd")
    return number


def masked(number: str) -> str:
    """What a reader sees of a number that is not theirs: its last three signs."""
    return f"•••{number[-3:]}" if number else ""
