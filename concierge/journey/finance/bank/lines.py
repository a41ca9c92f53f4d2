"""A line of a statement, locked, and what of it has not found its case. The case is always locked before its line."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.domain.money import Money
from concierge.domain.vocabulary import BankLineState
from concierge.models import BankLine, Payment


def lock_line(session: Session, line_id: int) -> BankLine:
    """The line, locked until the end of the transaction, with its newest values."""
    statement = sa.select(BankLine).where(BankLine.id == line_id).with_for_update(of=BankLine)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def take(line: BankLine, amount: Money) -> None:
    """So much of a locked line has found its case."""
    line.left_minor -= amount.minor
    weigh_line(line)


def weigh_line(line: BankLine) -> None:
    """The state that what is left makes; only for a line that is not set aside."""
    if line.left_minor == 0:
        line.state = BankLineState.MATCHED
    else:
        is_whole = line.left_minor == line.amount_minor
        line.state = BankLineState.UNMATCHED if is_whole else BankLineState.PART_MATCHED


def release(session: Session, payment: Payment) -> None:
    """The payment does not count after all: its money waits on the line again. Nothing for one without a line."""
    if payment.bank_line_id is None:
        return
    line = lock_line(session, payment.bank_line_id)
    line.left_minor += payment.amount_minor
    line.aside_reason, line.aside_note = None, ""
    weigh_line(line)
