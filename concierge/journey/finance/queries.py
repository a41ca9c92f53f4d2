"""What the money pages read. Lists are keyset-paged along an index; nothing here asks in a loop."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.domain.journey import CaseState
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import EstimateState, GuaranteeState
from concierge.models import Case, Deposit, Estimate, Guarantee, StaffUser

PAGE = 30
GUARANTEE_TABS = ("waiting", "valid", "expired", "refused")


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




def find_guarantee(session: Session, case_id: int, public_id: str) -> Guarantee | None:
    statement = sa.select(Guarantee).where(Guarantee.case_id == case_id, Guarantee.public_id == public_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def names_of(session: Session, staff_ids: set[int | None]) -> dict[int, str]:
    """Names of members of staff by id."""
    wanted = {staff_id for staff_id in staff_ids if staff_id}
    if not wanted:
        return {}
    rows = session.execute(sa.select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def guarantees_page(
    session: Session, hospital_ids: tuple[int, ...], tab: str, today: date, after: str
) -> Page:
    """Letters of cases that are not closed in one of GUARANTEE_TABS, the first to end first."""
    statement = (
        sa.select(Guarantee, Case)
        .join(Case, Case.id == Guarantee.case_id)
        .where(Case.hospital_id.in_(hospital_ids), Case.state != CaseState.CLOSED)
        .order_by(Guarantee.valid_until, Guarantee.id)
        .limit(PAGE + 1)
    )
    state = {"waiting": GuaranteeState.RECORDED, "refused": GuaranteeState.REFUSED}
    statement = statement.where(Guarantee.state == state.get(tab, GuaranteeState.ACCEPTED))
    if tab == "valid":
        statement = statement.where(Guarantee.valid_until >= today)
    if tab == "expired":
        statement = statement.where(Guarantee.valid_until < today)
    if cursor := day_and_row(after):
        statement = statement.where(sa.tuple_(Guarantee.valid_until, Guarantee.id) > sa.tuple_(*cursor))
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.valid_until}.{last.id}" if last else "")


def issued_by_case(session: Session, case_ids: list[int]) -> dict[int, Estimate]:
    """The estimate in force of each of these cases."""
    statement = sa.select(Estimate).where(
        Estimate.case_id.in_(case_ids), Estimate.state == EstimateState.ISSUED
    )
    return {estimate.case_id: estimate for estimate in session.scalars(statement)}
