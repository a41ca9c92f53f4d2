"""How likely two records are one person, and why. A suggestion for people, never a merge.

Families share phones and addresses, twins a birth date, fathers and sons a name: what is shared says little where
something speaks against it. `tests/domain/test_duplicates.py` and `bench/names.py` hold the weights.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from concierge.domain.names import (
    alike_keys,
    birth_keys,
    contact_keys,
    heard_words,
    name_keys,
    pair_keys,
    pinyin_of,
)
from concierge.domain.people import PersonName, ascii_digits, clean_line

SUGGESTED_FROM = 55
AGAINST = frozenset({"other_name", "other_birth_date", "other_passport", "names_turned"})

_SAME, _SIMILAR, _PARTLY, _TURNED, _OTHER = 50, 40, 20, 10, -30
_ALIKE = 84  # of 100: two romanised words that differ by a letter or two
_VOWELS = re.compile("[aeiou]")


@dataclass(frozen=True)
class KnownPerson:
    """What is known of a person when two enquiries are compared; unknown facts are empty.

    `phone` is E.164, `birth_typed` a partial date as it was typed (`1968`, `1968-03`).
    """

    name: PersonName
    born_on: date | None = None
    birth_typed: str = ""
    phone: str = ""
    email: str = ""
    passport: str = ""
    referrer_id: int | None = None


@dataclass(frozen=True)
class Score:
    """0-100 and the reasons, first what speaks for it, then what speaks against it."""

    value: int
    reasons: tuple[str, ...]

    @property
    def is_suggested(self) -> bool:
        return self.value >= SUGGESTED_FROM

    @property
    def is_doubtful(self) -> bool:
        """Something speaks against it: twins, father and son, or a family that shares its contacts."""
        return bool(AGAINST & set(self.reasons))


def certain_keys(person: KnownPerson) -> list[str]:
    """Search keys that few people share: contacts, passport, birth date (also with day and month turned)."""
    return contact_keys(person.phone, person.passport, person.email) + birth_keys(person.born_on)


def probable_keys(person: KnownPerson) -> list[str]:
    """Search keys of the name, which many people may share; two words together are shared by few."""
    name = person.name
    pairs = pair_keys(name.native, name.passport)
    keys = [key for group in alike_keys(f"{name.native} {name.passport}") for key in group]
    return list(dict.fromkeys([*pairs, *name_keys(name.native, name.surname, name.given), *keys]))


def duplicate_score(one: KnownPerson, other: KnownPerson, *, is_rare_name: bool = False) -> Score:
    """Compare two records. `is_rare_name`: hardly anybody else in the hospital has a name like this.

    For: same_passport, same_name, same_pinyin, similar_name, same_birth_date, birth_date_turned,
    birth_date_fits, same_phone, same_email, same_referrer, rare_name. Against: other_name, names_turned (father
    and son in many countries), other_birth_date, other_passport.
    """
    if one.passport and _plain(one.passport) == _plain(other.passport):
        return Score(100, ("same_passport",))
    parts = [_name_points(one.name, other.name), *_birth_points(one, other), *_contact_points(one, other)]
    if is_rare_name and parts[0][0] >= _SIMILAR:
        parts.append((15, "rare_name"))
    if one.referrer_id and one.referrer_id == other.referrer_id:
        parts.append((5, "same_referrer"))
    if one.passport and other.passport:
        parts.append((-30, "other_passport"))
    found = [(points, reason) for points, reason in parts if reason]
    value = sum(points for points, _reason in found)
    reasons = sorted((reason for _points, reason in found), key=lambda reason: reason in AGAINST)
    return Score(max(0, min(value, 99)), tuple(reasons))


def likeness(one: PersonName, other: PersonName) -> int:
    """How well two names fit: for putting those that sound alike in order. Below zero: rather not."""
    return _name_points(one, other)[0]


def _contact_points(one: KnownPerson, other: KnownPerson) -> list[tuple[int, str]]:
    """Phone and address together weigh little more than one of them: they are the family's."""
    found = []
    if one.phone and one.phone == other.phone:
        found.append((15, "same_phone"))
    if one.email and one.email.casefold() == other.email.casefold():
        found.append((5 if found else 15, "same_email"))
    return found


def _birth_points(one: KnownPerson, other: KnownPerson) -> list[tuple[int, str]]:
    if one.born_on and other.born_on:
        if one.born_on == other.born_on:
            return [(30, "same_birth_date")]
        return (
            [(20, "birth_date_turned")]
            if _is_turned(one.born_on, other.born_on)
            else [(-40, "other_birth_date")]
        )
    mine, theirs = _partial(one), _partial(other)
    known = min(len(mine), len(theirs))
    if not known:
        return []
    return [(10, "birth_date_fits")] if mine[:known] == theirs[:known] else [(-40, "other_birth_date")]


def _is_turned(one: date, other: date) -> bool:
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)


def _partial(person: KnownPerson) -> tuple[int, ...]:
    """(year, month, day) as far as known."""
    if person.born_on:
        return (person.born_on.year, person.born_on.month, person.born_on.day)
    found = re.fullmatch(
        r"(1[89]\d\d|20\d\d)(?:[-/.](\d{1,2}))?", ascii_digits(clean_line(person.birth_typed))
    )
    return tuple(int(part) for part in found.groups() if part) if found else ()


# --- names --------------------------------------------------------------------------------------------------


def _name_points(one: PersonName, other: PersonName) -> tuple[int, str]:
    """The best of all ways in which the two may be written, unless given names in one script say otherwise."""
    if one.given and other.given and not _given_alike(one.given, other.given):
        return _OTHER, "other_name"
    pairs = [(mine, theirs) for mine in _written(one) for theirs in _written(other)]
    same_script = [pair for pair in pairs if _script(pair[0]) == _script(pair[1])]
    found = [_compare(mine, theirs) for mine, theirs in same_script or pairs]
    if same_script and max(found, default=(0, ""))[0] < _SIMILAR and (pinyin := _pinyin_points(one, other)):
        return pinyin
    return max(found, default=(0, ""))


def _written(name: PersonName) -> list[str]:
    return [text for text in dict.fromkeys((clean_line(name.native), name.passport)) if text]


def _given_alike(one: str, other: str) -> bool:
    """One may have left out the second name, or joined the two; Van An and Van Binh are two people."""
    mine, theirs = _words(one), _words(other)
    return _alike("".join(mine), "".join(theirs)) or all(map(_alike, mine, theirs))


def _pinyin_points(one: PersonName, other: PersonName) -> tuple[int, str] | None:
    shared = pinyin_of(one.native) & pinyin_of(other.native)
    return (_SIMILAR, "same_pinyin") if shared else None


def _compare(one: str, other: str) -> tuple[int, str]:
    """Two names as they are written, in any two scripts."""
    if _folded(one) == _folded(other):
        return _SAME, "same_name"
    if points := _against_pinyin(one, other) or _against_pinyin(other, one):
        return points
    pairs = [(mine, theirs) for mine in _joined(_words(one)) for theirs in _joined(_words(other))]
    return max(_compare_words(mine, theirs) for mine, theirs in pairs)


def _joined(words: list[str]) -> list[list[str]]:
    """Huang Zi Xuan may be Huang Zixuan, or Zixuan Huang."""
    if len(words) != 3 or not all(word.isascii() and len(word) <= 6 for word in words):
        return [words]
    return [words, [words[0], words[1] + words[2]], [words[0] + words[1], words[2]]]


def _compare_words(mine: list[str], theirs: list[str]) -> tuple[int, str]:
    if sorted(mine) == sorted(theirs) and mine:
        return _turned(mine, theirs) or (_SAME, "same_name")
    matched = _matched(mine, theirs)
    few = min(len(mine), len(theirs))
    if few >= 2 and matched == few:
        return _turned_alike(mine, theirs) or (_SIMILAR, "similar_name")
    if matched == few == 1 or "".join(sorted(mine)) == "".join(sorted(theirs)):
        return _PARTLY, "similar_name"
    if few >= 3 and matched == few - 1 and _alike(mine[0], theirs[0]):
        return _PARTLY, "similar_name"
    if matched < few and mine and theirs and _is_same_family(mine, theirs):
        return _OTHER, "other_name"
    return (0, "") if matched else (_OTHER, "other_name")


def _against_pinyin(chinese: str, latin: str) -> tuple[int, str] | None:
    readings, latin = pinyin_of(chinese), latin.casefold().replace("ü", "v")
    if not readings or not latin.isascii():
        return None
    words = _words(latin)
    orders = {"".join(words), "".join(words[1:] + words[:1]), "".join(words[-1:] + words[:-1])}
    return (_SAME, "same_pinyin") if readings & {order.replace("lyu", "lv") for order in orders} else None


def _turned(mine: list[str], theirs: list[str]) -> tuple[int, str] | None:
    """Ahmed Mohammed Alotaibi and Mohammed Ahmed Alotaibi are father and son; Nguyen Van An may be An Van Nguyen."""
    is_turned = len(mine) >= 3 and mine[-1] == theirs[-1] and mine[0] != theirs[0]
    return (_TURNED, "names_turned") if is_turned else None


def _turned_alike(mine: list[str], theirs: list[str]) -> tuple[int, str] | None:
    """The same by sound: the first name of one is a later name of the other, and the family's name stays."""
    if len(mine) < 2 or len(theirs) < 2 or _alike(mine[0], theirs[0]) or not _alike(mine[-1], theirs[-1]):
        return None
    return _TURNED, "names_turned"


def _is_same_family(mine: list[str], theirs: list[str]) -> bool:
    return _alike(mine[-1], theirs[-1]) != _alike(mine[0], theirs[0])


def _matched(mine: list[str], theirs: list[str]) -> int:
    """How many words of the shorter name stand in the longer one; each word answers once."""
    short, rest = sorted((mine, list(theirs)), key=len)
    rest, count = list(rest), 0
    for word in short:
        found = next((other for other in rest if _alike(word, other)), None)
        if found is not None:
            rest.remove(found)
            count += 1
    return count


def _alike(one: str, other: str) -> bool:
    """Two words that one name may be: the same but for a letter, or the same by sound with vowels that can be one."""
    if one == other:
        return True
    mine, theirs = _plain(one), _plain(other)
    if not mine or not theirs:
        return False
    if (
        min(len(mine), len(theirs)) >= 5
        and fuzz.ratio(mine, theirs) >= _ALIKE
        and _vowels_agree(mine, theirs)
    ):
        return True
    if mine in _keys_of(other) or theirs in _keys_of(one):  # 박 is Park
        return True
    shared = _sounds_of(one) & _sounds_of(other)
    if all(key.endswith(".") for key in shared):  # one consonant is no likeness by itself
        least = 75 if one.isascii() and other.isascii() else 50
        return bool(shared) and fuzz.ratio(mine.replace("j", "y"), theirs.replace("j", "y")) > least
    return not (one.isascii() and other.isascii()) or _vowels_agree(mine, theirs)


@lru_cache(maxsize=4096)
def _keys_of(word: str) -> frozenset[str]:
    return frozenset(key for group in alike_keys(word) for key in group)


def _sounds_of(word: str) -> set[str]:
    return {key for key in _keys_of(word) if key.startswith("~")}


def _vowels_agree(one: str, other: str) -> bool:
    """Hassan and Hussein have the same consonants; a or u at the beginning tells them apart."""
    mine, theirs = _VOWELS.search(_bare(one)), _VOWELS.search(_bare(other))
    return not mine or not theirs or (mine[0] in "ou") == (theirs[0] in "ou")


def _bare(word: str) -> str:
    """Without the Arabic article, which is written in many ways, and without a half vowel (Ionescu, Jonescu)."""
    return re.sub("^(?:[ae]l(?=.{4})|[ijy](?=[aeou]))", "", word)


def _script(text: str) -> str:
    letter = next((c for c in text if c.isalpha()), "a")
    return (
        "latin"
        if letter.isascii() or "\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff"
        else _letter_block(letter)
    )


def _letter_block(letter: str) -> str:
    """Letters of one alphabet share a block of 256 in Unicode; Chinese characters and syllables have many."""
    code = ord(letter)
    return "han" if code >= 0x2E80 else str(code >> 8 if code >= 0x0900 else code >> 9)


_FOLDED = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ۀ": "ه", "ё": "е"}
)


def _folded(text: str) -> str:
    """The same writing whatever the keyboard: hamza, ya, kaf and ha of Arabic, Persian and Urdu."""
    return " ".join(_words(text)).translate(_FOLDED)


def _words(text: str) -> list[str]:
    """As one hears them; a Korean name in one piece is surname and given name."""
    words = list(heard_words(text))
    if len(words) == 1 and 2 <= len(words[0]) <= 4 and all("\uac00" <= c <= "\ud7af" for c in words[0]):
        return [words[0][0], words[0][1:]]
    return words


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]", "", anyascii(text).casefold())
