"""Scenes of the bank: a statement as the bank sends it, and deposits that wait for its money."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.money import Money
from concierge.domain.statements import Statement, StatementLine
from concierge.domain.vocabulary import StatementFormat
from concierge.journey.finance.bank import actions
from concierge.models import BankLine, Case, Deposit, Hospital
from tests.journey.finance.scenes import advocate, in_finance, requested
from tests.support.clock import START

ACCOUNT = "000123456789"
FILE = actions.KeptFile("november.xml", "")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def booked(minor: int, text: str = "", **facts) -> StatementLine:
    return StatementLine(amount=usd(minor), booked_on=START.date(), text=text, **facts)


def a_statement(*lines: StatementLine, number: str = "1", account: str = ACCOUNT) -> Statement:
    """One whose balances are right."""
    opening = usd(1_000_000)
    closing = sum((line.amount for line in lines), start=opening)
    return Statement(account, number, "USD", tuple(lines), opening, closing)


def taken_in(session: Session, case: Case, *lines: StatementLine, **facts) -> actions.TakenIn:
    """A statement of the case's hospital, brought in by its first advocate."""
    return actions.take_in(
        session, session.get_one(Hospital, case.hospital_id), StatementFormat.CAMT053, [a_statement(*lines, **facts)],
        FILE, actor=advocate(session, case), now=START,
    )  # fmt: skip


def a_waiting_deposit(session: Session, **facts) -> tuple[Case, Deposit]:
    """USD 10,000 are asked for."""
    case = in_finance(session, **facts)
    return case, requested(session, case)


def lines_of(session: Session) -> Sequence[BankLine]:

    session.expire_all()
    return session.scalars(sa.select(BankLine).order_by(BankLine.id)).all()
