"""The demo card service: stands in for Stripe where no money may move. Speaks Stripe's language.

`python -m concierge.gateways.demo_cards --port 12111 --webhook-url http://127.0.0.1:5000/webhooks/stripe
--webhook-secret whsec_demo --api-key sk_test_demo --db demo-cards.sqlite`
"""

import argparse
import base64
import binascii
import hmac
import json
import re
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from concierge.gateways.demo_cards_book import REFUND_SECONDS, TEST_CARDS, Body, Book, Refusal
from concierge.gateways.demo_cards_courier import Courier
from concierge.gateways.demo_cards_page import closed_page, payment_page

_MAX_BODY = 64 * 1024
RETRY_DELAYS = (1.0, 5.0, 30.0, 300.0)


def parse_form(text: str) -> Body:
    """Stripe's form encoding: `a[b][0][c]=x` is {"a": {"b": [{"c": "x"}]}}. May raise Refusal."""
    tree: Body = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *rest = re.split(r"\]?\[", name.removesuffix("]"))
        node, keys = tree, [head, *rest]
        for key in keys[:-1]:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise Refusal(400, "Invalid parameter nesting", param=head)
        node[keys[-1]] = value
    return {key: _lists(value) for key, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}


@dataclass(frozen=True, slots=True)
class Handle:
    """A running service. `courier.webhook_url` may be changed while it runs."""

    url: str
    courier: Courier
    stop: Callable[[], None]


def start(
    port: int = 0,
    *,
    webhook_url: str,
    webhook_secret: str,
    api_key: str,
    db: Path | None = None,
    host: str = "127.0.0.1",
    retry_delays: Sequence[float] = RETRY_DELAYS,
    refund_seconds: float = REFUND_SECONDS,
) -> Handle:
    """Starts the service in threads of this process; `port` 0 takes a free one."""
    server = _Server((host, port), _Handler)
    url = f"http://{host}:{server.server_address[1]}"
    book = Book(db, lambda key: courier.deliver(key), lambda key: f"{url}/pay/{key}", refund_seconds)
    courier = Courier(webhook_url, webhook_secret, book.event, book.mark_delivered, retry_delays)
    server.book, server.api_key = book, api_key
    for event_id in book.undelivered():
        courier.deliver(event_id)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="demo-cards", daemon=True)
    thread.start()
    is_over = threading.Event()
    bank = threading.Thread(
        target=_settle, args=(book, is_over, min(1.0, refund_seconds)), name="demo-cards-bank", daemon=True
    )
    bank.start()

    def stop() -> None:
        is_over.set()
        bank.join()
        server.shutdown()
        thread.join()
        server.server_close()
        courier.stop()
        book.close()

    return Handle(url, courier, stop)


def _settle(book: Book, is_over: threading.Event, pause: float) -> None:
    while not is_over.wait(pause):
        book.answer(book.settle_refunds, key=None, request="")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    book: Book
    api_key: str


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Otherwise head and body leave in two packets and each answer waits 40 ms for the other side.
    wbufsize = -1
    timeout = 30

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what is typed here is nobody's business, test card or not."""

    def _serve(self, method: str) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > _MAX_BODY:
            self.close_connection = True
            self._json(413, Refusal(413, "Too large").body)
            return
        text = self.rfile.read(size).decode("utf-8", "replace")
        parts = urlsplit(self.path).path.strip("/").split("/")
        try:
            if parts[0] == "pay" and len(parts) == 2:
                self._page(parts[1], parse_form(text).get("number") if method == "POST" else None)
            else:
                self._api(method, parts, text)
        except Refusal as refusal:
            self._json(refusal.status, refusal.body)

    def _api(self, method: str, parts: list[str], text: str) -> None:
        if not self._is_authorized():
            raise Refusal(401, "Invalid API Key provided")
        query = urlsplit(self.path).query
        verb = _route(self.server.book, method, parts, parse_form(query if method == "GET" else text))
        key = self.headers.get("Idempotency-Key") if method == "POST" else None
        request = json.dumps([parts, sorted(parse_qsl(text, keep_blank_values=True))])
        status, body, is_replay = self.server.book.answer(verb, key=key, request=request)
        self._json(status, body, {"Idempotent-Replayed": "true"} if is_replay else {})

    def _is_authorized(self) -> bool:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                return False
        return hmac.compare_digest(value.encode(), self.server.api_key.encode())

    def _page(self, session_id: str, number: str | None) -> None:
        book = self.server.book
        _, session, _ = book.answer(lambda: book.get_session(session_id), key=None, request="")
        notice = ""
        if number is not None and session.get("status") == "open":
            digits = re.sub(r"\D", "", str(number))
            status, body, _ = book.answer(lambda: book.pay_session(session_id, digits), key=None, request="")
            if status == 200:
                self._redirect(body["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id))
                return
            notice = body["error"]["message"]
        if session.get("status") == "open":
            self._html(200, payment_page(session, notice))
        else:
            self._html(404, closed_page())

    def _json(self, status: int, body: Body, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _html(self, status: int, text: str) -> None:
        self._send(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _redirect(self, url: str) -> None:
        self._send(303, b"", {"Location": url})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _route(book: Book, method: str, parts: list[str], params: Body) -> Callable[[], Body]:
    match method, parts:
        case "POST", ["v1", "payment_intents"]:
            return lambda: book.create_intent(params)
        case "GET", ["v1", "payment_intents", key]:
            return lambda: book.get_intent(key)
        case "POST", ["v1", "payment_intents", key, "confirm"]:
            return lambda: book.confirm_intent(key, params)
        case "POST", ["v1", "payment_intents", key, "cancel"]:
            return lambda: book.cancel_intent(key, params)
        case "POST", ["v1", "checkout", "sessions"]:
            return lambda: book.create_session(params)
        case "GET", ["v1", "checkout", "sessions", key]:
            return lambda: book.get_session(key)
        case "POST", ["v1", "checkout", "sessions", key, "expire"]:
            return lambda: book.expire_session(key, params)
        case "POST", ["v1", "refunds"]:
            return lambda: book.create_refund(params)
        case "GET", ["v1", "refunds"]:
            return lambda: book.list_refunds(params)
        case "GET", ["v1", "refunds", key]:
            return lambda: book.get_refund(key)
        case "GET", ["v1", "disputes", key]:
            return lambda: book.get_dispute(key)
        case "POST", ["v1", "disputes", key]:
            return lambda: book.answer_dispute(key, params)
        case "POST", ["v1", "disputes", key, "close"]:
            return lambda: book.close_dispute(key, params)
        case "GET", ["v1", "events"]:
            return lambda: book.list_events(params)
    raise Refusal(404, f"Unrecognized request URL ({method}: /{'/'.join(parts)})")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="demo_cards", description="The demo card service: no money moves.")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook-url", required=True)
    parser.add_argument("--webhook-secret", required=True)
    parser.add_argument("--api-key", required=True)
    parser.add_argument("--db", type=Path)
    given = parser.parse_args(arguments)
    handle = start(
        given.port,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        api_key=given.api_key,
        db=given.db,
    )
    sys.stdout.write(f"Demo card service at {handle.url}; test cards: {', '.join(TEST_CARDS)}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        handle.stop()


if __name__ == "__main__":
    main()
