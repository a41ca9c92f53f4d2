"""Invented patients: names of six scripts as passports and families write them, and the names that the search asks for.

What the search looks for is as common in 1,000 cases as in 100,000, or exactly as rare, so that both sizes show as
many rows and only the looking up differs.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from concierge.domain.names import search_keys

COMMON = {"latin": "mar", "arabic": "محمد", "chinese": "王伟"}  # each fits more people than a page shows
RARE = {"latin": "xochitl", "arabic": "قحطان", "chinese": "欧阳"}  # each fits RARE_PEOPLE people
RARE_PEOPLE = 8


@dataclass(frozen=True)
class Homeland:
    """Names of one script (native, passport), where their bearers live and what they speak."""

    script: str
    share: int
    country: str
    timezone: str
    dial: str
    language: str  # locale of what we send
    spoken: str
    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bearer:
    """One name, complete with what else follows from the homeland."""

    native: str
    surname: str
    given: str
    called: str
    homeland: Homeland


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`أحمد AHMED · علي ALI`, the native form first."""
    return tuple((native, latin) for native, latin in (pair.rsplit(" ", 1) for pair in text.split(" · ")))


def _same(text: str) -> tuple[tuple[str, str], ...]:
    """Latin names: native form and, in capitals without accents, the passport's."""
    return tuple((native, latin.upper()) for native, latin in (pair.split("/") for pair in text.split()))


ARABIC = Homeland(
    "arabic", 30, "SA", "Asia/Riyadh", "+9665", "ar", "ar",
    _pairs(
        "محمد MOHAMMED · أحمد AHMED · عبدالله ABDULLAH · فهد FAHAD · خالد KHALED · سعد SAAD · "
        "نورة NOURA · سارة SARA · فاطمة FATIMAH · ريم REEM · يوسف YOUSEF · هند HIND · علي ALI · "
        "حسن HASSAN · سلطان SULTAN · بدر BADR · ليلى LAILA · منى MONA · عبدالرحمن ABDULRAHMAN · "
        "إبراهيم IBRAHIM · جواهر JAWAHER · لطيفة LATIFAH · طلال TALAL · ماجد MAJED"
    ),
    _pairs(
        "العتيبي ALOTAIBI · المطيري ALMUTAIRI · الغامدي ALGHAMDI · الشمري ALSHAMMARI · "
        "الدوسري ALDOSARI · الحربي ALHARBI · الزهراني ALZAHRANI · السبيعي ALSUBAIE · "
        "الكندري ALKANDARI · الهاشمي ALHASHMI · الصباح ALSABAH · النعيمي ALNUAIMI · البلوشي ALBALUSHI · "
        "الخليفة ALKHALIFA · المنصوري ALMANSOORI · الرشيدي ALRASHIDI"
    ),
)  # fmt: skip
CHINESE = Homeland(
    "chinese", 30, "CN", "Asia/Shanghai", "+86138", "zh_Hans", "zh_Hans",
    _pairs(
        "伟 WEI · 芳 FANG · 娜 NA · 敏 MIN · 静 JING · 小龙 XIAOLONG · 丽 LI · 强 QIANG · 磊 LEI · 洋 YANG · "
        "艳 YAN · 勇 YONG · 建国 JIANGUO · 秀英 XIUYING · 桂兰 GUILAN · 志强 ZHIQIANG · 海燕 HAIYAN · 子轩 ZIXUAN · "
        "雨桐 YUTONG · 明 MING"
    ),
    _pairs(
        "李 LI · 张 ZHANG · 刘 LIU · 陈 CHEN · 杨 YANG · 赵 ZHAO · 黄 HUANG · 周 ZHOU · 吴 WU · 徐 XU · 孙 SUN · "
        "胡 HU · 朱 ZHU · 高 GAO · 林 LIN · 何 HE · 郭 GUO · 马 MA · 罗 LUO · 梁 LIANG"
    ),
)  # fmt: skip
RUSSIAN = Homeland(
    "cyrillic", 10, "RU", "Europe/Moscow", "+7916", "en", "ru",
    _pairs(
        "Анна ANNA · Марина MARINA · Елена ELENA · Ольга OLGA · Иван IVAN · Сергей SERGEI · "
        "Наталья NATALIA · Дмитрий DMITRII · Светлана SVETLANA · Алексей ALEKSEI · Татьяна TATIANA · "
        "Юрий IURII · Галина GALINA"
    ),
    _pairs(
        "Иванова IVANOVA · Кузнецова KUZNETSOVA · Соколов SOKOLOV · Попова POPOVA · Лебедев LEBEDEV · "
        "Новикова NOVIKOVA · Волков VOLKOV · Зайцева ZAITSEVA · Павлов PAVLOV · Орлова ORLOVA"
    ),
)  # fmt: skip
HINDI = Homeland(
    "devanagari", 10, "IN", "Asia/Kolkata", "+9198", "en", "hi",
    _pairs(
        "राजेश RAJESH · सुनीता SUNITA · अनिल ANIL · प्रिया PRIYA · विजय VIJAY · कविता KAVITA · "
        "संजय SANJAY · नेहा NEHA · अमित AMIT · गीता GEETA · रमेश RAMESH · पूजा POOJA"
    ),
    _pairs(
        "शर्मा SHARMA · वर्मा VERMA · सिंह SINGH · गुप्ता GUPTA · पटेल PATEL · यादव YADAV · "
        "जोशी JOSHI · मिश्रा MISHRA · चौहान CHAUHAN · नायर NAIR"
    ),
)  # fmt: skip
VIETNAMESE = Homeland(
    "vietnamese", 10, "VN", "Asia/Ho_Chi_Minh", "+8490", "en", "vi",
    _same(
        "Anh/Anh Hương/Huong Lan/Lan Tuấn/Tuan Dũng/Dung Hạnh/Hanh Phúc/Phuc Thảo/Thao Trang/Trang "
        "Việt/Viet Hùng/Hung"
    ),
    _same(
        "Nguyễn/Nguyen Trần/Tran Lê/Le Phạm/Pham Hoàng/Hoang Phan/Phan Vũ/Vu Đặng/Dang Bùi/Bui Đỗ/Do"
    ),
)  # fmt: skip
SPANISH = Homeland(
    "latin", 10, "MX", "America/Mexico_City", "+5255", "en", "es",
    _same(
        "María/Maria Marta/Marta Marcos/Marcos Mario/Mario José/Jose Juan/Juan Lucía/Lucia Ana/Ana "
        "Carlos/Carlos Sofía/Sofia"
    ),
    _same(
        "Hernández/Hernandez García/Garcia Martínez/Martinez López/Lopez González/Gonzalez "
        "Pérez/Perez Rodríguez/Rodriguez Sánchez/Sanchez Ramírez/Ramirez Cruz/Cruz"
    ),
)  # fmt: skip
HOMELANDS = (ARABIC, CHINESE, RUSSIAN, HINDI, VIETNAMESE, SPANISH)
_SHARES = [homeland.share for homeland in HOMELANDS]
_WEIS = Bearer("王伟", "WANG", "WEI", "Wei", CHINESE)
_RARE_BEARERS = (
    Bearer("Xóchitl Cruz", "CRUZ", "XOCHITL", "Xóchitl", SPANISH),
    Bearer("قحطان الخليفة", "ALKHALIFA", "QAHTAN", "Qahtan", ARABIC),
    Bearer("欧阳静", "OUYANG", "JING", "Jing", CHINESE),
)


def bearer(number: int, random: Random) -> Bearer:
    """The name of the patient with this number, counted from 0 within one hospital."""
    if number < RARE_PEOPLE * len(_RARE_BEARERS):
        return _RARE_BEARERS[number % len(_RARE_BEARERS)]
    chosen = random.random()
    if chosen < 0.1:
        return _WEIS
    homeland = random.choices(HOMELANDS, _SHARES)[0]
    given, family = random.choice(homeland.given), random.choice(homeland.family)
    if homeland is ARABIC:
        return _arabic(random, given, family)
    if homeland is CHINESE:
        return Bearer(family[0] + given[0], family[1], given[1], given[1].title(), homeland)
    native = f"{family[0]} {given[0]}" if homeland is VIETNAMESE else f"{given[0]} {family[0]}"
    return Bearer(native, family[1], given[1], given[0], homeland)


def _arabic(random: Random, given: tuple[str, str], family: tuple[str, str]) -> Bearer:
    """Own name, the father's, the family's; many are Mohammed or Mariam."""
    chosen = random.random()
    if chosen < 0.3:
        given = ARABIC.given[0]
    elif chosen < 0.6:
        given = ("مريم", "MARIAM")
    father = ARABIC.given[0] if random.random() < 0.2 else random.choice(ARABIC.given)
    native = f"{given[0]} {father[0]} {family[0]}"
    return Bearer(native, family[1], f"{given[1]} {father[1]}", given[1].title(), ARABIC)


@lru_cache(maxsize=50_000)
def name_keys(who: Bearer) -> frozenset[str]:
    """The search keys of a name, made by the product's own rules."""
    return search_keys(who.native, who.surname, who.given, who.called)


def keys_of(who: Bearer, phone: str, passport: str, email: str) -> set[str]:
    """All search keys of a person."""
    return name_keys(who) | search_keys(phone=phone, passport=passport, email=email)
