"""Finding a person again, whatever script, spelling or number somebody types.

A person is stored under a handful of keys; what is typed becomes keys too, each of which must be the
beginning of one of the person's. Plain prefixes serve every database alike and find Chinese names of two
characters, which trigrams cannot. Keys are for looking up only: a name is never shown, sent or compared for
identity by its key.

Kinds of keys: romanised words (`noura`), pinyin from every syllable on (`lixiaolong`, `xiaolong`, `long`),
characters and pairs of scripts without spaces (`小龙`), sound keys of consonants (`~mtr`), phones
(`+966501234567`), passports and e-mail addresses as they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anyascii import anyascii
from rapidfuzz import fuzz

from concierge.domain.people import PersonName, ascii_digits, clean_line

MAX_KEY = 40
MAX_KEYS = 24
_MAX_QUERY_KEYS = 8
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACELESS = re.compile(f"[{_HAN}\u3040-\u30ff\uac00-\ud7af]+")
_ONLY_HAN = re.compile(f"[{_HAN}]+")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_PHONE = re.compile(r"\+?[\d\s().-]{7,}")
_SILENT = re.compile(
    "['\u2019\u02bc`\u00b4\u02bb\u2018\u200c\u200d\u0640]"
)  # apostrophes, joiners, the Arabic stroke
_NATIONAL_LENGTHS = (10, 9, 8, 7)


def search_keys(
    native: str = "",
    surname: str = "",
    given: str = "",
    called: str = "",
    phone: str = "",
    passport: str = "",
    email: str = "",
) -> frozenset[str]:
    """The keys of one person: at most 24, each at most 40 characters. `phone` is E.164."""
    texts = (native, surname, given, called)
    keys = [*_phone_keys(phone), _plain(passport), clean_line(email).casefold()]
    keys += [key for word in _words(*texts) for key in _word_keys(word)]
    keys += [key for word in _sound_words(*texts) for key in _sounds(word)]
    return frozenset(list(dict.fromkeys(key[:MAX_KEY] for key in keys if key))[:MAX_KEYS])


def query_keys(text: str) -> tuple[str, ...]:
    """What somebody typed, as keys that must *all* begin one of a person's keys.

    () if nothing can be looked up.
    """
    plain = ascii_digits(clean_line(text)).replace("\uff0b", "+")
    if _PHONE.fullmatch(plain):
        return (_phone_query(plain),)
    mails = [piece.casefold() for piece in plain.split() if "@" in piece]
    rest = " ".join(piece for piece in plain.split() if "@" not in piece)
    keys = mails + [key for word in _words(rest) if not _is_arabic(word) for key in _typed_keys(word)]
    keys += [(_sounds(word) or [_plain(word)])[-1] for word in _sound_words(rest) if _is_arabic(word)]
    return tuple(dict.fromkeys(key[:MAX_KEY] for key in keys if key))[:_MAX_QUERY_KEYS]


def similar_query_keys(text: str) -> tuple[str, ...]:
    """The second try, by sound.

    *Mutairi*, *Almotairy* and *المطيري* all give `~mtr`; () if too little is left.
    """
    found = [_sounds(word) for word in _sound_words(ascii_digits(clean_line(text)))]
    return tuple(dict.fromkeys(keys[-1][:MAX_KEY] for keys in found if keys))[:_MAX_QUERY_KEYS]


def _words(*texts: str) -> list[str]:
    """Words of letters, marks and digits as typed, each once; scripts without spaces stand apart."""
    joined = unicodedata.normalize("NFKC", " ".join(clean_line(text) for text in texts))
    joined = _SPACELESS.sub(r" \g<0> ", _SILENT.sub("", joined))
    parted = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in joined)
    return list(dict.fromkeys(parted.split()))


def _plain(text: str) -> str:
    """Casefolded ASCII letters and digits of any script."""
    return re.sub(r"[^a-z0-9]", "", anyascii(clean_line(text)).casefold())


def _word_keys(word: str) -> list[str]:
    if _SPACELESS.fullmatch(word):
        pairs = [word[i : i + 2] for i in range(len(word))]  # a pair also answers for its first character
        return [*pairs, *(_pinyin_keys(word) if _ONLY_HAN.fullmatch(word) else [_plain(word)])]
    if _is_arabic(word) and _sounds(word):
        return []  # written without its vowels it romanises to nothing that anybody would type
    return [_plain(word)]


def _pinyin_keys(word: str) -> list[str]:
    """From each syllable to the end, and the surname's other readings (单 is Shan as a name, else Dan)."""
    # Here and not above: its dictionaries take half a second, which no start should wait for.
    from pypinyin import Style, lazy_pinyin, pinyin

    syllables = [_plain_syllable(s) for s in lazy_pinyin(word[:6])]
    keys = ["".join(syllables[i:]) for i in range(len(syllables))]
    readings = pinyin(word[0], style=Style.NORMAL, heteronym=True)[0][:3]
    keys += [_plain_syllable(r) + "".join(syllables[1:]) for r in readings]
    return keys + [key.replace("lv", spelt) for key in keys[:1] if "lv" in key for spelt in ("lu", "lyu")]


def _plain_syllable(syllable: str) -> str:
    return _plain(syllable.replace("ü", "v"))


def _phone_keys(phone: str) -> list[str]:
    digits = re.sub(r"\D", "", ascii_digits(phone))
    if len(digits) < 7:
        return []
    return ["+" + digits, *("+" + digits[-n:] for n in _NATIONAL_LENGTHS if n < len(digits))]


def _phone_query(plain: str) -> str:
    return "+" + re.sub(r"\D", "", plain).lstrip("0")


def _typed_keys(word: str) -> list[str]:
    if _SPACELESS.fullmatch(word):
        return [word[i : i + 2] for i in range(max(len(word) - 1, 1))]
    return [_plain(word)]


# --- sound keys ---------------------------------------------------------------------------------------------

_FEWEST_CONSONANTS = 2
_LETTERS = re.compile("kh|gh|sh|ch|th|dh|ph|zh|dj|ck|[a-z]")
# Letters that people write in turns for one sound fall together; vowels and weak letters fall away.
_SOUND = {
    **{letter: letter for letter in "bdfghklmnrstz"},
    "kh": "k",
    "gh": "g",
    "sh": "s",
    "ch": "s",
    "th": "t",
    "dh": "d",
    "ph": "f",
    "zh": "z",
    "dj": "g",
    "ck": "k",
    "c": "k",
    "q": "k",
    "j": "g",
    "v": "f",
    "p": "b",
    "x": "ks",
}
_ABD_ARABIC = re.compile(r"\bعبد\s*ال(?=\w)")
_ABD_LATIN = re.compile(r"\babd(?:[aeou]l|[aeou]r(?=r))?[\s-]*(?:(?:al|el|ar|er|ur|as|es)[\s-]+)?(?=\w)")


def _is_arabic(word: str) -> bool:
    return bool(_ARABIC.search(word))


def _sound_words(*texts: str) -> list[str]:
    """Words for the ear: عبد الرحمن, Abdulrahman and Abd Al-Rahman are one word, without its article."""
    joined = unicodedata.normalize("NFKC", " ".join(texts)).casefold()
    joined = _ABD_LATIN.sub("abd", _ABD_ARABIC.sub("عبد", _SILENT.sub("", joined)))
    return [word for word in _words(joined) if not _SPACELESS.fullmatch(word)]


def _sounds(word: str) -> list[str]:
    """`~` and the consonants of a word.

    A Latin word that may begin with the Arabic article gives both readings.
    """
    if _is_arabic(word):
        bare = word[2:] if word.startswith("ال") and len(word) >= 4 else word
        return _sound_key([_fold_letter(anyascii(letter)) for letter in bare])
    roman = _plain(word)
    readings = [roman, roman[2:]] if roman.startswith(("al", "el")) and len(roman) >= 6 else [roman]
    return [
        key for text in readings for key in _sound_key([_SOUND.get(s, "") for s in _LETTERS.findall(text)])
    ]


def _fold_letter(roman: str) -> str:
    return _SOUND.get(re.sub(r"[^a-z]", "", roman.casefold()), "")


def _sound_key(sounds: list[str]) -> list[str]:
    """One key, or none for a name of too few consonants.

    Doubled letters count once, a final h (ة) is not heard.
    """
    heard = [sound for i, sound in enumerate(sounds) if sound and (i == 0 or sound != sounds[i - 1])]
    if heard and sounds[-1] == "h":
        heard = heard[:-1]
    key = "".join(heard)
    return ["~" + key] if len(key) >= _FEWEST_CONSONANTS else []


# --- duplicates ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownPerson:
    """What is known of a person when two enquiries are compared; unknown facts are empty."""

    name: PersonName
    born_on: date | None = None
    phone: str = ""
    email: str = ""
    passport: str = ""


@dataclass(frozen=True)
class Score:
    """How likely two records are one person, 0-100, and why. A suggestion for people, never a merge."""

    value: int
    reasons: tuple[str, ...]

    @property
    def is_suggested(self) -> bool:
        return self.value >= SUGGESTED_FROM


SUGGESTED_FROM = 55


def duplicate_score(one: KnownPerson, other: KnownPerson) -> Score:
    """Compare two records.

    Shared phones and e-mail addresses weigh little, because families share them; another birth date or
    another passport weighs heavily against, because twins and namesakes exist. Reasons: same_passport,
    same_name, similar_name, same_birth_date, same_phone, same_email, other_passport, other_birth_date,
    other_name.
    """
    if one.passport and _plain(one.passport) == _plain(other.passport):
        return Score(100, ("same_passport",))
    points, reasons = _name_points(one.name, other.name)
    for fact, weight in (("born_on", 30), ("phone", 15), ("email", 15)):
        mine, theirs = getattr(one, fact), getattr(other, fact)
        if mine and mine == theirs:
            points += weight
            reasons.append(_SAME[fact])
    if one.passport and other.passport:
        points, reasons = points - 30, [*reasons, "other_passport"]
    if one.born_on and other.born_on and one.born_on != other.born_on:
        points, reasons = points - 40, [*reasons, "other_birth_date"]
    return Score(max(0, min(points, 99)), tuple(reasons))


_SAME = {"born_on": "same_birth_date", "phone": "same_phone", "email": "same_email"}


def _name_points(one: PersonName, other: PersonName) -> tuple[int, list[str]]:
    if (one.native and clean_line(one.native) == clean_line(other.native)) or _likeness(
        one.passport, other.passport
    ) >= 97:
        return 50, ["same_name"]
    given = _likeness(one.given, other.given)
    if one.given and other.given and given < 75:
        return -20, ["other_name"]  # the twin, the sister
    mine, theirs = set(_sound_set(one)), set(_sound_set(other))
    shared = len(mine & theirs) / max(min(len(mine), len(theirs)), 1)
    alike = max(_likeness(one.passport, other.passport), _likeness(one.native, other.native))
    if alike >= 85 or (shared == 1 and len(mine & theirs) >= 2):
        return 40, ["similar_name"]
    return 0, []


def _sound_set(name: PersonName) -> Iterable[str]:
    return (key for word in _sound_words(name.native, name.surname, name.given) for key in _sounds(word)[-1:])


def _likeness(one: str, other: str) -> float:
    """0-100, whatever the order of words; an empty name is like none."""
    if not one.strip() or not other.strip():
        return 0.0
    return fuzz.token_sort_ratio(anyascii(one).casefold(), anyascii(other).casefold())
