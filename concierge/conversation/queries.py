"""Reads the talk of a case: pages of messages by key, what is unread, who wrote."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from concierge.cases.actions import TEAM
from concierge.domain.access import Role
from concierge.domain.vocabulary import MessageKind, Relation
from concierge.models import Case, CaseParticipation, Enquiry, Message, StaffRole

PAGE = 40
FAMILY_READS = (MessageKind.PORTAL,)
TEAM_READS = (MessageKind.PORTAL, MessageKind.NOTE)


@dataclass(frozen=True)
class Page:
    """Messages in the order of time, the newest last; `older` is the cursor of the page before, or None."""

    messages: list[Message]
    older: int | None


def page_of(
    session: Session,
    case: Case,
    *,
    kinds: tuple[MessageKind, ...],
    before: int | None = None,
    most: int = PAGE,
) -> Page:
    """The newest messages, or the newest before the message with the id `before`."""
    statement = sa.select(Message).where(Message.case_id == case.id, Message.kind.in_(kinds))
    if before is not None:
        statement = statement.where(Message.id < before)
    found = list(session.scalars(statement.order_by(Message.id.desc()).limit(most + 1)))
    older = found[most - 1].id if len(found) > most else None
    return Page(found[:most][::-1], older)


def unread(session: Session, case: Case, *, is_staff: bool) -> list[int]:
    """Ids of the messages of the other side that nobody of this side has seen."""
    is_theirs = Message.author_kind != "staff" if is_staff else Message.author_kind == "staff"
    return list(
        session.scalars(
            sa.select(Message.id).where(
                Message.case_id == case.id,
                Message.kind == MessageKind.PORTAL,
                Message.read_at.is_(None),
                is_theirs,
            )
        )
    )


def relations(session: Session, case: Case) -> dict[int, Relation]:
    """Account id → who this person is for the patient; those who were removed too, because their words stay."""
    rows = session.execute(
        sa.select(CaseParticipation.account_id, CaseParticipation.relation).where(
            CaseParticipation.case_id == case.id
        )
    )
    return dict(rows.all())


def roles(session: Session, case: Case, staff_ids: set[int]) -> dict[int, Role]:
    """Staff id → role: the one in the team of this case, else the first one in its hospital."""
    team = {getattr(case, field): role for role, field in TEAM.items() if getattr(case, field)}
    if staff_ids - team.keys():
        rows = session.execute(
            sa.select(StaffRole.staff_id, StaffRole.role)
            .where(StaffRole.hospital_id == case.hospital_id, StaffRole.staff_id.in_(staff_ids))
            .order_by(StaffRole.role.desc())
        )
        team = {**dict(rows.all()), **team}
    return team


def enquiry_of(session: Session, case: Case) -> Enquiry | None:
    """What stood at the beginning of the case."""
    return session.scalar(sa.select(Enquiry).options(lazyload(Enquiry.case)).where(Enquiry.case_id == case.id))
