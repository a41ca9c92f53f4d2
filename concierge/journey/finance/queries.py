"""What several rooms of finance read; nothing here asks in a loop."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.models import Case, Deposit, StaffUser

PAGE = 30


@dataclass(frozen=True)
class Page:
    """Rows of one screen and the cursor of the next, empty at the end."""

    rows: list
    after: str


def lock_deposit(session: Session, deposit_id: int) -> tuple[Case, Deposit]:
    """The deposit and its case, locked until the end of the transaction, with newest values and payments.

    The case is locked first, always: so everything that moves the money of one case waits in one queue.
    """
    case_id = session.scalars(sa.select(Deposit.case_id).where(Deposit.id == deposit_id)).one()
    case = lock(session, case_id)
    newest = sa.select(Deposit).where(Deposit.id == deposit_id).with_for_update()
    return case, session.scalars(newest.execution_options(populate_existing=True)).one()


def deposit_of(session: Session, case_id: int) -> Deposit | None:
    """The deposit of a case, with the newest values: called after the case was locked."""
    statement = sa.select(Deposit).where(Deposit.case_id == case_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def names_of(session: Session, staff_ids: set[int | None]) -> dict[int, str]:
    """Names of members of staff by id."""
    wanted = {staff_id for staff_id in staff_ids if staff_id}
    if not wanted:
        return {}
    rows = session.execute(sa.select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
