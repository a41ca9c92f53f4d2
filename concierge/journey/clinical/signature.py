"""A signature: the password is asked once more, and wrong tries are counted together with those of the sign-in."""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from concierge.domain.errors import InvalidInput
from concierge.models import StaffUser

MOST_TRIES = 10
REST = timedelta(minutes=15)

_HASHER = PasswordHasher()


def begin_try(session: Session, user_id: int, now: datetime) -> str:
    """Count one try before it is judged, so that guesses that arrive at once count too; the hash to judge it by.

    Raises InvalidInput(password, `signature_locked`) while too many wrong ones lie less than 15 minutes back.
    """
    user = session.get_one(StaffUser, user_id, with_for_update=True, populate_existing=True)
    if user.locked_until and user.locked_until > now:
        raise InvalidInput("password", "signature_locked")
    user.failed_tries += 1
    if user.failed_tries >= MOST_TRIES:
        user.failed_tries, user.locked_until = 0, now + REST
    return user.password_hash


def forget_tries(session: Session, user_id: int) -> None:
    """The password was right."""
    user = session.get_one(StaffUser, user_id, with_for_update=True, populate_existing=True)
    user.failed_tries, user.locked_until = 0, None


def is_right(password: str, password_hash: str) -> bool:
    """Takes some 50 ms on purpose: not inside a transaction."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
