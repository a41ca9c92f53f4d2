"""What the pages of the deposit read. Lists are keyset-paged along an index; nothing here asks in a loop."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.journey import CaseState
from concierge.domain.numbers import day_and_row
from concierge.domain.vocabulary import DepositState, PaymentState
from concierge.journey.finance.queries import PAGE, Page
from concierge.models import Case, Deposit, DepositExport, DepositRequest, DepositRule, EndedPayLink, Payment

MOST_COUNTED = 200
ODD = (DepositState.NEEDS_ATTENTION, DepositState.PART_PAID, DepositState.OVERPAID)
DEPOSIT_TABS = {
    "due": (DepositState.REQUESTED,),
    "on_its_way": (DepositState.ON_ITS_WAY,),
    "attention": ODD,
    "second": (),
    "paid": (DepositState.PAID,),
    "ended": (DepositState.REFUNDED, DepositState.CANCELLED),
}


def find_deposit_by_token(session: Session, token: str) -> tuple[Case, Deposit] | None:
    """What a pay link leads to, also one that was replaced since."""
    replaced = sa.select(EndedPayLink.deposit_id).where(EndedPayLink.token == token)
    statement = (
        sa.select(Case, Deposit)
        .join(Deposit, Deposit.case_id == Case.id)
        .where(sa.or_(Deposit.pay_token == token, Deposit.id.in_(replaced)))
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def rule_of(session: Session, deposit: Deposit) -> DepositRule | None:
    """The row of the deposit table that gave the amount."""
    return session.get(DepositRule, deposit.rule_id) if deposit.rule_id else None


def former_requests(session: Session, deposit_id: int) -> list[DepositRequest]:
    """What was asked for before, the newest first."""
    statement = sa.select(DepositRequest).where(DepositRequest.deposit_id == deposit_id)
    return list(session.scalars(statement.order_by(DepositRequest.id.desc()).limit(PAGE)))


def _in_tab(statement: sa.Select, hospital_ids: tuple[int, ...], tab: str) -> sa.Select:
    """Deposits of these hospitals in one of DEPOSIT_TABS; `statement` selects from the deposit."""
    statement = statement.join(Case, Case.id == Deposit.case_id).where(Case.hospital_id.in_(hospital_ids))
    if tab == "second":
        waiting = sa.select(Payment.deposit_id).where(Payment.state == PaymentState.RECORDED)
        return statement.where(Deposit.id.in_(waiting))
    if tab in {"due", "on_its_way"}:
        statement = statement.where(Case.state != CaseState.CLOSED)
    return statement.where(Deposit.state.in_(DEPOSIT_TABS[tab]))


def deposits_page(session: Session, hospital_ids: tuple[int, ...], tab: str, after: str) -> Page:
    """Deposits of open and closed cases in one of DEPOSIT_TABS, the earliest due first."""
    statement = _in_tab(sa.select(Deposit, Case), hospital_ids, tab)
    if cursor := day_and_row(after):
        statement = statement.where(sa.tuple_(Deposit.due_on, Deposit.id) > sa.tuple_(*cursor))
    statement = statement.order_by(Deposit.due_on, Deposit.id).limit(PAGE + 1)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.due_on}.{last.id}" if last else "")


def counts(session: Session, hospital_ids: tuple[int, ...]) -> dict[str, int]:
    """How many stand in each tab, counted up to MOST_COUNTED, in one question."""
    counted = [
        sa.select(sa.func.count())
        .select_from(_in_tab(sa.select(Deposit.id), hospital_ids, tab).limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        for tab in DEPOSIT_TABS
    ]
    return dict(zip(DEPOSIT_TABS, session.execute(sa.select(*counted)).one(), strict=True))


def for_export(session: Session, hospital_ids: tuple[int, ...], tab: str) -> Iterator[tuple[Deposit, Case]]:
    """Every deposit of a tab with its case."""
    statement = _in_tab(sa.select(Deposit, Case), hospital_ids, tab).order_by(Deposit.due_on, Deposit.id)
    for row in session.execute(statement.execution_options(yield_per=500)):
        yield row[0], row[1]


def find_export(session: Session, public_id: str) -> DepositExport | None:
    return session.scalar(sa.select(DepositExport).where(DepositExport.public_id == public_id))
