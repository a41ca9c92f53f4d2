"""How the secrets of sign-in are made, and kept so that a stolen database opens nothing."""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()  # argon2id with the library's current parameters
# Compared when nobody has this address, so that the answer takes as long as for somebody.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def new_token() -> str:
    """A bearer secret: 192 bits."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def hash_token(token: str) -> str:
    """A long random secret needs no key: nobody can guess what was hashed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(key: str, *parts: str) -> str:
    """Six digits are guessed from a plain hash in a blink; without the key of the application they are not."""
    return hmac.new(key.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compare without telling by the time taken how much is the same."""
    return hmac.compare_digest(one, other)


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; None for nobody, which takes as long and is never true."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
