"""Reads the talk of a case: pages of messages by key, what is unread, who wrote."""

from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from concierge.cases.actions import TEAM
from concierge.domain.access import Role
from concierge.domain.vocabulary import MessageChannel, MessageKind, Relation
from concierge.models import Case, CaseParticipation, Enquiry, Message, StaffRole

PAGE = 40
FAMILY_READS = (MessageKind.PORTAL,)
TEAM_READS = (MessageKind.PORTAL, MessageKind.NOTE)


# Every question about the family's side of a talk carries this: what waits for a translator is not there for them.
SEEN_BY_FAMILY = sa.and_(Message.kind == MessageKind.PORTAL, Message.is_held.is_(False))


@dataclass(frozen=True)
class Page:
    """Messages in the order of time, the newest last; `older` is the cursor of the page before, or None."""

    messages: list[Message]
    older: int | None


_CASE_ID: sa.BindParameter[int] = sa.bindparam("case_id")


@lru_cache(maxsize=16)
def _thread(
    kinds: tuple[MessageKind, ...], most: int, is_older: bool, channels: tuple[MessageChannel, ...]
) -> sa.Select:
    """Statements are kept, because building one costs more than running it."""
    found = sa.select(Message).where(Message.case_id == _CASE_ID, Message.kind.in_(kinds))
    if channels:
        found = found.where(Message.channel.in_(channels))
    if MessageKind.NOTE not in kinds:
        found = found.where(SEEN_BY_FAMILY)
    if is_older:
        found = found.where(Message.id < sa.bindparam("before"))
    return found.order_by(Message.id.desc()).limit(most + 1)


def page_of(
    session: Session,
    case: Case,
    *,
    kinds: tuple[MessageKind, ...],
    before: int | None = None,
    most: int = PAGE,
    channels: tuple[MessageChannel, ...] = (),
) -> Page:
    """The newest messages, or the newest before the message with the id `before`; with `channels`, only these."""
    values = {"case_id": case.id} | ({} if before is None else {"before": before})
    found = list(session.scalars(_thread(kinds, most, before is not None, channels), values))
    older = found[most - 1].id if len(found) > most else None
    return Page(found[:most][::-1], older)


_UNREAD = sa.select(Message.id).where(
    Message.case_id == _CASE_ID, Message.kind == MessageKind.PORTAL, Message.read_at.is_(None)
)
_UNREAD_BY_US = _UNREAD.where(Message.author_kind != "staff")
_UNREAD_BY_THEM = _UNREAD.where(Message.author_kind == "staff", SEEN_BY_FAMILY)
_RELATIONS = sa.select(CaseParticipation.account_id, CaseParticipation.relation).where(
    CaseParticipation.case_id == _CASE_ID
)
_ENQUIRY = sa.select(Enquiry).options(lazyload(Enquiry.case)).where(Enquiry.case_id == _CASE_ID)


def unread(session: Session, case: Case, *, is_staff: bool) -> list[int]:
    """Ids of the messages of the other side that nobody of this side has seen."""
    statement = _UNREAD_BY_US if is_staff else _UNREAD_BY_THEM
    return list(session.connection().execute(statement, {"case_id": case.id}).scalars())


def relations(session: Session, case: Case) -> dict[int, Relation]:
    """Account id → who this person is for the patient; those who were removed too, because their words stay."""
    return dict(session.connection().execute(_RELATIONS, {"case_id": case.id}).all())


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
    return session.scalar(_ENQUIRY, {"case_id": case.id})
