"""Words after which nobody waits for their turn, in the three languages in which most families write."""

import pytest

from concierge.domain.redflags import red_flags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My mother cannot breathe since this morning", ("breath",)),
        ("He can’t breathe and he is coughing up blood", ("breath", "bleeding")),
        ("I am bleeding and do not know what to do", ("bleeding",)),
        ("Sometimes I think about suicide", ("self_harm",)),
        ("I want to die", ("self_harm",)),
        ("لا أستطيع التنفس", ("breath",)),
        ("عندها نَزِيف منذ أمس", ("bleeding",)),
        ("أفكر في الانتحار", ("self_harm",)),
        ("妈妈呼吸困难，还咳血", ("breath", "bleeding")),
        ("我不想活了", ("self_harm",)),
        ("爸爸突然昏迷", ("unconscious",)),
        ("fever of 39 since yesterday", ("fever",)),
    ],
)
def test_danger_is_seen_in_each_language(text: str, found: tuple[str, ...]) -> None:
    assert red_flags(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We would like a second opinion",
        "She was diagnosed in May",
        "نريد رأيا ثانيا",
        "我们想咨询治疗方案",
        "breathtaking view",
    ],
)
def test_an_ordinary_message_raises_no_flag(text: str) -> None:
    assert red_flags(text) == ()
