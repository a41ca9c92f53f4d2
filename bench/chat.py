"""300 open chats on two web workers: `python -m bench.chat`.

Every visitor asks each 1.6 seconds whether there is news, as static/chat.js does; 20 of the team do so each second on
the talk page. First nobody writes, then each second one answer and one message are sent. Prints the processor time of
the web processes as a share of one core, beside a bare *hello world* asked as often, and how long until the other side
has the message. BENCH_SECONDS (20) is the length of each part, BENCH_CHATS (300), BENCH_DATABASES as in bench/run.py.
"""

import asyncio
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import sqlalchemy as sa

from bench import scene, servers
from bench.load import CannotMeasure
from bench.pages import _form_of
from bench.scene import LEAD
from concierge import create_app
from concierge.db import db, transaction
from concierge.domain.access import Actor
from concierge.domain.tokens import new_token
from concierge.domain.vocabulary import Writer
from concierge.journey.contact.actions import take
from concierge.journey.contact.chat.actions import Opening, open_chat
from concierge.journey.contact.chat.poll import COOKIE
from concierge.models import Enquiry, StaffUser
from concierge.web.access import STAFF_COOKIE
from config import Config

EVERY, EVERY_AT_A_DESK = 1.8, 1.5  # seconds, as the templates say (data-every)
DESKS = 20
LIMIT_OF_A_CORE, LIMIT_SECONDS = 0.40, 2.0
PATIENCE = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Talk:
    """One chat: the visitor's secret, the reference of its case, what each side has last seen and waits for."""

    secret: str
    reference: str
    marks: dict[str, str] = field(default_factory=dict)
    awaited: dict[str, dict[str, asyncio.Future]] = field(default_factory=lambda: {"visitor": {}, "team": {}})


# --- the scene --------------------------------------------------------------------------------------------------


def open_chats(url: str, count: int) -> list[Talk]:
    """So many chats, each of them taken by the lead."""
    with TemporaryDirectory() as folder:
        app = create_app(
            Config(database_url=url, secret_key="bench", storage_key="bench", instance=Path(folder))
        )
        with app.app_context(), transaction() as session:
            lead = session.scalars(sa.select(StaffUser).where(StaffUser.email == LEAD)).one()
            talks = [_open(session, lead, datetime.now(UTC)) for _ in range(count)]
        with app.app_context():
            db.engine.dispose()
    return talks


def _open(session, lead: StaffUser, now: datetime) -> Talk:
    secret = new_token()
    chat = open_chat(session, Opening(
        secret=secret, hospital_id=lead.hospital_ids[0], message="Hello, can you read my reports?", called="Rosa",
        writer=Writer.PATIENT, language="en", timezone="Asia/Riyadh",
    ), now=now)  # fmt: skip
    enquiry_id = session.scalars(sa.select(Enquiry.id).where(Enquiry.case_id == chat.case_id)).one()
    take(session, enquiry_id, lead, actor=Actor("staff", lead.id, lead.name), now=now)
    return Talk(secret, chat.case.reference)


# --- the visitors -----------------------------------------------------------------------------------------------


class Line:
    """One connection that stays open, as little work per request as Python can do."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        body = urlencode(form).encode() if form else b""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form else ""
        head = (
            f"{'POST' if form else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {self._cookie}\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n"
        )
        for _again in range(2):  # the server may have closed a line that was quiet
            try:
                return await self._exchange(head.encode() + body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self._streams = None
        raise CannotMeasure(f"{path}: the server hung up")

    async def _exchange(self, sent: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        length = next((int(line[15:]) for line in head if line.startswith(b"content-length:")), 0)
        body = await reader.readexactly(length)
        if b"connection: close" in head:
            writer.close()
            self._streams = None
        return int(head[0].split()[1]), body


async def _watch(line: Line, talk: Talk, side: str, path: str, over: asyncio.Event) -> int:
    """An open page: asks until it is over, notes when an awaited text arrives. How often it asked."""
    every = EVERY if side == "visitor" else EVERY_AT_A_DESK
    await asyncio.sleep(random.random() * every)
    asked = 0
    while not over.is_set():
        status, body = await line.ask(f"{path}?after={talk.marks.get(side, '')}")
        asked += 1
        if status == 200:
            talk.marks[side] = body.split(b'data-mark="', 1)[1].split(b'"', 1)[0].decode().replace(" ", "+")
            for text in [text for text in talk.awaited[side] if text.encode() in body]:
                talk.awaited[side].pop(text).set_result(time.monotonic())
        elif status != 204:
            raise CannotMeasure(f"{path} answered {status}")
        await asyncio.sleep(every)
    return asked


async def _send(line: Line, talk: Talk, csrf: str, path: str, waiting: str) -> float:
    """One message; seconds from the press of the button until the waiting side has it."""
    text, began = f"Message {secrets.token_hex(6)}", time.monotonic()
    arrived = asyncio.get_running_loop().create_future()
    talk.awaited[waiting][text] = arrived
    form = {"csrf_token": csrf, "once": secrets.token_urlsafe(24), "message": text, "language": "en"}
    status, _body = await line.ask(path, form)
    if status != 303:
        raise CannotMeasure(f"{path} did not send: {status}")
    try:
        return await asyncio.wait_for(arrived, PATIENCE) - began
    except TimeoutError as error:
        raise CannotMeasure(f"a message was not on the other side after {PATIENCE} s") from error


# --- measuring --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """`share` of one core that the web processes used, `per_second` polls, sorted `waits` in seconds by side."""

    share: float
    per_second: float
    to_visitor: list[float]
    to_team: list[float]


async def _run(
    talks: list[Talk], port: int, session: str, csrf: str, staff: str, seconds: float, *, talking: bool
):
    ends_at = time.monotonic() + seconds
    desks, over = talks[:DESKS], asyncio.Event()
    pages = [
        *(
            _watch(Line(port, f"{session}; {COOKIE}={t.secret}"), t, "visitor", "/en/chat/poll", over)
            for t in talks
        ),
        *(_watch(Line(port, staff), t, "team", f"/c/{t.reference}/messages/new", over) for t in desks),
    ]
    watching = asyncio.gather(*pages)
    sent: dict[str, list[asyncio.Task]] = {"visitor": [], "team": []}
    turns = cycle(desks)
    while talking and time.monotonic() < ends_at:
        first, second = next(turns), next(turns)
        answer = _send(Line(port, staff), first, csrf, f"/c/{first.reference}/messages", "visitor")
        message = _send(
            Line(port, f"{session}; {COOKIE}={second.secret}"), second, csrf, "/en/chat/talk", "team"
        )
        sent["visitor"].append(asyncio.create_task(answer))
        sent["team"].append(asyncio.create_task(message))
        await asyncio.sleep(1)
    await asyncio.sleep(max(0, ends_at - time.monotonic()))
    waits = {side: sorted(await asyncio.gather(*tasks)) for side, tasks in sent.items()}
    over.set()
    return sum(await watching), waits["visitor"], waits["team"]


async def _hello(port: int, count: int, seconds: float) -> tuple[int, list[float], list[float]]:
    ends_at = time.monotonic() + seconds

    async def ask() -> int:
        line, asked = Line(port, ""), 0
        await asyncio.sleep(random.random() * EVERY)
        while time.monotonic() < ends_at:
            await line.ask("/hello")
            asked += 1
            await asyncio.sleep(EVERY)
        return asked

    return sum(await asyncio.gather(*(ask() for _ in range(count)))), [], []


def _measured(module: str, seconds: float, work: Callable[[], Coroutine]) -> Part:
    before, began = _used(module), time.monotonic()
    asked, to_visitor, to_team = asyncio.run(work())
    lasted = time.monotonic() - began
    return Part((_used(module) - before) / lasted, asked / lasted, to_visitor, to_team)


def _used(module: str) -> float:
    """Seconds of processor time that gunicorn with this application and its workers have used."""
    used = 0
    for master in _children(os.getpid()):
        if module.encode() in Path(f"/proc/{master}/cmdline").read_bytes():
            for process in (master, *_children(master)):
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
    return used / TICKS


def _children(process: int) -> list[int]:
    files = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for file in files for one in file.read_text().split()]


def measure(kind: str, url: str, folder: Path, chats: int, seconds: float) -> bool:
    """Prints the figures of one database; whether both aims were reached."""
    talks = open_chats(url, chats)
    engine = sa.create_engine(url)
    lead = scene.make(engine, drafts=0).lead
    engine.dispose()
    with servers.app_and_floor(url, folder) as ports:
        staff = f"{STAFF_COOKIE}={lead}"
        session, hidden = _form_of(ports[0], f"/c/{talks[0].reference}", staff)
        csrf = hidden["csrf_token"]
        staff = f"{session}; {staff}"

        def open_pages(talking: bool) -> Callable[[], Coroutine]:
            return lambda: _run(talks, ports[0], session, csrf, staff, seconds, talking=talking)

        asyncio.run(
            _run(talks, ports[0], session, csrf, staff, 2 * EVERY, talking=False)
        )  # both workers are warm
        quiet = _measured("wsgi:app", seconds, open_pages(False))
        talking = _measured("wsgi:app", seconds, open_pages(True))
        floor = _measured("bench.floor:app", seconds, lambda: _hello(ports[1], chats + DESKS, seconds))
    print(
        f"{kind}: {chats} chats and {DESKS} desks, {quiet.per_second:.0f} polls/s: {quiet.share:.1%} of one core; "
        f"hello world {floor.share:.1%} (ratio {quiet.share / floor.share:.2f})\n"
        f"{kind}: with a message each way every second {talking.share:.1%}; "
        f"to the visitor {_spread(talking.to_visitor)}; to the team {_spread(talking.to_team)}",
        flush=True,
    )
    slowest = max(talking.to_visitor + talking.to_team)
    return max(quiet.share, talking.share) < LIMIT_OF_A_CORE and slowest <= LIMIT_SECONDS


def _spread(waits: list[float]) -> str:
    return f"{waits[len(waits) // 2]:.2f} s, at most {waits[-1]:.2f} s ({len(waits)} messages)"


def main() -> int:
    """0 when everything was measured, 1 with a sentence when something answers wrongly."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    seconds, chats = float(os.environ.get("BENCH_SECONDS", "20")), int(os.environ.get("BENCH_CHATS", "300"))
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    try:
        with (
            TemporaryDirectory(prefix="concierge-bench-") as folder,
            servers.databases(kinds, Path(folder)) as makers,
        ):
            urls = {kind: maker.create() for kind, maker in makers.items()}
            servers.seed_all([(url, 1000) for url in urls.values()])
            reached = [measure(kind, url, Path(folder), chats, seconds) for kind, url in urls.items()]
    except CannotMeasure as error:
        print(f"The measurement stopped: {error}", file=sys.stderr)
        return 1
    print(f"Under {LIMIT_OF_A_CORE:.0%} of one core, at most {LIMIT_SECONDS:.0f} s: {'yes' if all(reached) else 'no'}; "
          f"{os.cpu_count()} cores with {os.getloadavg()[0]:.1f} processes waiting for one")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
