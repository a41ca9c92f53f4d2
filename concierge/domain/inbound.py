"""Mail and SMS from outside: who signed the call, what was written, and which case it names.

Only the standard library reads here: a mail is foreign matter, and the less of it we interpret the better.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape

from concierge.domain.errors import DomainError
from concierge.domain.people import clean_line, clean_paragraph

LARGEST = 1_000_000  # bytes of one call; files come by the portal
MOST_TEXT = 10_000  # characters, as in the boxes of the portal
WINDOW = timedelta(minutes=5)  # how far the clock of the caller may be from ours
# What the parser itself trips over in headers that no honest programme writes.
_STUMBLES = (LookupError, ValueError, TypeError, AttributeError, NameError)
_REFERENCE = re.compile(r"(?<![A-Z0-9])C-(\d{4})-(\d{5,9})(?!\d)", re.IGNORECASE)


class Unreadable(DomainError):
    """What came is no mail or SMS, or has no sender or no words."""


@dataclass(frozen=True)
class Arrived:
    """One mail or SMS: `to` are the addresses it was sent to, `body` plain text, never empty."""

    provider_id: str
    sender: str
    sender_name: str
    to: str
    subject: str
    body: str


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, as hexadecimal text."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether somebody who knows the secret sent exactly this within the last minutes."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())


def reference_in(*texts: str) -> str:
    """The first case reference in these texts (an address with a plus counts), or ""."""
    for text in texts:
        if found := _REFERENCE.search(text):
            return f"C-{found[1]}-{found[2]}"
    return ""


def read_mail(raw: bytes) -> Arrived:
    """A mail as RFC 822 bytes. The plain part counts, else the words of the HTML part. Raises Unreadable."""
    try:
        message: EmailMessage = message_from_bytes(raw, policy=policy.default)
        name, address = parseaddr(str(message["From"] or ""))
        to = " ".join(
            str(value) for field in ("To", "Cc", "Delivered-To") for value in message.get_all(field, [])
        )
        subject, key = str(message["Subject"] or ""), str(message["Message-ID"] or "")
        body = _text_of(message)
    except (MessageError, *_STUMBLES) as error:
        raise Unreadable("inbound_unreadable") from error
    return _checked(key, address, name, to, subject, body)


def _text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    text = part.get_content()
    return text_of_html(text) if part.get_content_subtype() == "html" else text


def read_json(raw: bytes) -> Arrived:
    """`{"id", "from", "name", "to", "subject", "text", "html"}`; only the first two and some words are needed."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("inbound_unreadable") from error
    if not isinstance(given, dict):
        raise Unreadable("inbound_unreadable")
    key, name, to, subject, text, html = (
        str(given.get(field) or "") for field in ("id", "name", "to", "subject", "text", "html")
    )
    sender_name, address = parseaddr(str(given.get("from") or ""))
    return _checked(key, address, name or sender_name, to, subject, text or text_of_html(html))


def _checked(key: str, sender: str, name: str, to: str, subject: str, body: str) -> Arrived:
    words = clean_paragraph(without_quotes(body))
    if not key.strip() or not sender or not words:
        raise Unreadable("inbound_unreadable")
    if len(words) > MOST_TEXT:
        words = words[: MOST_TEXT - 1] + "…"
    return Arrived(
        clean_line(key), clean_line(sender).lower()[:200], clean_line(name)[:200], clean_line(to),
        clean_line(subject)[:300], words,
    )  # fmt: skip


def without_quotes(text: str) -> str:
    """Without our own words that a mail programme repeats at the end."""
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    while lines and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines) or text


_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_TAG = re.compile(r"</?([a-z][a-z0-9]*)|[!?/]", re.IGNORECASE)


def text_of_html(html: str) -> str:
    """The words that a reader would see, one line for each block.

    A stranger writes this: each sign is looked at once, where a parser of browsers' rules looks ever again for the end
    of what was never closed, and may refuse.
    """
    parts: list[str] = []
    small, place = html.lower(), 0
    while place < len(html):
        start = html.find("<", place)
        start = len(html) if start < 0 else start
        parts.append(re.sub(r"\s+", " ", unescape(html[place:start])))
        tag = _TAG.match(small, start + 1 if small[start + 1 : start + 2] in {"!", "?"} else start)
        if tag is None:  # the end, or a sign that opens nothing
            parts.append(html[start : start + 1])
            place = start + 1
            continue
        name = tag[1] or ""
        parts.append("\n" if name in _BLOCKS else "")
        is_silent = name in _SILENT and small[start + 1] != "/"
        place = _after(small, f"</{name}", start) if is_silent else start
        place = _after(small, "-->" if small.startswith("<!--", place) else ">", place)
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _after(text: str, sign: str, place: int) -> int:
    """Where this sign ends; the end of the text where there is none."""
    found = text.find(sign, place)
    return len(text) if found < 0 else found + len(sign)


_ARABIC = frozenset({"ar", "fa", "ur", "ps", "ku"})
_NOT_LATIN = _ARABIC | {"zh_Hans", "zh", "yue", "ja", "ko", "ru", "uk", "be", "bg", "el", "he", "hi", "th"}


def language_of(text: str, expected: str) -> str:
    """The language of a family, unless its script says that these words are in another one."""
    letters = [c for c in text if c.isalpha()]
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters)
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    if 2 * arabic > len(letters):
        return expected if expected in _ARABIC else "ar"
    if 3 * han > len(letters):
        return expected if expected in {"zh", "yue", "ja"} else "zh_Hans"
    latin = sum(c.isascii() for c in letters)
    return "en" if expected in _NOT_LATIN and 2 * latin > len(letters) else expected
