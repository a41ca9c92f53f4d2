"""A handful of child processes that live and die together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

GRACE_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1


class ChildDied(RuntimeError):
    """One of the processes ended by itself; the others are of no use without it."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"the {name} process ended with code {code}")
        self.name = name
        self.code = code


def _end_with_parent() -> None:
    """Linux: a child of a killed parent gets SIGTERM instead of living on unseen."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Started in order, stopped in reverse; each in its own session, so that Ctrl+C reaches only us."""

    def __init__(self, *, folder: Path, environment: Mapping[str, str], output: IO | None = None) -> None:
        """`output` takes what they print; without it they print where we do."""
        self._folder = folder
        self._output = output
        self._environment = dict(environment)
        self._processes: dict[str, subprocess.Popen] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        self._processes[name] = subprocess.Popen(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def check(self) -> None:
        """Raises ChildDied with the name of the first process that is gone."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                raise ChildDied(name, code)

    def watch(self) -> NoReturn:
        """Never returns; raises ChildDied, or whatever a signal handler raises."""
        while True:
            self.check()
            time.sleep(0.25)

    def stop(self) -> None:
        """SIGTERM to all, wait for each, SIGKILL to what is left after the grace time."""
        running = [process for process in reversed(self._processes.values()) if process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
