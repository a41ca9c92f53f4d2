"""Collects the texts of the product, brings every catalogue up to date and compiles it (`make i18n`).

Nothing is guessed: a changed text loses its translation (no fuzzy matching) and shows up in `tests/house`. Plural rules
are pinned here, because Babel and gettext number the Arabic forms differently and a merge would swap them in silence.
"""

import io
import re
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from concierge.cli.catalogues import compile_stale  # noqa: E402
from config import LOCALES  # noqa: E402

FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
SOURCE = "en"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **parse_keywords(
        [
            "_l",
            "_p:1c,2",
            "_pl:1c,2",
            "_n:1,2",
            "_nl:1,2",
            "lazy_gettext",
            "lazy_pgettext:1c,2",
            "lazy_ngettext:1,2",
        ]
    ),
}
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "zh_Hans": "nplurals=1; plural=0;",
    "es": "nplurals=2; plural=(n != 1);",
}


def collect() -> Catalog:
    """Every text in the code and the templates, as a fresh template catalogue."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(project="Concierge", charset="utf-8", header_comment="# Texts of Concierge.")
    found = extract_from_dir(
        ROOT, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for name, _line, message, comments, context in found:
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def _written(catalogue: Catalog, locale: str | None) -> str:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)
    text = buffer.getvalue().decode("utf-8")
    if locale in PLURALS:
        pinned = f'"Plural-Forms: {PLURALS[locale]}\\n"\n'
        text = re.sub(r'"Plural-Forms:.*?\\n"\n', lambda _found: pinned, text, count=1, flags=re.S)
    return text


def _without_dates(text: str) -> str:
    return re.sub(r'"(?:POT-Creation|PO-Revision)-Date:.*\\n"\n', "", text)


def _save(path: Path, text: str) -> None:
    """A catalogue in which only the dates would change is left alone."""
    if path.exists() and _without_dates(path.read_text(encoding="utf-8")) == _without_dates(text):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _update(locale: str, template: Catalog) -> Catalog:
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    catalogue = Catalog(locale=Locale.parse(locale), project="Concierge", charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(template, no_fuzzy_matching=True)
    _save(path, _written(catalogue, locale))
    return catalogue


def main() -> None:
    template = collect()
    _save(TEMPLATE, _written(template, None))
    print(f"{len(template)} texts")
    for info in LOCALES:
        if info.code != SOURCE:
            catalogue = _update(info.code, template)
            missing = sum(1 for message in catalogue if message.id and not _is_complete(message.string))
            print(f"  {info.code}: {missing} not translated")
    compile_stale()


def _is_complete(translation: str | tuple[str, ...]) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


if __name__ == "__main__":
    main()
