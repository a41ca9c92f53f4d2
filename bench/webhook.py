"""`python -m bench.webhook`: how fast a webhook of the card service is answered, beside a bare write of the same row.

WEBHOOK_EVENTS (2000) signed events, each another one, are posted to Concierge under gunicorn by CLIENTS connections at
once, and as many to the floor, which checks no signature and inserts by hand; once more each, all of them repeated.
BENCH_DATABASES (sqlite,postgresql) says where. The promise of the house is a p95 below 50 ms.
"""

import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench import servers
from bench.names import application
from concierge.gateways.demo_cards_courier import signature_header

CLIENTS = 4
SECRET = "whsec_bench"
SETTINGS = {
    "STRIPE_SECRET_KEY": "sk_test_bench",
    "STRIPE_WEBHOOK_SECRET": SECRET,
    "STRIPE_API_URL": "http://127.0.0.1:9",
}


def main() -> int:
    """0 when everything was measured."""
    count = int(os.environ.get("WEBHOOK_EVENTS", "2000"))
    kinds = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    print(
        f"{'database':12}{'delivery':10}{'p50 ms':>8}{'p95 ms':>8}{'bare p50':>10}{'bare p95':>10}{'ratio p50':>11}"
    )
    with (
        TemporaryDirectory(prefix="concierge-webhook-") as folder,
        servers.databases(kinds, Path(folder)) as makers,
    ):
        for kind, maker in makers.items():
            url = maker.create()
            with application(url, Path(folder) / kind):
                pass  # migrated
            with servers.app_and_floor(url, Path(folder) / kind, SETTINGS) as (app, floor):
                _measure(app, "/webhooks/stripe", _events(f"warm_{kind}", 100))
                for delivery in ("first", "repeated"):
                    ours = _measure(app, "/webhooks/stripe", _events(kind, count))
                    bare = _measure(floor, "/card-event", _events(f"{kind}_bare_{delivery}", count))
                    _print(kind, delivery, ours, bare)
    return 0


def _events(name: str, count: int) -> list[bytes]:
    return [
        json.dumps(
            {
                "id": f"evt_{name}_{number}", "type": "payment_intent.succeeded", "created": int(time.time()),
                "data": {"object": {"id": f"pi_{name}_{number}", "object": "payment_intent", "status": "succeeded"}},
            }
        ).encode()
        for number in range(count)
    ]  # fmt: skip


def _measure(port: int, path: str, bodies: list[bytes]) -> list[float]:
    """Milliseconds of each answer; every one must be 200."""
    taken: list[float] = []
    waiting, lock = iter(bodies), threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body in _shared(waiting, lock):
            headers = {"Stripe-Signature": signature_header(body, SECRET, int(time.time()))}
            began = time.perf_counter()
            connection.request("POST", path, body, {**headers, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            taken.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise SystemExit(f"{path} answered {answer.status}")

    threads = [threading.Thread(target=client) for _number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) != len(bodies):
        raise SystemExit(f"{path}: {len(taken)} of {len(bodies)} were answered")
    return taken


def _shared(waiting: Iterator[bytes], lock: threading.Lock) -> Iterator[bytes]:
    while True:
        with lock:
            body = next(waiting, None)
        if body is None:
            return
        yield body


def _print(kind: str, delivery: str, ours: list[float], bare: list[float]) -> None:
    p50, p95 = median(ours), quantiles(ours, n=20)[-1]
    bare50, bare95 = median(bare), quantiles(bare, n=20)[-1]
    print(
        f"{kind:12}{delivery:10}{p50:8.1f}{p95:8.1f}{bare50:10.1f}{bare95:10.1f}{p50 / bare50:11.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
