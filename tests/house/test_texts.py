"""Every shipped language is complete, and says what the source says: same placeholders, same tags, same plural rule."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from config import LOCALES, ROOT
from scripts import i18n

TRANSLATED = [info.code for info in LOCALES if info.code != i18n.SOURCE]
# n → index, as gettext numbers them; Babel's own Arabic header has the last two the other way round.
PLURAL_INDEX = {
    "ar": {0: 0, 1: 1, 2: 2, 3: 3, 11: 4, 100: 5, 103: 3},
    "zh_Hans": dict.fromkeys((0, 1, 2, 3, 11, 100, 103), 0),
    "es": {0: 1, 1: 0, 2: 1, 3: 1, 11: 1, 100: 1, 103: 1},
}


@cache
def _catalogue(code: str) -> Catalog:
    with (ROOT / "translations" / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def _entries(code: str) -> list[Message]:
    return [message for message in _catalogue(code) if message.id]


def _pairs(message: Message) -> list[tuple[str, str]]:
    """(source, translation) for each form of a message."""
    if isinstance(message.id, tuple):
        return [(message.id[1], text) for text in message.string]
    return [(message.id, message.string)]


def _keys(catalogue: Catalog) -> set[tuple[object, object]]:
    return {(message.context, message.id) for message in catalogue if message.id}


def test_the_template_catalogue_is_current() -> None:
    with i18n.TEMPLATE.open("rb") as file:
        kept = _keys(read_po(file))
    fresh = _keys(i18n.collect())
    assert kept == fresh, f"run `make i18n`: new {list(fresh - kept)[:5]}, gone {list(kept - fresh)[:5]}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_text_is_missing_or_unsure(code: str) -> None:
    with i18n.TEMPLATE.open("rb") as file:
        assert _keys(read_po(file)) == _keys(_catalogue(code))
    missing = [message.id for message in _entries(code) if any(not text for _source, text in _pairs(message))]
    unsure = [message.id for message in _entries(code) if message.fuzzy]
    assert (len(missing), missing[:5], unsure) == (0, [], [])


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_survive_translation(code: str) -> None:
    """A form for one or two may say the number in words; nothing else may be lost, nothing may be new."""
    wrong = []
    for message in _entries(code):
        for source, text in _pairs(message):
            wanted, given = (set(re.findall(r"%\((\w+)\)[a-z]", part)) for part in (source, text))
            lost = wanted - given - ({"num", "count", "n"} if isinstance(message.id, tuple) else set())
            if text and (lost or given - wanted):
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_tags_survive_translation(code: str) -> None:
    tags = re.compile(r"</?[a-z]+[^>]*>").findall
    pairs = [pair for message in _entries(code) for pair in _pairs(message) if pair[1]]
    assert [(source, text) for source, text in pairs if sorted(tags(source)) != sorted(tags(text))] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_plural_rule_is_the_pinned_one(code: str) -> None:
    text = (ROOT / "translations" / code / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    assert f"Plural-Forms: {i18n.PLURALS[code]}" in text.replace('"\n"', "")
    rule = re.search(r"plural=(.*?);", i18n.PLURALS[code])
    assert rule
    from gettext import c2py

    index = c2py(rule[1])
    assert {n: index(n) for n in PLURAL_INDEX[code]} == PLURAL_INDEX[code]
    assert get_plural(code)[0] == int(re.search(r"nplurals=(\d)", i18n.PLURALS[code])[1])  # type: ignore[index]


@pytest.mark.parametrize("code", TRANSLATED)
def test_plurals_have_every_form(code: str) -> None:
    count = int(re.search(r"nplurals=(\d)", i18n.PLURALS[code])[1])  # type: ignore[index]
    plurals = [message for message in _entries(code) if isinstance(message.id, tuple)]
    assert [message.id for message in plurals if len(message.string) != count] == []
