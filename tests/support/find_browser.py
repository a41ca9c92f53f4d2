"""Which browser the stories drive: one that is installed, else the one that Playwright fetched at set-up.

`python -m tests.support.find_browser` prints its path, or exits with 1 (scripts/setup.sh asks this).
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def find_browser() -> str | None:
    """The path of a Chromium or Chrome, or None. CHROMIUM in the environment wins."""
    if named := os.environ.get("CHROMIUM"):
        return named if os.access(named, os.X_OK) else None
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    if installed:
        return installed
    fetched = sorted((ROOT / ".venv" / ".browsers").glob("chromium-*/chrome-*/chrome*"), reverse=True)
    candidates = (path for path in (*PLACES, *fetched) if path.is_file() and os.access(path, os.X_OK))
    return next((str(path) for path in candidates), None)


if __name__ == "__main__":
    browser = find_browser()
    if browser is None:
        sys.exit(1)
    sys.stdout.write(browser + "\n")
