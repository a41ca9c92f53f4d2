"""Eight clients at once: wrk for what is read, eight threads of our own for what is written."""

import http.client
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlencode

CLIENTS = 8
SCRIPT = Path(__file__).with_name("rotate.lua")
Read = tuple[str, str]  # path, Cookie header
Write = tuple[str, str, dict[str, str]]  # path, Cookie header, form


class CannotMeasure(RuntimeError):
    """A sentence for the person at the terminal."""


@dataclass(frozen=True)
class Figures:
    """Of one page under load: requests per second; half and 95 of 100 requests were answered within so many ms."""

    per_second: float
    p50: float
    p95: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise CannotMeasure(
            "wrk is not installed, and without it nothing can be measured: sudo apt-get install wrk"
        )


# --- reading ----------------------------------------------------------------------------------------------------


def fetch(port: int, path: str, cookie: str = "", limit: int = 400) -> tuple[bytes, list[str]]:
    """One page: its body and the cookies that it set. Raises CannotMeasure unless it answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise CannotMeasure(f"{path} answered {response.status}: {body[:limit].decode(errors='replace')}")
    return body, [value.split(";")[0] for value in response.headers.get_all("Set-Cookie", [])]


def read(port: int, requests: list[Read], seconds: float) -> Figures:
    """wrk asks for these pages in turn. Every page was fetched once before, so that a wrong answer is noticed."""
    for path, cookie in requests[:CLIENTS]:
        fetch(port, path, cookie)
    warm_up(port, requests)
    with NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{path}\t{cookie}\n" for path, cookie in requests)
        file.flush()
        options = [f"-c{CLIENTS}", "-t2", f"-d{seconds:.0f}s", "-s", str(SCRIPT)]
        command = ["wrk", *options, f"http://127.0.0.1:{port}/", "--", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("figures ")), None)
    if line is None:
        raise CannotMeasure(f"wrk gave no figures: {done.stderr or done.stdout}")
    count, micros, p50, p95, failed = map(int, line.split()[1:])
    if failed:
        raise CannotMeasure(f"{failed} of {count} answers to {requests[0][0]} were errors")
    return Figures(count * 1e6 / micros, p50 / 1000, p95 / 1000)


def warm_up(port: int, requests: list[Read]) -> None:
    """Both workers load their templates and open their connections before the clock runs."""
    few = [requests[i % len(requests)] for i in range(CLIENTS * 4)]

    def ask(mine: list[Read]) -> None:
        for path, cookie in mine:
            fetch(port, path, cookie)

    _at_once([lambda mine=few[i::CLIENTS]: ask(mine) for i in range(CLIENTS)])


# --- writing ----------------------------------------------------------------------------------------------------


def write(port: int, work: list[Iterator[Write]], seconds: float) -> Figures:
    """Each client posts its own forms, one after the other, until the time is over. Each must answer 303."""
    taken: list[list[float]] = [[] for _ in work]
    ends_at = time.perf_counter() + seconds
    began_at = time.perf_counter()

    def send(mine: Iterator[Write], times: list[float]) -> None:
        client = _Client(port)
        while (started_at := time.perf_counter()) < ends_at and (form := next(mine, None)):
            status = client.post(*form)
            if status != 303:
                raise CannotMeasure(f"{form[0]} answered {status}")
            times.append(time.perf_counter() - started_at)
        client.close()

    _at_once(
        [lambda mine=mine, times=times: send(mine, times) for mine, times in zip(work, taken, strict=True)]
    )
    lasted = time.perf_counter() - began_at
    every = sorted(one for times in taken for one in times)
    return Figures(len(every) / lasted, every[len(every) // 2] * 1000, every[len(every) * 95 // 100] * 1000)


def _at_once(jobs: list[Callable[[], None]]) -> None:
    failures: list[Exception] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class _Client:
    """As little work per request as Python can do, because the server shares the machine with us."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def post(self, path: str, cookie: str, form: dict[str, str]) -> int:
        body = urlencode(form)
        request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {cookie}\r\n"
            f"X-Forwarded-For: {form.get('address', '127.0.0.1')}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        self._socket.sendall(request)
        return self._answer()

    def _answer(self) -> int:
        received = b""
        while b"\r\n\r\n" not in received:
            if not (piece := self._socket.recv(65536)):
                raise CannotMeasure("the server hung up")
            received += piece
        head, _blank, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._socket.recv(65536)
        if b"connection: close" in lines:
            self.close()
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        return int(lines[0].split()[1])

    def close(self) -> None:
        self._socket.close()
