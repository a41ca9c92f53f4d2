"""Which texts wait for a person, in three languages; and which may go."""

import pytest

from concierge.domain.critical import Topic, may_be_unticked, read, topics, written


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("The deposit is due next week.", "en", Topic.MONEY),
        ("Please sign the consent form.", "en", Topic.CONSENT),
        ("Our doctors cannot accept you.", "en", Topic.DECISION),
        ("Take two tablets in the morning.", "en", Topic.MEDICINES),
        ("Take 8 mg in the morning.", "en", Topic.MEDICINES),
        ("You have the right to complain.", "en", Topic.RIGHTS),
        ("والعربون يُعاد إليكم", "ar", Topic.MONEY),
        ("يُرجى توقيع نموذج الموافقة", "ar", Topic.CONSENT),
        ("يحتاج والدكم إلى عملية", "ar", Topic.DECISION),
        ("تناولوا الدواء مساءً", "ar", Topic.MEDICINES),
        ("من حقكم أن تسألوا", "ar", Topic.RIGHTS),
        ("押金会退还给您。", "zh_Hans", Topic.MONEY),
        ("请签署知情同意书。", "zh_Hans", Topic.CONSENT),
        ("您需要手术。", "zh-Hans", Topic.DECISION),
        ("请每天服药。", "zh_Hans", Topic.MEDICINES),
        ("您有这项权利。", "zh_Hans", Topic.RIGHTS),
        ("Bonjour à vous", "fr", Topic.UNREAD),
    ],
)
def test_a_critical_text_is_found_by_its_words(text: str, language: str, topic: Topic) -> None:
    assert topic in topics(text, language)


@pytest.mark.parametrize(
    "text", ["USD 10,000", "10 000 $", "١٠٬٠٠٠ دولار", "3万元", "€5", "250 riyals", "SAR 900", "ten: 10 EUR"]
)
def test_an_amount_of_money_can_never_be_unticked(text: str) -> None:
    found = topics(f"We need {text}.", "en")
    assert Topic.AMOUNT in found
    assert not may_be_unticked(found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Good morning. May I call you at 14:30?", "en"),
        ("We read your papers right now. The pain on the right side is known to us.", "en"),
        ("Room 5 is ready, 5 Europeans live there.", "en"),
        ("صباح الخير، هل يناسبكم أن أتصل بكم غدًا؟", "ar"),
        ("早上好，这周我可以给您打电话吗？", "zh_Hans"),
    ],
)
def test_an_everyday_text_may_go(text: str, language: str) -> None:
    assert topics(text, language) == frozenset()


def test_what_was_found_is_read_back() -> None:
    found = frozenset({Topic.MONEY, Topic.AMOUNT, Topic.SENDER})
    assert read(written(found)) == (Topic.AMOUNT, Topic.MONEY, Topic.SENDER)
    assert read("") == ()
    assert may_be_unticked(frozenset({Topic.MONEY}))
