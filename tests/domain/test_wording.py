import pytest

from concierge.domain.wording import compare


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("Pay USD 128,500.00 by 24 November 2026.", "ادفع 128,500 دولارًا قبل ٢٤ نوفمبر ٢٠٢٦.", ("en", "ar")),
        ("Come on November 24, 2026 at 14:30.", "请于2026年11月24日14:30到达。", ("en", "zh_Hans")),
        ("El depósito es de 128.500,50 USD.", "The deposit is USD 128,500.50.", ("es", "en")),
        ("Take 0.125 mg on 2026-11-24.", "Примите 0,125 мг 24 ноября 2026 г.", ("en", "ru")),
        ("Do not eat after 22:00.", "لا تأكل بعد 22:00.", ("en", "ar")),
        ("You can't eat.", "你不能吃东西。", ("en", "zh-Hans")),
        ("Your visit: 24/11/2026", "24 de noviembre de 2026", ("en", "es")),
        ("See you on 24 Nov.", "Hẹn gặp ngày 24 tháng 11.", ("en", "vi")),
        ("Il coûte 12 500 EUR", "It costs EUR 12,500", ("fr", "en")),
    ],
)
def test_a_faithful_translation_passes_whatever_its_formats(source, target, languages):
    assert compare(source, target, *languages).is_clean


@pytest.mark.parametrize(
    ("source", "target", "languages", "code"),
    [
        ("Pay USD 12,500.", "ادفع 15,200 دولار.", ("en", "ar"), "numbers"),
        ("Take 2.5 mg.", "Tome 25 mg.", ("en", "es"), "numbers"),
        ("Take 1 tablet.", "吃药。", ("en", "zh"), "numbers"),
        ("Come on 24 November 2026.", "请于2026年11月25日到达。", ("en", "zh"), "dates"),
        ("Come on 2026-03-04.", "请于2026年4月3日到达。", ("en", "zh"), "dates"),
        ("Do not eat.", "تناول الطعام.", ("en", "ar"), "negation"),
        ("吃饭。", "Do not eat.", ("zh", "en"), "negation"),
        ("Никогда не принимайте.", "Take it.", ("ru", "en"), "negation"),
    ],
)
def test_what_differs_is_shown(source, target, languages, code):
    assert [mismatch.code for mismatch in compare(source, target, *languages).mismatches] == [code]


def test_a_mismatch_shows_what_each_side_says():
    (mismatch,) = compare("Pay 100 or 200.", "ادفع 100 أو 300.", "en", "ar").mismatches
    assert (mismatch.source, mismatch.target) == (("200",), ("300",))


def test_glossary_words_and_protected_names_must_survive():
    glossary = {"deposit": ("العربون", "عربون"), "Maria Castillo": ("Maria Castillo",), "letter": ("خطاب",)}
    found = compare(
        "Maria Castillo confirms the deposit.", "ماريا تؤكد العربون.", "en", "ar", glossary
    ).mismatches
    assert [mismatch.source for mismatch in found] == [("Maria Castillo",)]


def test_a_language_without_a_list_of_negations_says_that_it_was_not_checked():
    comparison = compare("Do not eat.", "食べないでください。", "en", "ja")
    assert not comparison.mismatches
    assert comparison.unchecked == ("negation",)


def test_a_language_nobody_knows_is_compared_by_its_numbers_alone():
    found = compare("Pay 100.", "Zz 200.", "en", "zz")
    assert [mismatch.code for mismatch in found.mismatches] == ["numbers"]
    assert found.unchecked == ("negation",)


@pytest.mark.parametrize(
    ("source", "target", "languages", "lost"),
    [
        ("Take 8 mg.", "تناول 8 مل.", ("en", "ar"), ("mg", "ml")),
        ("For 3 days.", "3周。", ("en", "zh_Hans"), ("days", "weeks")),
        ("It is USD 100.", "这是100元。", ("en", "zh_Hans"), ("usd", "cny")),
    ],
)
def test_another_unit_is_found(source, target, languages, lost):
    (found,) = compare(source, target, *languages).mismatches
    assert (found.code, *(unit.casefold() for unit in found.source + found.target)) == ("units", *lost)


def test_the_same_units_in_other_words_are_no_difference():
    assert compare("Take 8 mg for 3 days: USD 10.", "تناول 8 ملغ لمدة 3 أيام: 10 دولار.", "en", "ar").is_clean
    assert compare("请每天服用8毫克Ondansetron，3天。", "Ondansetron 8 mg every day, 3 days.", "zh_Hans", "en").is_clean


def test_a_name_that_is_gone_is_found():
    names = ("Maria Castillo", "Dr. Ellis")
    (found,) = compare("I am Maria Castillo.", "اسمي ماريا.", "en", "ar", names=names).mismatches
    assert (found.code, found.source) == ("names", ("Maria Castillo",))
    assert compare("I am Maria Castillo.", "اسمي Maria Castillo.", "en", "ar", names=names).is_clean
