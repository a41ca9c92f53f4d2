"""What each web process does once when it has started (gunicorn reads this file as its settings)."""

import threading

from concierge.gateways import pdf


def post_worker_init(_worker: object) -> None:
    """The printer gets warm beside the first requests, which do not wait for it."""
    threading.Thread(target=pdf.warm, name="warm-printer", daemon=True).start()
