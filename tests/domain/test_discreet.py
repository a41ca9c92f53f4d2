import pytest

from concierge.domain.discreet import indiscreet_words, is_discreet


@pytest.mark.parametrize(
    "text",
    [
        "Your cancer treatment",
        "breast_cancer.pdf",
        "LungCancer-scan.dcm",
        "can\u200bcer",
        "Chemotherapy plan",
        "Leukaemia",
        "Cáncer de mama",
        "oncologia",
        "سَرَطَان الثدي",
        "الأورام",
        "العلاج الكيميائي",
        "肺癌报告",
        "腫瘤科",
        "化疗方案",
        "Рак лёгких",
        "нейроонкология",
        "опухоль",
        "स्तन कैंसर",
        "Ung thư phổi",
        "ung_thu.pdf",
        "hóa trị",
    ],
)
def test_a_word_of_the_illness_is_found_in_every_language_and_disguise(text):
    assert indiscreet_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Your estimate is ready",
        "Cancel or change your call",
        "Alder Coast Medical Center",
        "锦河国际医院",
        "تقديركم جاهز",
        "صورة إشعاعية",
        "Ракета",
        "Ваша оценка готова",
        "आपका अनुमान तैयार है",
        "đi căn hộ",
        "scan_2026-11-24.dcm",
    ],
)
def test_ordinary_titles_are_discreet(text):
    assert is_discreet(text)
