"""Reply templates: which places a text may leave open, and that no language loses one."""

import re
from collections.abc import Mapping

from concierge.domain.errors import InvalidInput

PLACEHOLDERS = ("name", "hospital", "specialist", "promise", "reference")
_OPEN = re.compile(r"\{([^{}]*)\}")
MOST = 4000


def placeholders_of(text: str) -> frozenset[str]:
    """The names in braces, known or not."""
    return frozenset(found.strip() for found in _OPEN.findall(text))


def check(texts: Mapping[str, str]) -> None:
    """`texts` by locale; an empty one is not written yet, English must be.

    Raises InvalidInput with the field `text_<locale>`: `template_english`, `placeholder_unknown`, `placeholder_lost`
    (a language leaves out what another one says; experience.md, S19).
    """
    if not texts.get("en", "").strip():
        raise InvalidInput("text_en", "template_english")
    written = {locale: text for locale, text in texts.items() if text.strip()}
    wanted = frozenset().union(*(placeholders_of(text) for text in written.values()))
    for locale, text in written.items():
        if unknown := placeholders_of(text) - set(PLACEHOLDERS):
            raise InvalidInput(f"text_{locale}", "placeholder_unknown", name=f"{{{min(unknown)}}}")
        if lost := wanted.intersection(PLACEHOLDERS) - placeholders_of(text):
            raise InvalidInput(f"text_{locale}", "placeholder_lost", name=f"{{{min(lost)}}}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is not known stays open, so that the writer sees it."""
    return _OPEN.sub(lambda found: values.get(found[1].strip()) or found[0], text)
