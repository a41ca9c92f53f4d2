"""What some families of the demonstration have written since: some waits, one is snoozed, one mail came back."""

import json
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.conversation.actions import send_message, write_note
from concierge.conversation.inbox.actions import add_words, snooze
from concierge.db import transaction
from concierge.domain.access import Actor
from concierge.domain.vocabulary import MessageChannel
from concierge.models import Case, OutboxMessage, Person, PortalAccount, StaffUser
from concierge.web.clock import now


def load_talks(path: Path) -> None:
    """One transaction for each talk of the file."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        with transaction() as session:
            found = session.scalars(sa.select(Case.id).join(Case.person).where(Person.email == row["email"]))
            case = lock(session, found.one())
            if "error" in row:
                _come_back(session, case, row["error"])
            else:
                _say(session, case, row)


def _say(session: Session, case: Case, row: dict) -> None:
    at = now() - timedelta(hours=row["hours_ago"])
    user = session.get_one(StaffUser, case.specialist_id)
    specialist = Actor("staff", user.id, user.name)
    account = session.scalars(sa.select(PortalAccount).where(PortalAccount.email == row["email"])).one()
    if row["channel"] == "portal":
        family = Actor("portal", account.id, account.name)
        send_message(session, case, body=row["body"], language=row["language"], actor=family, now=at)
    else:
        add_words(
            session, case, channel=MessageChannel(row["channel"]), body=row["body"], language=row["language"], at=at,
            sender=account.name, account_id=account.id, actor=specialist, now=at,
        )  # fmt: skip
    if "note" in row:
        write_note(session, case, body=row["note"], language="en", actor=specialist, now=at)
    if "snooze_days" in row:
        snooze(session, case, until=now() + timedelta(days=row["snooze_days"]), actor=specialist, now=now())


def _come_back(session: Session, case: Case, error: str) -> None:
    """The newest mail to this family, as if its mailbox were gone."""
    newest = (
        sa.select(OutboxMessage)
        .where(OutboxMessage.case_id == case.id)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    mail = session.scalars(newest).one()
    mail.state, mail.error, mail.attempts = "failed", error, 1
