"""Finding a person again, whatever script, spelling or number somebody types.

A person is stored under a handful of keys; what is typed becomes keys too, each of which must be the
beginning of one of the person's. Plain prefixes serve every database alike and find Chinese names of two
characters, which trigrams cannot. Keys are for looking up only: a name is never shown, sent or compared for
identity by its key.

Kinds of keys: romanised words (`noura`), pinyin from every syllable on (`lixiaolong`, `xiaolong`, `long`),
characters and pairs of scripts without spaces (`小龙`), sound keys of consonants (`~mtr`), pairs of them
(`=mtr+nr`: two names that tens of thousands have, and few have both), phones
(`+966501234567`), birth dates (`#19680314`), passports and e-mail addresses as they are.

Kanji are read as Chinese: a Japanese name written only in kanji is found by its characters, not by its reading.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from itertools import combinations

from anyascii import anyascii

from concierge.domain.people import ascii_digits, clean_line

MAX_KEY = 40
MAX_KEYS = 36
_MAX_QUERY_KEYS = 8
_REMEMBERED = 8192  # words and names: a list compares one with fifty others
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACELESS = re.compile(f"[{_HAN}\u3040-\u30ff\uac00-\ud7af]+")
_ONLY_HAN = re.compile(f"[{_HAN}]+")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_HANGUL = re.compile("[\uac00-\ud7af]+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,}")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SILENT = re.compile(
    "['\u2019\u02bc`\u00b4\u02bb\u2018\u200c\u200d\u0640]"
)  # apostrophes, joiners, the Arabic stroke
_SIGNS = re.compile("[\u064b-\u0652\u0670\u0307]")  # vowel signs of Arabic; the dot that İ leaves behind
_ARTICLE = re.compile(r"\b(al|el)[\s-]+(?=\w)")
_NASAL = str.maketrans({"\u0901": "\u0928", "\u0902": "\u0928"})  # संजय is Sanjay
_NATIONAL_LENGTHS = (10, 9, 8, 7)


def search_keys(
    native: str = "",
    surname: str = "",
    given: str = "",
    called: str = "",
    phone: str = "",
    passport: str = "",
    email: str = "",
    born_on: date | None = None,
) -> frozenset[str]:
    """The keys of one person: at most 36, each at most 40 characters. `phone` is E.164."""
    texts = (native, surname, given, called)
    keys = [*_phone_keys(phone), _plain(passport), clean_line(email).casefold(), *birth_keys(born_on)[:1]]
    keys += name_keys(*texts)
    keys += pair_keys(native, f"{given} {surname}")
    keys += [
        key for text in (given, called) if _is_of_syllables(text) for key in name_keys("".join(_words(text)))
    ]
    return frozenset(list(dict.fromkeys(key[:MAX_KEY] for key in keys if key))[:MAX_KEYS])


def name_keys(*texts: str) -> list[str]:
    """The keys of names alone: words and readings first, then sounds."""
    keys = [key for word in _words(*texts) for key in _word_keys(word)]
    keys += [key for word in _sound_words(*texts) for key in _sounds(word)]
    keys += [key for word in _words(*texts) if _HANGUL.fullmatch(word) for key in _sounds(word[1:])]
    return [key[:MAX_KEY] for key in dict.fromkeys(keys) if key]


def pair_keys(*texts: str) -> list[str]:
    """Each two words of one writing of a name, by sound, in one key; the first four words count."""
    keys = []
    for text in texts:
        sounds = [found[-1].strip("~.") for word in heard_words(text)[:4] if (found := _sounds(word))]
        keys += ["=" + "+".join(sorted(pair)) for pair in combinations(dict.fromkeys(sounds), 2)]
    return [key[:MAX_KEY] for key in dict.fromkeys(keys)]


def contact_keys(phone: str = "", passport: str = "", email: str = "") -> list[str]:
    """The whole number, the passport, the address: each says much by itself."""
    keys = [*_phone_keys(phone)[:1], _plain(passport), clean_line(email).casefold()]
    return [key[:MAX_KEY] for key in keys if key]


def birth_keys(born_on: date | None) -> list[str]:
    """The day, and the one with day and month in each other's place where that is a day too."""
    if born_on is None:
        return []
    keys = [f"#{born_on:%Y%m%d}"]
    return [*keys, f"#{born_on:%Y%d%m}"] if born_on.day <= 12 and born_on.day != born_on.month else keys


def query_keys(text: str) -> tuple[str, ...]:
    """What somebody typed, as keys that must *all* begin one of a person's keys.

    () if nothing can be looked up.
    """
    plain = ascii_digits(clean_line(text)).replace("\uff0b", "+")
    if day := _DATE.fullmatch(plain):
        return (f"#{day[1]}{int(day[2]):02}{int(day[3]):02}",)
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


@lru_cache(maxsize=_REMEMBERED)
def heard_words(text: str) -> tuple[str, ...]:
    """The words of a name as one hears them: the article with its word, *Abd al-Rahman* as one, no vowel signs."""
    joined = _ARTICLE.sub(r"\1", _SIGNS.sub("", unicodedata.normalize("NFKC", clean_line(text)).casefold()))
    joined = _ABD_LATIN.sub("abd", _ABD_ARABIC.sub("عبد", _SILENT.sub("", joined)))
    return tuple(_words(joined))


@lru_cache(maxsize=_REMEMBERED)
def alike_keys(text: str) -> tuple[tuple[str, ...], ...]:
    """For each word of a name all keys under which a person of this name may stand, the likeliest first.

    Хрущёв is Khrushchev, Hrushchev and Xrushchev; 王小龙 is Wang Xiaolong. Unlike the keys of a query these
    must *equal* a person's, and a person who lacks one of them may still be meant.
    """
    words = [_readings(word) for word in heard_words(ascii_digits(text))]
    for i in range(len(words) - 1):  # Zi Xuan may stand there as Zixuan
        joined = "".join(heard_words(text)[i : i + 2])
        if len(words) >= 3 and joined.isascii() and len(joined) <= 12:
            both = _readings(joined)
            words[i], words[i + 1] = [*words[i], *both], [*words[i + 1], *both]
    unique = [tuple(dict.fromkeys(key[:MAX_KEY] for key in keys if key)) for keys in words]
    return tuple(dict.fromkeys(keys for keys in unique if keys))[:_MAX_QUERY_KEYS]


def _spoken(word: str) -> list[str]:
    """Sound keys of a word, also as other countries write it."""
    if _is_arabic(word):
        return _sounds(word)
    roman = _plain(word)
    bases = list(dict.fromkeys([roman, roman.replace("w", "v")]))
    others = [re.sub(pattern, other, base) for base in bases for pattern, other in _OTHERWISE]
    return [key for text in dict.fromkeys([*bases, *others]) for key in _sounds(text)]


def _readings(word: str) -> list[str]:
    """All keys of one word; of a whole name in a script without spaces also those of the given name by itself."""
    if _ONLY_HAN.fullmatch(word):
        return [*_pinyin_keys(word)[: len(word)], word]
    if _HANGUL.fullmatch(word) and len(word) > 1:
        spoken = [*_korean_keys(word), *_spoken(word[1:])]
        return [*spoken, *_korean_surnames(word[0])]
    return [*_word_keys(word), *_spoken(word)]


@lru_cache(maxsize=_REMEMBERED)
def pinyin_of(native: str) -> frozenset[str]:
    """All that a name of Chinese characters may be in pinyin, without spaces, the surname first; else nothing."""
    word = "".join(_words(native))
    if not _ONLY_HAN.fullmatch(word) or not 2 <= len(word) <= 4:
        return frozenset()
    keys = _pinyin_keys(word)
    return frozenset([keys[0], *keys[len(word) :]])


def _is_of_syllables(text: str) -> bool:
    """A given name of two short words (XIAO LONG, Min-su) is often written as one."""
    words = _words(text)
    return len(words) == 2 and all(word.isascii() and len(word) <= 6 for word in words)


def _words(*texts: str) -> list[str]:
    """Words of letters, marks and digits as typed, each once; scripts without spaces stand apart."""
    joined = unicodedata.normalize("NFKC", " ".join(clean_line(text) for text in texts))
    joined = _SPACELESS.sub(r" \g<0> ", _SILENT.sub("", joined))
    parted = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in joined)
    return list(dict.fromkeys(parted.split()))


@lru_cache(maxsize=_REMEMBERED)
def _plain(text: str) -> str:
    """Casefolded ASCII letters and digits of any script."""
    return re.sub(r"[^a-z0-9]", "", anyascii(clean_line(text).translate(_NASAL)).casefold())


def _word_keys(word: str) -> list[str]:
    if _SPACELESS.fullmatch(word):
        pairs = [word[i : i + 2] for i in range(len(word))]  # a pair also answers for its first character
        if _HANGUL.fullmatch(word):
            return [*pairs, *_korean_keys(word)]
        return [*pairs, *(_pinyin_keys(word) if _ONLY_HAN.fullmatch(word) else [_plain(word)])]
    if _is_arabic(word) and _sounds(word):
        return []  # written without its vowels it romanises to nothing that anybody would type
    return [_plain(word)]


# The surnames of nine Koreans in ten, as their passports write them rather than as the rule would.
_KOREAN_SURNAMES = {
    "김": "kim gim", "이": "lee yi rhee", "박": "park pak", "최": "choi choe", "정": "jung chung jeong",
    "강": "kang gang", "조": "cho jo", "윤": "yoon yun", "장": "jang", "임": "lim im", "오": "oh o",
    "한": "han", "신": "shin", "서": "seo suh", "권": "kwon", "황": "hwang", "안": "ahn", "송": "song",
    "유": "yoo ryu yu", "홍": "hong", "전": "jeon", "고": "ko", "문": "moon", "손": "son", "양": "yang",
    "배": "bae", "백": "baek", "허": "heo", "남": "nam", "심": "shim", "노": "noh roh", "하": "ha",
}  # fmt: skip


def _korean_keys(word: str) -> list[str]:
    """The whole, and the given name: by the rule, and with the surname as passports write it."""
    given = _plain(word[1:])
    return [*(f"{surname}{given}" for surname in _korean_surnames(word[0])), given]


def _korean_surnames(character: str) -> list[str]:
    return list(dict.fromkeys([_plain(character), *_KOREAN_SURNAMES.get(character, "").split()]))


@lru_cache(maxsize=_REMEMBERED)
def _pinyin_keys(word: str) -> tuple[str, ...]:
    """From each syllable to the end, and the surname's other readings (单 is Shan as a name, else Dan)."""
    # Here and not above: its dictionaries take half a second, which no start should wait for.
    from pypinyin import Style, lazy_pinyin, pinyin

    syllables = [_plain_syllable(s) for s in lazy_pinyin(word[:6])]
    keys = ["".join(syllables[i:]) for i in range(len(syllables))]
    readings = pinyin(word[0], style=Style.NORMAL, heteronym=True)[0][:3]
    keys += [_plain_syllable(r) + "".join(syllables[1:]) for r in readings]
    return (*keys, *(key.replace("lv", spelt) for key in keys[:1] if "lv" in key for spelt in ("lu", "lyu")))


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

_LETTERS = re.compile("schtsch|shch|tsch|tch|sch|kh|gh|sh|ch|th|dh|ph|zh|dj|ck|[a-z]")
# One sound in the spelling of several countries: German and Polish, Turkish, French, Persian, Russian.
_OTHERWISE = (
    ("kh", "h"), ("x|h", "kh"), ("j", "y"), ("j", "zh"), ("j", "ch"), ("y", "j"), ("v", "w"), ("th", "s"), ("g|q", "k"),
    ("[kc](?!h)", "g"), ("ch", "kh"), ("sz|ts|tz", "s"), ("cz", "ch"), ("x", "sh"), ("c(?=[ei])", "s"),
    ("c(?=[aeiou])", "j"), ("c|z", "ts"), ("dh?|th", "z"), ("z", "d"), ("b", "v"), ("v", "b"), ("gh", "h"), ("ph", "p"),
    ("h", ""),
)  # fmt: skip
# Letters that people write in turns for one sound fall together; vowels and weak letters fall away.
_SOUND = {
    **{letter: letter for letter in "bdfghklmnrstz"},
    **dict.fromkeys(("schtsch", "shch", "tch"), "s"),
    "tsch": "s",
    "sch": "s",
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
_HEBREW = re.compile("[\u05d0-\u05ea]")
_SOFT = str.maketrans({"ב": "b", "פ": "p", "ף": "p", "ו": "", "כ": "k", "ך": "k"})  # read hard, and vav as a vowel
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
    if _HEBREW.search(word):
        return [key for text in (roman, _plain(word[:1] + word[1:].translate(_SOFT))) for key in _heard(text)]
    readings = [roman, roman[2:]] if roman.startswith(("al", "el")) and len(roman) >= 6 else [roman]
    return [key for text in readings for key in _heard(text)]


def _heard(roman: str) -> list[str]:
    return _sound_key([_SOUND.get(sound, "") for sound in _LETTERS.findall(roman)])


def _fold_letter(roman: str) -> str:
    return _SOUND.get(re.sub(r"[^a-z]", "", roman.casefold()), "")


def _sound_key(sounds: list[str]) -> list[str]:
    """One key, or none for a name without consonants.

    Doubled letters count once, a final h (ة) is not heard.
    """
    heard = [sound for i, sound in enumerate(sounds) if sound and (i == 0 or sound != sounds[i - 1])]
    if heard and sounds[-1] == "h":
        heard = heard[:-1]
    key = "".join(heard)
    if len(key) == 1:
        return [f"~{key}."]  # Ali, Юлия: not the beginning of every other name
    return ["~" + key] if key else []
