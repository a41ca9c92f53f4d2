"""Compiles the translation catalogues that changed since they were last compiled."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def compile_stale(folder: Path = TRANSLATIONS) -> list[str]:
    """Write messages.mo beside each messages.po that is newer, without fuzzy entries. Returns the locales."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        locale = source.parts[-3]
        with source.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)  # a reader never meets half a catalogue
        compiled.append(locale)
    return compiled
