"""The language of this moment, held ready: its code, its catalogue, and the texts that were looked up before.

A page asks for hundreds of texts. Flask-Babel finds context, domain, locale and catalogue anew for each, which took
half of the time of a list; here a request keeps its voice for as long as its locale stays the same object
(`force_locale` puts another one there).
"""

from collections.abc import Callable
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup

_MOST_KEPT = 20_000  # texts; a page that translated what people type must not fill the memory


class Voice:
    """One language in this process. `markup` and `said` keep texts of templates and of enum members."""

    def __init__(self, code: str, catalogue: NullTranslations) -> None:
        self.code, self.catalogue = code, catalogue
        self.markup: dict[str, Markup] = {}
        self.said: dict[tuple, str] = {}


_voices: dict[tuple[str, str], Voice] = {}
_SOURCE = Voice("en", NullTranslations())


def current() -> Voice:
    """The voice of the locale that is being rendered; the source language where there is no application."""
    try:
        here = g._get_current_object()
    except RuntimeError:
        return _SOURCE
    locale = _locale_of(here)
    kept = here.get("voice")
    if kept is None or kept[0] is not locale:
        kept = here.voice = (locale, _voice_of(str(locale)))
    return kept[1]


def _locale_of(here) -> Locale:
    """`get_locale()`, but where Flask-Babel has chosen one in this context it lies ready."""
    chosen = here.get("_flask_babel")
    return getattr(chosen, "babel_locale", None) or get_locale()


def _voice_of(code: str) -> Voice:
    folder = current_app.config["TRANSLATIONS"]
    if (folder, code) not in _voices:
        _voices[folder, code] = Voice(code, Translations.load(folder, [code]))
    return _voices[folder, code]


class _Texts(Domain):
    """Where Flask-Babel looks for the texts of Python code, the lazy ones too."""

    def get_translations(self) -> NullTranslations:
        return current().catalogue


def remembered(text_of: Callable[[Any], object]) -> Callable[[object], str]:
    """The same texts of a closed list for templates: each is looked up once per language, not once per row."""

    def text(value: object) -> str:
        said = current().said
        key = (text_of, type(value), value)
        found = said.get(key)
        if found is None:
            found = str(text_of(value))
            if len(said) < _MOST_KEPT:
                said[key] = found
        return found

    return text


@pass_eval_context
def _gettext(context: EvalContext, message: str, **values: object) -> str:
    """In templates. A text is always a format, as in Jinja's own newer style: `%%` is one per cent sign."""
    voice = current()
    if not context.autoescape:
        return voice.catalogue.ugettext(message) % values
    if values:
        return Markup(voice.catalogue.ugettext(message)) % values  # noqa: S704  (the text is ours, the values are escaped)
    found = voice.markup.get(message)
    if found is None:
        found = Markup(voice.catalogue.ugettext(message)) % {}  # noqa: S704
        if len(voice.markup) < _MOST_KEPT:
            voice.markup[message] = found
    return found


def _once_per_language(macro: Macro) -> str:
    """The HTML of a macro that takes nothing and shows everybody the same."""
    markup = current().markup
    if macro.name not in markup:
        markup[macro.name] = Markup(macro())  # noqa: S704 (a macro returns markup)
    return markup[macro.name]


def init(app: Flask, babel: Babel) -> None:
    babel.domain_instance = _Texts()
    app.jinja_env.globals.update(gettext=_gettext, _=_gettext, once_per_language=_once_per_language)
