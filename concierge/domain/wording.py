"""Does a translation still say the same? Numbers, dates, units, negation, names and glossary words, side by side.

Simple and honest: what differs is shown to a person, and an alarm too many is better than a dose too few. It
finds no mistake of meaning, and a number written as a word on one side only is reported.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from concierge.domain.people import ascii_digits


@dataclass(frozen=True)
class Mismatch:
    """`code` is numbers, dates, units, negation, names or glossary; then what only one side says."""

    code: str
    source: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """`unchecked` names what could not be compared in these languages, so that silence is not taken for consent."""

    mismatches: tuple[Mismatch, ...]
    unchecked: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.mismatches and not self.unchecked


def compare(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    glossary: Mapping[str, Iterable[str]] | None = None,
    names: Iterable[str] = (),
) -> Comparison:
    """Compare a text with its translation. `glossary` maps a source term to the target forms that may stand for it
    (for a protected word, a medicine, the word itself). `names` are to stand in both where they stand in one."""
    one, other = _plain(source), _plain(target)
    languages = {_base(source_language), _base(target_language)}
    dates_one, rest_one = _take_dates(one, _base(source_language))
    dates_other, rest_other = _take_dates(other, _base(target_language))
    units = _counts_mismatch("units", _units(rest_one), _units(rest_other))
    found = [
        _dates_mismatch(dates_one, dates_other),
        _counts_mismatch("numbers", _numbers(rest_one), _numbers(rest_other)),
        units if languages <= _UNIT_LANGUAGES else None,
        _negation_mismatch(one, other, _base(source_language), _base(target_language)),
        _names_mismatch(one, other, names),
        *_glossary_mismatches(one, other, glossary or {}),
    ]
    unchecked = {"negation": languages - set(_NEGATIONS), "units": units and languages - _UNIT_LANGUAGES}
    return Comparison(
        tuple(mismatch for mismatch in found if mismatch),
        tuple(code for code, unknown in unchecked.items() if unknown),
    )


def _base(language: str) -> str:
    return language.replace("-", "_").split("_")[0].casefold()


def _plain(text: str) -> str:
    return ascii_digits(unicodedata.normalize("NFKC", text)).casefold()


def _counts_mismatch(code: str, one: Counter[str], other: Counter[str]) -> Mismatch | None:
    only_one, only_other = sorted((one - other).elements()), sorted((other - one).elements())
    return Mismatch(code, tuple(only_one), tuple(only_other)) if only_one or only_other else None


# --- numbers ------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\d+(?:[.,٫٬'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")


def _numbers(text: str) -> Counter[str]:
    return Counter(_number(found) for found in _NUMBER.findall(text))


def _number(written: str) -> str:
    """One spelling for `128,500.00`, `128.500,00` and `128500`. A lone sign before three digits groups thousands,
    unless a nought leads (0.125)."""
    signs = re.findall(r"[.,٫]", written)
    digits = re.split(r"[.,٫٬'’ \u00a0\u202f]", written)
    is_decimal = bool(signs) and (
        "٫" in signs
        or len(set(signs)) > 1
        or (len(signs) == 1 and (len(digits[-1]) != 3 or len(digits[0]) > 3 or digits[0] == "0"))
    )
    whole, fraction = ("".join(digits[:-1]), digits[-1]) if is_decimal else ("".join(digits), "")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")


# --- units --------------------------------------------------------------------------------------------------

# What a number counts, in these languages; only beside a number, so that no ordinary word is a unit.
_UNIT_LANGUAGES = {"en", "ar", "zh", "ru", "es"}
_UNITS = {
    "mg": "мг|mg|milligrams?|miligramos?|ملغم|ملغ|ملجم|مجم|ملي ?غرام|毫克",
    "mcg": "мкг|mcg|µg|μg|micrograms?|microgramos?|ميكرو ?غرام|微克",
    "g": "г|g|grams?|gramos?|غرامات?|جرام|غم|克",
    "kg": "кг|kg|kilograms?|kilos?|kilogramos?|كغم|كغ|كجم|كيلو ?غرام|كيلو|公斤|千克",
    "ml": "мл|ml|millilit(?:er|re)s?|mililitros?|مل|ملي ?لتر|毫升",
    "cm": "см|cm|centimet(?:er|re)s?|cent[íi]metros?|سم|سنتيمتر|厘米|公分",
    "mm": "мм|mm|millimet(?:er|re)s?|mil[íi]metros?|مم|ملم|ملي ?متر|毫米",
    "IU": "ед|ме|iu|units?|ui|unidad(?:es)?|وحد(?:ة|ات)(?: دولية)?|单位",
    "%": "%|٪|percent|per cent|por ciento|في المئة|بالمئة|في المائة|بالمائة",
    "minutes": "минут[аы]?|мин|min|minutes?|minutos?|دقيقة|دقائق|分钟",
    "hours": "час(?:а|ов)?|ч|h|hours?|horas?|ساعة|ساعات|个?小时",
    "days": "дн(?:я|ей)|день|days?|d[íi]as?|يوم|يومًا|يوما|أيام|天|日(?!元)",
    "weeks": "недел[юьи]|weeks?|semanas?|أسبوع|أسبوعًا|أسابيع|个?(?:星期|周)",
    "months": "месяц(?:а|ев)?|months?|mes(?:es)?|شهر|شهرًا|أشهر|شهور|个月",
    "years": "года?|лет|years?|años?|سنة|سنوات|عامًا?|أعوام|岁|年",
    "USD": r"долл(?:ар)?(?:а|ов)?|\$|usd|us dollars?|dollars?|d[óo]lares?|d[óo]lar|دولارا?ً?(?: أمريكي)?|美元|美金",
    "CNY": "юан(?:ь|я|ей)|¥|cny|rmb|yuan(?:es)?|يوانا?ً?|元|人民币",
    "EUR": "евро|€|eur|euros?|يورو|欧元",
    "SAR": "sar|riyals?|ri(?:y)?al(?:es)?|ريالا?ً?(?: سعودي)?|里亚尔",
    "AED": "aed|dirhams?|d[íi]rhams?|درهما?ً?|迪拉姆",
    "KWD": "kwd|dinars?|dinar(?:es)?|دينارا?ً?|第纳尔",
}
_AFTER_NUMBER = {
    code: re.compile(rf"\d[\s-]?(?:{words})(?:(?<=[\u4e00-\u9fff])|(?![a-zà-ÿа-я\u0620-\u064a]))")
    for code, words in _UNITS.items()
}
_BEFORE_NUMBER = {
    code: re.compile(rf"(?<![a-zà-ÿа-я\u0620-\u064a])(?:{_UNITS[code]})\s?\d")
    for code in _UNITS
    if code.isupper() and len(code) == 3
}


def _units(text: str) -> Counter[str]:
    """How often a number is counted in each unit. `casefold` has made every text small."""
    found = Counter({code: len(pattern.findall(text)) for code, pattern in _AFTER_NUMBER.items()})
    found.update({code: len(pattern.findall(text)) for code, pattern in _BEFORE_NUMBER.items()})
    return +found


# --- names --------------------------------------------------------------------------------------------------


def _names_mismatch(one: str, other: str, names: Iterable[str]) -> Mismatch | None:
    """Protected names that stand on one side only, as they are written; an engine may have translated a person."""
    plain = {name: _plain(name) for name in names if name}
    only_one = tuple(name for name, text in plain.items() if text in one and text not in other)
    only_other = tuple(name for name, text in plain.items() if text in other and text not in one)
    return Mismatch("names", only_one, only_other) if only_one or only_other else None


# --- dates --------------------------------------------------------------------------------------------------

YearMonthDay = tuple[int, int, int]  # year 0 where none is written
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_HAN = re.compile(r"(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_SLASHED = re.compile(r"(?<![\d.])(?P<m>\d{1,2})(?P<s>[./-])(?P<d>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)")


def _take_dates(text: str, language: str) -> tuple[list[frozenset[YearMonthDay]], str]:
    """The dates of a text, each as the set of days it may mean, and the text without them."""
    dates: list[frozenset[YearMonthDay]] = []
    months = _months(language)
    for pattern in (_ISO, _HAN, _SLASHED, *_named_patterns(language)):
        for found in pattern.finditer(text):
            parts = found.groupdict()
            year, day = int(parts["y"] or 0), int(parts["d"])
            month = months[parts["name"]] if "name" in parts else int(parts["m"])
            readings = {(year, month, day)} | ({(year, day, month)} if pattern is _SLASHED else set())
            dates.append(frozenset(reading for reading in readings if reading[1] <= 12))
        text = pattern.sub(" ", text)
    return dates, text


@lru_cache(maxsize=32)
def _months(language: str) -> dict[str, int]:
    """Month names of a language in all their forms, casefolded."""
    try:
        data = Locale.parse(language).months
    except (ValueError, UnknownLocaleError):
        return {}
    forms = (
        data[context][width] for context in ("format", "stand-alone") for width in ("wide", "abbreviated")
    )
    named = {_plain(name).rstrip("."): number for form in forms for number, name in form.items()}
    return {name: number for name, number in named.items() if not name.isdigit() and "月" not in name}


@lru_cache(maxsize=32)
def _named_patterns(language: str) -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(name) for name in sorted(_months(language), key=len, reverse=True))
    if not names:
        return ()
    year = r"(?:(?:\s*,?\s*(?:de|del|năm)?\s+)(?P<y>\d{4})(?!\d))?"
    day = r"(?<!\d)(?P<d>\d{1,2})(?!\d)(?:st|nd|rd|th)?"
    name = rf"(?<!\w)(?P<name>{names})(?!\w)\.?"
    return (
        re.compile(rf"{day}\.?\s*(?:de\s+|of\s+)?{name}{year}"),
        re.compile(rf"{name}\s+{day}{year}"),
    )


def _dates_mismatch(
    one: list[frozenset[YearMonthDay]], other: list[frozenset[YearMonthDay]]
) -> Mismatch | None:
    unmatched, left = [], list(other)
    for date_one in one:
        match = next((candidate for candidate in left if _may_agree(date_one, candidate)), None)
        if match is None:
            unmatched.append(date_one)
        else:
            left.remove(match)
    if not unmatched and not left:
        return None
    return Mismatch("dates", tuple(map(_written, unmatched)), tuple(map(_written, left)))


def _may_agree(one: frozenset[YearMonthDay], other: frozenset[YearMonthDay]) -> bool:
    return any(a[1:] == b[1:] and (a[0] == b[0] or not a[0] or not b[0]) for a in one for b in other)


def _written(date: frozenset[YearMonthDay]) -> str:
    readings = (f"{y:04}-{m:02}-{d:02}" if y else f"{m:02}-{d:02}" for y, m, d in sorted(date))
    return " / ".join(readings)


# --- negation -----------------------------------------------------------------------------------------------

_NEGATIONS = {
    "en": r"\b(?:no|not|never|none|without|cannot|neither|nor)\b|n['’]t\b",
    "ar": r"(?<!\w)[وف]?(?:لا|لم|لن|ليس|ليست|غير|بدون|دون|عدم)(?!\w)",
    "zh": r"不(?!客气|错|同|久|少|断|仅|但)|没|未(?!来)|无(?!论)|别(?!的|人)|勿",
    "es": r"\b(?:no|nunca|jamás|sin|ni|ningún|ninguna|ninguno|nada|tampoco)\b",
    "ru": r"\b(?:не|нет|ни|без|никогда|нельзя)\b",
    "hi": r"(?<!\w)(?:नहीं|मत|बिना|कभी नहीं|न)(?!\w)",
    "vi": r"\b(?:không|chưa|chẳng|đừng|chớ)\b",
    "fr": r"\b(?:ne|pas|jamais|sans|aucun|aucune|ni|non)\b|\bn['’]",
    "pt": r"\b(?:não|nunca|jamais|sem|nem|nenhum|nenhuma)\b",
}


def _negation_mismatch(one: str, other: str, language_one: str, language_other: str) -> Mismatch | None:
    """A text that denies, beside one that never does.

    Counts are not compared: languages deny once or twice.
    """
    if language_one not in _NEGATIONS or language_other not in _NEGATIONS:
        return None
    found_one, found_other = (
        re.findall(_NEGATIONS[language_one], one),
        re.findall(_NEGATIONS[language_other], other),
    )
    if bool(found_one) == bool(found_other):
        return None
    return Mismatch("negation", tuple(found_one), tuple(found_other))


# --- glossary -----------------------------------------------------------------------------------------------


def _glossary_mismatches(one: str, other: str, glossary: Mapping[str, Iterable[str]]) -> list[Mismatch]:
    """Terms of the source for which none of the allowed forms stands in the target."""
    missing = []
    for term, forms in glossary.items():
        allowed = tuple(forms)
        if re.search(rf"(?<!\w){re.escape(_plain(term))}", one) and not any(
            _plain(form) in other for form in allowed
        ):
            missing.append(Mismatch("glossary", (term,), allowed))
    return missing
