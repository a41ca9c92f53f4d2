"""What a guarantor comes to owe, and when no more of its letters are taken."""

import pytest

from concierge.domain.exposure import Exposure, stops
from concierge.domain.money import Money


def usd(major: int) -> Money:
    return Money(major * 100, "USD")


@pytest.mark.parametrize(
    ("more", "limit", "oldest", "most", "codes"),
    [
        (usd(50), usd(200), 0, None, ()),
        (usd(51), usd(200), 0, None, ("above_limit",)),
        (usd(51), None, 0, None, ()),
        (Money(1, "EUR"), usd(1), 0, None, ()),
        (usd(0), usd(200), 31, 30, ("overdue_too_long",)),
        (usd(0), usd(200), 30, 30, ()),
        (usd(99), usd(200), 1, 0, ("above_limit", "overdue_too_long")),
    ],
)
def test_the_stop_rule_counts_the_new_letter_and_the_oldest_bill(more, limit, oldest, most, codes):
    exposure = Exposure(usd(100), usd(50), (usd(20),) * 4)
    assert exposure.overdue_whole == usd(80)
    assert stops(exposure, limit=limit, more=more, oldest_days=oldest, most_days=most) == codes


def test_a_first_letter_alone_may_pass_the_limit():
    assert stops(None, limit=usd(10), more=usd(11), oldest_days=0, most_days=None) == ("above_limit",)
