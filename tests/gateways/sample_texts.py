"""What sample.typ prints, in five languages and four scripts."""

from concierge.domain.money import Money
from concierge.gateways.pdf import Footer, Letterhead

ALDER = Letterhead(
    "Alder Coast Medical Center", ("1200 Harbor Avenue", "Los Angeles, CA 90012, USA"), "+1 213 555 0142"
)
JINGHE = Letterhead(
    "Jinghe International Hospital",
    ("88 Jinghe Road, Pudong", "Shanghai 200120, China"),
    "+86 21 5555 0188",
    native_name="锦河国际医院",
    email="patients@jinghe.example",
)
CODE_LIKE = '#read("/etc/passwd") *not bold* $x$ [y]'
_ENGLISH = (
    "The estimate is valid for 30 days and covers the evaluation only.",
    "Charges may be higher or lower than estimated.",
)
_AMOUNTS = (Money(1_250_050, "USD"), Money(310_000, "USD"), Money(1_560_050, "USD"))


def sample(locale: str) -> dict:
    """Data for sample.typ."""
    words = _WORDS[locale]
    first, second, total = (str(amount) for amount in _AMOUNTS)
    return {
        "title": words["title"],
        "letterhead": JINGHE if locale == "zh_Hans" else ALDER,
        "footer": Footer("C-26-1041", words["printed"], words["page"], words["language"]),
        "labels": dict(
            zip(("patient", "reference", "phone", "costs", "both", "next"), words["labels"], strict=True)
        ),
        "patient": words["patient"],
        "phone": "+971 50 555 0123",
        "greeting": words["greeting"],
        "head": words["head"],
        "rows": [
            [words["services"][0], "1", first],
            [words["services"][1], "3", second],
            [CODE_LIKE, "2", "0.00"],
        ],
        "total": [words["total"], "", total],
        "note": words["note"],
        "pairs": list(zip(words["clauses"], _ENGLISH, strict=True)),
        "heads": [words["language"], "English"],
        "steps": words["steps"],
        "small": words["note"],
        "signer": "李伟 Dr. Wei Li",
        "role": words["role"],
    }


_WORDS = {
    "en": {
        "title": "Estimate of costs",
        "language": "English",
        "page": "Page {page} of {pages}",
        "printed": "21 Nov 2026, 14:10 Los Angeles",
        "labels": ["Patient", "Reference", "Phone", "Expected costs", "Conditions", "What happens next"],
        "patient": "ليلى حداد (Layla Haddad)",
        "greeting": "Thank you for your patience while we prepared this estimate. Please read it.",
        "head": ["Service", "Quantity", "Amount"],
        "services": ["Evaluation by the team, five working days", "Imaging with contrast"],
        "total": "Total",
        "note": "Please call us before you travel if anything is unclear. We speak your language.",
        "clauses": list(_ENGLISH),
        "steps": ["Mark the estimate as understood in your portal.", "Pay the deposit by 30 November 2026."],
        "role": "Physician in charge",
    },
    "ar": {
        "title": "تقدير التكاليف",
        "language": "العربية",
        "page": "صفحة {page} من {pages}",
        "printed": "21 نوفمبر 2026، 14:10 لوس أنجلوس",
        "labels": ["المريضة", "الرقم المرجعي", "الهاتف", "التكاليف المتوقعة", "الشروط", "الخطوة التالية"],
        "patient": "ليلى حداد (Layla Haddad)",
        "greeting": "نشكركم على صبركم أثناء إعداد هذا التقدير. يرجى الاتصال على +1 213 555 0142.",
        "head": ["الخدمة", "الكمية", "المبلغ"],
        "services": ["تقييم من الفريق الطبي لمدة خمسة أيام عمل", "تصوير بمادة ظليلة (CT و MRI)"],
        "total": "المجموع",
        "note": "يرجى الاتصال بنا قبل السفر إذا كان أي شيء غير واضح. نحن نتحدث لغتكم.",
        "clauses": [
            "يسري هذا التقدير لمدة 30 يومًا ويشمل التقييم فقط.",
            "قد تكون الرسوم أعلى أو أقل من التقدير.",
        ],
        "steps": ["أكدوا فهم التقدير في صفحتكم.", "ادفعوا العربون قبل 30 نوفمبر 2026."],
        "role": "الطبيب المسؤول",
    },
    "zh_Hans": {
        "title": "费用估算",
        "language": "简体中文",
        "page": "第 {page} 页，共 {pages} 页",
        "printed": "2026年11月21日 14:10 上海",
        "labels": ["患者", "编号", "电话", "预计费用", "条款", "下一步"],
        "patient": "王小明 (Wang Xiaoming)",
        "greeting": "感谢您的耐心等待。“已理解”之后，我们会继续下一步——任何问题都可以致电。",
        "head": ["项目", "数量", "金额"],
        "services": ["医疗团队评估，五个工作日", "增强影像检查"],
        "total": "合计",
        "note": "如有任何不清楚之处，请在出行前与我们联系。我们讲您的语言。",
        "clauses": ["本估算有效期为30天，仅包含评估费用。", "实际费用可能高于或低于估算。"],
        "steps": ["请在您的页面上确认已理解本估算。", "请在2026年11月30日之前支付押金。"],
        "role": "主治医师",
    },
    "hi": {
        "title": "खर्च का अनुमान",
        "language": "हिन्दी",
        "page": "पृष्ठ {page} / {pages}",
        "printed": "21 नव॰ 2026, 14:10 लॉस एंजेलिस",
        "labels": ["मरीज़", "संदर्भ", "फ़ोन", "अनुमानित खर्च", "शर्तें", "आगे क्या होगा"],
        "patient": "प्रिया शर्मा (Priya Sharma)",
        "greeting": "इस अनुमान की प्रतीक्षा करने के लिए धन्यवाद। कृपया इसे अपने परिवार के साथ पढ़ें।",
        "head": ["सेवा", "मात्रा", "राशि"],
        "services": ["चिकित्सा दल द्वारा पाँच कार्य दिवसों का मूल्यांकन", "कंट्रास्ट के साथ इमेजिंग"],
        "total": "कुल",
        "note": "कुछ भी स्पष्ट न हो तो यात्रा से पहले हमें फ़ोन करें। हम आपकी भाषा बोलते हैं।",
        "clauses": [
            "यह अनुमान 30 दिनों तक मान्य है और केवल मूल्यांकन के लिए है।",
            "वास्तविक खर्च अनुमान से कम या ज़्यादा हो सकता है।",
        ],
        "steps": ["अपने पेज पर अनुमान को समझा हुआ चिह्नित करें।", "30 नवंबर 2026 तक अग्रिम राशि जमा करें।"],
        "role": "प्रभारी चिकित्सक",
    },
    "ru": {
        "title": "Смета расходов",
        "language": "Русский",
        "page": "Страница {page} из {pages}",
        "printed": "21 ноября 2026 г., 14:10 Лос-Анджелес",
        "labels": ["Пациент", "Номер", "Телефон", "Ожидаемые расходы", "Условия", "Что дальше"],
        "patient": "Анна Кузнецова (Anna Kuznetsova)",
        "greeting": "Благодарим вас за терпение. Пожалуйста, прочитайте смету вместе с близкими.",
        "head": ["Услуга", "Количество", "Сумма"],
        "services": ["Обследование командой врачей, пять рабочих дней", "Исследование с контрастом"],
        "total": "Итого",
        "note": "Если что-то неясно, позвоните нам до поездки. Мы говорим на вашем языке.",
        "clauses": [
            "Смета действительна 30 дней и включает только обследование.",
            "Расходы могут быть выше или ниже сметы.",
        ],
        "steps": ["Отметьте смету как понятную на своей странице.", "Внесите депозит до 30 ноября 2026 г."],
        "role": "Лечащий врач",
    },
}
