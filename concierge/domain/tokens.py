"""Bearer secrets: whoever holds one is let in, so only its hash is stored."""

import hashlib
import secrets


def new_token() -> str:
    """192 bits."""
    return secrets.token_urlsafe(24)


def hash_token(token: str) -> str:
    """A long random secret needs no key: nobody can guess what was hashed."""
    return hashlib.sha256(token.encode()).hexdigest()
