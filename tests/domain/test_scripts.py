"""The letters of a text say when it cannot be in the language that was chosen for it."""

import pytest

from concierge.domain.scripts import written_language


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("The deposit is USD 10,000.", "ar", "en"),
        ("مبلغ العربون USD 10,000.", "en", "ar"),
        ("हमें रिपोर्ट मिल गई है।", "en", "hi"),
        ("Здравствуйте, Мария.", "en", "ru"),
        ("您好，我想知道费用。", "en", "zh_Hans"),
        ("Hello", "zh_Hans", "en"),
    ],
)
def test_what_cannot_be_is_corrected(text, told, language):
    assert written_language(text, told) == language


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hola Maria, ¿a qué hora?", "en"),  # letters do not tell Spanish from English
        ("Bonjour", "fr"),
        ("اسمي Amal Haddad، وسأتصل بكم", "ar"),
        ("سلام، وقت بخیر", "fa"),
        ("東京の病院です", "ja"),
        ("您好 PET-CT", "zh_Hans"),
        ("OK", "ar"),  # too little to say anything
        ("👍 10,000", "ar"),
        ("", "ar"),
    ],
)
def test_what_may_be_is_believed(text, told):
    assert written_language(text, told) == told
