"""Long lists that people choose from: countries, spoken languages and clocks, sorted as the reader's language sorts."""

import unicodedata
from functools import lru_cache

from babel.languages import get_official_languages
from flask_babel import gettext as _
from pypinyin import lazy_pinyin

from concierge.domain.places import country_codes, zones_of
from concierge.web.filters import city_of, country_name, spoken_name

# Where the families of a page's language mostly live; the rest of the world follows below.
LIKELY_COUNTRIES = {
    "ar": ("SA", "KW", "AE", "QA", "OM", "BH", "IQ", "JO", "EG", "LY"),
    "zh_Hans": ("CN", "HK", "MO", "TW", "SG", "MY"),
    "es": ("MX", "CO", "PE", "EC", "AR", "CL", "GT", "VE", "ES", "US"),
    "en": ("SA", "KW", "AE", "CN", "MX", "CA", "NG", "IN"),
}
# What people speak, beyond what the teams do. `zh_Hans` stands for Mandarin, because staff and hospitals say it so.
SPOKEN = (
    "am", "ar", "az", "be", "bg", "bn", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi",
    "fil", "fr", "ha", "he", "hi", "hr", "hu", "hy", "id", "ig", "it", "ja", "ka", "kk", "km", "ko",
    "ku", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "ms", "my", "ne", "nl", "no", "pa", "pl", "ps",
    "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "tg", "th", "tk",
    "tr", "uk", "ur", "uz", "vi", "yo", "yue", "zh_Hans",
)  # fmt: skip
_ONE_LETTER = str.maketrans("أإآٱىة", "ااااىه")


def _order(text: str, code: str) -> str:
    """A sort key: pinyin for Chinese, one alef for Arabic, letters without accents for the rest."""
    if code.startswith("zh"):
        return " ".join(lazy_pinyin(text))
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.translate(_ONE_LETTER).casefold()


@lru_cache(maxsize=16)
def all_countries(code: str) -> tuple[tuple[str, str], ...]:
    pairs = [(country, country_name(country, code)) for country in country_codes()]
    return tuple(sorted(pairs, key=lambda pair: _order(pair[1], code)))


def countries(code: str) -> dict:
    """Groups for a select: the likely countries of this page's readers, then all others."""
    likely = LIKELY_COUNTRIES.get(code, LIKELY_COUNTRIES["en"])
    known = dict(all_countries(code))
    return {
        _("Often chosen"): [(country, known[country]) for country in likely],
        _("All other countries"): [pair for pair in all_countries(code) if pair[0] not in likely],
    }


@lru_cache(maxsize=16)
def all_languages(code: str) -> tuple[tuple[str, str], ...]:
    pairs = [(language, spoken_name(language, code)) for language in SPOKEN]
    return tuple(sorted(pairs, key=lambda pair: _order(pair[1], code)))


def languages(ours: list[str], code: str) -> dict:
    """Groups for a select: what the team speaks, then the rest, for whom we bring an interpreter."""
    known = dict(all_languages(code))
    return {
        _("Our team speaks"): [(language, known[language]) for language in ours if language in known],
        _("With an interpreter, free for you"): [pair for pair in all_languages(code) if pair[0] not in ours],
    }


def place_name(zone: str, code: str) -> str:
    """`Time in Riyadh`"""
    return _("Time in %(city)s", city=city_of(zone, code))


@lru_cache(maxsize=16)
def all_clocks(code: str, year: int) -> tuple[tuple[str, str], ...]:
    """Every clock of the world as (zone, `Riyadh, Saudi Arabia`), by city."""
    pairs = {
        zone: f"{city_of(zone, code)} · {country_name(country, code)}"
        for country in country_codes()
        for zone in zones_of(country, year)
    }
    return tuple(sorted(pairs.items(), key=lambda pair: _order(pair[1], code)))


def usual_language(country: str) -> str:
    """What most people of a country speak among the languages we list; "" where nothing is known."""
    official = get_official_languages(country, de_facto=True) if country else ()
    told = ("zh_Hans" if code.startswith("zh") else code.split("_")[0] for code in official)
    return next((code for code in told if code in SPOKEN), "")
