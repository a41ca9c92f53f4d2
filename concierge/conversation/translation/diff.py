"""What changed between two versions of a text, word by word."""

import re
from difflib import SequenceMatcher


def changes(old: str, new: str) -> list[tuple[str, str]]:
    """Pieces in their order: (`same`, `gone` or `new`, text)."""
    one, other = _words(old), _words(new)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(one[a:b])))
            continue
        pieces += [
            (kind, text) for kind, text in (("gone", "".join(one[a:b])), ("new", "".join(other[c:d]))) if text
        ]
    return pieces


def _words(text: str) -> list[str]:
    """Words with their blanks; Chinese sign by sign, because it writes no blanks."""
    return re.findall(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+\s*|\s+", text)
