"""Delivers the demo card service's events to our webhook: signed like Stripe's, again until taken."""

import hashlib
import heapq
import hmac
import http.client
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

_TIMEOUT_SECONDS = 10


def signature_header(payload: bytes, secret: str, timestamp: int) -> str:
    """The header `Stripe-Signature` for a body (docs.stripe.com/webhooks, "Verify manually")."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


class Courier:
    """One thread. An event that is refused comes again after each of `delays`, in seconds.

    What is never taken stays undelivered and is given again when the service starts the next time.
    """

    def __init__(
        self,
        webhook_url: str,
        webhook_secret: str,
        read: Callable[[str], dict[str, Any]],
        on_delivered: Callable[[str], None],
        delays: Sequence[float],
    ) -> None:
        self.webhook_url = webhook_url
        self._secret, self._delays = webhook_secret, delays
        self._read, self._on_delivered = read, on_delivered
        self._due: list[tuple[float, int, int, str]] = []
        self._count = 0
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="demo-cards-courier", daemon=True)
        self._thread.start()

    def deliver(self, event_id: str) -> None:
        self._schedule(event_id, attempt=0, wait=0.0)

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join(_TIMEOUT_SECONDS + 1)

    def _schedule(self, event_id: str, attempt: int, wait: float) -> None:
        with self._changed:
            self._count += 1
            heapq.heappush(self._due, (time.monotonic() + wait, self._count, attempt, event_id))
            self._changed.notify()

    def _run(self) -> None:
        while item := self._next():
            event_id, attempt = item
            if self._post(event_id):
                self._on_delivered(event_id)
            elif attempt < len(self._delays):
                self._schedule(event_id, attempt + 1, self._delays[attempt])

    def _next(self) -> tuple[str, int] | None:
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    _, _, attempt, event_id = heapq.heappop(self._due)
                    return event_id, attempt
                self._changed.wait(wait)
        return None

    def _post(self, event_id: str) -> bool:
        payload = json.dumps(self._read(event_id)).encode()
        headers = {"Content-Type": "application/json"}
        headers["Stripe-Signature"] = signature_header(payload, self._secret, int(time.time()))
        try:
            request = urllib.request.Request(self.webhook_url, payload, headers, method="POST")  # noqa: S310
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
                return 200 <= response.status < 300
        except (OSError, ValueError, http.client.HTTPException):
            return False
