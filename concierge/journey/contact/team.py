"""Whom of a hospital's team the contact room writes to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.domain.access import Role
from concierge.models import Case, Hospital, StaffRole, StaffUser


def with_role(session: Session, hospital_id: int, role: Role) -> list[StaffUser]:
    """Everybody who works in this role at this hospital now."""
    return list(
        session.scalars(
            sa.select(StaffUser)
            .join(StaffRole, StaffRole.staff_id == StaffUser.id)
            .where(StaffRole.hospital_id == hospital_id, StaffRole.role == role, StaffUser.is_active)
            .order_by(StaffUser.id)
        )
    )


def tell_role(
    session: Session,
    hospital: Hospital,
    role: Role,
    *,
    event: str,
    fact: str,
    now: datetime,
    context: dict,
    case: Case | None = None,
    not_to: int | None = None,
) -> None:
    """One mail to each of them; where nobody has the role, to the hospital's own address. `not_to` knows already."""
    team = with_role(session, hospital.id, role)
    for user in team:
        if user.id != not_to:
            outbox.enqueue(
                session, event=event, key=f"{event}:{fact}:{user.id}", recipient=user.email, language=user.language,
                timezone=user.timezone, case=case, context=context, now=now,
            )  # fmt: skip
    if not team:
        outbox.enqueue(
            session, event=event, key=f"{event}:{fact}:office", recipient=hospital.email, language="en",
            timezone=hospital.timezone, case=case, context=context, now=now,
        )  # fmt: skip
