"""Facts about people, kept as they gave them: names, birth dates, phones, and the cleaning of typed text.

Names follow W3C, *Personal names around the world*: never derived from each other, never re-cased or re-
ordered.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import phonenumbers
from hijridate import Hijri

from concierge.domain.errors import InvalidInput

OLDEST_AGE_YEARS = 125
HIJRI_YEARS = range(1343, 1501)  # what hijridate can convert: August 1924 to November 2077

# --- typed text ---------------------------------------------------------------------------------------------

_BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e"
_BIDI_CONTROLS = _BIDI_OVERRIDES + "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u200b\ufeff\u2060"
_NEVER = re.compile(f"[\ud800-\udfff\x00-\x08\x0e-\x1f\x7f-\x9f{_INVISIBLE}]")
_NEVER_IN_A_LINE = re.compile(f"[{_BIDI_CONTROLS}]")
_NEVER_IN_A_PARAGRAPH = re.compile(f"[{_BIDI_OVERRIDES}]")


def clean_line(text: str) -> str:
    """One line: no control characters, no direction controls, every run of white space one space.

    Joiners (U+200C, U+200D) stay: Persian, Hindi and emoji are written with them.
    """
    return " ".join(_NEVER_IN_A_LINE.sub("", _NEVER.sub("", text)).split())


def clean_paragraph(text: str) -> str:
    """Several lines.

    Line breaks stay, control characters and direction overrides go, marks and isolates stay.
    """
    kept = _NEVER_IN_A_PARAGRAPH.sub("", _NEVER.sub("", text))
    return "\n".join(
        line.rstrip() for line in re.sub(r"\r\n?|[\v\f\u2028\u2029]", "\n", kept).split("\n")
    ).strip()


# Signs that count as letters or symbols and yet show nothing: Hangul fillers, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def shows_something(text: str) -> bool:
    """False for a text of blanks, direction signs, joiners and other signs that nobody sees."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def has_words(text: str) -> bool:
    """False where there is nothing to translate: emoji, numbers, punctuation."""
    return any(c.isalpha() and c not in _BLANK for c in text)


def ascii_digits(text: str) -> str:
    """Arabic-Indic, Persian, Devanagari, full-width and all other decimal digits as 0-9.

    The rest untouched.
    """
    return "".join(c if c.isascii() else str(unicodedata.decimal(c, c)) for c in text)


# --- names --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonName:
    """`native` in any script; `surname` and `given` exactly as in the passport's machine-readable lines."""

    native: str
    surname: str = ""
    given: str = ""
    called: str = ""

    @property
    def passport(self) -> str:
        """Given names and surname as one Latin line; either may be empty."""
        return f"{self.given} {self.surname}".strip()


def display_name(name: PersonName) -> str:
    """The name in lists and headings.

    The person's own writing, else the passport's, else what they are called.
    """
    return name.native or name.passport or name.called


def greeting_name(name: PersonName) -> str:
    """The name in *Hello, …*.

    What the person asked to be called, else the full name. Never a guessed first name.
    """
    return name.called or display_name(name)


# --- birth dates --------------------------------------------------------------------------------------------


class Calendar(StrEnum):
    GREGORIAN = "gregorian"
    HIJRI = "hijri"


@dataclass(frozen=True)
class BirthDate:
    """A birth date as the person knows it.

    Year, month and day in `calendar`, the later two may be unknown.
    """

    year: int
    month: int | None = None
    day: int | None = None
    calendar: Calendar = Calendar.GREGORIAN
    typed: str = ""

    @property
    def earliest_on(self) -> date:
        """The first Gregorian day that this may mean."""
        return _gregorian(self.year, self.month or 1, self.day or 1, self.calendar)

    @property
    def latest_on(self) -> date:
        """The last Gregorian day that this may mean."""
        if self.day:
            return self.earliest_on
        year, month = (self.year, self.month + 1) if self.month and self.month < 12 else (self.year + 1, 1)
        return _gregorian(year, month, 1, self.calendar) - timedelta(days=1)

    @property
    def on(self) -> date | None:
        """The exact Gregorian day, if the whole date is known."""
        return self.earliest_on if self.day else None

    def may_be(self, on: date) -> bool:
        """Whether a complete date (of a passport, of an image) agrees with what is known."""
        return self.earliest_on <= on <= self.latest_on


def _gregorian(year: int, month: int, day: int, calendar: Calendar) -> date:
    if calendar is Calendar.GREGORIAN:
        return date(year, month, day)
    return date(*Hijri(year, month, day).to_gregorian().datetuple())


def birth_date(
    year: int,
    month: int | None,
    day: int | None,
    *,
    today: date,
    calendar: Calendar = Calendar.GREGORIAN,
    typed: str = "",
) -> BirthDate:
    """Check the parts of a birth date.

    Raises InvalidInput("birth", code): month_needed, looks_hijri, hijri_range, no_such_day, in_future,
    too_long_ago.
    """
    if day and not month:
        raise InvalidInput("birth", "month_needed")
    if calendar is Calendar.HIJRI and year not in HIJRI_YEARS:
        raise InvalidInput("birth", "hijri_range")
    if calendar is Calendar.GREGORIAN and year in HIJRI_YEARS:
        raise InvalidInput("birth", "looks_hijri")
    found = BirthDate(year, month, day, calendar, typed)
    try:
        earliest_on = found.earliest_on
    except (ValueError, OverflowError):
        raise InvalidInput("birth", "no_such_day") from None
    if earliest_on > today:
        raise InvalidInput("birth", "in_future")
    if earliest_on.year < today.year - OLDEST_AGE_YEARS:
        raise InvalidInput("birth", "too_long_ago")
    return found


def parse_birth_date(text: str, *, today: date, calendar: Calendar = Calendar.GREGORIAN) -> BirthDate:
    """Read `1980`, `1980-03`, `1980-03-14`, `14.3.1980`, `3/1980`, `1980年3月14日`, in any digits.

    `03/04/1980` means two different days in two countries, so it is refused. Raises InvalidInput("birth",
    code): empty, garbage, year_needed, ambiguous and the codes of `birth_date`.
    """
    typed = clean_line(text)
    if not typed:
        raise InvalidInput("birth", "empty")
    plain = ascii_digits(typed)
    if len(plain) > 30 or not re.fullmatch(r"\d+(?:\s*[-/.,年月日\s]\s*\d+){0,2}\s*[年月日]?", plain):
        raise InvalidInput("birth", "garbage")
    year, month, day = _date_parts(re.findall(r"\d+", plain))
    return birth_date(year, month, day, today=today, calendar=calendar, typed=typed)


def _part(numbers: list[str], index: int) -> int | None:
    return int(numbers[index]) if len(numbers) > index else None


def _date_parts(numbers: list[str]) -> tuple[int, int | None, int | None]:
    if len(numbers) == 1 and len(numbers[0]) == 8:  # 19800314, as scanners and image headers write it
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    if len(numbers[0]) == 4:
        return int(numbers[0]), _part(numbers, 1), _part(numbers, 2)
    if len(numbers[-1]) != 4:
        raise InvalidInput("birth", "year_needed")
    year = int(numbers[-1])
    if len(numbers) == 2:
        return year, int(numbers[0]), None
    first, second = int(numbers[0]), int(numbers[1])
    if first <= 12 and second <= 12 and first != second:
        raise InvalidInput("birth", "ambiguous")
    return (year, first, second) if second > 12 else (year, second, first)


# --- phones -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phone:
    """`e164` to dial and to search; `typed` to show the person what they wrote."""

    e164: str
    typed: str


def parse_phone(text: str, country: str = "") -> Phone:
    """Read a phone number in any digits. `country` (ISO 3166, "SA") is needed for a number without +.

    Raises InvalidInput("phone", code): empty, country_needed, garbage, too_short, too_long. A number of
    possible length is believed: new ranges open faster than any table, and a prospect must not be lost to
    one.
    """
    typed = clean_line(text)
    if not typed:
        raise InvalidInput("phone", "empty")
    plain = re.sub(r"^\(?00", "+", ascii_digits(typed).replace("\uff0b", "+"))
    if not country and not plain.startswith(("+", "(+")):
        raise InvalidInput("phone", "country_needed")
    try:
        number = phonenumbers.parse(plain, country or None)
    except phonenumbers.NumberParseException:
        raise InvalidInput("phone", "garbage") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise InvalidInput("phone", "too_long")
    if reason not in (
        phonenumbers.ValidationResult.IS_POSSIBLE,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ):
        raise InvalidInput("phone", "too_short")
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), typed)


def country_of_phone(e164: str) -> str:
    """The ISO 3166 code of the country that gave this number; "" for a number of no country (a satellite, +800)."""
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return ""
    return found if found and len(found) == 2 and found.isalpha() else ""


def zone_of_phone(e164: str) -> str:
    """The IANA zone of a number whose area code lies in one; "" where the country has several and it does not say."""
    from phonenumbers import timezone  # its tables are large, and few numbers need them

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return ""
    return zones[0] if len(zones) == 1 and "/" in zones[0] and zones[0] != "Etc/Unknown" else ""
