"""No language of a template loses a placeholder."""

import json

import pytest

from concierge.domain.delivery import Undelivered, why
from concierge.domain.errors import InvalidInput
from concierge.domain.reply_templates import check, fill, placeholders_of
from config import LOCALES, ROOT


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        ({"en": "", "ar": "مرحبا"}, "text_en", "template_english"),
        ({"en": "Dear {name}", "ar": "مرحبا"}, "text_ar", "placeholder_lost"),
        ({"en": "Hello", "ar": "مرحبا {name}"}, "text_en", "placeholder_lost"),
        ({"en": "Dear {nmae}"}, "text_en", "placeholder_unknown"),
        ({"en": "Dear {}"}, "text_en", "placeholder_unknown"),
    ],
)
def test_a_lost_placeholder_cannot_be_saved(texts: dict[str, str], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(texts)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_language_that_is_not_written_yet_is_no_loss() -> None:
    check({"en": "Dear { name }", "ar": "", "zh_Hans": "您好 {name}"})


def test_places_are_filled_and_what_is_not_known_stays_open() -> None:
    assert fill("Dear {name} of {hospital}", {"name": "{hospital}"}) == "Dear {hospital} of {hospital}"


def test_the_templates_that_come_along_stand_in_every_language() -> None:
    for row in json.loads((ROOT / "demo" / "templates.json").read_text(encoding="utf-8")):
        check(row["texts"])
        assert set(row["texts"]) == {info.code for info in LOCALES}
        assert len({placeholders_of(text) for text in row["texts"].values()}) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("SMTPRecipientsRefused 550", Undelivered.UNKNOWN_MAILBOX),
        ("SMTPRecipientsRefused 552", Undelivered.MAILBOX_FULL),
        ("SMTPDataError 554", Undelivered.REFUSED),
        ("address", Undelivered.NO_ADDRESS),
        ("TimeoutError", Undelivered.UNREACHABLE),
    ],
)
def test_why_a_mail_did_not_arrive(error: str, reason: Undelivered) -> None:
    assert why(error) is reason
