"""Child processes live and die together."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from concierge.cli import processes
from concierge.cli.processes import ChildDied, Children
from config import ROOT

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-uc",
    "import signal,time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(60)",
]


def test_a_dead_child_is_named(tmp_path: Path) -> None:
    children = Children(folder=tmp_path, environment={})
    children.start("first", SLEEP)
    children.start("second", [sys.executable, "-c", "raise SystemExit(3)"])
    try:
        with pytest.raises(ChildDied) as caught:
            children.watch()
    finally:
        children.stop()
    assert (caught.value.name, caught.value.code) == ("second", 3)


def test_stop_ends_all_of_them_quickly(tmp_path: Path) -> None:
    children = Children(folder=tmp_path, environment={})
    for name in ("first", "second"):
        children.start(name, SLEEP)
    started = time.monotonic()
    children.stop()
    assert time.monotonic() - started < 5
    children.check()  # nothing is left that could be dead


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.2)
    heard = tmp_path / "heard.txt"
    with heard.open("w") as output:
        children = Children(folder=tmp_path, environment={}, output=output)
        children.start("deaf", DEAF)
        while not heard.read_text():
            time.sleep(0.02)
        started = time.monotonic()
        children.stop()
    assert time.monotonic() - started < 5


PARENT = """
import sys, time
from pathlib import Path
from concierge.cli.processes import Children

child = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
Children(folder=Path("/"), environment={}).start("child", child)
time.sleep(60)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel tells children of a killed parent on Linux only"
)
def test_children_do_not_outlive_a_killed_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child is still running"
        time.sleep(0.05)
