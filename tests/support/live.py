"""The real thing on free ports: gunicorn with two workers, the jobs process and the demo services."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config import ROOT
from tests.support.databases import Server, test_config

if TYPE_CHECKING:
    from flask import Flask

    from concierge.gateways.demo_translator import Handle as Translator

CARRIED_OVER = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


@dataclass(frozen=True)
class LiveServer:
    """`app` is a second application on the same database, for setting a scene and for looking afterwards."""

    url: str
    cards_url: str
    instance: Path
    app: "Flask"
    translator: "Translator"  # runs in the process of the test, which has its switches at hand

    @property
    def mailbox(self) -> Path:
        """The folder in which mail lands."""
        return self.instance / "mailbox"

    @property
    def output(self) -> str:
        """What the processes have printed so far."""
        return (self.instance / "output.txt").read_text(encoding="utf-8", errors="replace")


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _environment(database_url: str, instance: Path, translator_url: str) -> dict[str, str]:
    from concierge.cli.settings import DEMO_TRANSLATOR, run_environment

    web, cards = free_ports(2)
    carried = {name: value for name, value in os.environ.items() if name in CARRIED_OVER}
    own = {
        "DATABASE_URL": database_url,
        "INSTANCE": str(instance),
        "PORT": str(web),
        "DEMO_CARDS_PORT": str(cards),
        "TRANSLATOR_URL": translator_url,
        "TRANSLATOR_NAME": DEMO_TRANSLATOR,
        "FASTEST_FORM_SECONDS": "0",  # nobody in a story types as slowly as a person
    }
    return run_environment(carried | own)


def _second_app(environment: dict[str, str], instance: Path) -> "Flask":
    from concierge import create_app

    config = test_config(
        environment["DATABASE_URL"],
        instance,
        base_url=f"http://127.0.0.1:{environment['PORT']}",
        secret_key=environment["SECRET_KEY"],
        storage_key=environment["STORAGE_KEY"],
        stripe_secret_key=environment["STRIPE_SECRET_KEY"],
        stripe_publishable_key=environment["STRIPE_PUBLISHABLE_KEY"],
        stripe_webhook_secret=environment["STRIPE_WEBHOOK_SECRET"],
        stripe_api_url=environment["STRIPE_API_URL"],
        is_demo=True,
    )
    return create_app(config)


def _let_go(app: "Flask") -> None:
    """Of every connection to the database."""
    from concierge.db import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Running:
    """The processes and the second application on one database; they outlive a module, its rows do not."""

    def __init__(self, server: Server, folder: Path) -> None:
        from concierge.cli import serve
        from concierge.cli.processes import Children
        from concierge.gateways import demo_translator

        self._server, self._instance = server, folder
        self._translator = demo_translator.start()
        self._database = server.migrated(folder / "pattern")
        environment = _environment(self._database, folder, self._translator.url)
        self._app = _second_app(environment, folder)
        self._output = (folder / "output.txt").open("w")
        self._children = Children(folder=ROOT, environment=environment, output=self._output)
        self._children.start("demo card service", serve.cards_command(environment))
        self._children.start("web", serve.web_command(environment))
        self._children.start("jobs", serve.JOBS_COMMAND)
        serve.wait_until_ready(self._children, "127.0.0.1", int(environment["PORT"]))
        url, cards = f"http://127.0.0.1:{environment['PORT']}", environment["STRIPE_API_URL"]
        self.live = LiveServer(url, cards, folder, self._app, self._translator)
        self._read = 0

    def begin(self) -> None:
        """An empty house for the next module: no rows, no documents, no mail, every switch as it was."""
        _let_go(self._app)
        self._server.empty(self._database)
        for name in ("documents", "mailbox"):
            for path in (self._instance / name).glob("*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self._translator.is_down, self._translator.delay, self._translator.loses_numbers = False, 0.0, False
        self._translator.requests.clear()
        self._read = len(self.live.output)

    def check(self) -> None:
        """Nothing died, and nothing was raised since `begin`."""
        self._children.check()
        printed = self.live.output[self._read :]
        assert "Traceback (most recent call last)" not in printed, printed[-6000:]

    def stop(self) -> None:
        self._children.stop()
        self._translator.stop()
        self._output.close()
        _let_go(self._app)


@pytest.fixture(scope="session")
def _running() -> Iterator[dict[str, Running]]:
    """What runs in this worker, by the kind of its database; started when it is first needed."""
    running: dict[str, Running] = {}
    yield running
    for one in running.values():
        one.stop()


@pytest.fixture(scope="module")
def live_server(
    database_server: Server, _running: dict[str, Running], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A running Concierge per test module and database, empty but migrated; nothing in it may raise."""
    kind = database_server.kind
    if kind not in _running:
        _running[kind] = Running(database_server, tmp_path_factory.mktemp("live"))
    _running[kind].begin()
    yield _running[kind].live
    _running[kind].check()
