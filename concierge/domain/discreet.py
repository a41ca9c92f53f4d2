"""Discreet by default: words that must not stand in a subject line, SMS, page title, pay link, calendar or file name.

In many families the patient does not know the diagnosis, and phones lie open on tables (domain.md, *who knows
what*).
"""

import re
import unicodedata


def _list(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


# Beginnings of words: `oncolog` refuses oncology and oncológico. English; Spanish with the roots that French and
# Portuguese share; Russian; Vietnamese without its accents.
_BEGINNINGS = _list(
    """
    cancer, oncolog, tumor, tumour, carcinom, chemo, metasta, leukemi, leukaemi, lymphom, sarcom, melanom,
    myelom, gliom, malignan, radiothera, mastectom, biops, palliati, hospice, neoplas,
    quimio, leucemi, linfom, mielom, radioterap, maligno, maligna, paliativ,
    онколог, опухол, карцином, химиотерап, метастаз, лейкоз, лейкеми, лимфом, саркома, меланом,
    злокачествен, биопси, паллиатив, лучевая терапия, лучевой терапи,
    ung thu, khoi u, hoa tri, xa tri, di can, buou, bach cau, ac tinh, sinh thiet
    """
)
_WHOLE_WORDS = _list("рак, рака, раке, раком, раку, chimio, tumeur")
# Scripts that join or do not part words. Arabic (Persian and Urdu share the words), Chinese in both scripts, Hindi.
_ANYWHERE = _list(
    """
    سرطان, ورم, اورام, خبيث, كيماوي, علاج كيميائي, علاج الكيميائي, لوكيميا, ابيضاض, لمفوما, خزعه,
    علاج اشعاعي, علاج الاشعاعي,
    癌, 瘤, 肿块, 腫塊, 化疗, 化療, 放疗, 放療, 白血病, 恶性, 惡性, 活检, 姑息, 安宁疗护,
    कैंसर, कैन्सर, ट्यूमर, अर्बुद, कीमो, ऑन्कोलॉजी, ल्यूकेमिया, बायोप्सी
    """
)
_CASE = str.maketrans("أإآٱىةک", "ااااىهك")


def indiscreet_words(text: str) -> tuple[str, ...]:
    """The words of the list that `text` contains, in seven languages, accents, case, `_` and `-` apart."""
    plain = _plain(text)
    beginnings = (word for word in _BEGINNINGS_PLAIN if re.search(rf"(?<![^\W\d_]){re.escape(word)}", plain))
    glued = (word for word in _LONG if word in plain)
    whole = (word for word in _WHOLE_WORDS if re.search(rf"(?<!\w){word}(?!\w)", plain))
    anywhere = (word for word in _ANYWHERE_PLAIN if word in plain)
    return tuple(dict.fromkeys([*beginnings, *glued, *whole, *anywhere]))


def is_discreet(text: str) -> bool:
    """Whether a subject, title or file name may be seen by anybody."""
    return not indiscreet_words(text)


def _plain(text: str) -> str:
    """Casefolded, without Latin and Arabic marks, separators as single spaces.

    Hindi keeps its vowel signs.
    """
    parted = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in parted if not _is_dropped(c)).translate(_CASE)
    return re.sub(r"[\s_.,/+-]+", " ", kept)


def _is_dropped(character: str) -> bool:
    """Marks of Latin, Cyrillic and Arabic, and everything invisible, so that a joiner cannot hide a word."""
    if unicodedata.category(character) in ("Cf", "Cc") and character not in "\t\n\r":
        return True
    return (
        "\u0300" <= character <= "\u036f" or "\u064b" <= character <= "\u0655" or character in "\u0670\u0640"
    )


_BEGINNINGS_PLAIN = tuple(_plain(word) for word in _BEGINNINGS)
_ANYWHERE_PLAIN = tuple(_plain(word) for word in _ANYWHERE)
# Long roots are found inside words too: `lungcancer`, `нейроонкология`.
_LONG = tuple(word for word in _BEGINNINGS_PLAIN if len(word) >= 6 and " " not in word)
