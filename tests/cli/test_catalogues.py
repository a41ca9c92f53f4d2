"""Catalogues are compiled when their source is newer, and never half written."""

import gettext
import os
from pathlib import Path

from concierge.cli.catalogues import compile_stale

HEADER = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def _write(folder: Path, text: str) -> Path:
    path = folder / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def _translate(folder: Path, text: str) -> str:
    with (folder / "zh_Hans" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext(text)


def test_a_newer_source_is_compiled_once(tmp_path: Path) -> None:
    source = _write(tmp_path, 'msgid "Yes"\nmsgstr "是"\n')
    assert compile_stale(tmp_path) == ["zh_Hans"]
    assert _translate(tmp_path, "Yes") == "是"
    assert compile_stale(tmp_path) == []
    os.utime(source, (source.stat().st_mtime + 10,) * 2)
    assert compile_stale(tmp_path) == ["zh_Hans"]


def test_an_unsure_translation_is_not_shown(tmp_path: Path) -> None:
    _write(tmp_path, '#, fuzzy\nmsgid "Yes"\nmsgstr "不"\n')
    compile_stale(tmp_path)
    assert _translate(tmp_path, "Yes") == "Yes"
