"""Dependencies are pinned, documented and the same wherever they are named."""

import configparser
import re
from pathlib import Path

import pytest

from config import ROOT

FOLDER = ROOT / "requirements"


def _names(path: Path) -> set[str]:
    """The packages that a *.in file asks for, in lower case without extras."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))
    }


def _pins(path: Path) -> dict[str, str]:
    pins = re.findall(r"^([a-z0-9.-]+)(?:\[.*?\])?==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pins)


@pytest.mark.parametrize("name", ["runtime", "dev", "node"])
def test_a_lock_pins_all_that_is_asked_for_with_hashes(name: str) -> None:
    pins = _pins(FOLDER / f"{name}.txt")
    assert _names(FOLDER / f"{name}.in") <= pins.keys()
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count("==") == len(pins)
    assert len(re.findall(r"==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text)) == len(pins)


@pytest.mark.parametrize("name", ["runtime", "dev", "node"])
def test_a_lock_names_no_index(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


def test_tests_run_on_the_versions_of_the_product() -> None:
    assert _pins(FOLDER / "runtime.txt").items() <= _pins(FOLDER / "dev.txt").items()


def test_setup_cfg_asks_for_the_same_packages() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = parser["options"]["install_requires"].split("\n")
    assert {re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines if line} - {"#"} == _names(
        FOLDER / "runtime.in"
    )


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    reasons = {
        name.strip() for row in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE) for name in row.split(",")
    }
    wanted = _names(FOLDER / "runtime.in") | _names(FOLDER / "dev.in") | _names(FOLDER / "node.in")
    assert wanted - reasons == set()
    assert reasons - wanted <= {"package", "---", "axe-core (npm)"}


def test_the_readme_shows_both_commands_on_its_first_screen() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:15])
    assert "make run" in first_screen
    assert "make test" in first_screen
