"""Sends what waits in the outbox: claim with a lease, send outside any transaction, write down what left.

However many processes run this, a row is sent once; if one dies in between, its lease runs out and another takes over
with the same Message-ID (at least once, recognisable as the same mail).
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from flask import current_app

from concierge.db import db, transaction
from concierge.gateways.mail import SendFailed
from concierge.jobs import letters
from concierge.models import Case, OutboxMessage
from concierge.web.clock import now
from concierge.web.vendors import gateways

log = structlog.get_logger()
LEASE = timedelta(minutes=5)
BATCH = 20
MAX_ATTEMPTS = 8
# What they carried is wiped once it has left.
SECRET_EVENTS = {
    "sign_in_code", "contact_resume", "bulletin_confirm", "chat_waiting", "driver_link", *letters.STOPPABLE,
}  # fmt: skip


def deliver_due() -> int:
    """Send up to one batch; the number of rows that were tried."""
    rows = _claim(now())
    for row_id in rows:
        _send_one(row_id)
    return len(rows)


def _claim(at: datetime) -> list[int]:
    waiting = sa.and_(OutboxMessage.state == "queued", OutboxMessage.due_at <= at)
    abandoned = sa.and_(OutboxMessage.state == "claimed", OutboxMessage.lease_until < at)
    chosen = (
        sa.select(OutboxMessage.id)
        .where(sa.or_(waiting, abandoned))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claim = (
        sa.update(OutboxMessage)
        .where(OutboxMessage.id.in_(chosen))
        .values(state="claimed", lease_until=at + LEASE, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    with transaction() as session:
        return sorted(session.scalars(claim))


def _send_one(row_id: int) -> None:
    row = db.session.get_one(OutboxMessage, row_id, populate_existing=True)
    case = db.session.get(Case, row.case_id) if row.case_id else None
    base_url = current_app.config["CONCIERGE"].base_url
    try:
        with current_app.test_request_context(base_url=base_url):
            letter = letters.write(row, case)
        db.session.rollback()  # no transaction stays open while the network is slow
        _hand_over(row, letter)
    except SendFailed as error:
        _failed(row_id, error.reason, is_final=error.permanent)
    except Exception as error:
        log.exception("letter_failed", message=row_id, kind=type(error).__name__)
        _failed(row_id, type(error).__name__, is_final=False)
    else:
        _sent(row_id, letter)


def _hand_over(row: OutboxMessage, letter: letters.Letter) -> None:
    if row.medium == "sms":
        gateways().sms.send(letters.sms_of(row, letter))
    else:
        gateways().mailer.send(letters.mail_of(row, letter))


def _sent(row_id: int, letter: letters.Letter) -> None:
    with transaction() as session:
        row = session.get_one(OutboxMessage, row_id)
        row.state, row.sent_at, row.lease_until, row.error = "sent", now(), None, ""
        is_secret = row.event in SECRET_EVENTS
        row.subject, row.body = letter.subject, "" if is_secret else letter.sms or letter.text
        if is_secret:
            row.context = {}


def _failed(row_id: int, reason: str, *, is_final: bool) -> None:
    """Try again later, with growing patience; give up after MAX_ATTEMPTS or when the address will never do."""
    with transaction() as session:
        row = session.get_one(OutboxMessage, row_id)
        gives_up = is_final or row.attempts >= MAX_ATTEMPTS
        row.state, row.lease_until, row.error = "failed" if gives_up else "queued", None, reason[:200]
        row.due_at = now() + timedelta(seconds=30 * 2**row.attempts)
    log.warning("message_not_sent", message=row_id, reason=reason, gives_up=gives_up)
