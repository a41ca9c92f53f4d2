"""The marks of a booking confirmation: dates, times, flight numbers and airports, as many senders write them.

Each function reads a text that `plain()` has made comparable without moving a sign, so that every place holds in the
text as it came. Nothing raises.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

# The time zone of the airport with this IATA code; None where there is none.
ZoneOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Mark:
    """Something found in the text. `is_sure`: nothing about it was guessed."""

    value: str
    start: int
    end: int
    is_sure: bool = True


@dataclass(frozen=True)
class DayMark:
    on: date
    start: int
    end: int
    is_sure: bool


@dataclass(frozen=True)
class TimeMark:
    """`days` after (or before) the day of departure, None where nothing is said of it."""

    at: time
    days: int | None
    start: int
    end: int


_DIGITS = {ord(a): b for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for a, b in zip(row, "0123456789", strict=True)}
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS = {
    ord(sign): " "
    for sign in "\u00a0\u202f\u2009\u3000\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\t"
}
_SIGNS = {ord(sign): "-" for sign in "‐‑‒–—−"} | {ord("٫"): ".", ord("∶"): ":"}
_PLAIN = _DIGITS | _WIDE | _BLANKS | _SIGNS

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "يناير": 1, "فبراير": 2, "مارس": 3, "أبريل": 4, "ابريل": 4,
    "إبريل": 4, "مايو": 5, "يونيو": 6, "يوليو": 7, "أغسطس": 8, "اغسطس": 8, "سبتمبر": 9, "أكتوبر": 10, "اكتوبر": 10,
    "نوفمبر": 11, "ديسمبر": 12,
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")[a-zé]*"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?:(?P<year>20\d\d)\s?年\s?)?(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]",
        r"(?<![\d:])(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s./-]{0,2}(?:de\s+|of\s+)?(?<![a-z])" + _MONTH
        + r"\.?(?:(?:[\s,./-]|\sde\s)*(?P<year>20\d\d)(?!\d)|[-/.']?(?P<short>\d\d)(?![\d:]))?",
        r"(?<![a-z])" + _MONTH + r"\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<year>20\d\d))?",
        r"(?<![\d/.])(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?P=sep)(?P<year>20\d\d|(?P<short>\d\d))(?![\d/])",
    )
)  # fmt: skip
_NOT_THE_DAY = re.compile(
    r"(issued?|booked|booking date|date of birth|birth|born|dob|printed|paid|invoice|order date|ticketing|expir\w*|"
    r"valid until|تاريخ الإصدار|تاريخ الحجز|الميلاد|出票日期|预订日期|出生|下单)[^\n\d]{0,20}$",
    re.IGNORECASE,
)
_LATER = (
    r"(?:\s*[(\[]?\s*(?:\+\s?(?P<plus>[12])(?!\s?[\d(])|(?P<minus>-1)(?!\d)|"
    r"(?P<next>next day|following day|اليوم التالي|次日|第二天|día siguiente))\s*(?:days?|يوم|天|d\b)?\s*[)\]]?)?"
)
_TIMES = tuple(
    re.compile(pattern + _LATER, re.IGNORECASE)
    for pattern in (
        r"(?:(?P<zh>上午|下午|晚上|凌晨|中午|早上)\s?)?(?<![\d:.])(?P<hour>[01]?\d|2[0-3])\s?[:点时]\s?(?P<minute>[0-5]\d)"
        r"(?::[0-5]\d)?(?![\d:])\s?分?(?:\s?(?P<half>[ap]\.?m\b\.?|صباح[اً]*|مساء[اً]*|ص(?!\w)|م(?!\w)))?(?:\s?hrs?\b)?",
        r"(?<![\d:.])(?P<hour>1[0-2]|[1-9])(?P<minute>)\s?(?P<half>[ap]\.?m\b\.?)",
    )
)
_NOT_A_FLIGHT_TIME = re.compile(
    r"(check|board|close|counter|bag|duration|flying|flight time|travel time|total|gate|layover|stop|connection|"
    r"transfer|مدة|صعود|تسجيل|إغلاق|بوابة|توقف|值机|登机|飞行|历时|全程|中转|截止|用时)[^\d]*$",
    re.IGNORECASE,
)
_FLIGHT_WORD = re.compile(
    r"(flight|flt|vuelo|رحلة|الرحلة|航班|班次)\s*(?:no|number|num|nr|رقم|号)?\W{0,6}$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?P<line>[A-Z]{2}|[A-Z]\d|\d[A-Z])[ -]?(?P<count>\d{1,4}[A-Z]?)(?![A-Za-z0-9]|[:.,/]\d|:|h\b)"
)
_NO_AIRLINE = frozenset({
    "AM", "PM", "AT", "TO", "NO", "ID", "OF", "ON", "IN", "BY", "IS", "OR", "KG", "PC", "HK", "KK", "HL", "RQ",
    "TN", "UN", "SS", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "PO", "SN",
})  # fmt: skip
_NOT_OURS = re.compile(
    r"(operated by|codeshare|code share|marketed by|تشغلها|实际承运|共享)\W*[^\n]{0,25}$", re.IGNORECASE
)
_TRAIN = re.compile(
    r"(?<![A-Za-z0-9])(?P<line>ICE|TGV|IC|EC|RJX?|AVE|Eurostar|Amtrak|Train|HHR|قطار|车次)\W{0,3}(?:no\.?|number|رقم)?\s?"
    r"(?P<count>[GDCZTK]?\d{1,5})(?![\d:])"
)
_CODES = re.compile(
    r"\((?P<held>[A-Z]{3})(?:[\s,/-][^)\n]{0,30})?\)|"
    r"(?<![A-Za-z0-9])(?P<a>[A-Z]{3})\s?(?:-|/|→|->|>|to|إلى|至)?\s?(?P<b>[A-Z]{3})(?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9])(?P<one>[A-Z]{3})(?![A-Za-z0-9])"
)
_NO_AIRPORT = frozenset({
    "THE", "AND", "FOR", "YOU", "ARE", "ALL", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP",
    "OCT", "NOV", "DEC", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "USD", "EUR", "GBP", "SAR", "AED",
    "CNY", "ADT", "CHD", "INF", "PDF", "NON", "VIA", "ETA", "ETD", "PNR", "AIR", "NEW", "DAY", "MRS", "MSS",
    "REF", "DOB", "TAX", "FEE", "PAX", "DEP", "ARR", "UTC", "GMT", "EST", "PST", "CET", "OUT", "INT", "TKT",
    "ONE", "TWO", "HRS", "MIN", "NOT", "FRE", "SMS", "VIP", "VAT",
})  # fmt: skip
# What people of our families call a city; the page shows it as doubtful where a city has several airports.
_CITIES = {
    "الرياض": "RUH", "جدة": "JED", "الدمام": "DMM", "دبي": "DXB", "أبوظبي": "AUH", "الكويت": "KWI", "الدوحة": "DOH",
    "القاهرة": "CAI", "عمان": "AMM", "بيروت": "BEY", "بغداد": "BGW", "إسطنبول": "IST", "لندن": "LHR", "باريس": "CDG",
    "لوس أنجلوس": "LAX", "نيويورك": "JFK", "شنغهاي": "PVG", "上海浦东": "PVG", "上海虹桥": "SHA", "北京首都": "PEK",
    "北京大兴": "PKX", "洛杉矶": "LAX", "利雅得": "RUH", "迪拜": "DXB", "伦敦": "LHR", "纽约": "JFK", "广州": "CAN",
    "成都": "CTU", "香港": "HKG", "东京": "NRT", "新加坡": "SIN", "旧金山": "SFO",
}  # fmt: skip
_CITY = re.compile("|".join(sorted(_CITIES, key=len, reverse=True)))
_LABELLED = re.compile(
    r"(?<![^\W_])(?P<way>from|departs?|departure|origin|to|arrives?|arrival|destination|من|المغادرة|إلى|الوصول|出发|出发地|到达|目的地|"
    r"origen|salida|destino|llegada)\s*[:-]\s*(?P<place>[^\W\d_][^\n\d,;|()]{2,39})",
    re.IGNORECASE,
)
_FROM_WORDS = frozenset({
    "from", "depart", "departs", "departure", "origin", "من", "المغادرة", "出发", "出发地", "origen", "salida",
})  # fmt: skip
_TERMINAL = re.compile(
    r"(?:terminal|صالة|الصالة|航站楼|platform|gleis|站台)\s*[:.]?\s?(?P<name>[A-Z]?\d{1,2}[A-Z]?|[A-Z])(?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9])T(?P<short>[1-9])(?![A-Za-z0-9])|(?P<zh>[1-9])号?航站楼",
    re.IGNORECASE,
)
_CARRIER = re.compile(
    r"(?:airline|carrier|الناقل|شركة الطيران|航空公司|承运人|aerolínea)\s*[:-]\s*(?P<name>[^\n,;|]{2,60})",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:booking|reservation|confirmation|record|رقم|مرجع|رمز|预订|订座|确认|localizador|código)?\s?"
    r"(?:reference|ref|code|number|no|locator|pnr|الحجز|التأكيد|编号|记录编号|号|reserva|localizador)\.?\s?(?:\(pnr\))?\W{1,6}"
    r"(?P<code>(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,8})(?![A-Za-z0-9])",
)  # fmt: skip
_REFERENCE_ANY_CASE = re.compile(
    _REFERENCE.pattern.replace("(?P<code>", "(?-i:(?P<code>") + ")", re.IGNORECASE
)


def plain(text: str) -> str:
    """The text with Latin digits, plain blanks and dashes; every sign stays where it was."""
    return text.translate(_PLAIN)


def days(text: str, today: date) -> list[DayMark]:
    """The days that are named, in their order. Without a year the next such day is meant, which is a guess."""
    found: list[DayMark] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            if (mark := _day(match, today)) and not _NOT_THE_DAY.search(
                text, max(match.start() - 40, 0), match.start()
            ):
                found.append(mark)
    return sorted(found, key=lambda one: one.start)


def _day(match: re.Match[str], today: date) -> DayMark | None:
    parts = match.groupdict()
    day, is_sure = int(parts["day"]), True
    month = int(parts["month"]) if parts["month"].isdecimal() else _MONTHS[parts["month"].lower()]
    if parts.get("sep"):  # 8/12 is the eighth of December to most senders, and August to some
        is_sure = day > 12 or day == month
        if month > 12:
            day, month, is_sure = month, day, True
    year = int(parts["short"]) + 2000 if parts.get("short") else int(parts["year"] or 0)
    for guess in (year,) if year else (today.year, today.year + 1):
        try:
            on = date(guess, month, day)
        except ValueError:
            continue
        if year or on >= today - timedelta(days=7):
            return DayMark(on, match.start(), match.end(), is_sure and bool(year))
    return None


def times(text: str) -> list[TimeMark]:
    """The times of take-offs and landings in their order, without those of check-in and boarding, and durations."""
    found: list[TimeMark] = []
    for pattern in _TIMES:
        for match in pattern.finditer(text):
            if not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(_time(match))
    found.sort(key=lambda one: one.start)
    before = [0, *(one.end for one in found)]
    return [
        one
        for one, last in zip(found, before, strict=False)
        if not _NOT_A_FLIGHT_TIME.search(text[max(last, one.start - 25) : one.start])
    ]


def _time(match: re.Match[str]) -> TimeMark:
    parts = match.groupdict()
    hour, half, chinese = int(parts["hour"]), (parts.get("half") or "").lower(), parts.get("zh") or ""
    is_afternoon = (
        half.startswith(("p", "م")) or chinese in {"下午", "晚上"} or (chinese == "中午" and hour < 3)
    )
    if is_afternoon and hour < 12:
        hour += 12
    elif hour == 12 and (half.startswith(("a", "ص")) or chinese == "凌晨"):
        hour = 0
    later = 1 if parts["next"] else int(parts["plus"]) if parts["plus"] else -1 if parts["minus"] else None
    return TimeMark(time(hour, int(parts["minute"] or 0)), later, match.start(), match.end())


def numbers(text: str) -> list[tuple[Mark, bool]]:
    """Flight and train numbers in their order, each with whether it is a train's."""
    found = []
    for match in _NUMBER.finditer(text):
        head = text[max(match.start() - 40, 0) : match.start()]
        is_named = _FLIGHT_WORD.search(head) is not None
        if _NOT_OURS.search(head) or (match["line"] in _NO_AIRLINE and not is_named):
            continue
        count = match["count"].lstrip("0") or "0"
        found.append((Mark(f"{match['line']} {count}", match.start(), match.end(), is_named), False))
    for match in _TRAIN.finditer(text):
        value = (
            match["count"]
            if match["line"] in {"Train", "قطار", "车次"}
            else f"{match['line']} {match['count']}"
        )
        found = [one for one in found if not match.start() < one[0].end <= match.end()]
        found.append((Mark(value[:12], match.start(), match.end()), True))
    return sorted(found, key=lambda one: one[0].start)


def airports(text: str, zone_of: ZoneOf) -> list[Mark]:
    """Airports in their order, by code; where fewer than two codes stand there, by the names we know of cities."""
    held: list[Mark] = []
    loose: list[Mark] = []
    for match in _CODES.finditer(text):
        for group in ("held", "a", "b", "one"):
            code = match[group]
            if code and code not in _NO_AIRPORT and zone_of(code):
                mark = Mark(code, match.start(group), match.end(group), group != "one")
                (held if group == "held" else loose).append(mark)
    marks = (
        held if len({mark.value for mark in held}) > 1 else sorted([*held, *loose], key=lambda one: one.start)
    )
    if len({mark.value for mark in marks}) < 2:
        marks += [Mark(_CITIES[city[0]], city.start(), city.end(), False) for city in _CITY.finditer(text)]
        marks.sort(key=lambda one: one.start)
    return marks


def named_places(text: str) -> Iterator[tuple[bool, Mark]]:
    """Places after a word such as *From:*, each with whether the journey starts there."""
    for match in _LABELLED.finditer(text):
        place = re.split(r"\s{2,}|\s-\s|\son\s|\sat\s|→", match["place"])[0].strip(" .:-")
        if len(place) > 2:
            yield (
                match["way"].lower() in _FROM_WORDS,
                Mark(place, match.start("place"), match.start("place") + len(place), False),
            )


def terminals(text: str) -> list[Mark]:
    return [
        Mark((match["name"] or match["short"] or match["zh"]).upper(), match.start(), match.end(), False)
        for match in _TERMINAL.finditer(text)
    ]


def carrier(text: str) -> Mark | None:
    match = _CARRIER.search(text)
    return Mark(match["name"].strip(), match.start("name"), match.end("name")) if match else None


def reference(text: str) -> Mark | None:
    """The sender's code of the booking, such as `QX7P2M`."""
    match = _REFERENCE_ANY_CASE.search(text)
    return Mark(match["code"], match.start("code"), match.end("code")) if match else None
