"""Verbs of signing in and out, for staff by password and for families by a code that comes by mail.

A try is counted before it is judged, so that guesses that arrive at once are counted too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox, passwords
from concierge.accounts import secrets
from concierge.domain.errors import InvalidInput
from concierge.domain.tokens import hash_token, new_token
from concierge.models import PortalAccount, Referrer, SignIn, SignInCode, StaffUser

SHORT, REMEMBERED = timedelta(hours=12), timedelta(days=30)
MOST_CODE_TRIES = 5
CODE_LIVES = timedelta(minutes=15)
SHORTEST_PASSWORD = 12
# Who signs in by a code, and where the code says whose it is.
Owner = PortalAccount | Referrer
_OWNER = {PortalAccount: SignInCode.account_id, Referrer: SignInCode.referrer_id}


# --- sign-ins ---------------------------------------------------------------------------------------------------


def open_sign_in(
    session: Session,
    *,
    staff_id: int | None = None,
    account_id: int | None = None,
    referrer_id: int | None = None,
    lasts: timedelta,
    now: datetime,
) -> str:
    """A new sign-in of one person, always under a new token; it is returned and never stored."""
    token = new_token()
    session.add(
        SignIn(
            token_hash=hash_token(token),
            staff_id=staff_id,
            account_id=account_id,
            referrer_id=referrer_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return token


def end_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    """Sign out: the next request with this token finds nobody."""
    session.execute(
        sa.update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def extend_sign_in(session: Session, sign_in: SignIn, now: datetime) -> datetime:
    """Stay signed in for 12 more hours, never for less than before. The new end."""
    ends_at = max(sign_in.expires_at, now + SHORT)
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in.id).values(expires_at=ends_at))
    return ends_at


# --- staff ------------------------------------------------------------------------------------------------------


def count_password_try(session: Session, email: str, now: datetime) -> StaffUser | None:
    """The person with this address, if they may try now; the try is counted."""
    user = session.scalar(
        sa.select(StaffUser)
        .where(StaffUser.email == email.lower(), StaffUser.is_active)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return user if user and passwords.count_try(user, now) else None


def password_was_right(session: Session, user_id: int, password: str) -> None:
    """Forget the tries; keep the password under today's parameters."""
    user = session.get_one(StaffUser, user_id)
    passwords.forget_tries(user)
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)


def change_password(session: Session, user_id: int, *, password_hash: str, now: datetime) -> None:
    """A new password ends every sign-in of this person; the view opens a new one for the browser at hand."""
    session.get_one(StaffUser, user_id).password_hash = password_hash
    session.execute(
        sa.update(SignIn).where(SignIn.staff_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def check_new_password(password: str) -> None:
    """Length is what counts (NIST SP 800-63B, 3.1.1). Raises InvalidInput(new_password, `password_short`)."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("new_password", "password_short")


# --- families and referring doctors ---------------------------------------------------------------------------


def ask_for_code(
    session: Session,
    *,
    email: str,
    key: str,
    link: Callable[[str], str],
    now: datetime,
    of: type[Owner] = PortalAccount,
) -> str:
    """Make a code and its link for this address; returns the ticket that the browser holds meanwhile.

    An unknown address gets a row too, which no code fits, and costs the same statements: what is written for the
    mail is taken back. `link` makes the address of the page with the button from the link's secret.
    """
    account = cast(Owner | None, session.scalar(sa.select(of).where(of.email == email.lower())))
    ticket, secret, code = new_token(), new_token(), secrets.new_code()
    row = SignInCode(
        ticket=hash_token(ticket),
        code_hash=secrets.keyed_hash(key, ticket, code),
        link_hash=secrets.keyed_hash(key, secret),
        created_at=now,
        expires_at=now + CODE_LIVES,
    )
    setattr(row, _OWNER[of].key, account.id if account else None)
    session.add(row)
    session.flush()
    with session.begin_nested() as mail:
        outbox.enqueue(
            session, event="sign_in_code", key=f"sign_in_code:{row.id}", language=account.language if account else "en",
            recipient=(account.email if account else None) or "", timezone=account.timezone if account else "",
            context={"code": code, "url": link(secret)}, now=now,
        )  # fmt: skip
        session.flush()
        if account is None:
            mail.rollback()
    return ticket


def is_code_alive(session: Session, ticket: str, now: datetime) -> bool:
    """Whether the code behind this ticket can still be tried; addresses that nobody has answer in the same way."""
    row = session.scalar(sa.select(SignInCode).where(SignInCode.ticket == hash_token(ticket)))
    return row is not None and row.used_at is None and row.tries < MOST_CODE_TRIES and row.expires_at > now


def use_code(
    session: Session, ticket: str, code: str, *, key: str, now: datetime, of: type[Owner] = PortalAccount
) -> int | None:
    """The id of the owner whom this code lets in, once; None for a wrong, used, expired or five times missed one."""
    row = session.scalar(
        sa.update(SignInCode)
        .where(
            SignInCode.ticket == hash_token(ticket),
            SignInCode.tries < MOST_CODE_TRIES,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
        )
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode)
        .execution_options(populate_existing=True)
    )
    owner_id = getattr(row, _OWNER[of].key) if row else None
    if (
        row is None
        or owner_id is None
        or not secrets.is_same(row.code_hash, secrets.keyed_hash(key, ticket, code))
    ):
        return None
    row.used_at = now
    return owner_id


def find_link(
    session: Session, secret: str, *, key: str, now: datetime, of: type[Owner] = PortalAccount
) -> Owner | None:
    """Whose link this is while it lives. Looking changes nothing: mail scanners open links too."""
    owner = sa.select(of).join(SignInCode, _OWNER[of] == of.id).where(_is_link(secret, key, now, of))
    return cast(Owner | None, session.scalar(owner))


def use_link(
    session: Session, secret: str, *, key: str, now: datetime, of: type[Owner] = PortalAccount
) -> int | None:
    """The id of the owner whom this link lets in, once."""
    return session.scalar(
        sa.update(SignInCode)
        .where(_is_link(secret, key, now, of))
        .values(used_at=now)
        .returning(_OWNER[of])
    )


def _is_link(secret: str, key: str, now: datetime, of: type[Owner]):
    return sa.and_(
        SignInCode.link_hash == secrets.keyed_hash(key, secret),
        _OWNER[of].is_not(None),
        SignInCode.tries < MOST_CODE_TRIES,
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > now,
    )
