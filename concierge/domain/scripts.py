"""In which language a text is written, as far as its letters tell: whoever writes may have chosen another one.

A page has one language, and people write what they want on it. A critical text taken for one that the family reads
would leave without a translator, so the letters are asked before the choice is believed.
"""

import unicodedata
from collections import Counter

# The script of the letters by the first word of their Unicode name: the language that is likeliest, and all others.
_LANGUAGES = {
    "LATIN": ("en", None),  # None: any language but those named below
    "ARABIC": ("ar", {"ar", "fa", "ur", "ps", "ckb", "ug", "sd"}),
    "CYRILLIC": ("ru", {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "uz"}),
    "CJK": ("zh_Hans", {"zh", "ja", "ko"}),
    "HIRAGANA": ("ja", {"ja"}),
    "KATAKANA": ("ja", {"ja"}),
    "HANGUL": ("ko", {"ko"}),
    "DEVANAGARI": ("hi", {"hi", "ne", "mr"}),
    "BENGALI": ("bn", {"bn", "as"}),
    "THAI": ("th", {"th"}),
    "HEBREW": ("he", {"he", "yi"}),
}
_NOT_LATIN = {"zh", "ja", "ko", "ar", "fa", "ur", "ru", "hi", "bn", "th", "he"}
_FEWEST_LETTERS = 3
_SYLLABIC, _SYLLABLE = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}, 3  # one sign says as much as some letters


def written_language(text: str, told: str) -> str:
    """`told`, unless most letters are of a script in which nobody writes it; then what is usual in that script."""
    scripts: Counter[str] = Counter()
    for sign in filter(str.isalpha, text):
        script = unicodedata.name(sign, "").partition(" ")[0]
        scripts[script] += _SYLLABLE if script in _SYLLABIC else 1
    if not scripts:
        return told
    script, count = scripts.most_common(1)[0]
    if count < _FEWEST_LETTERS or script not in _LANGUAGES:
        return told
    usual, others = _LANGUAGES[script]
    base = told.replace("-", "_").partition("_")[0]
    is_possible = base not in _NOT_LATIN if others is None else base in others
    return told if is_possible else usual
