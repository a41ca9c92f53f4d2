"""The fonts that come with the installed packages, so that PDFs and screenshots need none of the system's."""

import atexit
import importlib.util
import shutil
import tempfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import fontpkg
from fontTools.ttLib import TTFont

# Latin, Cyrillic, Greek, Devanagari; Arabic and its neighbours; Thai; Han for each of its four homes.
FAMILIES = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Thai",
    "Noto Sans SC",
    "Noto Sans TC",
    "Noto Sans JP",
    "Noto Sans KR",
)
_HAN_FOLDERS = ("notosanssc", "notosanstc", "notosansjp", "notosanskr")
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer>{families}</prefer></alias>
  <alias><family>system-ui</family><prefer>{families}</prefer></alias>
</fontconfig>
"""


class FontMissing(RuntimeError):
    """A font package is not installed: papers would come out with empty boxes."""


@cache
def font_folders() -> tuple[Path, ...]:
    """The folders that hold FAMILIES. Raises FontMissing."""
    try:
        folders = [fontpkg.path(family).parent for family in FAMILIES[:3]]
    except fontpkg.FontpkgError as error:
        raise FontMissing(str(error)) from error
    package = importlib.util.find_spec("justmytype_intl_cjk")
    if package is None or package.origin is None:
        raise FontMissing("justmytype-intl-cjk is not installed")
    folders += [Path(package.origin).parent / "fonts" / "ofl" / name for name in _HAN_FOLDERS]
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        raise FontMissing(", ".join(missing))
    return tuple(folders)


def unprintable(text: str) -> str:
    """The characters of `text` that none of our fonts has, each once: they would print as empty boxes."""
    known = _known_characters()
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known and not sign.isspace()))


@cache
def fontconfig_file() -> Path:
    """A file for the variable FONTCONFIG_FILE: Chromium then shows every script without system fonts.

    It is there as long as this process runs.
    """
    folders = "\n".join(f"  <dir>{escape(str(folder))}</dir>" for folder in font_folders())
    families = "".join(f"<family>{family}</family>" for family in FAMILIES)
    home = Path(tempfile.mkdtemp(prefix="concierge-fonts-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    file = home / "fonts.conf"
    file.write_text(_FONTCONFIG.format(folders=folders, families=families), "utf-8")
    return file


@cache
def _known_characters() -> frozenset[int]:
    known: set[int] = set()
    for folder in font_folders():
        for file in folder.glob("*.ttf"):
            with TTFont(file, lazy=True) as font:
                known.update(font.getBestCmap())
    return frozenset(known)
