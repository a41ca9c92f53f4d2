"""A signature: the password is asked once more, and wrong tries are counted together with those of the sign-in."""

from datetime import datetime

from sqlalchemy.orm import Session

from concierge import passwords
from concierge.domain.errors import InvalidInput
from concierge.models import StaffUser


def begin_try(session: Session, user_id: int, now: datetime) -> str:
    """Count one try; the hash to judge it by.

    Raises InvalidInput(password, `signature_locked`) while too many wrong ones lie less than 15 minutes back.
    """
    user = _locked(session, user_id)
    if not passwords.count_try(user, now):
        raise InvalidInput("password", "signature_locked")
    return user.password_hash


def end_try(session: Session, user_id: int) -> None:
    """It was right."""
    passwords.forget_tries(_locked(session, user_id))


def _locked(session: Session, user_id: int) -> StaffUser:
    return session.get_one(StaffUser, user_id, with_for_update=True, populate_existing=True)
