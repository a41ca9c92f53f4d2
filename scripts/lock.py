"""Writes requirements/*.txt again: exact versions with the hashes of every file, and no address of any index.

Pins that still satisfy the *.in files are kept; give `--upgrade` or `--upgrade-package NAME` to move on.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "requirements"
TOOL = "pip-tools==7.6.2"
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--annotation-style=line",
    "--no-emit-options",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
)


def main() -> None:
    if importlib.util.find_spec("piptools") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", TOOL], check=True)
    environment = {**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"}
    for name in ("runtime", "dev", "node"):  # dev is bound to what runtime chose
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *sys.argv[1:]]
        subprocess.run([*command, "-o", f"{name}.txt", f"{name}.in"], cwd=FOLDER, env=environment, check=True)


if __name__ == "__main__":
    main()
