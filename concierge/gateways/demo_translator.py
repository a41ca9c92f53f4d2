"""The demo translation service: stands in for a LibreTranslate server, and speaks its protocol.

It knows the sentences of a phrasebook and nothing else. A text with one sentence that it does not know is refused as
a whole: half a translation would look like one. `python -m concierge.gateways.demo_translator --port 5000`
"""

import argparse
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from config import ROOT

NAME = "demo translation service"  # stands beside each of its translations
PHRASES = ROOT / "demo" / "phrases.json"
_MAX_BODY = 256 * 1024
_LONGEST = 4  # sentences of one phrase
_SLOTS = {
    "n": r"(?P<%s>[\d٠-٩]+(?:[.,:/٫٬-][\d٠-٩]+)*)",
    "amount": r"(?P<%s>(?:[A-Z]{3}|[$€£¥])\s?[\d٠-٩][\d٠-٩.,٫٬]*[\d٠-٩]|[\d٠-٩][\d٠-٩.,٫٬]*\s?(?:[A-Z]{3}|[$€£¥]))",
    "name": r"(?P<%s>[^\d.!?؟。！？،,，]{2,40}(?:\.\s[^\d.!?؟。！？،,，]{2,40})?)",
}
_SLOT = re.compile(r"\{((n|amount|name)\d?)\}")
_SENTENCE = re.compile(r"(?<=[!?؟。！？\n])\s*|(?<=[.،])\s+")
_AT_THE_END = " \t\n.!?؟。！？…،，,"


class Unknown(Exception):
    """A sentence that is not in the phrasebook, or a language that it does not have."""


class Phrasebook:
    """Sentences side by side in several languages; `{n}`, `{amount}` and `{name}` stand for what changes."""

    def __init__(self, path: Path = PHRASES) -> None:
        rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        self.languages = sorted({_code(language) for row in rows for language in row})
        self._rows = [{_code(language): text for language, text in row.items()} for row in rows]
        self._patterns = {
            language: [(_pattern(row[language]), row) for row in self._rows if language in row]
            for language in self.languages
        }

    def translate(self, text: str, source: str, target: str) -> str:
        """Sentence by sentence, all of them or none. Raises Unknown."""
        if source not in self._patterns or target not in self._patterns:
            raise Unknown
        pieces = [piece for piece in _SENTENCE.split(text) if piece]
        blanks = _blanks_after(text, pieces)
        result, place = "", 0
        while place < len(pieces):
            last, said = self._longest(pieces, blanks, place, source, target)
            result += said + _between(blanks[last], target)
            place = last + 1
        return result.strip()

    def _longest(
        self, pieces: list[str], blanks: list[str], start: int, source: str, target: str
    ) -> tuple[int, str]:
        for last in range(min(start + _LONGEST, len(pieces)) - 1, start - 1, -1):
            text = "".join(pieces[i] + (blanks[i] if i < last else "") for i in range(start, last + 1))
            if not any(sign.isalpha() for sign in text):
                return last, text.strip()
            if (said := self._say(text, source, target)) is not None:
                return last, said
        raise Unknown

    def _say(self, sentence: str, source: str, target: str) -> str | None:
        wanted = " ".join(sentence.split()).strip(_AT_THE_END)
        for pattern, row in self._patterns[source]:
            if target in row and (found := pattern.fullmatch(wanted)):
                return row[target].format_map(found.groupdict())
        return None


def _code(language: str) -> str:
    return language.replace("_", "-")


def _pattern(phrase: str) -> re.Pattern[str]:
    ends, out = 0, ""
    phrase = phrase.strip(_AT_THE_END)
    for slot in _SLOT.finditer(phrase):
        out += re.escape(phrase[ends : slot.start()]) + _SLOTS[slot[2]] % slot[1]
        ends = slot.end()
    return re.compile(out + re.escape(phrase[ends:]), re.IGNORECASE)


def _blanks_after(text: str, pieces: list[str]) -> list[str]:
    """What stands between each piece and the next one."""
    blanks, place = [], 0
    for piece in pieces:
        place = text.index(piece, place) + len(piece)
        rest = text[place:]
        blanks.append(rest[: len(rest) - len(rest.lstrip())] + ("\n" if piece.endswith("\n") else ""))
    return blanks


def _between(blank: str, target: str) -> str:
    if "\n" in blank:
        return "\n" * blank.count("\n")
    return "" if target.startswith("zh") else " "


class Handle:
    """A running service with the switches that tests and a curious person need. `requests` holds what was asked."""

    def __init__(self, server: "_Server") -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.requests: list[list[str]] = []
        self.is_down = False
        self.delay = 0.0  # seconds
        self.loses_numbers = False

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def start(port: int = 0, *, phrases: Path = PHRASES) -> Handle:
    """Starts the service in threads of this process; `port` 0 takes a free one."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.book, server.handle = Phrasebook(phrases), Handle(server)
    threading.Thread(target=server.serve_forever, args=(0.05,), name="demo-translator", daemon=True).start()
    return server.handle


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    book: Phrasebook
    handle: Handle


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    timeout = 60

    def do_GET(self) -> None:
        if self._is_away():
            return
        if self.path.rstrip("/") != "/languages":
            self._json(404, {"error": "Not found"})
            return
        known = self.server.book.languages
        self._json(200, [{"code": one, "name": one, "targets": known} for one in known])

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > _MAX_BODY:
            self.close_connection = True
            self._json(413, {"error": "Too large"})
            return
        body = self.rfile.read(size)
        if self._is_away():
            return
        try:
            asked = json.loads(body)
            texts = asked["q"] if isinstance(asked["q"], list) else [asked["q"]]
            answer = list(self._answers(texts, asked["source"], asked["target"]))
        except (ValueError, KeyError, TypeError, AttributeError, Unknown):
            self._json(400, {"error": "This text is not in the phrasebook of the demonstration"})
            return
        self._json(200, {"translatedText": answer if isinstance(asked["q"], list) else answer[0]})

    def _answers(self, texts: list[str], source: str, target: str) -> Iterator[str]:
        self.server.handle.requests.append(texts)
        for text in texts:
            said = self.server.book.translate(text, source, target)
            yield re.sub(r"[\d٠-٩]+", "", said, count=1) if self.server.handle.loses_numbers else said

    def _is_away(self) -> bool:
        """Down, or slow."""
        time.sleep(self.server.handle.delay)
        if self.server.handle.is_down:
            self._json(503, {"error": "Down"})
        return self.server.handle.is_down

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what families write stands in no log."""

    def _json(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="demo_translator", description="Translates the sentences of a phrasebook."
    )
    parser.add_argument("--port", type=int, default=5000)
    handle = start(parser.parse_args().port)
    sys.stdout.write(f"Demo translation service at {handle.url}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        handle.stop()


if __name__ == "__main__":
    main()
