"""What the money pages read. Lists are keyset-paged along an index; nothing here asks in a loop."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases.actions import lock
from concierge.domain.journey import CaseState
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import DepositState, EstimateState, PaymentState
from concierge.models import CardEvent, Case, Deposit, DepositRule, Estimate, Payment, StaffUser

PAGE = 30
ODD = (DepositState.NEEDS_ATTENTION, DepositState.PART_PAID, DepositState.OVERPAID)
DEPOSIT_TABS = {
    "due": (DepositState.REQUESTED,),
    "on_its_way": (DepositState.ON_ITS_WAY,),
    "attention": ODD,
    "second": (),
    "paid": (DepositState.PAID,),
}


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


def find_deposit_by_token(session: Session, token: str) -> tuple[Case, Deposit] | None:
    """What a pay link opens."""
    statement = (
        sa.select(Case, Deposit).join(Deposit, Deposit.case_id == Case.id).where(Deposit.pay_token == token)
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def find_estimate(session: Session, case_id: int, public_id: str) -> Estimate | None:
    statement = sa.select(Estimate).where(Estimate.case_id == case_id, Estimate.public_id == public_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def find_draft(session: Session, case_id: int) -> Estimate | None:
    """The one open draft, with its newest version and lines."""
    statement = sa.select(Estimate).where(Estimate.case_id == case_id, Estimate.state == EstimateState.DRAFT)
    return session.scalar(statement.execution_options(populate_existing=True))


def rule_of(session: Session, deposit: Deposit) -> DepositRule | None:
    """The row of the deposit table that gave the amount."""
    return session.get(DepositRule, deposit.rule_id) if deposit.rule_id else None


def names_of(session: Session, staff_ids: set[int | None]) -> dict[int, str]:
    """Names of members of staff by id."""
    wanted = {staff_id for staff_id in staff_ids if staff_id}
    if not wanted:
        return {}
    rows = session.execute(sa.select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def deposits_page(session: Session, hospital_ids: tuple[int, ...], tab: str, after: str) -> Page:
    """Deposits of open and closed cases in one of DEPOSIT_TABS, the earliest due first."""
    statement = (
        sa.select(Deposit, Case)
        .join(Case, Case.id == Deposit.case_id)
        .where(Case.hospital_id.in_(hospital_ids))
        .order_by(Deposit.due_on, Deposit.id)
        .limit(PAGE + 1)
    )
    if tab == "second":
        waiting = sa.select(Payment.deposit_id).where(Payment.state == PaymentState.RECORDED)
        statement = statement.where(Deposit.id.in_(waiting))
    else:
        statement = statement.where(Deposit.state.in_(DEPOSIT_TABS[tab]))
    if tab in {"due", "on_its_way"}:
        statement = statement.where(Case.state != CaseState.CLOSED)
    if cursor := day_and_row(after):
        statement = statement.where(sa.tuple_(Deposit.due_on, Deposit.id) > sa.tuple_(*cursor))
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.due_on}.{last.id}" if last else "")


def unmatched_card_events(session: Session) -> list[CardEvent]:
    """Paid card events that belong to no deposit we know; short, because each is looked into by a person."""
    statement = sa.select(CardEvent).where(CardEvent.outcome == "unmatched")
    return list(session.scalars(statement.order_by(CardEvent.received_at, CardEvent.id).limit(PAGE)))


def started_payments(session: Session) -> list[tuple[int, int]]:
    """(payment id, deposit id) of card payments that are under way, the oldest first."""
    statement = sa.select(Payment.id, Payment.deposit_id).where(Payment.state == PaymentState.STARTED)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Payment.id).limit(200))]


def find_payment_of_card(session: Session, provider_id: str, public_id: str) -> Payment | None:
    """The payment known to the card service by this id, else the one that carries this public id of ours."""
    found = session.scalar(sa.select(Payment).where(Payment.provider_id == provider_id))
    if found is None and public_id:
        found = session.scalar(sa.select(Payment).where(Payment.public_id == public_id))
    return found


def find_deposit_by_reference(session: Session, reference: str) -> Deposit | None:
    return session.scalar(sa.select(Deposit).where(Deposit.reference == reference))
