"""Duties are noted without overlap; an urgent enquiry calls, and calls again until somebody takes care of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge import outbox
from concierge.cases.actions import lock, record
from concierge.domain.access import SYSTEM, Actor, Role
from concierge.domain.errors import InvalidInput
from concierge.domain.oncall import may_page
from concierge.domain.vocabulary import Urgency
from concierge.journey.contact.oncall.queries import on_call_at
from concierge.journey.contact.team import tell_role, with_role
from concierge.models import Enquiry, Hospital, OnCall, StaffUser, UrgentPage


def note_duty(
    session: Session,
    hospital_id: int,
    *,
    staff_id: int,
    phone: str,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
) -> OnCall:
    """One more duty. Raises InvalidInput: `ends_before_start`, `time_in_past`, `duty_overlaps`, `unknown_physician`.

    The hospital's row is locked, so that two leads cannot note the same night at the same moment.
    """
    if starts_at >= ends_at:
        raise InvalidInput("ends", "ends_before_start")
    if ends_at <= now:
        raise InvalidInput("ends", "time_in_past")
    session.execute(sa.select(Hospital.id).where(Hospital.id == hospital_id).with_for_update())
    if staff_id not in {user.id for user in with_role(session, hospital_id, Role.REVIEWER)}:
        raise InvalidInput("physician", "unknown_physician")
    other = session.scalar(
        sa.select(OnCall)
        .where(OnCall.hospital_id == hospital_id, OnCall.starts_at < ends_at, OnCall.ends_at > starts_at)
        .order_by(OnCall.ends_at)
        .limit(1)
    )
    if other is not None:
        raise InvalidInput("starts", "duty_overlaps", name=other.staff.name)
    duty = OnCall(
        hospital_id=hospital_id, staff_id=staff_id, phone=phone, starts_at=starts_at, ends_at=ends_at,
        noted_by_id=actor.id, noted_at=now,
    )  # fmt: skip
    session.add(duty)
    session.flush()
    return duty


def remove_duty(session: Session, duty: OnCall) -> None:
    """Take a duty out of the list; whoever was called in it stays in the history of that case."""
    session.delete(duty)


def alert(session: Session, enquiry: Enquiry, actor: Actor, now: datetime) -> None:
    """Tell somebody at once of an urgent enquiry: in hours the specialists, after hours the physician on call.

    Words of danger in a form or a chat, which anybody can write, go to the leads after hours.
    """
    if enquiry.urgency is not Urgency.URGENT:
        return
    case, hospital = enquiry.case, enquiry.case.hospital
    is_open = hospital.calendar.is_open(now)
    if is_open or not may_page(enquiry.came_by):
        tell_role(
            session, hospital, Role.SPECIALIST if is_open else Role.LEAD, event="urgent_enquiry",
            fact=str(enquiry.id), case=case, now=now,
            context={"promise_at": enquiry.promise_due_at.isoformat()},
            not_to=actor.id if actor.is_staff else None,
        )  # fmt: skip
        return
    session.add(UrgentPage(enquiry_id=enquiry.id, paged_at=now))
    duty = _call(session, enquiry, now, "first")
    if duty is None:
        _tell_leads(session, enquiry, now, "first")
    record(session, case, "urgent_paged", SYSTEM, now, name=duty.staff.name if duty else "")


def call_again(session: Session, page: UrgentPage, now: datetime) -> None:
    """Nobody has answered: call whoever is on call now once more, and the leads."""
    page.again_at = now
    duty = _call(session, page.enquiry, now, "again")
    _tell_leads(session, page.enquiry, now, "again")
    name = duty.staff.name if duty else ""
    record(session, page.enquiry.case, "urgent_paged_again", SYSTEM, now, name=name)


def acknowledge(
    session: Session, page_id: int, user: StaffUser, *, actor: Actor, now: datetime
) -> UrgentPage:
    """Somebody takes care of it; the first one counts, and everybody reads who it was."""
    claim = (
        sa.update(UrgentPage)
        .where(UrgentPage.id == page_id, UrgentPage.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by_id=user.id)
        .returning(UrgentPage.id)
        .execution_options(synchronize_session=False)
    )
    is_first = session.scalar(claim) is not None
    page = session.get_one(UrgentPage, page_id, populate_existing=True)
    if is_first:
        record(session, lock(session, page.enquiry.case_id), "urgent_acknowledged", actor, now)
    return page


def _call(session: Session, enquiry: Enquiry, now: datetime, which: str) -> OnCall | None:
    """Mail and text message to the one on call at this moment, if there is one."""
    duty = on_call_at(session, enquiry.hospital_id, now)
    if duty is None:
        return None
    for medium, recipient in (("email", duty.staff.email), ("sms", duty.phone)):
        outbox.enqueue(
            session, event="urgent_page", key=f"urgent_page:{enquiry.id}:{which}:{medium}:{duty.staff_id}",
            medium=medium, recipient=recipient, language=duty.staff.language, timezone=duty.staff.timezone,
            case=enquiry.case, context=_context(enquiry, which), now=now,
        )  # fmt: skip
    return duty


def _tell_leads(session: Session, enquiry: Enquiry, now: datetime, which: str) -> None:
    tell_role(
        session, enquiry.case.hospital, Role.LEAD, event="urgent_page", fact=f"{enquiry.id}:{which}:lead",
        case=enquiry.case, context=_context(enquiry, which), now=now,
    )  # fmt: skip


def _context(enquiry: Enquiry, which: str) -> dict:
    return {"came_at": enquiry.received_at.isoformat(), "is_again": which == "again"}
