"""Which texts may not leave on machine translation alone: money, consent, decision, medicines, rights.

Source: 45 CFR 92.201(c)(3), a qualified human reviews the machine translation of critical text. Found by words,
and rather once too often: the sender may say that a text is not critical, unless it names an amount of money.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from concierge.domain.people import ascii_digits


class Topic(StrEnum):
    """Why a text is critical. `UNREAD`: in a language without a list of words here; `SENDER`: its sender says so."""

    AMOUNT = "amount"
    MONEY = "money"
    CONSENT = "consent"
    DECISION = "decision"
    MEDICINES = "medicines"
    RIGHTS = "rights"
    UNREAD = "unread"
    SENDER = "sender"


# Beginnings of words; English ones match at the start of a word, Arabic ones behind the usual prefixes.
_WORDS: dict[str, dict[Topic, str]] = {
    "en": {
        Topic.MONEY: r"deposit|refund|invoice|payment|prepay|pays?\b|paid|price|costs?\b|fees?\b|estimate|insurance"
        r"|insurer|guarantee|bank transfer|discount",
        Topic.CONSENT: r"consent|authori[sz]ation|authori[sz]e|sign the form|agree to",
        Topic.DECISION: r"decision|decided|accepted? (?:you|your)|cannot accept|not accept|declin|diagnos|prognos"
        r"|surgery|operation|chemotherap|radiotherap|malignan|metasta|palliative",
        Topic.MEDICINES: r"medicines?\b|medication|drugs?\b|dos(?:e|es|age)\b|tablets?\b|pills?\b|injection"
        r"|infusion|prescription|side effects?|allerg|anticoagulant|insulin|aspirin|\d+\s*m(?:g|cg|l)\b",
        Topic.RIGHTS: r"rights\b|right to\b|complaint|appeal|privacy|confidential"
        r"|interpreter free",
    },
    "ar": {
        Topic.MONEY: r"عربون|تأمين|استرداد|فاتورة|فواتير|دفع|تدفع|ادفع|تسديد|سداد|مبلغ|تكلفة|تكاليف|كلفة|سعر|أسعار|رسوم"
        r"|تقدير التكل|خطاب ضمان|ضمان|حوالة|تحويل بنكي|خصم",
        Topic.CONSENT: r"موافقة|الموافقة|توافقون|توافق على|إقرار|تفويض|توقيع",
        Topic.DECISION: r"قرار|قرر|قبول حالت|لا نستطيع قبول|نعتذر عن|رفض|تشخيص|جراحة|عملية|علاج كيميائي"
        r"|العلاج الكيميائي|إشعاع|خبيث|نقائل|تلطيف",
        Topic.MEDICINES: r"دواء|أدوية|جرعة|جرعات|أقراص|حبوب|حبة|حقنة|وصفة طبية|آثار جانبية|حساسية"
        r"|أسبرين|إنسولين|ملغ|ملجم",
        Topic.RIGHTS: r"حقوق|حقك|حقكم|شكوى|تظلم|خصوصية|سرية",
    },
    "es": {
        Topic.MONEY: r"dep[óo]sito|anticipo|reembols|devoluci[óo]n"
        r"|factura|pag(?:o|os|ar|a|an|ue|uen|u[ée]|ado|ada)\b|precio"
        r"|costos?\b|costes?\b|cuesta|cuánto vale|tarifa|presupuesto|seguro m[ée]dico|aseguradora|garant[íi]a"
        r"|transferencia bancaria|descuento",
        Topic.CONSENT: r"consentimiento|consiente|autoriza|firm(?:ar|e|a) el formulario|de acuerdo con",
        Topic.DECISION: r"decisi[óo]n|decidi|aceptad|no podemos aceptar|no aceptamos|rechaz|diagn[óo]stic|pron[óo]stic"
        r"|cirug[íi]a"
        r"|operaci[óo]n|quimio|radioterap|malign|met[áa]stas|paliativ",
        Topic.MEDICINES: r"medicina|medicament|f[áa]rmaco|dosis|tabletas?\b|pastillas?\b|comprimidos?\b|c[áa]psulas?\b"
        r"|inyecci[óo]n|infusi[óo]n|receta|efectos? secundario|al[ée]rgi|anticoagulante|insulina|aspirina",
        Topic.RIGHTS: r"derechos?\b|queja|reclamaci[óo]n|apelaci[óo]n|privacidad|confidencial|int[ée]rprete grat",
    },
    "zh": {
        Topic.MONEY: r"押金|订金|定金|退款|退还|发票|付款|支付|缴费|交费|费用|价格|收费|估价|报价|保险"
        r"|担保|汇款|转账|折扣",
        Topic.CONSENT: r"同意|授权|签字|签署|知情",
        Topic.DECISION: r"决定|接收您|无法接收|不能接收|拒绝|诊断|预后|手术|化疗|放疗|恶性|转移|姑息",
        Topic.MEDICINES: r"药|剂量|毫克|药片|注射|输液|处方|副作用|过敏|胰岛素|阿司匹林",
        Topic.RIGHTS: r"权利|权益|投诉|申诉|隐私|保密",
    },
}
_ARABIC_PREFIX = r"(?:[وفبلك]{0,2}(?:ال|لل)?)"
_CURRENCY = (
    r"[$€£¥₩₹₽]|usd|eur|gbp|cny|rmb|sar|aed|kwd|qar|bhd|omr|jpy|dollars?|euros?|yuan|riyals?|dirhams?|dinars?"
    r"|d[óo]lares|pesos?|دولار|يورو|ريال|درهم|دينار|يوان|美元|欧元|人民币|元|港币|日元"
)
_NUMBER = r"\d[\d.,٫٬'’ \u00a0\u202f]*"
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY})\s*{_NUMBER}|{_NUMBER}\s*(?:thousand|million|ألف|آلاف|مليون|万|千)?\s*(?:{_CURRENCY})(?![a-z])"
)


def topics(text: str, language: str) -> frozenset[Topic]:
    """Why a person has to check the translation of this text; empty where the machine's may stand."""
    base = language.replace("-", "_").split("_")[0].casefold()
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).casefold()
    found = {topic for words in _WORDS.values() for topic in words if _pattern(words[topic]).search(plain)}
    if _AMOUNT.search(plain):
        found.add(Topic.AMOUNT)
    if base not in _WORDS:
        found.add(Topic.UNREAD)
    return frozenset(found)


@lru_cache(maxsize=32)
def _pattern(words: str) -> re.Pattern[str]:
    if re.match(r"[a-z]", words):
        return re.compile(rf"\b(?:{words})")
    if "\u0600" <= words[0] <= "\u06ff":
        return re.compile(rf"(?<!\w){_ARABIC_PREFIX}(?:{words})")
    return re.compile(words)


def may_be_unticked(found: frozenset[Topic]) -> bool:
    """Whether the sender may say that this is not critical after all: never of an amount of money."""
    return Topic.AMOUNT not in found


def written(found: frozenset[Topic]) -> str:
    """As it is stored: the codes in their order."""
    return ",".join(topic for topic in Topic if topic in found)


def read(stored: str) -> tuple[Topic, ...]:
    """What `written` stored."""
    return tuple(Topic(code) for code in stored.split(",") if code)
