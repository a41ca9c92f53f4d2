"""The house keeps its order: who may import whom, where things stand, what stands nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

from concierge.domain.journey import Step
from config import ROOT
from scripts import contracts

SOURCES = sorted((ROOT / "concierge").rglob("*.py"))
OUR_CODE = [path for path in SOURCES if "migrations" not in path.parts]


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines_with(pattern: str, paths: list[Path]) -> list[str]:
    search = re.compile(pattern).search
    return [
        f"{_named(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if search(line)
    ]


def test_imports_go_only_downstairs(capfd: pytest.CaptureFixture[str]) -> None:
    status = contracts.main()
    assert status == 0, capfd.readouterr().out


def test_the_rooms_of_the_journey_are_the_six_steps() -> None:
    rooms = {
        path.name for path in (ROOT / "concierge" / "journey").iterdir() if (path / "__init__.py").exists()
    }
    assert rooms == {step.value for step in Step}


def test_only_transaction_commits() -> None:
    elsewhere = [path for path in OUR_CODE if path != ROOT / "concierge" / "db.py"]
    assert _lines_with(r"\.commit\(", elsewhere) == []


def test_the_time_is_asked_in_one_place() -> None:
    allowed = {ROOT / "concierge" / "web" / "clock.py", *(ROOT / "concierge" / "jobs").rglob("*.py")}
    vendors = set(
        (ROOT / "concierge" / "gateways").rglob("*.py")
    )  # the demo card service has a clock of its own
    elsewhere = [path for path in OUR_CODE if path not in allowed | vendors]
    assert _lines_with(r"\b(datetime\.(now|utcnow|today)|date\.today)\(", elsewhere) == []


def test_each_package_says_that_it_is_one() -> None:
    folders = {path.parent for path in OUR_CODE}
    assert [_named(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_file_is_too_long_to_read() -> None:
    long = {_named(path): count for path in OUR_CODE if (count := len(path.read_bytes().splitlines())) > 500}
    assert long == {}


def test_nothing_names_a_place_of_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    kinds = {
        ".py",
        ".md",
        ".html",
        ".cfg",
        ".toml",
        ".sh",
        ".txt",
        ".in",
        ".json",
        ".css",
        ".js",
        ".typ",
        ".po",
        ".pot",
        "",
    }
    paths = [
        ROOT / name for name in listed if name and Path(name).suffix in kinds and (ROOT / name).is_file()
    ]
    assert _lines_with(r"(?<![\w.])/(?:work|farm|root|home|Users)/", paths) == []


def test_style_is_logical() -> None:
    """Arabic mirrors the page by itself only when nothing says left or right."""
    sides = (
        r"(?<![\w-])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    )
    words = r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    places = r"(?<![\w-])(?:left|right)\s*:"
    sheets = sorted((ROOT / "concierge" / "static").rglob("*.css"))
    assert sheets
    assert _lines_with(f"{sides}|{words}|{places}|border-(?:top|bottom)-(?:left|right)-radius", sheets) == []
