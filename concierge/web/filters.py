"""How values look: Babel's standard styles in the reader's language, Latin digits, both clocks with their places."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, dates, numbers
from flask import Flask
from markupsafe import Markup, escape

from concierge.domain.money import Money, MoneyRange
from concierge.web import happenings, labels
from concierge.web.i18n import autonym, current_code, direction_of, tag_of
from concierge.web.voice import remembered


@lru_cache(maxsize=8)
def _latin(code: str) -> Locale:
    """Latin digits, as medical records use them everywhere, are what Babel gives by itself (adr/0005-languages.md)."""
    return Locale.parse(code)


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str) -> str:
    exponent = Money(minor, currency).exponent
    number = numbers.format_decimal(
        Decimal(minor).scaleb(-exponent), format=_pattern(exponent, minor), locale="en"
    )
    return f"{currency} {number}"


def _pattern(exponent: int, minor: int) -> str:
    return "#,##0" if exponent == 0 or minor % 10**exponent == 0 else "#,##0." + "0" * exponent


def plain_money(value: Money) -> str:
    """`USD 12,500` for a plain text."""
    return _money(value.minor, value.currency)


def money(value: Money | None) -> Markup:
    """`USD 12,500`: the one canonical form in every language, isolated left to right."""
    if value is None:
        return Markup("")
    return ltr(_money(value.minor, value.currency))


def money_range(value: MoneyRange | None) -> Markup:
    """Low to high in one isolated run, `USD 13,700 – 19,900`."""
    if value is None:
        return Markup("")
    low = _money(value.low.minor, value.low.currency)
    if value.low == value.high:
        return ltr(low)
    return ltr(f"{low} – {_money(value.high.minor, value.high.currency).split(' ', 1)[1]}")


def ltr(value) -> Markup:
    """Phone numbers, references, codes, amounts: isolated, left to right, never wrapped."""
    return Markup(f'<bdi dir="ltr" class="num">{escape(value)}</bdi>')  # noqa: S704 (escaped)


@lru_cache(maxsize=4096)
def phone_text(number: str) -> str:
    """`+1 213-555-0100`, as one dials it from another country; what is no number stays as it was written."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone(number: str) -> Markup:
    return ltr(phone_text(number))


def phone_link(number: str) -> Markup:
    """A number within a sentence that a phone dials when it is touched."""
    return Markup('<a href="tel:{}">{}</a>').format(number.replace(" ", ""), phone(number))


def name(value) -> Markup:
    """A person's or file's name, isolated from the direction around it."""
    return Markup(f'<bdi dir="auto">{escape(value)}</bdi>')  # noqa: S704 (escaped)


@lru_cache(maxsize=4096)
def format_day(value: date, code: str, style: str = "medium") -> str:
    """In Arabic always with the month as a word: 18/11/2026 in figures shows as 2026/11/18 there."""
    is_figures = code == "ar" and style == "medium"
    return dates.format_date(value, "long" if is_figures else style, locale=_latin(code))


def day(value: date | datetime | None, style: str = "medium") -> str:
    """A date in the reader's language."""
    if value is None:
        return ""
    return format_day(value.date() if isinstance(value, datetime) else value, current_code(), style)


def weekday(value: date) -> str:
    """A date with its weekday."""
    return format_day(value, current_code(), "full")


def weekday_name(value: date) -> str:
    """Only the day of the week, where the date stands beside it."""
    return dates.format_date(value, "EEEE", locale=_latin(current_code()))


@lru_cache(maxsize=4096)
def format_month_day(value: date, code: str) -> str:
    """Weekday, day and month, by a skeleton, so that the order is the language's own."""
    return dates.format_skeleton("MMMEd", value, locale=_latin(code))


def format_time(local: datetime, code: str) -> str:
    """Weekday, date and time of an already local time."""
    joined = _latin(code).datetime_formats["medium"]
    return str(joined).format(_hour(local, code), format_month_day(local.date(), code))


def short_day(at: datetime | None, timezone: str) -> str:
    """Weekday, day and month at a place, where the year goes without saying: cards and narrow columns."""
    if at is None:
        return ""
    return format_month_day(day_at(at, timezone), current_code())


def day_at(at: datetime, timezone: str) -> date:
    """The day on the calendar of a place."""
    return at.astimezone(_zone(timezone)).date()


def local_time(at: datetime, timezone: str, code: str | None = None) -> str:
    """An aware time as the clock on the wall of a place shows it."""
    return format_time(at.astimezone(_zone(timezone)).replace(tzinfo=None), code or current_code())


def clock(at: datetime, timezone: str) -> str:
    """Only the hour, for a list that names the day in its heading."""
    return _hour(at.astimezone(_zone(timezone)), current_code())


def _hour(local: datetime, code: str) -> str:
    return format_clock(time(local.hour, local.minute), code)


@lru_cache(maxsize=4096)
def format_clock(value: time, code: str) -> str:
    """An hour that belongs to no day, such as the usual hour of a check-in."""
    return dates.format_time(value, "short", locale=_latin(code))


#: Zones that have a new name; Babel keeps their places in other languages under the old one.
_OLD_NAMES = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Nuuk": "America/Godthab",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Europe/Kyiv": "Europe/Kiev",
}
#: As our hospitals spell their own city.
_SPELT = {("America/Los_Angeles", "ar"): "لوس أنجلوس"}


@lru_cache(maxsize=1024)
def city_of(timezone: str, code: str) -> str:
    """The place that names a time zone, `Riyadh`; Babel knows it in the reader's language."""
    if spelt := _SPELT.get((timezone, code)):
        return spelt
    old = _OLD_NAMES.get(timezone, "")
    if known := _latin(code).time_zones.get(old, {}).get("city"):
        return known
    try:
        return dates.get_timezone_location(_zone(timezone), locale=_latin(code), return_city=True)
    except (LookupError, ValueError):
        return timezone.rsplit("/", 1)[-1].replace("_", " ")


@lru_cache(maxsize=256)
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone or "UTC")


def two_clocks(at: datetime | None, home_timezone: str, reader_timezone: str = "", place: str = "") -> Markup:
    """A time at the hospital first, then the reader's own, each with its place name; never a bare time.

    `place`: an airport, whose city need not be the one that names its time zone.
    """
    return _two_clocks(at, home_timezone, reader_timezone, place, current_code()) if at else Markup("")


@lru_cache(maxsize=4096)
def _two_clocks(at: datetime, home_timezone: str, reader_timezone: str, place: str, code: str) -> Markup:
    home = Markup(
        '<span class="clock"><time datetime="{}">{}</time> <span class="place">{}</span></span>'
    ).format(
        at.astimezone(UTC).isoformat(), local_time(at, home_timezone, code),
        name(place) if place else city_of(home_timezone, code),
    )  # fmt: skip
    same = (
        not reader_timezone
        or at.astimezone(_zone(reader_timezone)).utcoffset()
        == at.astimezone(_zone(home_timezone)).utcoffset()
    )
    if same:
        return home
    reader = Markup('<span class="clock second">{} <span class="place">{}</span></span>').format(
        local_time(at, reader_timezone, code), city_of(reader_timezone, code)
    )
    return home + Markup(" ") + reader


@lru_cache(maxsize=2048)
def country_name(country: str, code: str) -> str:
    return Locale.parse(code).territories.get(country, country)


@lru_cache(maxsize=2048)
def language_name(language: str, code: str) -> str:
    try:
        return Locale.parse(language.replace("-", "_")).get_display_name(code) or language
    except (ValueError, LookupError):
        return language


def spoken_name(language: str, code: str) -> str:
    """A language for the ear: nobody speaks *simplified* Chinese."""
    return language_name("zh" if language == "zh_Hans" else language, code)


@lru_cache(maxsize=4096)
def _ago(days: int, hours: int, minutes: int, code: str) -> str:
    return dates.format_timedelta(
        timedelta(days=days, hours=hours, minutes=minutes), locale=_latin(code), format="short", threshold=2
    )


def ago(at: datetime | None, reference: datetime) -> str:
    """How long something has lasted, in one unit; a day begins to count at two, so 44 hours stay 44 hours."""
    if at is None:
        return ""
    seconds = max(60, abs(int((reference - at).total_seconds())))
    if seconds >= 2 * 86400:
        return _ago(seconds // 86400, 0, 0, current_code())
    if seconds >= 2 * 3600:
        return _ago(0, seconds // 3600, 0, current_code())
    return _ago(0, 0, seconds // 60, current_code())


def paragraphs(text: str) -> Markup:
    """Plain text with its line breaks, escaped, direction by its own first strong character."""
    blocks = [block for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup('<p dir="auto">{}</p>').format(Markup("<br>").join(_line(line) for line in block.split("\n")))
        for block in blocks
    )


_PHONE = re.compile(r"\+\d[\d \u00a0()-]{5,}\d")


def _line(text: str) -> Markup:
    """One line, escaped; a phone number in it keeps its order, which a right-to-left line would turn round."""
    return Markup(_PHONE.sub(lambda found: str(ltr(found[0])), str(escape(text))))  # noqa: S704 (escaped above)


def initials(value: str) -> str:
    """One or two letters for the round sign beside a name."""
    words = [word for word in value.replace(".", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper()


def init(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money, money_range=money_range, ltr=ltr, name=name, phone=phone, phone_link=phone_link,
        day=day, weekday=weekday, clock=clock,
        month_day=lambda value: format_month_day(value, current_code()),
        hour=lambda value: format_clock(value, current_code()), city=lambda zone: city_of(zone, current_code()),
        local_time=local_time,
        two_clocks=two_clocks, when=two_clocks, ago=ago, paragraphs=paragraphs, initials=initials,
        label=remembered(labels.label), patient_step=remembered(labels.patient_step),
        action_text=remembered(happenings.action_text), event_text=remembered(happenings.event_text),
        country=lambda value: country_name(value, current_code()),
        language=lambda value: language_name(value, current_code()), short_day=short_day,
        spoken=lambda value: spoken_name(value, current_code()),
        autonym=autonym, lang_tag=tag_of, direction=direction_of,
    )  # fmt: skip
