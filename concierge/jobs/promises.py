"""A promised first answer is warned of once before it ends and once when it is past, while the hospital is open.

At 60 % of its open hours the specialists are written to, past it the leads. Enquiries that come due together make one
mail; each is marked in the same transaction, so none is announced twice.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.db import db, transaction
from concierge.domain.access import Role
from concierge.domain.journey import CaseState, Step
from concierge.journey.contact.queries import amber_at
from concierge.journey.contact.team import tell_role
from concierge.models import Case, Enquiry, Hospital
from concierge.web.clock import now

BATCH = 200


def warn_of_promises() -> int:
    """The number of enquiries that somebody was told of."""
    at = now()
    is_open = [one.id for one in db.session.scalars(sa.select(Hospital)) if one.calendar.is_open(at)]
    return sum(_warn(hospital_id, at) for hospital_id in is_open)


def _warn(hospital_id: int, at: datetime) -> int:
    with transaction() as session:
        hospital = session.get_one(Hospital, hospital_id)
        late = _late(session, hospital, at)
        for enquiry in late:
            enquiry.late_told_at = at
        _tell(session, hospital, Role.LEAD, "promise_past", late, at)
        soon = _soon(session, hospital, at)
        for enquiry in soon:
            enquiry.warned_at = at
        _tell(session, hospital, Role.SPECIALIST, "promise_ends", soon, at)
        return len(late) + len(soon)


def _soon(session: Session, hospital: Hospital, at: datetime) -> list[Enquiry]:
    """Untaken, more than 60 % of the promise gone and not past; in the order in which they fall due."""
    waiting = sa.and_(
        Enquiry.hospital_id == hospital.id, Enquiry.taken_by_id.is_(None), Enquiry.warned_at.is_(None),
        Enquiry.promise_due_at > at, Case.state == CaseState.OPEN,
    )  # fmt: skip
    rows = session.scalars(
        sa.select(Enquiry)
        .join(Enquiry.case)
        .where(waiting)
        .order_by(Enquiry.promise_due_at)
        .limit(BATCH)
        .with_for_update(of=Enquiry, skip_locked=True)
    )
    calendar = hospital.calendar
    return [row for row in rows if amber_at(calendar, row.received_at, hospital.first_reply_hours) <= at]


def _late(session: Session, hospital: Hospital, at: datetime) -> list[Enquiry]:
    """Past the promise without a first answer, taken or not. Found along the board, which knows who is unanswered."""
    unanswered = sa.and_(
        Case.hospital_id == hospital.id, Case.state == CaseState.OPEN, Case.step == Step.CONTACT,
        Case.replied_at.is_(None), Enquiry.promise_due_at <= at, Enquiry.late_told_at.is_(None),
    )  # fmt: skip
    return list(
        session.scalars(
            sa.select(Enquiry)
            .join(Enquiry.case)
            .where(unanswered)
            .order_by(Enquiry.promise_due_at)
            .limit(BATCH)
            .with_for_update(of=Enquiry, skip_locked=True)
        )
    )


def _tell(
    session: Session, hospital: Hospital, role: Role, event: str, enquiries: Sequence[Enquiry], at: datetime
) -> None:
    if not enquiries:
        return
    first = enquiries[0]
    tell_role(
        session, hospital, role, event=event, fact=str(first.id), now=at,
        context={
            "waiting": len(enquiries), "promise_at": first.promise_due_at.isoformat(), "home": hospital.timezone,
        },
    )  # fmt: skip
