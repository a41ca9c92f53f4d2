"""What stands to be handed over."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import TEAM
from concierge.cases.queries import COLUMNS, SHORT_LIST, CaseRow, row_of
from concierge.domain.access import Role
from concierge.domain.journey import CaseState
from concierge.models import Case, Person, StaffRole, StaffUser


@dataclass(frozen=True)
class Preview:
    """How many cases name a person in a role, and the oldest of them."""

    count: int
    rows: list[CaseRow]


def preview(session: Session, hospital_id: int, role: Role, giver_id: int) -> Preview:
    whose = sa.and_(
        Case.hospital_id == hospital_id, getattr(Case, TEAM[role]) == giver_id, Case.state != CaseState.CLOSED
    )
    count = session.scalar(sa.select(sa.func.count()).select_from(Case).where(whose)) or 0
    rows = session.execute(
        sa.select(*COLUMNS)
        .join(Person, Person.id == Case.person_id)
        .where(whose)
        .order_by(Case.id)
        .limit(SHORT_LIST)
    )
    return Preview(count, [row_of(row) for row in rows])


def people(session: Session, hospital_id: int, role: Role) -> list[StaffUser]:
    """Everybody who has or had this role here, also those who have left."""
    statement = (
        sa.select(StaffUser)
        .join(StaffRole, StaffRole.staff_id == StaffUser.id)
        .where(StaffRole.hospital_id == hospital_id, StaffRole.role == role)
        .order_by(StaffUser.name)
    )
    return list(session.scalars(statement))
