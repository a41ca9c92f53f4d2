"""Which language this page speaks: path or saved choice, then cookie, then Accept-Language, then English.

Written by hand because the usual matchers answer English for `zh-CN` against `zh_Hans` (docs/adr/0005-languages.md).
A choice is never overridden by location.
"""

from functools import lru_cache
from typing import Literal

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug.routing import BaseConverter

from concierge.web import voice
from config import LOCALES, LocaleInfo

COOKIE = "lang"
BY_CODE = {info.code: info for info in LOCALES}
BY_TAG = {info.tag: info for info in LOCALES}
_HAN_SIMPLIFIED = {"zh", "zh-cn", "zh-sg", "zh-hans", "zh-hans-cn", "zh-hans-sg"}


class LangConverter(BaseConverter):
    """`<lang:lang>`: the URL tag of a shipped language."""

    regex = "|".join(info.tag for info in LOCALES)


def match_tag(tag: str) -> LocaleInfo | None:
    """The shipped language for one BCP 47 tag, or None. Traditional Chinese readers get Simplified before English."""
    tag = tag.lower().replace("_", "-")
    if tag in _HAN_SIMPLIFIED or tag.startswith("zh"):
        return BY_TAG.get("zh-Hans")
    return BY_TAG.get(tag.split("-")[0])


def negotiate(header: str) -> LocaleInfo:
    """The first language of an Accept-Language header that we ship, by its quality; English when there is none."""
    for tag, _quality in sorted(_parse(header), key=lambda pair: -pair[1]):
        if found := match_tag(tag):
            return found
    return BY_CODE["en"]


def _parse(header: str) -> list[tuple[str, float]]:
    pairs = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            quality = 0.0
        if tag and tag != "*" and quality > 0:
            pairs.append((tag.strip(), quality))
    return pairs


def select_locale() -> str | None:
    """What Flask-Babel asks. Outside of a request (jobs) the caller forces the locale."""
    if not has_request_context():
        return None
    tag = (request.view_args or {}).get("lang")
    if tag in BY_TAG:
        return BY_TAG[tag].code
    if saved := g.get("saved_language"):
        return saved
    if (cookie := request.cookies.get(COOKIE, "")) in BY_TAG:
        return BY_TAG[cookie].code
    return negotiate(request.headers.get("Accept-Language", "")).code


def current_code() -> str:
    """`en`, `ar`, `zh_Hans`: the locale that is being rendered."""
    return voice.current().code


def current_tag() -> str:
    """The same as URL tag and `lang` attribute."""
    return tag_of(current_code())


def tag_of(code: str) -> str:
    return code.replace("_", "-")


@lru_cache(maxsize=256)
def direction_of(code: str) -> Literal["ltr", "rtl"]:
    """From Babel, never from a list of ours."""
    return "rtl" if Locale.parse(code).text_direction == "rtl" else "ltr"


@lru_cache(maxsize=256)
def autonym(code: str) -> str:
    info = BY_CODE.get(code)
    return info.autonym if info else (Locale.parse(code).get_display_name(code) or code)


def remember_choice(response: Response, tag: str) -> Response:
    """The cookie that keeps a choice for a year."""
    response.set_cookie(
        COOKIE,
        tag,
        max_age=365 * 86400,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def init(app: Flask) -> None:
    app.url_map.converters["lang"] = LangConverter
    folder = app.config["TRANSLATIONS"]
    babel = Babel(app, locale_selector=select_locale, default_locale="en", default_translation_directories=folder)
    voice.init(app, babel)

    is_in_each_language = lru_cache(maxsize=None)(lambda endpoint: app.url_map.is_endpoint_expecting(endpoint, "lang"))

    @app.url_defaults
    def _add_lang(endpoint: str, values: dict) -> None:
        if "lang" not in values and is_in_each_language(endpoint):
            values["lang"] = current_tag()
