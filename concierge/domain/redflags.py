"""Words in a first message after which nobody waits for their turn: a specialist calls, or asks a nurse at once.

A hint for people, in the languages in which families write to us most. It misses what is written in other words, and
finds what is denied; so it only shows a notice and moves the enquiry up, and decides nothing.
"""
# ruff: noqa: E501

import re
import unicodedata

# By code, so that the notice can say in the reader's language what was found in another one.
_WORDS = {
    "breath": (
        r"(?:can(?:no|')?t|cannot|can not|unable to|hard to|difficulty|trouble) breath\w*|short(?:ness)? of breath|chok(?:es|ing)\b",
        "لا (?:ا|أ|ي|ت)?ستطيع (?:ال)?(?:تنفس|أن (?:أ|ي|ت)تنفس)|ضيق (?:في |ب)?(?:ال)?تنفس|صعوبة (?:في |ب)?(?:ال)?تنفس|اختناق|يختنق",
        "呼吸困难|呼吸困難|无法呼吸|不能呼吸|喘不过气|喘不上气|窒息",
    ),
    "bleeding": (
        r"bleed(?:s|ing)\b|(?:vomit|cough|throw)\w* (?:up )?blood|h[ae]morrhag\w*",
        "نزيف|ينزف|تنزف|أنزف|(?:يتقيأ|تتقيأ|يسعل|تسعل) دم",
        "出血|吐血|咳血|便血|大量流血",
    ),
    "self_harm": (
        r"suicid\w*|kill (?:my|him|her)self|(?:end|ending) (?:my|his|her) life|want(?:s)? to die\b|no wish to live",
        "انتحار|ينتحر|(?:أ|ا|ي|ت)قتل نفس|(?:أريد|يريد|تريد) (?:أن )?(?:أموت|يموت|تموت|الموت)|إنهاء حيات",
        "自杀|自殺|轻生|不想活|想死|结束生命",
    ),
    "unconscious": (
        r"unconscious|not (?:waking|responding)|fainted|passed out|seizures?\b|convulsions?\b|stroke\b",
        "فاقد (?:ال)?وعي|فقد(?:ت|ان)? (?:ال)?وعي|غيبوبة|إغماء|أغمي|تشنج|جلطة",
        "昏迷|失去意识|失去知觉|晕倒|昏倒|抽搐|癫痫发作|中风",
    ),
    "chest_pain": ("chest pain|pain in (?:the|my|his|her) chest", "ألم (?:شديد )?في (?:ال)?صدر|(?:ا|أ)لم (?:ال)?صدر", "胸痛|胸口痛"),
    "fever": (
        r"fever (?:of|above|over) (?:39|4\d)|fever (?:after|during) chemo\w*|septic|sepsis",
        "حمى (?:شديدة|بعد الكيماوي)|حرارة (?:مرتفعة|عالية) (?:جدا|بعد)|تسمم (?:ال)?دم",
        "高烧|高烧不退|化疗后发烧|败血症",
    ),
    "unbearable_pain": (
        r"unbearable pain|(?:severe|terrible) pain(?: now| today)|scream\w* (?:in|with|from) pain",
        "(?:ألم|آلام|وجع) لا (?:يحتمل|تحتمل|يطاق|تطاق)|(?:يصرخ|تصرخ) من (?:ال)?ألم",
        "剧痛|疼得受不了|痛得受不了|疼痛难忍",
    ),
}  # fmt: skip
_PATTERNS = {code: re.compile("|".join(words), re.IGNORECASE) for code, words in _WORDS.items()}
_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


def red_flags(*texts: str) -> tuple[str, ...]:
    """Codes of what was found, in the order of danger; () where nothing was."""
    joined = _MARKS.sub("", unicodedata.normalize("NFKC", " \n ".join(texts))).replace("\u2019", "'")
    plain = re.sub(r"\s+", " ", joined)
    return tuple(code for code, pattern in _PATTERNS.items() if pattern.search(plain))
