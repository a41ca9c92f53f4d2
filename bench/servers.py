"""The databases, and Concierge beside its floor on each of them, both under gunicorn as in production."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from concierge.cli.processes import Children
from concierge.cli.serve import wait_until_ready, web_command
from concierge.cli.settings import run_environment
from config import ROOT
from tests.support.databases import PostgresDatabases, SqliteServer
from tests.support.live import CARRIED_OVER, free_ports
from tests.support.postgres import PostgresServer


@contextmanager
def databases(kinds: list[str], folder: Path) -> Iterator[dict[str, SqliteServer | PostgresDatabases]]:
    """Makers of empty databases by kind; a PostgreSQL of our own is stopped and removed at the end."""
    with ExitStack() as stack:
        made: dict[str, SqliteServer | PostgresDatabases] = {}
        for kind in kinds:
            if kind == "sqlite":
                made[kind] = SqliteServer(folder)
            elif given := os.environ.get("TEST_DATABASE_URL"):
                made[kind] = PostgresDatabases(sa.make_url(given))
            else:
                server = PostgresServer(PostgresServer.new_folder())
                stack.callback(server.stop)
                server.start()
                made[kind] = PostgresDatabases(server.url())
        yield made


def seed_all(targets: list[tuple[str, int]]) -> None:
    """Fill databases (url, cases) at the same time, each in a process of its own."""
    running = [
        subprocess.Popen([sys.executable, "-m", "bench.seed", url, str(cases)], cwd=ROOT)
        for url, cases in targets
    ]
    try:
        failed = [process.args for process in running if process.wait() != 0]
    finally:
        for process in running:
            process.kill()
    if failed:
        raise RuntimeError(f"seeding failed: {failed}")


@contextmanager
def app_and_floor(
    url: str, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """The ports of Concierge and of its floor on this database, with the same gunicorn settings."""
    ports = tuple(free_ports(2))
    carried = {name: value for name, value in os.environ.items() if name in CARRIED_OVER}
    own = {"DATABASE_URL": url, "INSTANCE": str(folder / "instance"), "DEMO": "0", "TRUSTED_PROXIES": "1"}
    with (folder / "output.txt").open("a") as output:
        environment = run_environment({**carried, **own, **(settings or {})})
        children = Children(folder=ROOT, environment=environment, output=output)
        try:
            for name, module, port in zip(
                ("Concierge", "floor"), ("wsgi:app", "bench.floor:app"), ports, strict=True
            ):
                command = web_command(environment | {"PORT": str(port)})
                children.start(name, [module if part == "wsgi:app" else part for part in command])
            for port in ports:
                wait_until_ready(children, "127.0.0.1", port)
            yield ports
            children.check()
        finally:
            children.stop()
