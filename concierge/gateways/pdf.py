"""Papers as tagged PDFs (PDF/A-2a and PDF/UA-1) by typst, in the words that the caller brings.

Values travel as JSON, so a name that looks like typst code is printed as it is. Times in `data` are text
already: only the caller knows the reader's place and language.
"""

import dataclasses
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from babel.core import Locale

from concierge.domain.money import Money
from concierge.gateways.fonts import FAMILIES, FontMissing, font_folders

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
_STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
_HAN_FONTS = {
    "zh_Hans": "Noto Sans SC",
    "zh_Hant": "Noto Sans TC",
    "ja": "Noto Sans JP",
    "ko": "Noto Sans KR",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Letterhead:
    """The hospital as it writes itself. `native_name` is shown beside `name` when it is another script."""

    name: str
    address: tuple[str, ...]
    phone: str
    native_name: str = ""
    email: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Footer:
    """The foot of each page. `page` holds `{page}` and `{pages}`, as in "Page {page} of {pages}"."""

    reference: str
    printed: str
    page: str
    language: str


class PdfError(Exception):
    """A template is broken or does not find what it needs in its data. The message holds no data."""


class PdfPrinter:
    """Keeps one compiler per template: 10 ms a paper instead of 100. Safe to use from several threads."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._templates = templates
        self._fonts = _fonts()
        self._compilers: dict[str, typst.Compiler] = {}
        self._lock = threading.Lock()

    def render(
        self, template: str, data: Mapping[str, Any], locale: str, *, at: datetime | None = None
    ) -> bytes:
        """The PDF of `<template>.typ` for a reader of `locale`, made `at` (in the file's own notes).

        `data` needs `title`, `letterhead` and `footer` for `_base.typ`, and what the template asks for;
        dataclasses, Money and lazy texts may stand in it. Raises PdfError.
        """
        inputs = {"data": json.dumps({**data, **script_of(locale)}, default=_plain)}
        with self._lock:
            compiler = self._compiler(template)
            try:
                made_at = at and at.replace(microsecond=0)
                pdf = compiler.compile(
                    format="pdf", sys_inputs=inputs, pdf_standards=_STANDARDS, timestamp=made_at
                )
            except typst.TypstError as error:
                raise PdfError(f"{template}: {error.message}") from None
        return cast(bytes, pdf)

    def _compiler(self, template: str) -> typst.Compiler:
        if template not in self._compilers:
            file = self._templates / f"{template}.typ"
            if not file.is_file():
                raise PdfError(f"{template}: no such template")
            self._compilers[template] = typst.Compiler(
                file, root=self._templates, font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._compilers[template]


def render(template: str, data: Mapping[str, Any], locale: str, *, at: datetime | None = None) -> bytes:
    """`PdfPrinter.render` with the templates of this house."""
    return _house_printer().render(template, data, locale, at=at)


def warm() -> None:
    """Read the fonts and print a first paper, so that the first reader does not wait for that.

    Never before a process forks: typst starts threads of its own, which a fork leaves behind.
    """
    letterhead, footer = Letterhead("-", (), ""), Footer("-", "-", "-", "-")
    render("warm", {"title": "-", "letterhead": letterhead, "footer": footer}, "en")


def script_of(locale: str) -> dict[str, str]:
    """What typst must know of a locale: `lang`, `region`, `dir` and the Han font of that reader."""
    known = Locale.parse(locale)
    return {
        "lang": known.language,
        "region": known.territory or {"Hans": "CN", "Hant": "TW"}.get(known.script or "", ""),
        "dir": known.text_direction,
        "han_font": _HAN_FONTS.get(locale, _HAN_FONTS.get(known.language, "Noto Sans SC")),
    }


@cache
def _house_printer() -> PdfPrinter:
    return PdfPrinter()


@cache
def _fonts() -> typst.Fonts:
    folders = [str(folder) for folder in font_folders()]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    missing = set(FAMILIES) - set(fonts.families())
    if missing:
        # typst itself stays silent and prints boxes.
        raise FontMissing(", ".join(sorted(missing)))
    return fonts


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return value.canonical()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "__html__"):  # a lazy translation
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for paper: format it first")
