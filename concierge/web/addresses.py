"""What an address may hold: the parts that a view is given, and where `next` may lead. Anybody may have typed it."""

from urllib.parse import quote, urlsplit

from flask import Flask
from werkzeug.routing import BaseConverter


class TextConverter(BaseConverter):
    """A part of an address without control characters: none of ours has them, and PostgreSQL looks for no NUL."""

    regex = r"[^/\x00-\x1f\x7f]+"


def init(app: Flask) -> None:
    """Before the first route: an address with a control character in it is no page, on either database."""
    app.url_map.converters["default"] = TextConverter


_LONGEST = 300  # signs as a browser sends them; the first outcome of a form has room for one such address


def local_path(target: str | None) -> str:
    """The address if it is a path of this site, else "".

    `//host`, `/\\host`, control characters and what is no address at all lead elsewhere or nowhere.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return ""
    if "\\" in target or not target.isprintable() or len(quote(target)) > _LONGEST:
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
