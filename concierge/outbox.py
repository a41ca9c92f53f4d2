"""Messages leave through here: `enqueue()` writes a row and sends nothing; jobs/ sends it after the commit.

The key names the fact (`estimate_ready:17:2`), so that the same fact is announced to the same person only once.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.access import Area, may_see
from concierge.models import Case, CaseParticipation, OutboxMessage, PortalAccount, Reminder


def enqueue(
    session: Session,
    *,
    event: str,
    key: str,
    recipient: str,
    language: str,
    now: datetime,
    timezone: str = "",
    case: Case | None = None,
    context: dict | None = None,
    due_at: datetime | None = None,
    medium: str = "email",
) -> None:
    """One mail (or SMS) to one address. `event` is a folder below templates/messages/; a known key changes nothing."""
    if session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return
    session.add(
        OutboxMessage(
            key=key, event=event, medium=medium, case_id=case.id if case else None, recipient=recipient,
            language=language, timezone=timezone,
            context=context or {}, due_at=due_at or now, created_at=now,
        )
    )  # fmt: skip


def participants(session: Session, case: Case, area: Area) -> list[CaseParticipation]:
    """Everybody who takes part in the case and may see this area."""
    rows = session.scalars(
        sa.select(CaseParticipation)
        .where(CaseParticipation.case_id == case.id)
        .order_by(CaseParticipation.id)
    )
    return [row for row in rows if may_see(row.standing, area)]


def tell(
    session: Session,
    case: Case,
    *,
    event: str,
    fact: str,
    area: Area,
    now: datetime,
    context: dict | None = None,
    due_at: datetime | None = None,
    not_to: int | None = None,
) -> None:
    """The same news to all who may see its area, each in their own language; `not_to` leaves one account out."""
    for participation in participants(session, case, area):
        account: PortalAccount = participation.account
        if account.id != not_to:
            enqueue(
                session, event=event, key=f"{event}:{case.id}:{fact}:{account.id}", recipient=account.email,
                language=account.language,
                timezone=account.timezone, case=case, context=context, now=now, due_at=due_at,
            )  # fmt: skip


def stop_reminders(session: Session, case: Case) -> None:
    """Cancel every planned reminder of a case that was closed."""
    planned = sa.and_(Reminder.case_id == case.id, Reminder.state == "planned")
    session.execute(sa.update(Reminder).where(planned).values(state="cancelled"))


def stop_messages(session: Session, case: Case) -> None:
    """Cancel every unsent message of a case: the patient has died (docs/journey.md)."""
    waiting = sa.and_(OutboxMessage.case_id == case.id, OutboxMessage.state == "queued")
    session.execute(sa.update(OutboxMessage).where(waiting).values(state="cancelled"))
