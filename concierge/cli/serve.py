"""`make run`: everything a newcomer needs to see Concierge at work, and nothing left behind when it stops.

In order: folder and secrets, catalogues, migrations, demo cases into an empty database, then the processes:
the demo card service (only without a key of the real one), the demo translation service (only without an engine), the
web server, the jobs. Ends with 0 on Ctrl+C or
SIGTERM, with 1 and a sentence when it cannot start or when one of the processes dies.
"""

import argparse
import fcntl
import http.client
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from concierge import create_app
from concierge.cli.catalogues import compile_stale
from concierge.cli.processes import ChildDied, Children
from concierge.cli.settings import (
    CannotStart,
    has_demo_cards,
    has_demo_translator,
    require_free_port,
    run_environment,
)
from concierge.db import db
from concierge.models.hospital import Hospital
from config import ROOT, Config, ConfigError

READY_SECONDS = 60.0
JOBS_COMMAND = [sys.executable, "-m", "concierge.jobs.scheduler"]
LOCAL_HOSTS = {None, "", "localhost", "127.0.0.1", "::1"}


class Stopped(BaseException):
    """A signal asked us to end; not an error, and nothing on the way may swallow it."""


def say(text: str) -> None:
    print(text, flush=True)


def _stop(_signal: int, _frame: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C must not interrupt the tidying up
    raise Stopped


@contextmanager
def _alone_in(instance: Path) -> Iterator[None]:
    """One run per instance folder: two would share mailbox, documents and card service."""
    with (instance / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"Concierge is already running from {instance}. Stop it first, or give another folder: "
                "make run INSTANCE=/some/other/folder"
            ) from error
        yield


def prepare(app: Flask, *, is_demo: bool) -> None:
    """Bring the database to the newest migration; an empty one gets the demo cases where demo is on."""
    with app.app_context():
        flask_migrate.upgrade()
        is_empty = db.session.scalar(sa.select(Hospital.id).limit(1)) is None
        db.session.remove()
        if is_empty and is_demo:
            from concierge.cli import demo

            say("Loading the demo cases (once, into the empty database)")
            demo.load()
        db.engine.dispose()


def reload_demo(app: Flask, config: Config) -> None:
    """Empty the local database and the stored files, then load the demo cases again."""
    url = sa.make_url(config.database_url)
    if url.host not in LOCAL_HOSTS:
        raise CannotStart(f"`make demo` empties the database, and {url.host} is another machine: not done.")
    with app.app_context():
        if sa.inspect(db.engine).has_table("alembic_version"):
            flask_migrate.downgrade(revision="base")
    for folder in (config.storage, config.mailbox):
        shutil.rmtree(folder, ignore_errors=True)
    prepare(app, is_demo=True)


def web_command(environment: Mapping[str, str]) -> list[str]:
    """gunicorn as it runs in production, with the sizes of one small machine."""
    options = {
        "--bind": f"{environment['HOST']}:{environment['PORT']}",
        "--config": "python:concierge.web.worker",
        "--worker-class": "gthread",
        "--workers": environment.get("WEB_CONCURRENCY", "2"),
        "--threads": environment.get("WEB_THREADS", "4"),
        "--graceful-timeout": "10",
        "--log-level": "warning",
    }
    flags = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "gunicorn", "wsgi:app", "--preload", "--no-control-socket", *flags]


def cards_command(environment: Mapping[str, str]) -> list[str]:
    """The local stand-in for the card service; its events come to our webhook, signed."""
    options = {
        "--port": environment["DEMO_CARDS_PORT"],
        "--webhook-url": f"http://127.0.0.1:{environment['PORT']}/webhooks/stripe",
        "--webhook-secret": environment["STRIPE_WEBHOOK_SECRET"],
        "--api-key": environment["STRIPE_SECRET_KEY"],
        "--db": str(Path(environment["INSTANCE"]) / "demo-cards.db"),
    }
    flags = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "concierge.gateways.demo_cards", *flags]


def translator_command(environment: Mapping[str, str]) -> list[str]:
    """The local stand-in for the translation engine: a phrasebook."""
    port = environment["DEMO_TRANSLATOR_PORT"]
    return [sys.executable, "-m", "concierge.gateways.demo_translator", "--port", port]


def wait_until_ready(children: Children, host: str, port: int) -> None:
    """Return when the web server answers anything; raises ChildDied or CannotStart."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        children.check()
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise CannotStart(f"The web server gave no answer within {READY_SECONDS:.0f} seconds.")


def _welcome(config: Config) -> None:
    say(f"\n  Concierge is ready:  {config.base_url}\n")
    if config.is_demo:
        from concierge.cli import demo

        for line in demo.sign_ins():
            say(f"  {line}")
    say("\n  Ctrl+C stops it.\n")


def serve(config: Config, environment: dict[str, str]) -> NoReturn:
    """Start the processes and watch them; leaves only by an exception (Stopped, ChildDied, CannotStart)."""
    reachable = "127.0.0.1" if environment["HOST"] in {"0.0.0.0", ""} else environment["HOST"]  # noqa: S104
    children = Children(folder=ROOT, environment=environment)
    try:
        if has_demo_cards(environment):
            children.start("demo card service", cards_command(environment))
        if has_demo_translator(environment):
            children.start("demo translation service", translator_command(environment))
        children.start("web", web_command(environment))
        wait_until_ready(children, reachable, int(environment["PORT"]))
        children.start("jobs", JOBS_COMMAND)  # after the pages: on two cores they would hold each other up
        _welcome(config)
        children.watch()
    finally:
        children.stop()


def _run(wants_reload: bool) -> None:
    environment = run_environment(os.environ)
    os.environ.update(environment)
    config = Config.from_env()
    with _alone_in(config.instance):
        compile_stale()
        if wants_reload:
            reload_demo(create_app(config), config)
            return
        require_free_port(environment["HOST"], int(environment["PORT"]), "PORT")
        if has_demo_cards(environment):
            require_free_port("127.0.0.1", int(environment["DEMO_CARDS_PORT"]), "DEMO_CARDS_PORT")
        if has_demo_translator(environment):
            require_free_port("127.0.0.1", int(environment["DEMO_TRANSLATOR_PORT"]), "DEMO_TRANSLATOR_PORT")
        prepare(create_app(config), is_demo=config.is_demo)
        serve(config, environment)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after a wanted stop, 1 when it could not start or a process died."""
    parser = argparse.ArgumentParser(prog="serve", description="Runs Concierge on this machine.")
    parser.add_argument("--reload-demo", action="store_true", help="empty the database, load the demo cases")
    given = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _run(given.reload_demo)
    except Stopped:
        say("\nStopped.")
    except (CannotStart, ChildDied, ConfigError) as error:
        print(f"Concierge stopped: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
