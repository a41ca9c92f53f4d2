"""Checks the import contracts of setup.cfg: `lint-imports` without its launcher's absolute path."""

import sys
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    sys.path.insert(0, str(ROOT))
    status = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True, no_logo=True)
    return int(status != EXIT_STATUS_SUCCESS)


if __name__ == "__main__":
    sys.exit(main())
