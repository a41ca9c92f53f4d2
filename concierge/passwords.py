"""Passwords of staff: kept as hashes, and tried ten times in a row at most, at the sign-in and at a signature together.

A try is counted before it is judged, so that guesses that arrive at once count too.
"""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from concierge.models import StaffUser

MOST_TRIES = 10
REST = timedelta(minutes=15)

_HASHER = PasswordHasher()  # argon2id with the library's current parameters
# Compared when nobody has this address, so that the answer takes as long as for somebody.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; None for nobody, which takes as long and is never true.

    Takes some 50 ms on purpose: not inside a transaction.
    """
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def count_try(user: StaffUser, now: datetime) -> bool:
    """Whether this person, read under a lock, may try now. The tenth try in a row locks, unless it turns out right."""
    if user.locked_until and user.locked_until > now:
        return False
    user.failed_tries += 1
    if user.failed_tries >= MOST_TRIES:
        user.failed_tries, user.locked_until = 0, now + REST
    return True


def forget_tries(user: StaffUser) -> None:
    """The password was right."""
    user.failed_tries, user.locked_until = 0, None
