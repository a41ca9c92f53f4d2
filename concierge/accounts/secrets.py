"""The codes and links that come by mail: how they are made and hashed, so that a stolen database opens nothing."""

import hashlib
import hmac
import secrets


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def keyed_hash(key: str, *parts: str) -> str:
    """Six digits are guessed from a plain hash in a blink; without the key of the application they are not."""
    return hmac.new(key.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compare without telling by the time taken how much is the same."""
    return hmac.compare_digest(one, other)
