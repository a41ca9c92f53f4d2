"""A subscription is asked for, confirmed by its own address, and left with one click. Nothing is sent before that."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.domain.vocabulary import BulletinState, BulletinTopic
from concierge.models import BulletinExport, BulletinSubscription, StaffUser

Link = Callable[[BulletinSubscription], str]


def ask(
    session: Session,
    *,
    email: str,
    language: str,
    topics: list[BulletinTopic],
    address_hash: str,
    link: Link,
    now: datetime,
) -> BulletinSubscription:
    """Keep what is wanted and send the link that confirms it. Whoever receives the bulletin goes on receiving it
    as before until then, so that nobody changes anything for anybody else.
    """
    subscription = _of(session, email, language)
    subscription.round += 1
    subscription.wanted = {
        "language": language, "topics": [topic.value for topic in topics], "at": now.isoformat(), "from": address_hash,
    }  # fmt: skip
    session.flush()
    outbox.enqueue(
        session, event="bulletin_confirm", key=f"bulletin_confirm:{subscription.public_id}:{subscription.round}",
        recipient=email, language=language, context={"url": link(subscription)}, now=now,
    )  # fmt: skip
    return subscription


def _of(session: Session, email: str, language: str) -> BulletinSubscription:
    known = sa.select(BulletinSubscription).where(BulletinSubscription.email == email).with_for_update()
    if found := session.scalar(known):
        return found
    made = BulletinSubscription(email=email, language=language, topics=[], round=0)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the same address asked in another window at this moment
        return session.scalars(known).one()
    return made


def confirm(
    session: Session, public_id: str, number: int, *, address_hash: str, leave_link: Link, now: datetime
) -> BulletinSubscription | None:
    """The owner of the address says yes; a second yes changes nothing. None when a newer asking replaced this one."""
    subscription = find(session, public_id, for_update=True)
    if subscription is None or subscription.round != number:
        return None
    wanted = subscription.wanted
    if not wanted:
        return subscription if subscription.state is BulletinState.ACTIVE else None
    subscription.state, subscription.confirmed_at, subscription.left_at = BulletinState.ACTIVE, now, None
    subscription.language, subscription.topics, subscription.wanted = wanted["language"], wanted["topics"], {}
    _prove(subscription, "asked", "form", wanted["at"], wanted["from"])
    _prove(subscription, "confirmed", "link in the mail", now.isoformat(), address_hash)
    outbox.enqueue(
        session, event="bulletin_welcome", key=f"bulletin_welcome:{public_id}:{number}", recipient=subscription.email,
        language=subscription.language, now=now,
        context={"url": leave_link(subscription), "leave_url": leave_link(subscription)},
    )  # fmt: skip
    return subscription


def leave(session: Session, public_id: str, *, how: str, address_hash: str, now: datetime) -> bool:
    """Out at once, whatever was wanted before; a second time changes nothing. False for nobody's subscription."""
    subscription = find(session, public_id, for_update=True)
    if subscription is None:
        return False
    subscription.wanted = {}
    if subscription.state is not BulletinState.LEFT:
        subscription.state, subscription.left_at = BulletinState.LEFT, now
        _prove(subscription, "left", how, now.isoformat(), address_hash)
    return True


def find(session: Session, public_id: str, *, for_update: bool = False) -> BulletinSubscription | None:
    found = sa.select(BulletinSubscription).where(BulletinSubscription.public_id == public_id)
    if for_update:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def _prove(subscription: BulletinSubscription, what: str, how: str, at: str, address_hash: str) -> None:
    """One more line of the proof of consent; the list is replaced, because a JSON column sees no change within."""
    subscription.proof = [*subscription.proof, {"what": what, "how": how, "at": at, "from": address_hash}]


def note_export(
    session: Session, user: StaffUser, *, purpose: str, count: int, now: datetime
) -> BulletinExport:
    """Write down that the list leaves the house, before it does."""
    export = BulletinExport(staff_id=user.id, staff_name=user.name, at=now, purpose=purpose, count=count)
    session.add(export)
    session.flush()
    return export
