"""A half-filled contact form: kept on the server under a secret that only this browser, or a private link, knows."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.domain.tokens import hash_token, new_token
from concierge.models import ContactDraft, UsedForm
from concierge.web.guard import TooMany
from concierge.web.throttle import allows

LIVES = timedelta(days=30)


def find_draft(
    session: Session, secret: str, now: datetime, *, for_update: bool = False
) -> ContactDraft | None:
    """The draft of this secret, if it was touched within 30 days."""
    if not secret:
        return None
    statement = sa.select(ContactDraft).where(
        ContactDraft.token_hash == hash_token(secret), ContactDraft.updated_at > now - LIVES
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def keep(session: Session, secret: str, answers: dict, *, address: str, now: datetime) -> str:
    """Add answers to the draft (None takes one away); begins a draft where there is none. Returns the secret.

    Raises TooMany when one address begins drafts faster than families could.
    """
    draft = find_draft(session, secret, now, for_update=True)
    if draft is None:
        if not allows(
            session, f"contact_draft:{hash_token(address)}", most=60, window=timedelta(minutes=15), now=now
        ):
            raise TooMany
        secret = new_token()
        draft = ContactDraft(token_hash=hash_token(secret), answers={}, updated_at=now)
        session.add(draft)
    merged = {**draft.answers, **answers}
    draft.answers = {key: value for key, value in merged.items() if value is not None}
    draft.updated_at = now
    return secret


def drop(session: Session, secret: str) -> None:
    """Forget everything that was typed."""
    session.execute(sa.delete(ContactDraft).where(ContactDraft.token_hash == hash_token(secret)))


def sent(session: Session, draft: ContactDraft, url: str, now: datetime) -> None:
    """The draft has become an enquiry; its secret still leads to the confirmation, from any old page or link."""
    session.add(UsedForm(token=draft.token_hash, used_at=now, led_to=url))
    session.delete(draft)


def where_it_led(session: Session, secret: str) -> str:
    """The confirmation of a draft that was sent, else ""."""
    return session.scalar(sa.select(UsedForm.led_to).where(UsedForm.token == hash_token(secret))) or ""


def mail_link(
    session: Session, draft: ContactDraft, *, email: str, url: str, language: str, now: datetime
) -> None:
    """Send the private link to an address. The mail names neither person nor illness; five a day reach one address."""
    if not allows(session, f"contact_resume:{hash_token(email)}", most=5, window=timedelta(days=1), now=now):
        raise TooMany
    key = f"contact_resume:{draft.id}:{hash_token(email)[:12]}:{int(now.timestamp())}"
    outbox.enqueue(
        session,
        event="contact_resume",
        key=key,
        recipient=email,
        language=language,
        now=now,
        context={"url": url},
    )
