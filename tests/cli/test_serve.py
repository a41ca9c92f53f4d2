"""`make run` as a newcomer meets it: starts, answers, stops cleanly, and says why when it cannot."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from config import ROOT
from tests.support.databases import Server
from tests.support.live import free_ports

pytestmark = pytest.mark.slow


@contextmanager
def _running(database_url: str, instance: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    port, cards = free_ports(2)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "INSTANCE": str(instance),
        "PORT": str(port),
        "DEMO_CARDS_PORT": str(cards),
        "DEMO": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "concierge.cli.serve"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def _read_until_ready(process: subprocess.Popen) -> str:
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if "Concierge is ready" in line:
            return seen
    raise AssertionError(seen)


def _children(process: subprocess.Popen) -> dict[str, psutil.Process]:
    """By a word of their command: web, jobs."""
    words = {"gunicorn": "web", "concierge.jobs.scheduler": "jobs"}
    found = {}
    for child in psutil.Process(process.pid).children():
        for word, name in words.items():
            if word in child.cmdline():
                found[name] = child
    return found


def _rest(process: subprocess.Popen) -> str:
    assert process.stdout
    return process.stdout.read()


def test_it_serves_and_stops_cleanly_and_serves_again(database_server: Server, tmp_path: Path) -> None:
    url = database_server.create()
    for number in (signal.SIGINT, signal.SIGTERM):
        with _running(url, tmp_path) as (process, address):
            _read_until_ready(process)
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.status == 200
            children = _children(process)
            assert set(children) == {"web", "jobs"}
            process.send_signal(number)
            assert process.wait(20) == 0
            assert "Traceback" not in _rest(process)
            assert not [name for name, child in children.items() if child.is_running()]


@pytest.mark.parametrize("name", ["web", "jobs"])
def test_when_one_process_dies_the_rest_stops_and_it_is_named(name: str, tmp_path: Path) -> None:
    with _running(f"sqlite:///{tmp_path / 'own.db'}", tmp_path) as (process, _address):
        _read_until_ready(process)
        children = _children(process)
        children[name].kill()
        assert process.wait(20) == 1
        assert f"the {name} process ended" in _rest(process)
        deadline = time.monotonic() + 5
        while any(child.is_running() for child in children.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(child.is_running() for child in children.values())


def test_a_second_run_in_the_same_folder_is_refused_with_a_way_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with _running(url, tmp_path) as (first, _address):
        _read_until_ready(first)
        with _running(url, tmp_path) as (second, _other):
            assert second.wait(30) == 1
            assert "already running" in _rest(second)
